# SPDX-License-Identifier: GPL-3.0-or-later
"""mopt-service as other programs meet it: on a bus that starts it when it is asked
for, with gdbus and with callers that hand over descriptors, against real servers
and a real keyring.  Runs inside session.sh."""

import concurrent.futures
import os
import pathlib
import random
import re
import socket
import subprocess
import threading
import time
import xml.etree.ElementTree

from gi.repository import GLib

from bus import INVALID, NAME, PATH, PERMANENT, TEMPORARY, Refused, Service, memory
from e2e import MOPT, PASSWORDS, main, port

XML = pathlib.Path(__file__).resolve().parents[2] / 'data/org.mailoptions.Service.xml'


class Talk(Service):
    idle = 1

    def test_says_what_the_file_says(self):
        def parts(root):
            return {(part.tag, part.get('name'), part.get('type'), part.get('access'),
                     tuple((arg.get('name'), arg.get('type'), arg.get('direction')) for arg in part.findall('arg')))
                    for part in root.find("./interface[@name='%s']" % NAME) if part.tag is not xml.etree.ElementTree.Comment}
        said = self.gdbus('introspect', '--session', '--dest', NAME, '--object-path', PATH, '--xml')
        self.assertEqual(parts(xml.etree.ElementTree.fromstring(said)), parts(xml.etree.ElementTree.parse(XML)))
        self.assertRegex(self.gdbus('call', '--session', '--dest', NAME, '--object-path', PATH, '--method',
                                    'org.freedesktop.DBus.Properties.Get', NAME, 'Version'), r"^\(<'\d+\.\d+")

    def test_starts_and_ends_by_itself(self):
        self.assertIsNone(self.pid())
        said = self.gdbus('call', '--session', '--dest', NAME, '--object-path', PATH, '--method', NAME + '.ListAccounts')
        self.assertIn("'id': <'a'>", said)
        first = self.pid()
        self.assertIsNotNone(first)
        time.sleep(0.6)
        self.caller.accounts()    # what is used stays
        time.sleep(0.6)
        self.assertEqual(self.pid(), first)
        self.assertTrue(self.is_gone(first))
        self.caller.accounts()
        self.assertNotEqual(self.pid(), first)
        # nor does it go while somebody asks without pause: each call is answered
        end = time.monotonic() + 3
        while time.monotonic() < end:
            self.assertEqual(len(self.caller.accounts()), 1)
            time.sleep(random.uniform(0.9, 1.1))

    def test_one_is_enough(self):
        self.caller.accounts()
        done = subprocess.run([os.environ['MOPT_SERVICE']], env=self.env, capture_output=True, text=True, timeout=20, check=False)
        self.assertEqual((done.returncode, done.stdout), (69, ''))
        self.assertIn('running already', done.stderr)
        for words in (['--idle', 'x'], ['--nonsense'], ['word']):
            self.assertEqual(subprocess.run([os.environ['MOPT_SERVICE'], *words], env=self.env, capture_output=True,
                                            timeout=20, check=False).returncode, 64)


