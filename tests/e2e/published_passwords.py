# SPDX-License-Identifier: GPL-3.0-or-later
"""Passwords of published accounts, with real servers, a real keyring and mopt as a
process: which one is used where, and that none goes where it does not belong.

A server of our own writes down all it hears: what must not be sent is looked for
there, and each time it is shown first that it would be found."""

import base64
import json
import os
import pathlib
import socket
import subprocess
import threading
import unittest

import e2e

SHARED = e2e.PASSWORDS['alex']    # the one an administrator shares
USER = e2e.address('alex')


class Listener:
    """An IMAP or SMTP server that takes every login and believes none."""

    def __init__(self, protocol='imap'):
        self.protocol = protocol
        self.heard = b''
        self.socket = socket.create_server(('127.0.0.1', 0))
        self.port = str(self.socket.getsockname()[1])
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.talk, args=(connection,), daemon=True).start()

    def talk(self, connection):
        imap = self.protocol == 'imap'
        with connection, connection.makefile('rwb') as stream:
            stream.write(b'* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hello\r\n' if imap else b'220 hello ESMTP\r\n')
            stream.flush()
            for line in stream:
                self.heard += line
                tag, _, command = line.strip().partition(b' ')
                if not imap and tag.upper() == b'EHLO':
                    reply = b'250-hello\r\n250 AUTH PLAIN LOGIN\r\n'
                elif not imap:
                    reply = b'535 5.7.8 no\r\n'
                elif command.upper().startswith(b'CAPABILITY'):
                    reply = b'* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN\r\n' + tag + b' OK done\r\n'
                else:
                    reply = tag + b' NO not you\r\n'
                stream.write(reply)
                stream.flush()

    def close(self):
        self.socket.close()

    def has_heard(self, password):
        """In clear, or as PLAIN or LOGIN have it."""
        forms = [password.encode()]
        forms += [base64.b64encode(b'\0' + USER.encode() + b'\0' + password.encode()),
                  base64.b64encode(password.encode())]
        return any(form in self.heard for form in forms)

    def has_heard_a_login(self):
        return any(word in self.heard.upper() for word in (b'LOGIN', b'AUTH'))


