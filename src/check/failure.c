/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "check/failure.h"
#include "check/template.h"

/* Which control of the dialog can mend it; made a field of the side by blamed_property(). */
typedef enum
{
  BLAME_NOBODY,
  BLAME_HOST,
  BLAME_SECURITY,
  BLAME_PORT, /* Custom Port if it is on, else Security, which stands for the port */
  BLAME_USER,
  BLAME_PASSWORD,
  BLAME_AUTHENTICATION, /* Requires Authentication; the incoming side has only Security to choose */
  BLAME_MAILBOX,
  BLAME_FROM,
  BLAME_CONVERSATION_ID,
} Blame;

/* clang-format off: a table */
/* Places: {host} {port} {user} {mailbox} {page} (of the password) {certificate} {message} (what the error says,
 * where that is a sentence for people already). A row per cause. */
static const struct
{
  Blame blame;
  const char *sentence;
  const char *advice;
} causes[MOPT_N_ERRORS] = {
  [MOPT_ERROR_FAILED] = { BLAME_NOBODY, N_ ("Something unexpected happened with {host}: {message}"),
                          N_ ("Test again. If it happens again, give the report to the person who helps you.") },

  [MOPT_ERROR_INVALID] = { BLAME_NOBODY, "{message}", N_ ("Correct the value and test again.") },
  [MOPT_ERROR_MISSING] = { BLAME_NOBODY, "{message}", N_ ("Fill in what is missing and test again.") },
  [MOPT_ERROR_NOT_FOUND] = { BLAME_NOBODY, "{message}", "" },
  [MOPT_ERROR_AMBIGUOUS] = { BLAME_NOBODY, "{message}", "" },
  [MOPT_ERROR_EXISTS] = { BLAME_NOBODY, "{message}", "" },
  [MOPT_ERROR_BROKEN] = { BLAME_NOBODY, "{message}", N_ ("Mend the line in the file, or make the account anew.") },
  [MOPT_ERROR_LOCKED] = { BLAME_NOBODY, "{message}", "" },
  [MOPT_ERROR_NOT_ALLOWED] = { BLAME_NOBODY, "{message}", "" },

  [MOPT_ERROR_CHANGED] = { BLAME_NOBODY, "{message}", N_ ("Look at the new values and try again.") },
  [MOPT_ERROR_NEWER_FORMAT] = { BLAME_NOBODY, "{message}", N_ ("Update this program.") },
  [MOPT_ERROR_MALFORMED] = { BLAME_NOBODY, "{message}", N_ ("Mend the line in the file.") },
  [MOPT_ERROR_NOT_WRITTEN] = { BLAME_NOBODY, "{message}",
                               N_ ("Check that the folder can be written and the disk is "
                                   "not full.") },

  [MOPT_ERROR_SOURCE_BROKEN] = { BLAME_NOBODY, "{message}", "" },
  [MOPT_ERROR_PUBLICATION_BROKEN] = { BLAME_NOBODY, "{message}", "" },
  [MOPT_ERROR_PUBLICATION_CHANGING] = { BLAME_NOBODY, "{message}", "" },
  [MOPT_ERROR_PUBLICATION_FORGED] = { BLAME_NOBODY, "{message}", "" },
  [MOPT_ERROR_PUBLICATION_ROLLED_BACK] = { BLAME_NOBODY, "{message}", "" },
  [MOPT_ERROR_PUBLICATION_EXPIRED] = { BLAME_NOBODY, "{message}", "" },
  [MOPT_ERROR_PUBLICATION_UNREADABLE] = { BLAME_NOBODY, "{message}", "" },
  [MOPT_ERROR_PUBLICATION_GONE] = { BLAME_NOBODY, "{message}", "" },

  [MOPT_ERROR_KEYRING_NO_BUS]
  = { BLAME_PASSWORD, "{message}", N_ ("Type the password on the {page} page; it is then used once.") },
  [MOPT_ERROR_KEYRING_NO_SERVICE] = { BLAME_PASSWORD, "{message}",
                                      N_ ("Type the password on the {page} page, or install a keyring such as GNOME "
                                          "Keyring or KWallet.") },
  [MOPT_ERROR_KEYRING_LOCKED]
  = { BLAME_PASSWORD, "{message}", N_ ("Unlock the keyring, or type the password on the {page} page.") },
  [MOPT_ERROR_KEYRING_DISMISSED] = { BLAME_PASSWORD, "{message}",
                                     N_ ("Test again and unlock the keyring, or type the password on the {page} "
                                         "page.") },
  [MOPT_ERROR_KEYRING_NOT_STORED] = { BLAME_PASSWORD, "{message}", N_ ("Type the password on the {page} page.") },
  [MOPT_ERROR_KEYRING_FAILED] = { BLAME_PASSWORD, "{message}",
                                  N_ ("Type the password on the {page} page, or look at the keyring with its own "
                                      "program.") },

  [MOPT_ERROR_PASSWORD_ELSEWHERE] = { BLAME_PASSWORD, "{message}", "" },
  [MOPT_ERROR_SHARED_PASSWORD] = { BLAME_PASSWORD, "{message}", "" },

  [MOPT_ERROR_HOST_NOT_FOUND] = { BLAME_HOST, N_ ("There is no server called {host}."),
                                  N_ ("Check the spelling of the name, and the network connection.") },
  [MOPT_ERROR_HOST_NO_ADDRESS] = { BLAME_HOST, N_ ("The name {host} exists, but no server is behind it."),
                                   N_ ("Check the name: mail servers are often called imap., pop. or smtp. and then "
                                       "the domain.") },
  [MOPT_ERROR_RESOLVER_FAILED] = { BLAME_HOST, N_ ("The network could not tell where {host} is."),
                                   N_ ("Check the network connection and test again.") },

  [MOPT_ERROR_CONNECTION_REFUSED] = { BLAME_PORT, N_ ("{host} is there, but accepts nothing on port {port}."),
                                      N_ ("Check Security and Custom Port: the mail service has another port, or it "
                                          "is not running.") },
  [MOPT_ERROR_UNREACHABLE] = { BLAME_HOST, N_ ("{host} cannot be reached from this network."),
                               N_ ("Check the network connection. Some servers are reached only inside an "
                                   "organisation or over its VPN.") },
  [MOPT_ERROR_CONNECT_TIMED_OUT] = { BLAME_PORT, N_ ("{host} does not answer on port {port}."),
                                     N_ ("Check the name and the port. A firewall may be in the way.") },
  [MOPT_ERROR_CONNECT_FAILED]
  = { BLAME_HOST, N_ ("No connection to {host} could be made."), N_ ("Check the network connection and test again.") },

  [MOPT_ERROR_TIMED_OUT] = { BLAME_PORT, N_ ("{host} stopped answering."),
                             N_ ("Test again later. If it stays silent, check Security and Custom Port.") },
  [MOPT_ERROR_HUNG_UP] = { BLAME_PORT, N_ ("{host} hung up in the middle of the conversation."),
                           N_ ("Test again later. If it hangs up again, check Security and Custom Port.") },
  [MOPT_ERROR_LINE_TOO_LONG] = { BLAME_PORT, N_ ("{host} sends far more than a mail server should."),
                                 N_ ("Check the name and the port: this may not be a mail server.") },
  [MOPT_ERROR_REPLY_TOO_LONG] = { BLAME_PORT, N_ ("{host} sends far more than a mail server should."),
                                  N_ ("Check the name and the port: this may not be a mail server.") },
  [MOPT_ERROR_PROTOCOL] = { BLAME_PORT, N_ ("{host} gave an answer that makes no sense."),
                            N_ ("Check the name and the port. If they are right, tell the person who runs the "
                                "server.") },
  [MOPT_ERROR_NOT_MAIL_SERVER] = { BLAME_PORT,
                                   N_ ("What answers on port {port} of {host} is no mail server of this "
                                       "kind."),
                                   N_ ("Check the name and the port, and whether the server is for POP, IMAP or "
                                       "sending.") },
  [MOPT_ERROR_GREETING_REFUSED] = { BLAME_HOST, N_ ("{host} turned this computer away."),
                                    N_ ("Test again later. If it turns you away again, ask the person who runs the "
                                        "server.") },
  [MOPT_ERROR_COMMAND_REFUSED] = { BLAME_NOBODY, N_ ("{host} refused a step that mail servers usually take."),
                                   N_ ("The words of the server say why; the person who runs it can help.") },
  [MOPT_ERROR_CONTROL_BYTES] = { BLAME_USER,
                                 N_ ("A value holds invisible characters that cannot be sent to "
                                     "{host}."),
                                 N_ ("Clear the value and type it again instead of pasting it.") },

  [MOPT_ERROR_TLS_NOT_OFFERED] = { BLAME_SECURITY,
                                   N_ ("{host} offers no encryption on port {port}, so nothing "
                                       "secret was sent."),
                                   N_ ("Choose another Security, or ask the person who runs the server for the right "
                                       "port.") },
  [MOPT_ERROR_TLS_REFUSED] = { BLAME_SECURITY, N_ ("{host} offers encryption but refuses to start it."),
                               N_ ("Choose SSL under Security, or test again later.") },
  [MOPT_ERROR_TLS_INJECTION] = { BLAME_NOBODY,
                                 N_ ("Somebody slipped words into the conversation with {host} before "
                                     "it was encrypted. Your password was not sent."),
                                 N_ ("Do not use this network for mail, and tell your administrator.") },
  [MOPT_ERROR_TLS_PREAUTH] = { BLAME_NOBODY,
                               N_ ("{host} says you are logged in before the connection is encrypted. "
                                   "That is how an impostor acts."),
                               N_ ("Choose SSL under Security, and tell your administrator.") },
  [MOPT_ERROR_TLS_HANDSHAKE] = { BLAME_SECURITY, N_ ("No encryption could be agreed on with {host}."),
                                 N_ ("Check Security and Custom Port. If they are right, tell the person who runs the "
                                     "server.") },
  [MOPT_ERROR_TLS_NOT_SPOKEN] = { BLAME_SECURITY, N_ ("{host} does not expect SSL on port {port}."),
                                  N_ ("Choose Auto or TLS under Security, or correct the port.") },
  [MOPT_ERROR_TLS_TOO_OLD] = { BLAME_NOBODY,
                               N_ ("{host} knows only encryption that is too old to be safe. Your "
                                   "password was not sent."),
                               N_ ("The person who runs the server has to allow TLS 1.2 or newer.") },
  [MOPT_ERROR_TLS_GONE] = { BLAME_SECURITY,
                            N_ ("{host} used to offer encryption and offers none now, so nothing secret was "
                                "sent."),
                            N_ ("Somebody on this network may be hiding it: try another network. If the person who "
                                "runs the server has really given it up, forget under Details what was reached "
                                "before.") },
  [MOPT_ERROR_UNENCRYPTED_NOT_AGREED] = { BLAME_SECURITY,
                                          N_ ("{host} offers no encryption, so others could read along. Nothing "
                                              "secret was sent."),
                                          N_ ("Ask the person who runs the server for encryption. If you accept the "
                                              "risk, choose Basic under Security; mopt takes "
                                              "--allow-unencrypted.") },
  [MOPT_ERROR_CERTIFICATE] = { BLAME_HOST,
                               N_ ("The identity of {host} could not be confirmed: {certificate}. Your "
                                   "password was not sent."),
                               N_ ("Check the name of the server. If it is right, ask the person who runs it.") },

  [MOPT_ERROR_PREAUTH] = { BLAME_NOBODY,
                           N_ ("{host} let us in without asking for a password, so the login could not "
                               "be tested."),
                           N_ ("Tell the person who runs the server.") },
  [MOPT_ERROR_AUTH_NOT_OFFERED] = { BLAME_AUTHENTICATION, N_ ("{host} offers no login on this connection."),
                                    N_ ("Check Security and Custom Port. An outgoing server that needs no login works "
                                        "with Requires Authentication off.") },
  [MOPT_ERROR_AUTH_NO_MECHANISM] = { BLAME_NOBODY,
                                     N_ ("{host} asks for a kind of login that this program does not "
                                         "know."),
                                     N_ ("Ask the person who runs the server to allow logging in with a "
                                         "password.") },
  [MOPT_ERROR_AUTH_LOGIN_DISABLED] = { BLAME_SECURITY, N_ ("{host} takes no password on this connection."),
                                       N_ ("Choose Auto, SSL or TLS under Security.") },
  [MOPT_ERROR_AUTH_CLEAR_TEXT] = { BLAME_SECURITY,
                                   N_ ("{host} takes the password only in a form that others could "
                                       "read, so it was not sent."),
                                   N_ ("Choose SSL or TLS under Security, or ask the person who runs the server.") },
  [MOPT_ERROR_AUTH_REFUSED] = { BLAME_PASSWORD, N_ ("{host} refused the user name or password."),
                                N_ ("Check the user name {user} and the password on the {page} page; this server may "
                                    "ask for an app password.") },
  [MOPT_ERROR_AUTH_TEMPORARY]
  = { BLAME_NOBODY, N_ ("{host} cannot check passwords at the moment."), N_ ("Test again in a few minutes.") },
  [MOPT_ERROR_AUTH_REQUIRED]
  = { BLAME_AUTHENTICATION, N_ ("{host} takes messages only after a login."), N_ ("Tick Requires Authentication.") },
  [MOPT_ERROR_TLS_REQUIRED] = { BLAME_SECURITY, N_ ("{host} goes on only over an encrypted connection."),
                                N_ ("Choose Auto, SSL or TLS under Security.") },
  [MOPT_ERROR_AUTH_SERVER_SIGNATURE] = { BLAME_NOBODY,
                                         N_ ("{host} could not prove that it knows your password: it "
                                             "may be an impostor."),
                                         N_ ("Do not log in on this network, and tell your administrator.") },
  [MOPT_ERROR_AUTH_ITERATIONS] = { BLAME_NOBODY, N_ ("{host} asked for an unsafe or endless calculation to log in."),
                                   N_ ("Tell the person who runs the server; your password was not sent.") },
  [MOPT_ERROR_AUTH_WEAKER] = { BLAME_SECURITY,
                               N_ ("{host} used to offer a safer login than it offers now, so your password was not "
                                   "sent."),
                               N_ ("Somebody may stand between you and the server: try another network. If the "
                                   "person who runs the server has really changed it, forget under Details what was "
                                   "reached before.") },
  [MOPT_ERROR_AUTH_NOT_TRIED] = { BLAME_PASSWORD,
                                  N_ ("The same login failed at the other server, so it was not tried at {host}."),
                                  N_ ("Mend the login there first, then test again.") },
  [MOPT_ERROR_AUTH_PASSWORD_TEXT] = { BLAME_PASSWORD,
                                      N_ ("The password has characters that cannot be sent to {host} "
                                          "on this connection."),
                                      N_ ("Choose Auto, SSL or TLS under Security, or take a password of plain "
                                          "letters, digits and signs.") },

  [MOPT_ERROR_MAILBOX_MISSING] = { BLAME_MAILBOX, N_ ("There is no mailbox {mailbox} on {host}."),
                                   N_ ("Choose one from the Mailbox list on the Incoming Server page.") },
  [MOPT_ERROR_MAILBOX_REFUSED] = { BLAME_MAILBOX, N_ ("{host} does not open the mailbox {mailbox}."),
                                   N_ ("Choose another Mailbox, or ask the person who runs the server.") },
  [MOPT_ERROR_MAILBOX_IN_USE] = { BLAME_NOBODY,
                                  N_ ("Another program is reading the mail of {user} on {host} just "
                                      "now."),
                                  N_ ("Close other mail programs, wait a minute and test again.") },

  [MOPT_ERROR_SENDER_REFUSED] = { BLAME_FROM, N_ ("{host} does not accept the From address."),
                                  N_ ("Choose another From address on the Options page, or check the login on the "
                                      "Outgoing Server page.") },
  [MOPT_ERROR_RECIPIENT_REFUSED] = { BLAME_AUTHENTICATION, N_ ("{host} does not deliver to your own address."),
                                     N_ ("Check Your e-mail address. Servers deliver elsewhere only with Requires "
                                         "Authentication on.") },
  [MOPT_ERROR_MESSAGE_REFUSED] = { BLAME_NOBODY, N_ ("{host} did not take the message."),
                                   N_ ("The words of the server say why; the person who runs it can help.") },
  [MOPT_ERROR_MESSAGE_TOO_LARGE] = { BLAME_NOBODY, N_ ("{host} does not take messages of this size."),
                                     N_ ("Ask the person who runs the server for its limit.") },
  [MOPT_ERROR_SMTPUTF8_MISSING] = { BLAME_FROM,
                                    N_ ("{host} does not deliver for addresses with letters beyond a to "
                                        "z."),
                                    N_ ("Choose a From address of plain letters on the Options page.") },
  [MOPT_ERROR_TEMPORARY]
  = { BLAME_NOBODY, N_ ("{host} cannot take the message at the moment."), N_ ("Test again in a few minutes.") },
  [MOPT_ERROR_FROM_NOT_ALLOWED] = { BLAME_FROM, "{message}", N_ ("Allow a From address on the Options page.") },
  [MOPT_ERROR_RECIPIENT_UNKNOWN] = { BLAME_NOBODY,
                                     N_ ("Your e-mail address is not known, so the test message has "
                                         "nowhere to go."),
                                     N_ ("Enter Your e-mail address in E-mail Options; mopt takes it with "
                                         "--to ADDRESS.") },

  [MOPT_ERROR_NOT_SEEN] = { BLAME_NOBODY, "{message}", N_ ("Look there, or in Junk.") },
  [MOPT_ERROR_CONVERSATION_ID_LOST] = { BLAME_CONVERSATION_ID,
                                        N_ ("The message arrived without its Conversation "
                                            "ID."),
                                        N_ ("Something on the way rewrites messages: choose the other place for the "
                                            "ID on the Outgoing Server page.") },

  /* of the publication's road, which has words of its own (check/refresh) */
  [MOPT_ERROR_PROXY] = { BLAME_NOBODY, "{message}", "" },
  [MOPT_ERROR_TOO_LARGE] = { BLAME_NOBODY, "{message}", "" },
  [MOPT_ERROR_TOO_SLOW] = { BLAME_NOBODY, "{message}", "" },
  [MOPT_ERROR_HTTP_REDIRECT] = { BLAME_NOBODY, "{message}", "" },
  [MOPT_ERROR_HTTP_NOT_FOUND] = { BLAME_NOBODY, "{message}", "" },
  [MOPT_ERROR_HTTP_FORBIDDEN] = { BLAME_NOBODY, "{message}", "" },
  [MOPT_ERROR_HTTP_BUSY] = { BLAME_NOBODY, "{message}", "" },
  [MOPT_ERROR_HTTP_STATUS] = { BLAME_NOBODY, "{message}", "" },
};
/* clang-format on */

