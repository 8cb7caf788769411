/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "check/failure-table.h"

#define IDENTITY N_ ("The identity of {host} could not be confirmed: {certificate}. Your password was not sent.")

/* clang-format off: a table */
/* Places: {host} {port} {user} {mailbox} {page} (of the password) {certificate} {recipient} {today} {message} (what the
 * error says, where that is a sentence for people already). A row per cause; a kind without one has that of its
 * cause. */
static const MoptCauseRow rows[MOPT_N_ERRORS] = {
  [MOPT_ERROR_FAILED] = { MOPT_BLAME_NOBODY, N_ ("Something unexpected happened with {host}: {message}"),
                          N_ ("Test again. If it happens again, give the report to the person who helps you.") },

  [MOPT_ERROR_INVALID] = { MOPT_BLAME_NOBODY, "{message}", N_ ("Correct the value and test again.") },
  [MOPT_ERROR_MISSING] = { MOPT_BLAME_NOBODY, "{message}", N_ ("Fill in what is missing and test again.") },
  [MOPT_ERROR_NOT_FOUND] = { MOPT_BLAME_NOBODY, "{message}", "" },
  [MOPT_ERROR_AMBIGUOUS] = { MOPT_BLAME_NOBODY, "{message}", "" },
  [MOPT_ERROR_EXISTS] = { MOPT_BLAME_NOBODY, "{message}", "" },
  [MOPT_ERROR_BROKEN] = { MOPT_BLAME_NOBODY, "{message}", N_ ("Mend the line in the file, or make the account anew.") },
  [MOPT_ERROR_LOCKED] = { MOPT_BLAME_NOBODY, "{message}", "" },
  [MOPT_ERROR_NOT_ALLOWED] = { MOPT_BLAME_NOBODY, "{message}", "" },

  [MOPT_ERROR_CHANGED] = { MOPT_BLAME_NOBODY, "{message}", N_ ("Look at the new values and try again.") },
  [MOPT_ERROR_NEWER_FORMAT] = { MOPT_BLAME_NOBODY, "{message}", N_ ("Update this program.") },
  [MOPT_ERROR_MALFORMED] = { MOPT_BLAME_NOBODY, "{message}", N_ ("Mend the line in the file.") },
  [MOPT_ERROR_NOT_WRITTEN] = { MOPT_BLAME_NOBODY, "{message}",
                               N_ ("Check that the folder can be written and the disk is "
                                   "not full.") },

  [MOPT_ERROR_SOURCE_BROKEN] = { MOPT_BLAME_NOBODY, "{message}", "" },
  [MOPT_ERROR_PUBLICATION_BROKEN] = { MOPT_BLAME_NOBODY, "{message}", "" },
  [MOPT_ERROR_PUBLICATION_CHANGING] = { MOPT_BLAME_NOBODY, "{message}", "" },
  [MOPT_ERROR_PUBLICATION_FORGED] = { MOPT_BLAME_NOBODY, "{message}", "" },
  [MOPT_ERROR_PUBLICATION_ROLLED_BACK] = { MOPT_BLAME_NOBODY, "{message}", "" },
  [MOPT_ERROR_PUBLICATION_EXPIRED] = { MOPT_BLAME_NOBODY, "{message}", "" },
  [MOPT_ERROR_PUBLICATION_UNREADABLE] = { MOPT_BLAME_NOBODY, "{message}", "" },
  [MOPT_ERROR_PUBLICATION_SILENT] = { MOPT_BLAME_NOBODY, "{message}", "" },
  [MOPT_ERROR_PUBLICATION_GONE] = { MOPT_BLAME_NOBODY, "{message}", "" },

  [MOPT_ERROR_KEYRING_NO_BUS]
  = { MOPT_BLAME_PASSWORD, "{message}", N_ ("Type the password on the {page} page; it is then used once.") },
  [MOPT_ERROR_KEYRING_NO_SERVICE] = { MOPT_BLAME_PASSWORD, "{message}",
                                      N_ ("Type the password on the {page} page, or install a keyring such as GNOME "
                                          "Keyring or KWallet.") },
  [MOPT_ERROR_KEYRING_LOCKED]
  = { MOPT_BLAME_PASSWORD, "{message}", N_ ("Unlock the keyring, or type the password on the {page} page.") },
  [MOPT_ERROR_KEYRING_DISMISSED] = { MOPT_BLAME_PASSWORD, "{message}",
                                     N_ ("Test again and unlock the keyring, or type the password on the {page} "
                                         "page.") },
  [MOPT_ERROR_KEYRING_NOT_STORED] = { MOPT_BLAME_PASSWORD, "{message}", N_ ("Type the password on the {page} page.") },
  [MOPT_ERROR_KEYRING_FAILED] = { MOPT_BLAME_PASSWORD, "{message}",
                                  N_ ("Type the password on the {page} page, or look at the keyring with its own "
                                      "program.") },

  [MOPT_ERROR_PASSWORD_ELSEWHERE] = { MOPT_BLAME_PASSWORD, "{message}", "" },
  [MOPT_ERROR_SHARED_PASSWORD] = { MOPT_BLAME_PASSWORD, "{message}", "" },

  [MOPT_ERROR_HOST_NOT_FOUND] = { MOPT_BLAME_HOST, N_ ("There is no server called {host}."),
                                  N_ ("Check the spelling of the name, and the network connection."), TRUE },
  [MOPT_ERROR_HOST_NO_ADDRESS] = { MOPT_BLAME_HOST, N_ ("The name {host} exists, but no server is behind it."),
                                   N_ ("Check the name: mail servers are often called imap., pop. or smtp. and then "
                                       "the domain.") },
  [MOPT_ERROR_RESOLVER_FAILED] = { MOPT_BLAME_HOST, N_ ("The network could not tell where {host} is."),
                                   N_ ("Check the network connection and test again."), TRUE },

  [MOPT_ERROR_CONNECTION_REFUSED] = { MOPT_BLAME_PORT, N_ ("{host} is there, but accepts nothing on port {port}."),
                                      N_ ("Check Security and Custom Port: the mail service has another port, or it "
                                          "is not running.") },
  [MOPT_ERROR_UNREACHABLE] = { MOPT_BLAME_HOST, N_ ("{host} cannot be reached from this network."),
                               N_ ("Check the network connection. Some servers are reached only inside an "
                                   "organisation or over its VPN."), TRUE },
  [MOPT_ERROR_CONNECT_TIMED_OUT] = { MOPT_BLAME_PORT, N_ ("{host} does not answer on port {port}."),
                                     N_ ("Check the name and the port. A firewall may be in the way."), TRUE },
  [MOPT_ERROR_CONNECT_FAILED]
  = { MOPT_BLAME_HOST, N_ ("No connection to {host} could be made."),
      N_ ("Check the network connection and test again."), TRUE },

  [MOPT_ERROR_TIMED_OUT] = { MOPT_BLAME_PORT, N_ ("{host} stopped answering."),
                             N_ ("Test again later. If it stays silent, check Security and Custom Port."), TRUE },
  [MOPT_ERROR_HUNG_UP] = { MOPT_BLAME_PORT, N_ ("{host} hung up in the middle of the conversation."),
                           N_ ("Test again later. If it hangs up again, check Security and Custom Port."), TRUE },
  [MOPT_ERROR_LINE_TOO_LONG] = { MOPT_BLAME_PORT, N_ ("{host} sends far more than a mail server should."),
                                 N_ ("Check the name and the port: this may not be a mail server.") },
  [MOPT_ERROR_REPLY_TOO_LONG] = { MOPT_BLAME_PORT, N_ ("{host} sends far more than a mail server should."),
                                  N_ ("Check the name and the port: this may not be a mail server.") },
  [MOPT_ERROR_PROTOCOL] = { MOPT_BLAME_PORT, N_ ("{host} gave an answer that makes no sense."),
                            N_ ("Check the name and the port. If they are right, tell the person who runs the "
                                "server.") },
  [MOPT_ERROR_NOT_MAIL_SERVER] = { MOPT_BLAME_PORT,
                                   N_ ("What answers on port {port} of {host} is no mail server of this "
                                       "kind."),
                                   N_ ("Check the name and the port, and whether the server is for POP, IMAP or "
                                       "sending.") },
  [MOPT_ERROR_GREETING_REFUSED] = { MOPT_BLAME_HOST, N_ ("{host} turned this computer away."),
                                    N_ ("Test again later. If it turns you away again, ask the person who runs the "
                                        "server."), TRUE },
  [MOPT_ERROR_COMMAND_REFUSED] = { MOPT_BLAME_NOBODY, N_ ("{host} refused a step that mail servers usually take."),
                                   N_ ("The words of the server say why; the person who runs it can help.") },
  [MOPT_ERROR_CONTROL_BYTES] = { MOPT_BLAME_USER,
                                 N_ ("A value holds invisible characters that cannot be sent to "
                                     "{host}."),
                                 N_ ("Clear the value and type it again instead of pasting it.") },

  [MOPT_ERROR_TLS_NOT_OFFERED] = { MOPT_BLAME_SECURITY,
                                   N_ ("{host} offers no encryption on port {port}, so nothing "
                                       "secret was sent."),
                                   N_ ("Choose Auto or SSL under Security, or ask the person who runs the server for "
                                       "the right port.") },
  [MOPT_ERROR_TLS_REFUSED] = { MOPT_BLAME_SECURITY, N_ ("{host} offers encryption but refuses to start it."),
                               N_ ("Choose SSL under Security, or test again later.") },
  [MOPT_ERROR_TLS_INJECTION] = { MOPT_BLAME_NOBODY,
                                 N_ ("Somebody slipped words into the conversation with {host} before "
                                     "it was encrypted. Your password was not sent."),
                                 N_ ("Do not use this network for mail, and tell your administrator.") },
  [MOPT_ERROR_TLS_PREAUTH] = { MOPT_BLAME_NOBODY,
                               N_ ("{host} says you are logged in before the connection is encrypted. "
                                   "That is how an impostor acts."),
                               N_ ("Choose SSL under Security, and tell your administrator.") },
  [MOPT_ERROR_TLS_HANDSHAKE] = { MOPT_BLAME_SECURITY, N_ ("No encryption could be agreed on with {host}."),
                                 N_ ("Check Security and Custom Port. If they are right, tell the person who runs the "
                                     "server.") },
  [MOPT_ERROR_TLS_NOT_SPOKEN] = { MOPT_BLAME_SECURITY, N_ ("{host} does not expect SSL on port {port}."),
                                  N_ ("Choose Auto or TLS under Security, or correct the port.") },
  [MOPT_ERROR_TLS_TOO_OLD] = { MOPT_BLAME_NOBODY,
                               N_ ("{host} knows only encryption that is too old to be safe. Your "
                                   "password was not sent."),
                               N_ ("The person who runs the server has to allow TLS 1.2 or newer.") },
  [MOPT_ERROR_TLS_GONE] = { MOPT_BLAME_SECURITY,
                            N_ ("{host} used to offer encryption and offers none now, so nothing secret was "
                                "sent."),
                            N_ ("Somebody on this network may be hiding it: try another network. If the person who "
                                "runs the server has really given it up, forget under Details what was reached "
                                "before.") },
  [MOPT_ERROR_UNENCRYPTED_NOT_AGREED] = { MOPT_BLAME_SECURITY,
                                          N_ ("{host} offers no encryption, so others could read along. Nothing "
                                              "secret was sent."),
                                          N_ ("Somebody on this network may be hiding it: try another network, or ask "
                                              "the person who runs the server. If you accept the risk, say so when "
                                              "you are asked; mopt takes --allow-unencrypted.") },
  [MOPT_ERROR_SECURITY_UNREADABLE] = { MOPT_BLAME_NOBODY,
                                       N_ ("What was learned about the security of {host} before cannot be read, so "
                                           "nothing was sent. {message}"),
                                       N_ ("Mend the file, or forget under Details what was reached before; mopt "
                                           "takes --forget-level.") },
  [MOPT_ERROR_CERTIFICATE] = { MOPT_BLAME_HOST,
                               IDENTITY,
                               N_ ("Check the name of the server. If it is right, ask the person who runs it.") },

  [MOPT_ERROR_PREAUTH] = { MOPT_BLAME_NOBODY,
                           N_ ("{host} let us in without asking for a password, so the login could not "
                               "be tested."),
                           N_ ("Tell the person who runs the server.") },
  [MOPT_ERROR_AUTH_NOT_OFFERED] = { MOPT_BLAME_AUTHENTICATION, N_ ("{host} offers no login on this connection."),
                                    N_ ("Check Security and Custom Port. An outgoing server that needs no login works "
                                        "with Requires Authentication off.") },
  [MOPT_ERROR_AUTH_NO_MECHANISM] = { MOPT_BLAME_NOBODY,
                                     N_ ("{host} asks for a kind of login that this program does not "
                                         "know."),
                                     N_ ("Ask the person who runs the server to allow logging in with a "
                                         "password.") },
  [MOPT_ERROR_AUTH_LOGIN_DISABLED] = { MOPT_BLAME_SECURITY, N_ ("{host} takes no password on this connection."),
                                       N_ ("Choose Auto, SSL or TLS under Security.") },
  [MOPT_ERROR_AUTH_CLEAR_TEXT] = { MOPT_BLAME_SECURITY,
                                   N_ ("{host} takes the password only in a form that others could "
                                       "read, so it was not sent."),
                                   N_ ("Choose SSL or TLS under Security, or ask the person who runs the server.") },
  [MOPT_ERROR_AUTH_REFUSED] = { MOPT_BLAME_PASSWORD, N_ ("{host} refused the user name or password."),
                                N_ ("Check the user name {user} and the password on the {page} page; this server may "
                                    "ask for an app password.") },
  [MOPT_ERROR_AUTH_TEMPORARY]
  = { MOPT_BLAME_NOBODY, N_ ("{host} cannot check passwords at the moment."),
      N_ ("Test again in a few minutes."), TRUE },
  [MOPT_ERROR_AUTH_REQUIRED]
  = { MOPT_BLAME_AUTHENTICATION, N_ ("{host} takes messages only after a login."),
      N_ ("Tick Requires Authentication.") },
  [MOPT_ERROR_TLS_REQUIRED] = { MOPT_BLAME_SECURITY, N_ ("{host} goes on only over an encrypted connection."),
                                N_ ("Choose Auto, SSL or TLS under Security.") },
  [MOPT_ERROR_AUTH_SERVER_SIGNATURE] = { MOPT_BLAME_NOBODY,
                                         N_ ("{host} could not prove that it knows your password: it "
                                             "may be an impostor."),
                                         N_ ("Do not log in on this network, and tell your administrator.") },
  [MOPT_ERROR_AUTH_ITERATIONS]
  = { MOPT_BLAME_NOBODY, N_ ("{host} asked for an unsafe or endless calculation to log in."),
                                   N_ ("Tell the person who runs the server; your password was not sent.") },
  [MOPT_ERROR_AUTH_WEAKER] = { MOPT_BLAME_SECURITY,
                               N_ ("{host} used to offer a safer login than it offers now, so your password was not "
                                   "sent."),
                               N_ ("Somebody may stand between you and the server: try another network. If the "
                                   "person who runs the server has really changed it, forget under Details what was "
                                   "reached before.") },
  [MOPT_ERROR_AUTH_NOT_TRIED] = { MOPT_BLAME_PASSWORD,
                                  N_ ("The same login failed at the other server, so it was not tried at {host}."),
                                  N_ ("Mend the login there first, then test again.") },
  [MOPT_ERROR_AUTH_PASSWORD_TEXT] = { MOPT_BLAME_PASSWORD,
                                      N_ ("The password has characters that cannot be sent to {host} "
                                          "on this connection."),
                                      N_ ("Choose Auto, SSL or TLS under Security, or take a password of plain "
                                          "letters, digits and signs.") },

  [MOPT_ERROR_MAILBOX_MISSING] = { MOPT_BLAME_MAILBOX, N_ ("There is no mailbox {mailbox} on {host}."),
                                   N_ ("Choose one from the Mailbox list on the Incoming Server page.") },
  [MOPT_ERROR_MAILBOX_REFUSED] = { MOPT_BLAME_MAILBOX, N_ ("{host} does not open the mailbox {mailbox}."),
                                   N_ ("Choose another Mailbox, or ask the person who runs the server.") },
  [MOPT_ERROR_MAILBOX_IN_USE] = { MOPT_BLAME_NOBODY,
                                  N_ ("Another program is reading the mail of {user} on {host} just "
                                      "now."),
                                  N_ ("Close other mail programs, wait a minute and test again."), TRUE },

  [MOPT_ERROR_SENDER_REFUSED] = { MOPT_BLAME_FROM, N_ ("{host} does not accept the From address."),
                                  N_ ("Choose another From address on the Options page, or check the login on the "
                                      "Outgoing Server page.") },
  [MOPT_ERROR_RECIPIENT_REFUSED] = { MOPT_BLAME_NO_AUTHENTICATION, N_ ("{host} does not deliver to {recipient}."),
                                     N_ ("Check {recipient} for typing mistakes. Servers deliver elsewhere only with "
                                         "Requires Authentication on.") },
  [MOPT_ERROR_MESSAGE_REFUSED] = { MOPT_BLAME_NOBODY, N_ ("{host} did not take the message."),
                                   N_ ("The words of the server say why; the person who runs it can help.") },
  [MOPT_ERROR_MESSAGE_TOO_LARGE] = { MOPT_BLAME_NOBODY, N_ ("{host} does not take messages of this size."),
                                     N_ ("Ask the person who runs the server for its limit.") },
  [MOPT_ERROR_SMTPUTF8_MISSING] = { MOPT_BLAME_FROM,
                                    N_ ("{host} does not deliver for addresses with letters beyond a to "
                                        "z."),
                                    N_ ("Choose a From address of plain letters on the Options page.") },
  [MOPT_ERROR_TEMPORARY]
  = { MOPT_BLAME_NOBODY, N_ ("{host} cannot take the message at the moment."),
      N_ ("Test again in a few minutes."), TRUE },
  [MOPT_ERROR_FROM_NOT_ALLOWED] = { MOPT_BLAME_FROM, "{message}", N_ ("Allow a From address on the Options page.") },
  [MOPT_ERROR_RECIPIENT_UNKNOWN] = { MOPT_BLAME_NOBODY,
                                     N_ ("Your e-mail address is not known, so the test message has "
                                         "nowhere to go."),
                                     N_ ("Enter Your e-mail address in E-mail Options; mopt takes it with "
                                         "--to ADDRESS.") },

  [MOPT_ERROR_NOT_SEEN] = { MOPT_BLAME_NOBODY, "{message}", N_ ("Look there, or in Junk.") },
  [MOPT_ERROR_CONVERSATION_ID_LOST] = { MOPT_BLAME_CONVERSATION_ID,
                                        N_ ("The message arrived without its Conversation "
                                            "ID."),
                                        N_ ("Something on the way rewrites messages: choose the other place for the "
                                            "ID on the Outgoing Server page.") },

  /* kinds of these */
  [MOPT_ERROR_UNENCRYPTED_FORBIDDEN] = { MOPT_BLAME_SECURITY,
    N_ ("This account must be encrypted, and Security asks for a connection to {host} that is not. Nothing was sent."),
    N_ ("Choose Auto, SSL or TLS under Security.") },
  [MOPT_ERROR_HUNG_UP_EARLY] = { MOPT_BLAME_PORT,
    N_ ("{host} closed the connection on port {port} without a word."),
    N_ ("Test again later. If it does so again, check Security and Custom Port; the server may also turn this "
         "network away."), TRUE },
  [MOPT_ERROR_NO_GREETING] = { MOPT_BLAME_PORT,
    N_ ("{host} takes the connection on port {port}, but says nothing."),
    N_ ("Check Security and Custom Port: some ports wait for SSL. If they are right, test again later."), TRUE },
  [MOPT_ERROR_TLS_EXPECTED] = { MOPT_BLAME_SECURITY,
    N_ ("Port {port} of {host} is for encrypted connections alone, and this one was not."),
    N_ ("Choose Auto or SSL under Security.") },
  [MOPT_ERROR_WEB_SERVER] = { MOPT_BLAME_ADDRESS,
    N_ ("What answers on port {port} of {host} is a web server, not a mail server."),
    N_ ("Check the name: mail servers are often called imap., pop. or smtp. and then the domain.") },
  [MOPT_ERROR_SSH_SERVER] = { MOPT_BLAME_ADDRESS,
    N_ ("What answers on port {port} of {host} is for working on that computer, not for mail."),
    N_ ("Check the name and the port; with Custom Port off the usual ports are taken.") },
  [MOPT_ERROR_FTP_SERVER] = { MOPT_BLAME_ADDRESS,
    N_ ("What answers on port {port} of {host} transfers files, not mail."),
    N_ ("Check the name and the port; with Custom Port off the usual ports are taken.") },
  [MOPT_ERROR_IMAP_SERVER] = { MOPT_BLAME_ADDRESS,
    N_ ("What answers on port {port} of {host} is an IMAP server."),
    N_ ("IMAP servers are for the incoming mail of IMAP accounts: check the name and the port.") },
  [MOPT_ERROR_POP_SERVER] = { MOPT_BLAME_ADDRESS,
    N_ ("What answers on port {port} of {host} is a POP server."),
    N_ ("POP servers are for the incoming mail of POP accounts: check the name and the port.") },
  [MOPT_ERROR_SMTP_SERVER] = { MOPT_BLAME_ADDRESS,
    N_ ("What answers on port {port} of {host} is a server for outgoing mail."),
    N_ ("Check the name and the port: incoming mail has another server, or at least another port.") },
  [MOPT_ERROR_GREETING_BUSY] = { MOPT_BLAME_NOBODY,
    N_ ("{host} is too busy to answer at the moment."),
    N_ ("Test again in a few minutes."), TRUE },
  [MOPT_ERROR_NETWORK_BLOCKED] = { MOPT_BLAME_NOBODY,
    N_ ("{host} does not talk with the network that this computer is in."),
    N_ ("Test from another network, or over the VPN of your organisation. The person who runs the server can "
         "see why.") },
  [MOPT_ERROR_SERVER_FAULT] = { MOPT_BLAME_NOBODY,
    N_ ("{host} says that something is wrong with the server itself, or with this account on it."),
    N_ ("Give the report to the person who runs the server.") },
  [MOPT_ERROR_CONTACT_ADMIN] = { MOPT_BLAME_NOBODY,
    N_ ("{host} says that its administrator has to be asked."),
    N_ ("Give the report to the person who runs the server.") },
  [MOPT_ERROR_TLS_NO_CIPHER] = { MOPT_BLAME_NOBODY,
    N_ ("{host} and this program know no safe encryption in common. Your password was not sent."),
    N_ ("The person who runs the server has to allow newer encryption.") },
  [MOPT_ERROR_TLS_NAME_UNKNOWN] = { MOPT_BLAME_HOST,
    N_ ("The server that answers does not go by the name {host}."),
    N_ ("Check the name: the server may have another one for mail.") },
  [MOPT_ERROR_CERTIFICATE_EXPIRED] = { MOPT_BLAME_NOBODY,
    IDENTITY,
    N_ ("The person who runs the server has to renew the certificate. This computer says that today is {today}: if "
         "that is wrong, set its date.") },
  [MOPT_ERROR_CERTIFICATE_NOT_YET_VALID] = { MOPT_BLAME_NOBODY,
    IDENTITY,
    N_ ("This computer says that today is {today}: if that is wrong, set its date. If it is right, tell the person "
         "who runs the server.") },
  [MOPT_ERROR_CERTIFICATE_WRONG_HOST] = { MOPT_BLAME_HOST,
    IDENTITY,
    N_ ("Check the name of the server. If it is right, ask the person who runs it.") },
  [MOPT_ERROR_CERTIFICATE_SELF_SIGNED] = { MOPT_BLAME_NOBODY,
    IDENTITY,
    N_ ("Nobody else vouches for it: ask the person who runs the server whether this is its certificate.") },
  [MOPT_ERROR_CERTIFICATE_UNKNOWN_ISSUER] = { MOPT_BLAME_NOBODY,
    IDENTITY,
    N_ ("If your organisation has a certificate authority of its own, its certificate must be installed on "
         "this computer.") },
  [MOPT_ERROR_CERTIFICATE_WEAK_KEY] = { MOPT_BLAME_NOBODY,
    IDENTITY,
    N_ ("The person who runs the server has to get a new certificate.") },
  [MOPT_ERROR_CERTIFICATE_WEAK_SIGNATURE] = { MOPT_BLAME_NOBODY,
    IDENTITY,
    N_ ("The person who runs the server has to get a new certificate.") },
  [MOPT_ERROR_CERTIFICATE_REVOKED] = { MOPT_BLAME_NOBODY,
    IDENTITY,
    N_ ("Do not use this server before the person who runs it has a new certificate.") },
  [MOPT_ERROR_CERTIFICATE_BAD_PURPOSE] = { MOPT_BLAME_NOBODY,
    IDENTITY,
    N_ ("The person who runs the server has to get a new certificate.") },
  [MOPT_ERROR_CERTIFICATE_INVALID] = { MOPT_BLAME_NOBODY,
    IDENTITY,
    N_ ("The person who runs the server has to get a new certificate.") },
  [MOPT_ERROR_CLOCK_WRONG] = { MOPT_BLAME_NOBODY,
    N_ ("The date of this computer, {today}, is wrong, so the identity of {host} could not be confirmed."),
    N_ ("Set the date and time of this computer, and test again.") },
  [MOPT_ERROR_NO_AUTHORITIES] = { MOPT_BLAME_NOBODY,
    N_ ("This computer has no list of certificate authorities, so the identity of {host} could not be "
         "confirmed."),
    N_ ("Install the package ca-certificates, or ask the person who looks after this computer.") },
  [MOPT_ERROR_AUTH_APP_PASSWORD] = { MOPT_BLAME_PASSWORD,
    N_ ("{host} does not take your usual password from mail programs: it wants an app password."),
    N_ ("Make an app password in the settings of your mail account, with a web browser, and type it on the "
         "{page} page.") },
  [MOPT_ERROR_AUTH_WEB_ONLY] = { MOPT_BLAME_PASSWORD,
    N_ ("{host} does not let mail programs log in with a password any more."),
    N_ ("Ask the person who runs the server whether an app password is possible; otherwise this program cannot"
         " use the account.") },
  [MOPT_ERROR_AUTH_WEB_FIRST] = { MOPT_BLAME_NOBODY,
    N_ ("{host} wants you to log in with a web browser first."),
    N_ ("Open your mail account in a web browser, do what it asks for, and test again.") },
  [MOPT_ERROR_AUTH_EXPIRED] = { MOPT_BLAME_PASSWORD,
    N_ ("{host} says that the password has expired."),
    N_ ("Set a new password where you usually change it, and type it on the {page} page.") },
  [MOPT_ERROR_AUTH_DISABLED] = { MOPT_BLAME_USER,
    N_ ("{host} says that the account of {user} is locked or switched off."),
    N_ ("Ask the person who runs the server to open it again.") },
  [MOPT_ERROR_AUTH_MESSAGE] = { MOPT_BLAME_PASSWORD,
    N_ ("{host} refused the login and has a message for you."),
    N_ ("Read what the server says. Often it wants something done in a web browser first.") },
  [MOPT_ERROR_AUTH_NOT_PERMITTED] = { MOPT_BLAME_USER,
    N_ ("{host} knows {user}, but does not permit this login."),
    N_ ("Ask the person who runs the server what this account may do: reading or sending mail may be switched "
         "off for it.") },
  [MOPT_ERROR_AUTH_SERVICE_OFF] = { MOPT_BLAME_NOBODY,
    N_ ("{host} has mail programs switched off for the account of {user}."),
    N_ ("Switch them on in the settings of your mail account, with a web browser, or ask the person who runs "
         "the server.") },
  [MOPT_ERROR_AUTH_TOO_WEAK] = { MOPT_BLAME_SECURITY,
    N_ ("{host} finds this way of logging in too weak."),
    N_ ("Choose Auto, SSL or TLS under Security. Some servers want an app password instead.") },
  [MOPT_ERROR_AUTH_PASSWORD_WEAKER] = { MOPT_BLAME_PASSWORD,
    N_ ("The user name or the password has characters that the safe login at {host} cannot carry, so it was not sent "
         "in a less safe one."),
    N_ ("Take a password of plain letters, digits and signs. If this one has to stay, forget under Details what was "
         "reached before: the less safe login is taken then.") },
  [MOPT_ERROR_LOGIN_DELAY] = { MOPT_BLAME_NOBODY,
    N_ ("{host} allows a login only every few minutes."),
    N_ ("Wait a few minutes and test again. Other programs that look for mail count, too."), TRUE },
  [MOPT_ERROR_USED_TOO_OFTEN] = { MOPT_BLAME_NOBODY,
    N_ ("{host} says that this account was used too often in a short time."),
    N_ ("Wait a quarter of an hour and test again. Another program may go on trying an old password."), TRUE },
  [MOPT_ERROR_MAILBOX_NO_PERMISSION] = { MOPT_BLAME_MAILBOX,
    N_ ("{host} gives you no permission to open the mailbox {mailbox}."),
    N_ ("Choose another Mailbox, or ask the person who runs the server for the permission.") },
  [MOPT_ERROR_MAILBOX_FULL] = { MOPT_BLAME_NOBODY,
    N_ ("{host} says that the mailbox of {user} is full."),
    N_ ("Delete old messages with your mail program or a web browser, or ask for more room.") },
  [MOPT_ERROR_MAILBOX_DAMAGED] = { MOPT_BLAME_NOBODY,
    N_ ("{host} says that the mailbox {mailbox} is damaged."),
    N_ ("Give the report to the person who runs the server.") },
  [MOPT_ERROR_MAILBOX_UNAVAILABLE] = { MOPT_BLAME_NOBODY,
    N_ ("{host} cannot open the mailbox {mailbox} at the moment."),
    N_ ("Test again in a few minutes."), TRUE },
  [MOPT_ERROR_SENDER_NOT_OWN] = { MOPT_BLAME_FROM,
    N_ ("{host} does not let this login send with the From address."),
    N_ ("Choose a From address of your own on the Options page, or ask the person who runs the server to "
         "permit this one.") },
  [MOPT_ERROR_SENDER_DOMAIN] = { MOPT_BLAME_FROM,
    N_ ("{host} says that the domain of the From address does not exist."),
    N_ ("Check the From address on the Options page for typing mistakes.") },
  [MOPT_ERROR_SENDER_NOT_PROVEN] = { MOPT_BLAME_FROM,
    N_ ("{host} could not make sure that the From address is genuine."),
    N_ ("Choose a From address of this mail account on the Options page, or ask the person who runs its "
         "domain.") },
  [MOPT_ERROR_RELAY_DENIED] = { MOPT_BLAME_NO_AUTHENTICATION,
    N_ ("{host} does not pass messages to {recipient} on to another server for you."),
    N_ ("Check that this is the outgoing server of your own mail account, and that Requires Authentication is "
         "ticked.") },
  [MOPT_ERROR_RECIPIENT_MISSING] = { MOPT_BLAME_NOBODY,
    N_ ("{host} says that {recipient} does not exist."),
    N_ ("Check {recipient} for typing mistakes.") },
  [MOPT_ERROR_RECIPIENT_MALFORMED] = { MOPT_BLAME_NOBODY,
    N_ ("{host} does not understand {recipient}."),
    N_ ("Check {recipient} for typing mistakes.") },
  [MOPT_ERROR_RECIPIENT_DOMAIN] = { MOPT_BLAME_NOBODY,
    N_ ("{host} finds no server for {recipient}."),
    N_ ("Check {recipient} for typing mistakes.") },
  [MOPT_ERROR_RECIPIENT_FULL] = { MOPT_BLAME_NOBODY,
    N_ ("{host} says that the mailbox of {recipient} is full."),
    N_ ("Delete old messages in it, and test again.") },
  [MOPT_ERROR_RECIPIENT_DISABLED] = { MOPT_BLAME_NOBODY,
    N_ ("{host} says that the mailbox of {recipient} is switched off."),
    N_ ("Ask the person who runs the server to open it again.") },
  [MOPT_ERROR_MESSAGE_SUSPECT] = { MOPT_BLAME_NOBODY,
    N_ ("{host} took the message for unwanted mail, and did not accept it."),
    N_ ("The words of the server say why; the person who runs it can help.") },
  [MOPT_ERROR_GREYLISTED] = { MOPT_BLAME_NOBODY,
    N_ ("{host} takes messages from strangers only when they come a second time."),
    N_ ("Wait five minutes and test again."), TRUE },
  [MOPT_ERROR_SHUTTING_DOWN] = { MOPT_BLAME_NOBODY,
    N_ ("{host} takes a break just now and has ended the conversation."),
    N_ ("Test again in a few minutes."), TRUE },
  [MOPT_ERROR_SENDING_LIMIT] = { MOPT_BLAME_NOBODY,
    N_ ("{host} has taken as many messages from you as it allows for now."),
    N_ ("Wait some hours, or ask the person who runs the server for its limit."), TRUE },
  [MOPT_ERROR_SERVER_FULL] = { MOPT_BLAME_NOBODY,
    N_ ("{host} has no room for messages at the moment."),
    N_ ("Test again later. If it stays so, tell the person who runs the server."), TRUE },
  [MOPT_ERROR_MAYBE_DELIVERED] = { MOPT_BLAME_NOBODY,
    N_ ("{host} did not say whether it has taken the message, which may have been delivered or not."),
    N_ ("Look into the mailbox before you send it again.") },
  [MOPT_ERROR_TOO_MANY_CONNECTIONS] = { MOPT_BLAME_NOBODY,
    N_ ("{host} has too many programs connected with this account."),
    N_ ("Close other mail programs, wait a minute and test again."), TRUE },

  /* of the publication's road, which has words of its own (check/refresh) */
  [MOPT_ERROR_PROXY] = { MOPT_BLAME_NOBODY, "{message}", "" },
  [MOPT_ERROR_TOO_LARGE] = { MOPT_BLAME_NOBODY, "{message}", "" },
  [MOPT_ERROR_TOO_SLOW] = { MOPT_BLAME_NOBODY, "{message}", "" },
  [MOPT_ERROR_HTTP_REDIRECT] = { MOPT_BLAME_NOBODY, "{message}", "" },
  [MOPT_ERROR_HTTP_NOT_FOUND] = { MOPT_BLAME_NOBODY, "{message}", "" },
  [MOPT_ERROR_HTTP_FORBIDDEN] = { MOPT_BLAME_NOBODY, "{message}", "" },
  [MOPT_ERROR_HTTP_BUSY] = { MOPT_BLAME_NOBODY, "{message}", "" },
  [MOPT_ERROR_HTTP_STATUS] = { MOPT_BLAME_NOBODY, "{message}", "" },
};
/* clang-format on */

const MoptCauseRow *
mopt_failure_get_row (MoptError code)
{
  if (rows[code].sentence != NULL)
    return &rows[code];
  code = mopt_error_general (code);
  return rows[code].sentence != NULL ? &rows[code] : &rows[MOPT_ERROR_FAILED];
}