class PublishedPasswords(e2e.Case):
    def setUp(self):
        super().setUp()
        root = pathlib.Path(self.home.name) / 'etc'
        (root / 'secrets').mkdir(parents=True)
        (root / 'secrets').chmod(0o750)
        self.root = root
        self.published = root / 'published.conf'
        self.serial = 0
        self.all = ''
        self.env['MAIL_OPTIONS_PUBLISHED'] = str(self.published)
        self.write('[Mail Options]\nName=Alex\nAddress=%s\n' % USER)
        self.addCleanup(lambda: super(PublishedPasswords, self).mopt('password', 'desk', '--delete'))

    def mopt(self, *words, **more):
        result = super().mopt(*words, **more)
        self.all += result.out + result.err
        return result

    def share(self, name, text, mode=0o640):
        path = self.root / 'secrets' / name
        path.write_text(text, encoding='utf-8')
        path.chmod(mode)

    def publish(self, *lines, rights='', host='localhost', **fields):
        """Account "desk"; a listener goes in as host."""
        values = {}
        self.serial += 1
        for side, port in (('incoming', 'IMAP'), ('outgoing', 'SMTP')):
            where = fields.pop(side, host)
            if isinstance(where, Listener):
                values.update({side + '-host': '127.0.0.1', side + '-security': 'basic', side + '-port': where.port})
            else:
                values.update({side + '-host': where, side + '-security': 'tls', side + '-port': e2e.port(port)})
            values[side + '-custom-port'] = 'true'
        values['incoming-user'] = USER
        values.update((name.replace('_', '-'), value) for name, value in fields.items())
        text = ('[Publication]\nFormat=1\nOrganization=Example Corp\nContact=help@example.test\nSerial=%d\n\n'
                '[Rights]\n%s\n\n[Account desk]\nKind=imap\nName=Help desk\n%s\n%s\n' % (
                    self.serial, rights, '\n'.join('%s=%s' % item for item in values.items()), '\n'.join(lines)))
        self.published.write_text(text, encoding='utf-8')

    def customise_server(self, listener):
        self.write('[Mail Options]\nName=Alex\nAddress=%s\n\n[Account desk]\nPublished=true\nKind=imap\n'
                   'Customised=incoming-server;\nincoming-host=127.0.0.1\nincoming-security=basic\n'
                   'incoming-custom-port=true\nincoming-port=%s\n' % (USER, listener.port))

    def states(self):
        result = self.mopt('explain', 'desk', '--json')
        self.assertEqual(result.code, 0, result)
        return json.loads(result.out)['passwords']

    def listener(self, protocol='imap'):
        listener = Listener(protocol)
        self.addCleanup(listener.close)
        return listener

    def search_keyring(self):
        found = subprocess.run(['secret-tool', 'search', '--all', 'xdg:schema', 'org.mailoptions.Password'],
                               env=self.env, capture_output=True, text=True, check=False)
        return found.stdout + found.stderr    # secrets, and attributes

    def assert_nowhere(self, secret):
        self.assertNotIn(secret, self.all)
        for folder, _, names in os.walk(self.home.name):
            if folder == str(self.root / 'secrets'):
                continue
            for name in names:
                self.assertNotIn(secret.encode(), pathlib.Path(folder, name).read_bytes(), name)

    # --- shared passwords ---

    def test_shared(self):
        """It logs in on both sides, and is found in nothing that the program leaves behind."""
        self.share('desk', SHARED + '\n')
        self.publish('incoming-password-file=desk')
        self.assertEqual(self.states(), {'incoming': 'published', 'outgoing': 'published'})
        result = self.mopt('test', 'desk', '--json')
        self.assertEqual((result.code, result.result), (0, 'passed'), result)
        self.assertEqual(self.mopt('check', 'desk', '--report').code, 0)
        self.assertEqual(self.mopt('check', 'desk', '--verbose').code, 0)
        copy = self.mopt('copy', 'desk')    # never gets it
        self.assertEqual(copy.code, 0, copy)
        result = self.mopt('check', copy.out.strip(), '--json', '--side', 'incoming')
        self.assertEqual(result.failure(), 'incoming login keyring-not-stored', result)
        self.assert_nowhere(SHARED)
        self.assertEqual(self.search_keyring(), '')
        self.assertEqual(self.mopt('password', 'desk', password='typed').code, 0)
        self.assertIn('secret = typed', self.search_keyring())    # as it would be found

    def test_shared_argv_and_environment(self):
        """What others see of the running program."""
        listener = self.listener()
        self.share('desk', SHARED + '\n')
        self.publish('incoming-password-file=desk', incoming=listener)
        with subprocess.Popen([e2e.MOPT, 'check', 'desk', '--side', 'incoming'], env=self.env,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
            while not listener.has_heard(SHARED) and process.poll() is None:
                for name in ('cmdline', 'environ'):
                    try:
                        self.assertNotIn(SHARED.encode(), pathlib.Path('/proc/%d' % process.pid, name).read_bytes())
                    except (FileNotFoundError, ProcessLookupError):
                        pass
            self.assertNotIn(SHARED.encode(), process.stdout.read())
        self.assertTrue(listener.has_heard(SHARED))

    def test_shared_only_to_the_published_server(self):
        listener = self.listener()
        self.share('desk', SHARED + '\n')
        self.publish('incoming-password-file=desk', 'Locked=')
        self.assertEqual(self.mopt('check', 'desk', '--side', 'incoming').code, 0)
        self.customise_server(listener)
        self.assertEqual(self.states(), {'incoming': 'not stored', 'outgoing': 'published'})
        result = self.mopt('check', 'desk', '--json', '--side', 'incoming')
        self.assertEqual(result.failure(), 'incoming login keyring-not-stored', result)
        self.assertIn(b'\n', listener.heard)    # it was there, and heard something
        self.assertFalse(listener.has_heard_a_login(), listener.heard)
        # one that is typed for that server does go there
        self.mopt('check', 'desk', '--side', 'incoming', password='typed')
        self.assertTrue(listener.has_heard('typed'), listener.heard)
        # the publisher's again: locked, so that what the user made of it is parked
        self.publish('incoming-password-file=desk')
        result = self.mopt('check', 'desk', '--json', '--side', 'incoming')
        self.assertEqual((result.code, result.result), (0, 'passed'), result)
        self.assertFalse(listener.has_heard(SHARED))

    def test_shared_is_refused(self):
        self.share('desk', SHARED + '\n', 0o644)
        self.publish('incoming-password-file=desk')
        result = self.mopt('check', 'desk', '--side', 'incoming', '--json')
        self.assertEqual(result.failure(), 'incoming login shared-password-unusable', result)
        result = self.mopt('check', 'desk', '--side', 'incoming')
        self.assertIn('Everyone on this computer', result.out + result.err)
        self.assertIn('ask help@example.test', result.out + result.err)
        self.share('desk', 'not the one\n')
        result = self.mopt('check', 'desk', '--side', 'incoming', '--json')
        self.assertEqual(result.failure(), 'incoming login login-refused', result)
        self.assertIn('ask help@example.test', result.stage('incoming', 'login')['advice'], result)

    # --- a changed server ---

    def test_changed_server(self):
        """Neither side's password goes to a new server before the user agrees, each side alone."""
        incoming, outgoing = self.listener(), self.listener('smtp')
        self.publish()
        self.assertEqual(self.mopt('password', 'desk', password=SHARED).code, 0)
        result = self.mopt('check', 'desk', '--json')
        self.assertEqual((result.code, result.result), (0, 'passed'), result)

        self.publish(outgoing=outgoing)
        self.assertEqual(self.mopt('check', 'desk', '--side', 'incoming').code, 0)
        result = self.mopt('check', 'desk', '--json', '--side', 'outgoing')
        self.assertEqual(result.failure(), 'outgoing login password-for-other-server', result)
        self.assertFalse(outgoing.has_heard(SHARED))
        self.assertNotIn(b'AUTH ', outgoing.heard)

        self.publish(incoming=incoming)
        result = self.mopt('test', 'desk', '--side', 'incoming')
        self.assertEqual(result.code, 1, result)
        self.assertIn('Open E-mail Options to confirm 127.0.0.1.', result.out + result.err)
        self.assertIn('stored for localhost', result.out + result.err)
        self.assertFalse(incoming.has_heard_a_login(), incoming.heard)
        self.assertEqual(self.states(), {'incoming': 'not stored', 'outgoing': 'stored'})
        result = self.mopt('password', 'desk')
        self.assertEqual(result.code, 1, result)
        self.assertIn('Open E-mail Options to confirm 127.0.0.1.', result.err)

        # the old names come to nothing while nobody has signed for them
        self.publish('incoming-host-previous=localhost;', incoming=incoming)
        self.assertEqual(self.mopt('check', 'desk', '--side', 'incoming').code, 1)
        self.assertFalse(incoming.has_heard_a_login(), incoming.heard)

        # given for this server it goes there, which shows that it would have been heard
        self.assertEqual(self.mopt('password', 'desk', password='for-you').code, 0)
        self.mopt('check', 'desk', '--side', 'incoming')
        self.assertTrue(incoming.has_heard('for-you'), incoming.heard)
        self.assertFalse(incoming.has_heard(SHARED))
        self.assert_nowhere('for-you')

    def test_signed_move(self):
        """A verified signature that names the old server moves the password, and says so."""
        key = self.root / 'key'
        self.assertEqual(self.mopt('keygen', str(key)).code, 0)
        del self.env['MAIL_OPTIONS_PUBLISHED']
        self.env['MAIL_OPTIONS_SOURCE'] = str(self.root / 'source.conf')
        (self.root / 'source.conf').write_text('[Source]\nPublicKey=%s.pub\n' % key, encoding='utf-8')
        self.publish()
        self.assertEqual(self.mopt('sign', str(self.published), '--key', str(key)).code, 0)
        result = self.mopt('password', 'desk', password=SHARED)
        self.assertEqual(result.code, 0, result)
        self.publish('incoming-host-previous=localhost;', 'outgoing-host-previous=other.example;', host='127.0.0.1')
        self.assertEqual(self.mopt('sign', str(self.published), '--key', str(key)).code, 0)
        result = self.mopt('check', 'desk', '--side', 'incoming')
        self.assertEqual(result.code, 0, result)
        self.assertIn('Your password for localhost is used for 127.0.0.1, too: Example Corp has signed', result.err)
        result = self.mopt('check', 'desk', '--side', 'incoming')
        self.assertEqual((result.code, result.err), (0, ''), result)    # said once
        result = self.mopt('check', 'desk', '--json', '--side', 'outgoing')
        self.assertEqual(result.failure(), 'outgoing login password-for-other-server', result)

    def test_withdrawn(self):
        """What is kept of a withdrawn account takes its own password along, and no shared one."""
        self.share('desk', SHARED + '\n')
        self.publish(incoming_password_file='desk')
        self.assertEqual(self.mopt('password', 'desk', password=SHARED).code, 0)
        self.assertEqual(self.mopt('set', 'desk', 'name=Mine').code, 0)
        self.publish('Withdrawn=keep', incoming_password_file='desk')
        self.assertEqual(self.mopt('set', '--general', 'name=Alex').code, 0)
        kept = json.loads(self.mopt('list', '--json').out)
        self.assertEqual([account['origin'] for account in kept], ['personal'], kept)
        result = self.mopt('check', kept[0]['id'], '--json')
        self.assertEqual((result.code, result.result), (0, 'passed'), result)
        self.assertNotIn('account = desk', self.search_keyring())
        self.assertIn(kept[0]['id'], self.search_keyring())
        self.assertNotIn('password-file', self.config.read_text(encoding='utf-8'))
        self.assertEqual(self.mopt('password', kept[0]['id'], '--delete').code, 0)
        result = self.mopt('check', kept[0]['id'], '--json', '--side', 'incoming')
        self.assertEqual(result.failure(), 'incoming login keyring-not-stored', result)

    # --- what is whose ---

    def test_rights_and_padlocks(self):
        self.publish(rights='send=nobody\nadd-accounts=nobody')
        result = self.mopt('password', 'desk', password=SHARED)    # customises nothing
        self.assertEqual(result.code, 0, result)
        self.assertNotIn('desk', self.config.read_text(encoding='utf-8'))
        self.assertEqual(self.mopt('check', 'desk').code, 0)
        result = self.mopt('test', 'desk')
        self.assertEqual(result.code, 1, result)
        self.assertIn('You may not send mail with this program; that is how Example Corp wants it.', result.err)
        self.assertIn('ask help@example.test', result.err)

        self.publish('Locked=incoming-account;')
        result = self.mopt('password', 'desk', password=SHARED)
        self.assertEqual(result.code, 1, result)
        self.assertIn('locked by Example Corp', result.err)

    def test_placeholders(self):
        """The user that counts is the one that the placeholder stands for."""
        self.publish(incoming_user='%EMAILADDRESS%')
        self.assertEqual(self.mopt('password', 'desk', password=SHARED).code, 0)
        result = self.mopt('check', 'desk', '--json')
        self.assertEqual((result.code, result.result), (0, 'passed'), result)
        self.publish(incoming_user='')
        result = self.mopt('check', 'desk')
        self.assertEqual(result.code, 1, result)
        self.assertIn('Enter your user name and password.', result.err)


if __name__ == '__main__':
    unittest.main(verbosity=2)