static const char *
blamed_property (Blame blame, const MoptSettings *settings, MoptSide side)
{
  gboolean out = side == MOPT_SIDE_OUTGOING;
  const MoptServer *server = out ? &settings->outgoing : &settings->incoming;

  switch (blame)
    {
    case BLAME_HOST:
      return mopt_field_info (out ? MOPT_FIELD_OUTGOING_HOST : MOPT_FIELD_INCOMING_HOST)->name;
    case BLAME_PORT:
      if (server->custom_port != 0)
        return mopt_field_info (out ? MOPT_FIELD_OUTGOING_PORT : MOPT_FIELD_INCOMING_PORT)->name;
      G_GNUC_FALLTHROUGH;
    case BLAME_SECURITY:
      return mopt_field_info (out ? MOPT_FIELD_OUTGOING_SECURITY : MOPT_FIELD_INCOMING_SECURITY)->name;
    case BLAME_USER:
      return mopt_field_info (out && !settings->same_login ? MOPT_FIELD_OUTGOING_USER : MOPT_FIELD_INCOMING_USER)->name;
    case BLAME_PASSWORD:
      return out && !settings->same_login ? "outgoing-password" : "incoming-password";
    case BLAME_AUTHENTICATION:
      return mopt_field_info (out ? MOPT_FIELD_OUTGOING_REQUIRES_AUTHENTICATION : MOPT_FIELD_INCOMING_SECURITY)->name;
    case BLAME_MAILBOX:
      return settings->mailbox != NULL ? mopt_field_info (MOPT_FIELD_INCOMING_MAILBOX)->name : NULL;
    case BLAME_FROM:
      return mopt_field_info (MOPT_FIELD_FROM_DEFAULT)->name;
    case BLAME_CONVERSATION_ID:
      return mopt_field_info (MOPT_FIELD_CONVERSATION_ID_PLACE)->name;
    case BLAME_NOBODY:
    default:
      return NULL;
    }
}