class Accounts(Service):
    def test_list(self):
        published = pathlib.Path(self.home.name) / 'published.conf'
        published.write_text(
            '[Publication]\nFormat=1\nOrganization=Example Corp\nDefault=desk\n\n'
            '[Account desk]\nKind=imap\nName=Desk\nincoming-host=imap.example.test\nincoming-user=desk\n'
            'incoming-password-file=desk-secret\nLocked=incoming-account;\n'
            'outgoing-host=smtp.example.test\nfrom-user-address=false\n'
            'from-legal=Desk <desk@example.test>;*@desk.example.test;\n\n'
            '[Account boss]\nKind=imap\nName=Boss\nAvailableTo=\nincoming-host=x\n', encoding='utf-8')
        self.env['MAIL_OPTIONS_PUBLISHED'] = str(published)
        self.mine(more='\n[Account old]\nKind=telex\nName=Old\n\n[Account bad]\nKind=pop\n'
                                                        'Name=Bad\nincoming-security=sll\n')
        self.install()
        accounts = self.caller.accounts()
        self.assertEqual([account['id'] for account in accounts], ['desk', 'a', 'old', 'bad'])
        self.assertEqual(accounts[0], {
            'id': 'desk', 'name': 'Desk', 'kind': 'imap', 'origin': 'published', 'is-default': True, 'may-send': True,
            'from-addresses': ['Desk <desk@example.test>'], 'from-default': 'Desk <desk@example.test>',
            'from-patterns': ['*@desk.example.test'], 'from-arbitrary': False})
        self.assertEqual(accounts[1]['from-default'], 'jo@example.test')
        for broken in accounts[2:]:
            self.assertFalse(broken['may-send'])
            self.assertNotEqual(broken['reason'], '')
        self.assertNotIn('secret', repr(accounts))
        self.assertNotIn('oss', repr(accounts))

    def test_follows_at_once(self):
        """No answer goes by what a file said before, also where nobody has told of a change yet."""
        for name in 'BCDEFG':
            self.config.write_text(re.sub('Name=.\n(?!A)', 'Name=%s\n' % name, self.config.read_text(encoding='utf-8')),
                                   encoding='utf-8')
            self.assertEqual(self.caller.accounts()[0]['name'], name)
        self.config.unlink()
        self.assertEqual(self.caller.accounts(), [])
        self.refused(PERMANENT + 'NotFound', 'no account', self.caller.send, 'Subject: x\n\nx\n', recipients=['a@b'])
        self.config.mkdir()
        self.refused(PERMANENT + 'Failed', 'regular file', self.caller.accounts)
        self.config.rmdir()
        self.mine()
        self.assertEqual(len(self.caller.accounts()), 1)

    def test_says_that_they_changed(self):
        published = pathlib.Path(self.home.name) / 'published.conf'
        text = '[Publication]\nFormat=1\nOrganization=Example Corp\nSerial=%d\n'
        published.write_text(text % 1, encoding='utf-8')
        self.env['MAIL_OPTIONS_PUBLISHED'] = str(published)
        self.install()
        heard = []
        self.caller.bus.signal_subscribe(NAME, NAME, 'AccountsChanged', PATH, None, 0, lambda *words: heard.append(words[5]))
        context = GLib.MainContext.default()

        def hears(n, limit):
            end = time.monotonic() + limit
            while len(heard) < n and time.monotonic() < end:
                if not context.iteration(False):
                    time.sleep(0.01)
            self.assertEqual([word.unpack() for word in heard], [()] * n)
        self.caller.accounts()
        hears(0, 0)
        time.sleep(0.5)
        hears(0, 0)    # the start is no change
        with open(self.config, 'a', encoding='utf-8') as file:
            file.write('\n[Account b]\nKind=pop\nName=B\n')
        hears(1, 10)
        new = published.with_name('new')
        new.write_text(text % 2 + '[Account desk]\nKind=imap\nName=Desk\n', encoding='utf-8')
        new.rename(published)
        hears(2, 10)
        self.assertEqual([account['id'] for account in self.caller.accounts()], ['desk', 'a', 'b'])
        # what it says is for whoever looks at the window: the service has kept nothing back from that
        self.assertEqual(list(pathlib.Path(self.env['XDG_STATE_HOME']).rglob('announced*')), [])


