# SPDX-License-Identifier: GPL-3.0-or-later
"""mopt send against real servers: what arrives is what was sent, byte for byte
but for the Conversation ID and what servers put before it; what may not leave
does not; each failure has the exit code of sysexits(3) that programs go by."""

import base64
import email
import email.policy
import os
import pathlib
import re
import socket
import subprocess
import tempfile
import threading
import time

from e2e import MOPT, PASSWORDS, main, port
from sending import BOXES, CONFIG, DATAERR, IOERR, NOPERM, NOUSER, OK, TEMPFAIL, UNAVAILABLE, USAGE, Sending, Sink


class Send(Sending):
    # ---- what arrives ----

    def test_byte_for_byte(self):
        mark = self.mark()
        message = ('From: Jo <jo@example.test>\nTo: alex@example.test\nSubject: %s\nDate: Mon, 1 Jan 2024 00:00:00 +0000\n'
                   'Message-ID: <%s@example.test>\nX-Odd:   two  blanks\t\nMIME-Version: 1.0\n'
                   'Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n'
                   '.\n..\n.dot\nGrüße, 日本\n%s\nFrom the start\n\n\nend\n' % (mark, mark, 'x' * 990))
        self.sends(message, 'alex@example.test')
        self.assertEqual(self.arrived('alex', mark)[0].decode(), message)

    def test_not_remembered(self):
        """What cannot be written down is said, and nothing else comes of it."""
        lock = pathlib.Path(self.env['XDG_STATE_HOME']) / 'mail-options/security.conf.lock'
        lock.mkdir(parents=True)      # where nobody can write, root neither
        mark = self.mark()
        done = self.send('Subject: %s\n\nx\n' % mark, 'alex@example.test')
        self.assertEqual(done.returncode, OK, done.err)
        self.assertRegex(done.err, r'^mopt: Note: What was learned about the security of 127\.0\.0\.1 could not be '
                         r'remembered\. .*\n$')
        self.arrived('alex', mark)

    def test_long_lines(self):
        """No line of the text is broken; what a server makes of it is its own affair."""
        sink = self.to(Sink())
        text = b'%s\n.%s\n%s' % (b'x' * 999, b'y' * 5000, b'z' * 200000)
        self.sends(b'Subject: x\n\n' + text, 'alex@example.test', given=False)
        self.assertTrue(sink.heard[0].endswith(b'\r\n\r\n' + text.replace(b'\n.', b'\r\n..').replace(b'y\n', b'y\r\n')
                                               + b'\r\n'))

    def test_same_by_implicit_tls(self):
        mark = self.mark()
        self.mine(outgoing_security='ssl', outgoing_port=port('SMTPS'))
        self.sends('Subject: %s\n\nx\n' % mark, '--', 'alex@example.test')
        got = self.arrived('alex', mark)[0].decode()
        self.assertIn('From: Jo <jo@example.test>\n', got)
        self.assertRegex(got, 'Message-ID: <.*@example.test>\n')
        self.assertRegex(got, 'Date: ')

    def test_recipients_of_the_header(self):
        mark = self.mark()
        self.sends('From: jo@example.test\nTo: Alex <alex@example.test>, "Ann, the one" <ann@example.test>\n'
                   'Bcc: jo@example.test\nSubject: %s\n\nx\n' % mark, '-t', '-i')
        for user in ('alex', 'ann', 'jo'):
            self.assertNotIn(b'Bcc', self.arrived(user, mark)[0])

    def test_without_a_domain(self):
        mark = self.mark()
        self.sends('From: root (Cron Daemon)\nTo: root\nSubject: %s\n\nx\n' % mark, '-FCronDaemon', '-i', '-B8BITMIME',
                   '-oem', '-odb', 'root')
        self.assertIn(b'From: CronDaemon <jo@example.test>\n', self.arrived('jo', mark)[0])

    def test_lists_of_recipients(self):
        mark = self.mark()
        self.sends('Subject: %s\n\nx\n' % mark, 'alex@example.test,jo', 'Ann <ann@example.test>')
        for user in ('alex', 'ann', 'jo'):
            self.arrived(user, mark)

    def test_conversation_id(self):
        self.mine(conversation_id_add='true')
        mark = self.mark()
        message = 'From: jo@example.test\nTo: alex@example.test\nSubject: %s\n\nx\n' % mark
        self.sends(message, '-t')
        first = self.arrived('alex', mark)[0].decode()
        found = re.search(r'Subject: %s (\{CMI: [A-Z0-9]+\})\n' % mark, first)
        self.assertTrue(found, first)
        # the answer keeps it, an exception has none
        again = self.mark()
        self.sends('To: alex@example.test\nSubject: Re: %s %s\n\nx\n' % (again, found[1]), '-t')
        self.assertIn('Subject: Re: %s %s\n' % (again, found[1]), self.arrived('alex', again)[0].decode())
        without = self.mark()
        self.sends('To: alex@example.test\nSubject: %s\n\nx\n' % without, '-t', '--no-conversation-id')
        self.assertIn('Subject: %s\n' % without, self.arrived('alex', without)[0].decode())

    def test_prefix_of_before(self):
        """Conversations that began before the publisher had a prefix go on."""
        published = pathlib.Path(self.home.name) / 'published.conf'
        self.mine(conversation_id_add='true')
        own, _, fields = self.config.read_text(encoding='utf-8').partition('[Account a]')
        self.config.write_text(own, encoding='utf-8')
        self.env['MAIL_OPTIONS_PUBLISHED'] = str(published)
        found = []
        for key in ('', 'ConversationPrefix=ABCD\n', 'ConversationPrefix=WXYZ\nPreviousConversationPrefixes=ABCD;\n'):
            published.write_text('[Publication]\nFormat=1\nOrganization=Example Corp\n%s\n[Account a]%s' % (key, fields),
                                 encoding='utf-8')
            for given in [*found, '']:
                mark = self.mark()
                self.sends('To: alex@example.test\nSubject: %s%s\n\nx\n' % (mark, given and ' ' + given), '-t')
                got = re.search('Subject: %s (.*)' % mark, self.arrived('alex', mark)[0].decode())[1]
                self.assertEqual(got, given or got)
            found.append(got)
        self.assertEqual([got[6:10] for got in found[1:]], ['ABCD', 'WXYZ'])

    def test_dkim(self):
        """What was signed as a whole, subject and all, stays as it is."""
        self.mine(conversation_id_add='true')
        mark = self.mark()
        signed = 'DKIM-Signature: v=1; a=rsa-sha256; d=example.test; h=from:to:subject; b=AAAA\n'
        done = self.send(signed + 'From: jo@example.test\nTo: alex@example.test\nSubject: %s\n\nx\n' % mark, '-t')
        self.assertEqual(done.returncode, OK)
        self.assertRegex(done.err, r'\Amopt: Note: The message has a DKIM signature, .*\n\Z')
        self.assertIn('Subject: %s\n' % mark, self.arrived('alex', mark)[0].decode())

    def openssl(self, *words, given):
        return subprocess.run(['openssl', 'cms', *words], input=given, cwd=self.home.name, check=True,
                              capture_output=True).stdout

    def test_signed_and_encrypted(self):
        """What is sealed arrives as it was made: the ID that belongs in the text goes in the subject."""
        self.mine(conversation_id_add='true', conversation_id_place='body')
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'key', '-out', 'cert',
                        '-days', '2', '-subj', '/CN=jo'], cwd=self.home.name, check=True, capture_output=True)
        text = 'Content-Type: text/plain; charset=utf-8\n\nGrüße\n.\nFrom here\ntrailing \n-- \nJo\n'.encode()
        sign = ('-sign', '-signer', 'cert', '-inkey', 'key')
        for words, check in ((sign, ('-verify', '-CAfile', 'cert', '-purpose', 'any')),
                             ((*sign, '-nodetach'), ('-verify', '-CAfile', 'cert', '-purpose', 'any')),
                             (('-encrypt', '-aes256', 'cert'), ('-decrypt', '-inkey', 'key', '-recip', 'cert'))):
            mark = self.mark()
            made = self.openssl(*words, given=text)
            head = 'From: jo@example.test\nTo: alex@example.test\nSubject: %s\n' % mark
            self.sends(head.encode() + made, '-t')
            got = self.arrived('alex', mark)[0]
            self.assertRegex(got.decode(), r'Subject: %s \{CMI: [A-Z0-9]+\}\n' % mark)
            self.assertEqual(got.partition(b'\n\n')[2], made.replace(b'\r\n', b'\n').partition(b'\n\n')[2])
            self.assertEqual(self.openssl(*check, given=got).replace(b'\r\n', b'\n'), text)

    def test_other_texts(self):
        """The ID in the text of a message that flows; none in a text that has no ASCII in it."""
        self.mine(conversation_id_add='true', conversation_id_place='body')
        head = 'From: jo@example.test\nTo: alex@example.test\nSubject: %s\nMIME-Version: 1.0\nContent-Type: text/plain; '
        mark = self.mark()
        self.sends(head % mark + 'charset=utf-8; format=flowed\n\none \ntwo\n\n-- \nJo\n', '-t')
        body = self.arrived('alex', mark)[0].decode().partition('\n\n')[2]
        self.assertRegex(body, r'\Aone \ntwo\n\n\{CMI: [A-Z0-9]+\}\n\n-- \nJo\n\Z')
        for charset in ('utf-16', 'utf-7'):
            mark = self.mark()
            body = base64.encodebytes('Grüße\n'.encode(charset)).decode()
            self.sends(head % mark + 'charset=%s\nContent-Transfer-Encoding: base64\n\n%s' % (charset, body), '-t')
            got = self.arrived('alex', mark)[0].decode()
            self.assertRegex(got, r'Subject: %s \{CMI: [A-Z0-9]+\}\n' % mark)
            self.assertEqual(got.partition('\n\n')[2], body)

    def test_message_format(self):
        """What the program writes itself: as the publisher says, unless the user says otherwise."""
        published = pathlib.Path(self.home.name) / 'published.conf'
        self.env['MAIL_OPTIONS_PUBLISHED'] = str(published)
        text = self.config.read_text(encoding='utf-8')
        for theirs, own, html in (('', '', False), ('MessageFormat=html\n', '', True),
                                  ('MessageFormat=html\n', 'MessageFormat=plain\n', False),
                                  ('', 'MessageFormat=html\n', True)):
            published.write_text('[Publication]\nFormat=1\nOrganization=Example Corp\n' + theirs, encoding='utf-8')
            name = 'Desk & <%s>' % self.mark()
            self.config.write_text(text.replace('[Account a]', own + '\n[Account a]').replace('Name=A', 'Name=' + name),
                                   encoding='utf-8')
            result = self.mopt('test', 'a', '--side', 'outgoing', password=PASSWORDS['jo'])
            self.assertEqual(result.code, 0, result)
            got = email.message_from_bytes(self.arrived('jo', name)[0], policy=email.policy.default)
            self.assertEqual(got.get_content_type(), 'multipart/alternative' if html else 'text/plain')
            self.assertIn('“%s”' % name, got.get_body(('plain',)).get_content())
            if html:
                part = got.get_body(('html',)).get_content()
                self.assertIn('“Desk &amp; &lt;mark-', part)
                self.assertEqual(part.count('<p>'), 2)
        self.config.write_text('[Mail Options]\nMessageFormat=rtf\n', encoding='utf-8')
        self.assertRegex(self.mopt('list').err, 'accounts.conf, line 2: “MessageFormat” has no value “rtf”')

    def test_called_sendmail(self):
        link = pathlib.Path(self.home.name) / 'sendmail'
        link.symlink_to(MOPT)
        mark = self.mark()
        self.sends('To: alex@example.test\nSubject: %s\n\nx\n' % mark, '-t', '-oi', '-f', 'jo@example.test',
                   program=(str(link),))
        self.arrived('alex', mark)
        self.fails(USAGE, 'no queue', '', '-bp', program=(str(link),), given=False)

    def test_account_by_from(self):
        self.mine(more='\n[Account b]\nKind=imap\nName=B\nincoming-host=127.0.0.1\nincoming-user=alex@example.test\n'
                       'outgoing-host=127.0.0.1\noutgoing-custom-port=true\noutgoing-port=%s\noutgoing-security=tls\n'
                       'from-legal=alex@example.test\nfrom-user-address=false\n' % port('SMTP'))
        mark = self.mark()
        # jo's server would not take it; alex's password is the right one only for account b
        self.sends('From: alex@example.test\nTo: jo@example.test\nSubject: %s\n\nx\n' % mark, '-t', user='alex')
        self.arrived('jo', mark)

    # ---- what does not leave ----

    def test_unknown_recipient(self):
        mark = self.mark()
        message = 'Subject: %s\n\nx\n' % mark
        self.fails(NOUSER, r'nobody@example\.test.*Nothing was sent', message, 'alex@example.test',
                   'nobody@example.test')
        time.sleep(0.5)
        self.arrived('alex', mark, n=0, limit=0)

    def test_from_not_allowed(self):
        error = self.fails(NOPERM, 'boss@example.test', 'From: boss@example.test\n\nx\n', 'alex@example.test')
        self.assertIn('jo@example.test', error)
        self.fails(NOPERM, 'boss@example.test', 'Subject: x\n\nx\n', '-f', 'boss@example.test', 'alex@example.test')
        # nor behind one that is
        for senders in ('Sender: jo@example.test\nSender: boss@example.test', 'Sender: jo@example.test, boss@example.test'):
            self.fails(NOPERM, 'boss@example.test', 'From: jo@example.test\n%s\n\nx\n' % senders, 'alex@example.test')
        mark = self.mark()
        self.sends('From: root\nFrom: boss@example.test\nSubject: %s\n\nx\n' % mark, 'alex@example.test')
        self.assertNotIn(b'boss', self.arrived('alex', mark)[0])

    def test_nobody_is_the_sender(self):
        """An automatic answer, of whose failure nobody is to hear; its From has to be allowed all the same."""
        mark = self.mark()
        for words in (('-f', '<>'), ('-r<>',)):
            self.sends('Subject: %s\n\nx\n' % mark, *words, 'alex@example.test')
        for message in self.arrived('alex', mark, 2):
            self.assertIn(b'From: Jo <jo@example.test>\n', message)
            self.assertRegex(message, b'Message-ID: <.*@example.test>\n')
        raw = [path.read_bytes() for path in BOXES.glob('alex@example.test/Maildir/new/*')]
        self.assertEqual([b'Return-Path: <>\n' in data for data in raw if mark.encode() in data], [True] * 2)
        self.fails(NOPERM, 'boss@example.test', 'From: boss@example.test\n\nx\n', '-f', '<>', 'alex@example.test')
        for words in (('-f', ''), ('-f', '', '-t'), ('--envelope-from=',)):
            self.fails(DATAERR, 'sender of the envelope is empty', 'Subject: x\n\nx\n', *words, 'alex@example.test')

    def test_sent_on(self):
        """Who sends on is who readers take for the sender."""
        mark = self.mark()
        self.sends('Resent-From: Jo <jo@example.test>\nResent-To: alex@example.test\nFrom: jo@example.test\nTo: x@y\n'
                   'Subject: %s\n\nx\n' % mark, '-t')
        self.arrived('alex', mark)
        for field in ('Resent-From: boss@example.test', 'Resent-Sender: jo@example.test\nResent-Sender: boss@example.test',
                      'Resent-From: jo@example.test, Boss <boss@example.test>'):
            error = self.fails(NOPERM, 'boss@example.test', field + '\nResent-To: alex@example.test\n\nx\n', '-t')
            self.assertIn('jo@example.test', error)
        self.fails(NOPERM, 'boss@example.test', 'Resent-From: jo@example.test\nFrom: boss@example.test\n\nx\n',
                   'alex@example.test')

    def test_wrong_password(self):
        self.fails(NOPERM, 'refused the user name or password', 'Subject: x\n\nx\n', 'alex@example.test', password='no')

    def test_right_is_taken(self):
        published = pathlib.Path(self.home.name) / 'published.conf'
        published.write_text('[Publication]\nFormat=1\nOrganization=Example Corp\n\n[Rights]\nsend=nobody\n',
                             encoding='utf-8')
        self.env['MAIL_OPTIONS_PUBLISHED'] = str(published)
        self.fails(NOPERM, 'may not send', 'Subject: x\n\nx\n', 'alex@example.test')

    def test_nobody_there(self):
        with socket.socket() as free:
            free.bind(('127.0.0.1', 0))
            self.mine(outgoing_port=free.getsockname()[1])
            self.fails(TEMPFAIL, 'accepts nothing', 'Subject: x\n\nx\n', 'alex@example.test')

    def test_bad_input(self):
        self.fails(DATAERR, 'Nobody is named', 'Subject: x\n\nx\n')
        self.fails(DATAERR, 'no To, Cc or Bcc', 'Subject: x\n\nx\n', '-t')
        self.fails(DATAERR, 'no list of addresses', 'To: a@b, <<\n\nx\n', '-t')
        self.fails(DATAERR, 'NUL', b'Subject: x\n\n\0\n', 'alex@example.test')
        self.fails(USAGE, 'nonsense', '', '--nonsense', given=False)
        self.fails(CONFIG, 'nothing', 'Subject: x\n\nx\n', '--account', 'nothing', 'alex@example.test')

    def test_no_room(self):
        """Where the message cannot be put aside it is tried again later; what cannot be read is nothing that can pass."""
        large = b'Subject: x\n\n' + b'y\n' * 1000000
        limits = ('prlimit', '--fsize=100000', MOPT, 'send')
        self.fails(TEMPFAIL, 'put aside', large, 'alex@example.test', program=limits)
        self.fails(IOERR, 'could not be read', '', 'alex@example.test', program=('sh', '-c', '"$@" <&-', '-', MOPT, 'send'))
        self.fails(IOERR, 'could not be read', '', 'alex@example.test', program=('sh', '-c', '"$@" </', '-', MOPT, 'send'))

    def test_no_keyring(self):
        self.fails(TEMPFAIL, '.', 'Subject: x\n\nx\n', 'alex@example.test', given=False)

    def test_lost_after_the_end(self):
        """A server that takes the message and dies before it says so: not tried again, and said."""
        seen = []

        def serve(listener):
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection, connection.makefile('rwb') as stream:
                    def say(text):
                        stream.write(text.encode() + b'\r\n')
                        stream.flush()
                    say('220 hi')
                    for line in stream:
                        word = line[:4].upper()
                        if word == b'EHLO':
                            say('250-m\r\n250 8BITMIME')
                        elif word == b'DATA':
                            say('354 go')
                            for body in stream:
                                if body == b'.\r\n':
                                    break
                            seen.append(1)
                            break
                        else:
                            say('250 ok')

        listener = socket.create_server(('127.0.0.1', 0))
        self.addCleanup(listener.close)
        threading.Thread(target=serve, args=(listener,), daemon=True).start()
        self.mine(outgoing_port=listener.getsockname()[1], outgoing_security='basic',
                  outgoing_requires_authentication='false')
        self.fails(TEMPFAIL, 'may have been delivered', 'Subject: x\n\nx\n', 'alex@example.test')
        self.assertEqual(len(seen), 1)

    # ---- large ----

    def test_memory_is_constant(self):
        """Above 1 MiB, which is the most that is held, a message takes as much memory as any other."""
        def peak(size):
            mark = self.mark()
            body = b'%s\n' % (b'x' * 75) * (size // 76)
            head = 'From: jo@example.test\nTo: alex@example.test\nSubject: %s\n\n' % mark
            out, into = os.pipe()
            os.write(into, (PASSWORDS['jo'] + '\n').encode())
            os.close(into)
            process = subprocess.Popen([MOPT, 'send', '-t', '--password-fd', str(out)], stdin=subprocess.PIPE,
                                       env=self.env, pass_fds=(out,))
            os.close(out)
            process.stdin.write(head.encode() + body)
            process.stdin.close()
            # not what wait4() says, which counts this interpreter's memory up to the exec, too
            most = 0
            while process.poll() is None:
                status = pathlib.Path('/proc/%d/status' % process.pid).read_text(encoding='utf-8')
                most = max([most, *map(int, re.findall(r'VmHWM:\s+(\d+)', status))])
                time.sleep(0.001)
            return process.returncode, most
        small, large = peak(1100 * 1000), peak(1900 * 1000)
        self.assertEqual((small[0], large[0]), (OK, OK))
        self.assertLess(large[1] - small[1], 500, 'KiB more')
        # nor does a file without an end to speak of fill anything
        with tempfile.TemporaryFile() as sparse:
            sparse.truncate(3 << 30)
            done = subprocess.run([MOPT, 'send', '-t'], stdin=sparse, env=self.env, capture_output=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (DATAERR, b'mopt: The message is larger than 2.0\xc2\xa0GiB.\n'))
        # too large is known before it is sent
        self.fails(UNAVAILABLE, 'of this size', b'Subject: x\n\n' + b'y\n' * 1500000, 'alex@example.test')


if __name__ == '__main__':
    main()
