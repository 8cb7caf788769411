# SPDX-License-Identifier: GPL-3.0-or-later
"""relay.py SMTP-PORT LMTP-PORT

The smart host behind Dovecot's submission service where Postfix cannot run
(its master wants to be root): takes SMTP on 127.0.0.1 without authentication
and hands each message to Dovecot's LMTP.  It refuses what the Postfix of
mail.sh refuses: a sender that does not belong to the login (which Dovecot tells
by XCLIENT), recipients that do not exist, messages that are too large.  What is
for lost@ never arrives.
"""

import os
import re
import smtplib
import socketserver
import sys

SMTP_PORT, LMTP_PORT = int(sys.argv[1]), int(sys.argv[2])
ALIASES = {'jo.alias@example.test': 'jo@example.test'}
GREETING = '220 relay.example.test ESMTP'
FEATURES = ('250-relay.example.test', '250-8BITMIME', '250-SMTPUTF8', '250-ENHANCEDSTATUSCODES',
            '250-XCLIENT ADDR PORT PROTO HELO LOGIN', '250 SIZE %s' % os.environ.get('MAIL_SIZE_MAX', '2000000'))


class Session(socketserver.StreamRequestHandler):
    def say(self, *lines):
        self.wfile.write(''.join(line + '\r\n' for line in lines).encode())

    def handle(self):
        login, sender, recipients = None, None, []
        self.say(GREETING)
        for line in self.rfile:
            line = line.decode('utf-8', 'replace').strip()
            verb = line.upper()
            path = re.search('<([^>]*)>', line)
            if verb.startswith('EHLO'):
                self.say(*FEATURES)
            elif verb.startswith('XCLIENT'):
                known = re.search(r'\bLOGIN=(\S+)', line)
                login = known and known[1].replace('+40', '@')
                self.say(GREETING)
            elif verb.startswith('MAIL FROM:') and path and path[1] and login not in (None, path[1], ALIASES.get(path[1])):
                self.say('553 5.7.1 <%s>: Sender address rejected: not owned by user %s' % (path[1], login))
            elif verb.startswith('MAIL FROM:') and path:
                sender, recipients = path[1], []
                self.say('250 2.1.0 ok')
            elif verb.startswith('RCPT TO:') and path:
                if path[1].endswith('@example.test') and not path[1].startswith('nobody@'):
                    recipients.append(path[1])
                    self.say('250 2.1.5 ok')
                else:
                    self.say('550 5.1.1 <%s>: no such user' % path[1])
            elif verb == 'DATA':
                self.say('354 go ahead')
                self.deliver(sender, recipients)
            elif verb.startswith(('RSET', 'NOOP')):
                self.say('250 2.0.0 ok')
            elif verb.startswith('QUIT'):
                self.say('221 2.0.0 bye')
                return
            else:
                self.say('502 5.5.2 not known here')

    def deliver(self, sender, recipients):
        message = b''
        for line in self.rfile:
            if line == b'.\r\n':
                break
            message += line[1:] if line.startswith(b'.') else line
        else:
            return
        recipients = [r for r in recipients if not r.startswith('lost@')]
        try:
            if recipients:
                with smtplib.LMTP('127.0.0.1', LMTP_PORT) as lmtp:
                    for recipient in recipients:    # it answers for each of them, smtplib reads one answer
                        lmtp.sendmail(sender, recipient, message)
            self.say('250 2.0.0 delivered')
        except smtplib.SMTPException as error:
            self.say('451 4.3.0 ' + repr(error)[:200])


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


Server(('127.0.0.1', SMTP_PORT), Session).serve_forever()