class Send(Service):
    def setUp(self):
        super().setUp()
        self.assertEqual(self.mopt('password', 'a', password=PASSWORDS['jo']).code, 0)

    def test_arrives(self):
        self.mine(conversation_id_add='true')
        mark = self.mark()
        result = self.caller.send('From: jo@example.test\nTo: alex@example.test\nSubject: %s\n\n.\nGrüße\n' % mark)
        self.assertEqual({name: result[name] for name in ('account', 'sender', 'recipients', 'notes')}, {
            'account': 'a', 'sender': 'jo@example.test', 'recipients': ['alex@example.test'], 'notes': []})
        self.assertRegex(result['reply'], '^250 ')
        message = self.arrived('alex', mark)[0].decode()
        self.assertIn('Subject: %s %s\n' % (mark, result['conversation-id']), message)
        self.assertIn('Message-ID: %s\n' % result['message-id'], message)
        self.assertTrue(message.endswith('\n\n.\nGrüße\n'), message)
        # it says an ID as it is written, whatever became of it on its way here
        found = result['conversation-id']
        result = self.caller.send('To: alex@example.test\nSubject: x\n\n%s\n' % found.lower().replace(' ', '\r\n'))
        self.assertEqual(result['conversation-id'], found)
        again = self.mark()
        result = self.caller.send('Subject: %s\n\nx\n' % again, recipients=['ann@example.test'], conversation_id=False,
                                  full_name='Jo, of the desk', account='A', sender='jo@example.test')
        self.assertNotIn('conversation-id', result)
        message = self.arrived('ann', again)[0].decode()
        self.assertIn('Subject: %s\n' % again, message)
        self.assertIn('From: "Jo, of the desk" <jo@example.test>\n', message)

    def test_not_remembered(self):
        lock = pathlib.Path(self.env['XDG_STATE_HOME']) / 'mail-options/security.conf.lock'
        lock.mkdir(parents=True)      # where nobody can write, root neither
        mark = self.mark()
        notes = self.caller.send('To: alex@example.test\nSubject: %s\n\nx\n' % mark)['notes']
        self.assertEqual(len(notes), 1)
        self.assertRegex(notes[0], r'^What was learned about the security of 127\.0\.0\.1 could not be remembered\. ')
        self.arrived('alex', mark)

    def test_from_everywhere(self):
        """A pipe that is slow, a socket, a file from its middle; large ones, too."""
        body = b'x' * 70 + b'\n'
        for size in (1, 20000):
            mark = self.mark()
            head = ('To: alex@example.test\nSubject: %s\n\n' % mark).encode()
            data = head + body * size

            def write(stream):
                with stream:
                    stream.write(data[:5])
                    stream.flush()
                    time.sleep(0.2)
                    stream.write(data[5:])
            out, into = os.pipe()
            ours, theirs = socket.socketpair()
            pipe, plug = os.fdopen(into, 'wb'), ours.makefile('wb')
            ours.close()
            for end in (pipe, plug):
                threading.Thread(target=write, args=(end,), daemon=True).start()
            with memory(b'junk' + data) as file:
                file.seek(4)
                for fd in (out, theirs.fileno(), file.fileno()):
                    self.caller.send_fd(fd)
            os.close(out)
            theirs.close()
            for message in self.arrived('alex', mark, 3):
                self.assertTrue(message.endswith(b'\n\n' + body * size))

    def test_what_may_not_leave(self):
        message = 'To: alex@example.test\nSubject: x\n\nx\n'
        words = self.refused(PERMANENT + 'FromNotAllowed', 'boss@example.test', self.caller.send,
                             'From: boss@example.test\n' + message)
        self.assertIn('jo@example.test', words)
        self.refused(PERMANENT + 'FromNotAllowed', 'boss', self.caller.send, message, sender='boss@example.test')
        self.refused(PERMANENT + 'NotFound', 'nothing', self.caller.send, message, account='nothing')
        self.refused(PERMANENT + 'InvalidValue', 'no To, Cc or Bcc', self.caller.send, 'Subject: x\n\nx\n')
        for bad in ('a@example.test\r\nDATA', 'a@example.test\nBcc: ann@example.test', 'a b@c', '', '<>', 'a@b>,<c@d',
                    'x' * 900 + '@example.test', '\x7f@example.test', '\u202ea@example.test'):
            with self.assertRaises(Refused) as caught:
                self.caller.send(message, recipients=[bad])
            self.assertTrue(caught.exception.name.startswith(PERMANENT), caught.exception)
            self.assertNotRegex(caught.exception.words, '[\x00-\x1f\x7f\u202e]')
            with self.assertRaises(Refused) as caught:
                self.caller.send(message, full_name=bad + '\n', sender=bad + '\n')
        self.refused(PERMANENT + 'RecipientUnknown', 'nobody@example.test.*Nothing was sent', self.caller.send, message,
                     recipients=['alex@example.test', 'nobody@example.test'])
        # what the sendmail way refuses is refused here, whoever says so
        published = pathlib.Path(self.home.name) / 'published.conf'
        published.write_text('[Publication]\nFormat=1\nOrganization=Example Corp\n\n[Rights]\nsend=nobody\n', encoding='utf-8')
        self.stop()
        self.env['MAIL_OPTIONS_PUBLISHED'] = str(published)
        self.install()
        self.refused(PERMANENT + 'NotAllowed', 'may not send', self.caller.send, message)

    def test_calls_that_are_wrong(self):
        message = 'To: alex@example.test\nSubject: x\n\nx\n'
        for words, options in (
                ('no option “colour”', {'colour': 'red'}), ('type “as”', {'recipients': 'a@b'}), ('type “b”', {'conversation_id': 'no'}),
                ('type “s”', {'account': 7}), ('empty', {'recipients': []}), ('more than', {'recipients': ['a@b'] * 10001}),
                ('too long', {'account': 'x' * 1001}), ('too long', {'recipients': ['x' * 100000]})):
            self.refused(INVALID, words, self.caller.send, message, **options)
        twice = GLib.Variant.parse(None, "(handle 0, [{'sender', <'a@b'>}, {'sender', <'a@c'>}])", None, None)
        with memory(b'x') as file:
            self.refused(INVALID, 'twice', self.caller.call, 'Send', twice, [file.fileno()])
            for handle in (1, 2 ** 31 - 1, -1):
                self.refused(INVALID, 'sent along', self.caller.call, 'Send', GLib.Variant('(ha{sv})', (handle, {})),
                             [file.fileno()])
            with open('/proc/self/fd/%d' % file.fileno(), 'wb') as write_only:
                self.refused(PERMANENT + 'Failed', 'could not be read', self.caller.send_fd, write_only.fileno())
            path_only = os.open('/proc/self/fd/%d' % file.fileno(), os.O_PATH)
            self.refused(PERMANENT + 'Failed', 'could not be read', self.caller.send_fd, path_only)
            os.close(path_only)
        self.refused(INVALID, 'sent along', self.caller.call, 'Send', GLib.Variant('(ha{sv})', (0, {})))
        self.refused(INVALID, '.', self.caller.call, 'Send', GLib.Variant('(s)', ('x',)))
        self.refused('org.freedesktop.DBus.Error.UnknownMethod', '.', self.caller.call, 'Nothing')
        terminal, other = os.openpty()
        for fd in (terminal, other, os.open('/', os.O_RDONLY), os.open('/dev/zero', os.O_RDONLY), os.eventfd(0)):
            self.refused(INVALID, 'file, a pipe or a socket', self.caller.send_fd, fd)
            os.close(fd)
        self.refused(PERMANENT + 'InvalidValue', '.', self.caller.send, b'\xff\xfe\n\n')
        self.refused(PERMANENT + 'InvalidValue', 'NUL', self.caller.send, message + '\0')

    def test_many_at_once(self):
        marks = [self.mark() for _ in range(20)]
        with concurrent.futures.ThreadPoolExecutor(20) as pool:
            results = list(pool.map(lambda mark: self.caller.send('To: alex@example.test\nSubject: %s\n\nx\n' % mark), marks))
        self.assertEqual(len({result['message-id'] for result in results}), 20)
        for _ in range(2):    # none comes late a second time
            for mark in marks:
                self.arrived('alex', mark)
            time.sleep(0.3)

    def test_password_of_another_server(self):
        """Where the publisher moved the server its user has to agree first; another program cannot do it for him."""
        published = pathlib.Path(self.home.name) / 'published.conf'

        def publish(host):
            published.write_text(
                '[Publication]\nFormat=1\nOrganization=Example Corp\n\n[Account desk]\nKind=imap\nName=Desk\n'
                'incoming-host=127.0.0.1\nincoming-user=jo@example.test\noutgoing-host=%s\noutgoing-custom-port=true\n'
                'outgoing-port=%s\noutgoing-security=tls\n' % (host, port('SMTP')), encoding='utf-8')
        publish('127.0.0.1')
        self.env['MAIL_OPTIONS_PUBLISHED'] = str(published)
        self.install()
        mark = self.mark()
        message = 'To: alex@example.test\nSubject: %s\n\nx\n' % mark
        self.refused(PERMANENT + 'KeyringNotStored', '.', self.caller.send, message, account='desk')
        self.assertEqual(self.mopt('password', 'desk', password=PASSWORDS['jo']).code, 0)
        self.caller.send(message, account='desk')
        publish('127.0.0.6')
        self.refused(TEMPORARY + 'PasswordForOtherServer', 'confirm 127.0.0.6', self.caller.send, message, account='desk')
        self.arrived('alex', mark)

    def test_refused_password(self):
        self.assertEqual(self.mopt('password', 'a', password='wrong').code, 0)
        message = 'To: alex@example.test\nSubject: x\n\nx\n'
        self.refused(PERMANENT + 'LoginRefused', 'refused the user name or password', self.caller.send, message)
        self.refused(PERMANENT + 'LoginNotTried', 'not tried again before', self.caller.send, message)

    def test_no_secret_anywhere(self):
        self.mine(conversation_id_add='true')
        self.caller.send('To: alex@example.test\nSubject: x\n\nx\n')
        pid = self.pid()
        seen = repr(self.caller.accounts()).encode()
        seen += pathlib.Path('/proc/%d/cmdline' % pid).read_bytes()
        for folder in (self.home.name, os.path.join(os.environ['SESSION_DIR'], 'log')):
            for path in pathlib.Path(folder).rglob('*'):
                if path.is_file():
                    seen += path.read_bytes()
        self.assertNotIn(PASSWORDS['jo'].encode(), seen)
        # nor may another program of the same user look into it
        if os.geteuid() == 0:
            self.assertNotEqual(subprocess.run(['setpriv', '--reuid=nobody', '--clear-groups', 'cat', '/proc/%d/environ' % pid],
                                               capture_output=True, check=False).returncode, 0)

    def test_the_examples(self):
        """A service desk's reply, from a shell and from a program in C."""
        self.mine(conversation_id_add='true')
        examples = XML.parent / 'examples'
        env = dict(self.env, PATH='%s:%s' % (os.path.dirname(MOPT), os.environ['PATH']))
        for example in (['sh', str(examples / 'reply.sh')], [os.environ['REPLY']]):
            def run(*words, text='Grüße\n.\nEnd\n', code=0):
                done = subprocess.run([*example, *words], input=text, env=env, capture_output=True, text=True, timeout=60,
                                      check=False)
                self.assertEqual(done.returncode, code, done.stderr)
                return done
            mark = self.mark()
            run('Alex <alex@example.test>', 'Drucker für %s' % mark, '<%s@example.test>' % mark)
            message = self.arrived('alex', 'In-Reply-To: <%s@example.test>' % mark)[0].decode()
            found = re.search(r'\{CMI: [A-Z0-9]+\}', message)
            self.assertTrue(found, message)
            again = self.mark()
            done = run('alex@example.test', 'Re: %s %s' % (again, found[0]))
            message = self.arrived('alex', again)[0].decode()
            self.assertIn('Subject: Re: %s %s\n' % (again, found[0]), message)
            self.assertEqual(message.count('CMI'), 1, message)
            self.assertIn('From: Jo <jo@example.test>\n', message)
            self.assertTrue(message.endswith('\n\nGrüße\n.\nEnd\n'), message)
            self.assertEqual((done.stdout, done.stderr), ('' if example[0] == 'sh' else found[0] + '\n', ''))
            run('alex@example.test', 'x\nBcc: ann@example.test', code=64)
            run('alex@example.test', code=64)
            self.assertIn('alex@', run('alex@, <<', 'x', code=65 if example[0] == 'sh' else 69).stderr)
        # a text that cannot be read is not taken for one that ends there
        folder = os.open('/', os.O_RDONLY)
        self.addCleanup(os.close, folder)
        self.assertEqual(subprocess.run([os.environ['REPLY'], 'alex@example.test', 'x'], stdin=folder, env=env, check=False,
                                        capture_output=True, timeout=60).returncode, 74)

    def test_when_it_is_locked(self):    # the last one: opening it again would ask for its password
        self.caller.call('Lock', GLib.Variant('(ao)', (['/org/freedesktop/secrets/collection/login'],)),
                         interface='org.freedesktop.Secret.Service', name='org.freedesktop.secrets',
                         path='/org/freedesktop/secrets')
        begun = time.monotonic()
        self.refused(TEMPORARY + 'KeyringLocked', 'locked', self.caller.send, 'To: alex@example.test\nSubject: x\n\nx\n')
        self.assertLess(time.monotonic() - begun, 5)


if __name__ == '__main__':
    main()