/* Port 25 is for servers among themselves and often blocked for everybody else. */
static gboolean
should_try_587 (MoptError code, const MoptServer *server)
{
  return server->protocol == MOPT_PROTOCOL_SMTP && server->security == MOPT_SECURITY_TLS
         && (server->custom_port == 0 || server->custom_port == 25)
         && (code == MOPT_ERROR_CONNECT_TIMED_OUT || code == MOPT_ERROR_CONNECTION_REFUSED
             || code == MOPT_ERROR_UNREACHABLE || code == MOPT_ERROR_CONNECT_FAILED);
}

static const char *
choose_advice (MoptError code, const MoptServer *server, const MoptTlsInfo *tls)
{
  if (should_try_587 (code, server))
    return N_ ("Many networks block port 25: tick Custom Port and enter 587.");
  if (code == MOPT_ERROR_CERTIFICATE && tls != NULL && tls->reasons != NULL && tls->reasons->len == 1)
    {
      const char *reason = g_ptr_array_index (tls->reasons, 0);

      if (g_str_equal (reason, "expired"))
        return N_ ("The person who runs the server has to renew the certificate. Check the date of this computer, "
                   "too.");
      if (g_str_equal (reason, "not-yet-valid"))
        return N_ ("Check the date of this computer.");
      if (g_str_equal (reason, "unknown-issuer"))
        return N_ ("If your organisation has a certificate authority of its own, its certificate must be installed "
                   "on this computer.");
    }
  return causes[code].advice;
}

MoptFailure *
mopt_failure_new_tls (const GError *error, const MoptSettings *settings, MoptSide side, MoptStage stage,
                      const MoptTlsInfo *tls)
{
  g_return_val_if_fail (error != NULL && settings != NULL, NULL);

  MoptError code = error->domain == MOPT_ERROR ? (MoptError) error->code : MOPT_ERROR_FAILED;
  gboolean out = side == MOPT_SIDE_OUTGOING;
  const MoptServer *server = out ? &settings->outgoing : &settings->incoming;
  g_autofree char *port = server->custom_port != 0 ? g_strdup_printf ("%u", server->custom_port)
                                                   : mopt_default_ports_text (server->protocol, server->security);
  g_autofree char *certificate = mopt_failure_certificate_text (tls, server->host);
  const MoptPlace places[] = {
    { "host", server->host },
    { "port", port },
    { "user", server->user },
    { "mailbox", settings->mailbox != NULL ? settings->mailbox : server->user },
    { "page", out && !settings->same_login ? _ ("Outgoing Server") : _ ("Incoming Server") },
    { "certificate", certificate },
    { "message", error->message },
    { NULL },
  };
  const char *advice = choose_advice (code, server, tls);
  MoptFailure *self = g_new0 (MoptFailure, 1);

  self->sentence = mopt_template_fill (_ (causes[code].sentence), places);
  self->advice = *advice != '\0' ? mopt_template_fill (_ (advice), places) : g_strdup ("");
  self->property = blamed_property (causes[code].blame, settings, side);
  self->code = mopt_error_word (code);
  self->server_words = g_strdup (mopt_error_get_server_words (error));
  return self;
}

MoptFailure *
mopt_failure_new (const GError *error, const MoptSettings *settings, MoptSide side, MoptStage stage)
{
  return mopt_failure_new_tls (error, settings, side, stage, NULL);
}

void
mopt_failure_free (MoptFailure *self)
{
  if (self == NULL)
    return;
  g_free (self->sentence);
  g_free (self->advice);
  g_free (self->server_words);
  g_free (self);
}
