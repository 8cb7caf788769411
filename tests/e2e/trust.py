# SPDX-License-Identifier: GPL-3.0-or-later
"""A certificate trusted by hand, and what is remembered of a real server."""

import fcntl
import json
import os
import pty
import re
import select
import signal
import subprocess
import termios
import unittest

import e2e
from proxy import LISTEN, Proxy

EXPIRED, WRONG_HOST, SELF_SIGNED, UNKNOWN_CA = '127.0.0.2', '127.0.0.3', '127.0.0.4', '127.0.0.7'
FINGERPRINT = r'(?:[0-9A-F]{2}:){31}[0-9A-F]{2}'


class Trust(e2e.Case):
    def check(self, side):
        return self.mopt('check', 'a', '--json', '--side', side, '--limit', '10', password=e2e.PASSWORDS['jo'])

    def known(self, side):
        return json.loads(self.mopt('trust', 'a', '--side', side, '--json').out)[0]

    def shown(self, side):
        """The fingerprint that the server shows, as mopt says when another one is named."""
        result = self.mopt('trust', 'a', '--side', side, '--sha256', '00' * 32, '--yes')
        self.assertEqual(result.code, 1, result)
        self.assertEqual(self.known(side)['trusted'], [])
        return re.search(FINGERPRINT, result.err).group()

    def run_side(self, side, kind, mode, number):
        fields = {side + '_security': mode, **e2e.custom(side, number)}
        self.account(kind, host=SELF_SIGNED, **fields)
        self.assertRegex(self.check(side).failure(), '^%s secure certificate' % side)

        sha256 = self.shown(side)
        result = self.mopt('trust', 'a', '--side', side, '--sha256', sha256.replace(':', '').lower(), '--yes')
        self.assertEqual(result.code, 0, result)
        self.assertEqual([(t['port'], t['sha256']) for t in self.known(side)['trusted']], [(number, sha256)])
        passed = self.check(side)
        self.assertEqual((passed.code, passed.result), (0, 'passed'), passed)
        known = self.known(side)
        self.assertEqual(known['tls'], 'true')
        self.assertRegex(known['strength'], '^scram')

        # another server, and the same once it is revoked
        self.account(kind, host=WRONG_HOST, **fields)
        self.assertRegex(self.check(side).failure(), '^%s secure certificate' % side)
        self.account(kind, host=SELF_SIGNED, **fields)
        self.assertEqual(self.mopt('trust', 'a', '--side', side, '--revoke').code, 0)
        self.assertRegex(self.check(side).failure(), '^%s secure certificate' % side)
        self.assertEqual(self.known(side)['tls'], 'true')      # that was so, and stays
        self.assertEqual(self.mopt('trust', 'a', '--side', side, '--forget-level').code, 0)
        self.assertEqual(self.known(side)['tls'], 'false')

    def test_sides(self):
        for side, kind, mode, name in (('incoming', 'imap', 'ssl', 'IMAPS'), ('incoming', 'imap', 'tls', 'IMAP'),
                                       ('incoming', 'imap', 'auto', 'IMAPS'), ('incoming', 'pop', 'ssl', 'POP3S'),
                                       ('outgoing', 'imap', 'tls', 'SMTP'), ('outgoing', 'imap', 'auto', 'SMTPS')):
            with self.subTest(side=side, kind=kind, mode=mode):
                self.run_side(side, kind, mode, e2e.port(name))

    def test_advice(self):
        """What mopt says after a refused certificate leads to the trust that is asked for."""
        self.account('imap', host=SELF_SIGNED, incoming_security='ssl', **e2e.custom('incoming', e2e.port('IMAPS')))
        refused = self.mopt('check', 'a', '--side', 'incoming', password=e2e.PASSWORDS['jo'])
        self.assertIn('Identity not confirmed', refused.out)
        advised = re.search(r'^mopt (trust a --side incoming --sha256 \S+)$', refused.out, re.M)
        self.assertIsNotNone(advised, refused)
        self.assertNotIn('mopt set', refused.out)
        self.assertEqual(self.mopt(*advised.group(1).split(), '--yes').code, 0)
        self.assertEqual(self.check('incoming').result, 'passed')

    def test_question(self):
        """On a terminal it asks, and only a yes is one."""
        self.account('imap', host=SELF_SIGNED, incoming_security='ssl', **e2e.custom('incoming', e2e.port('IMAPS')))
        sha256 = self.shown('incoming')
        for answer, code, trusted in (('', 130, []), ('n', 130, []), ('y', 0, [sha256])):
            master, slave = pty.openpty()
            os.write(master, (answer + '\n').encode())
            process = subprocess.run([e2e.MOPT, 'trust', 'a', '--side', 'incoming', '--sha256', sha256], stdin=slave,
                                     capture_output=True, env=self.env, text=True, timeout=60, check=False)
            os.close(master)
            os.close(slave)
            self.assertEqual(process.returncode, code, process)
            self.assertRegex(process.stdout, 'Against it +.*by nobody')
            self.assertRegex(process.stderr, r'\[y/N\]')
            self.assertIn(sha256, process.stdout)
            self.assertEqual([t['sha256'] for t in self.known('incoming')['trusted']], trusted)

    def test_interrupted(self):
        """Ctrl+C at the question: nothing is trusted."""
        self.account('imap', host=SELF_SIGNED, incoming_security='ssl', **e2e.custom('incoming', e2e.port('IMAPS')))
        sha256 = self.shown('incoming')

        def at_terminal():
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
            signal.signal(signal.SIGINT, signal.SIG_DFL)

        master, slave = pty.openpty()
        with subprocess.Popen([e2e.MOPT, 'trust', 'a', '--side', 'incoming', '--sha256', sha256], stdin=slave, stdout=slave,
                              stderr=slave, env=self.env, start_new_session=True, preexec_fn=at_terminal) as process:
            os.close(slave)
            shown = b''
            while not shown.endswith(b'[y/N] '):
                self.assertTrue(select.select([master], [], [], 20)[0], shown)
                shown += os.read(master, 4096)
            os.write(master, b'\x03')
            self.assertEqual(process.wait(20), -signal.SIGINT)      # 130 in the shell
        os.close(master)
        self.assertEqual(self.known('incoming')['trusted'], [])

    def test_certificate_changes(self):
        """Trust is in one certificate: another bad one on the same host and port is refused, also when it comes between
        the look at it and the trust."""
        with Proxy(e2e.port('IMAPS'), action=LISTEN, server=SELF_SIGNED) as proxy:
            self.account('imap', host='127.0.0.1', incoming_security='ssl', **e2e.custom('incoming', proxy.port))
            sha256 = self.shown('incoming')
            proxy.target = (UNKNOWN_CA, proxy.target[1])
            result = self.mopt('trust', 'a', '--side', 'incoming', '--sha256', sha256, '--yes')
            self.assertEqual(result.code, 1, result)
            self.assertIn('127.0.0.1 shows another certificate', result.err)
            self.assertNotIn(sha256, result.err)
            self.assertEqual(self.known('incoming')['trusted'], [])

            proxy.target = (SELF_SIGNED, proxy.target[1])
            self.assertEqual(self.mopt('trust', 'a', '--side', 'incoming', '--sha256', sha256, '--yes').code, 0)
            self.assertEqual(self.check('incoming').result, 'passed')
            for other in (UNKNOWN_CA, WRONG_HOST, EXPIRED):
                proxy.target = (other, proxy.target[1])
                result = self.check('incoming')
                self.assertRegex(result.failure(), '^incoming secure certificate-', other)
                self.assertEqual(result.stage('incoming', 'login')['state'], 'skipped')
            proxy.target = (SELF_SIGNED, proxy.target[1])
            self.assertEqual(self.check('incoming').result, 'passed')
            self.assertEqual([t['sha256'] for t in self.known('incoming')['trusted']], [sha256])

    def test_one_key(self):
        """However the host is written, it is the same server: what is known of it is found, and never left behind."""
        self.account('imap', host='localhost', incoming_security='auto', **e2e.custom('incoming', e2e.port('IMAPS')))
        self.assertEqual(self.check('incoming').result, 'passed')
        for host in ('LocalHost', 'localhost.', ' LOCALHOST. ', 'ｌｏｃａｌｈｏｓｔ', 'local\u00adhost'):
            with self.subTest(host=host):
                self.account('imap', host=host, incoming_security='auto', **e2e.custom('incoming', e2e.port('IMAPS')))
                self.assertEqual((self.known('incoming')['host'], self.known('incoming')['tls']), ('localhost', 'true'))
        for host, key in (('BÜCHER.example', 'xn--bcher-kva.example'), ('XN--BCHER-KVA.example.', 'xn--bcher-kva.example'),
                          ('[2001:DB8:0::1]', '2001:db8::1'), ('::ffff:192.0.2.1', '192.0.2.1')):
            with self.subTest(host=host):
                self.account('imap', host=host)
                self.assertEqual(self.known('incoming')['host'], key)

    def test_deleted(self):
        """What was learned goes with the account, and does not come to a copy."""
        fields = {'incoming_security': 'ssl', **e2e.custom('incoming', e2e.port('IMAPS'))}
        self.account('imap', host=SELF_SIGNED, **fields)
        sha256 = self.shown('incoming')
        self.assertEqual(self.mopt('trust', 'a', '--side', 'incoming', '--sha256', sha256, '--yes').code, 0)
        self.assertEqual(self.check('incoming').result, 'passed')
        copy = self.mopt('copy', 'a').out.strip()
        known = json.loads(self.mopt('trust', copy, '--side', 'incoming', '--json').out)[0]
        self.assertEqual((known['trusted'], known['tls']), ([], 'false'))
        self.assertRegex(self.mopt('check', copy, '--side', 'incoming', '--json', password=e2e.PASSWORDS['jo']).failure(),
                         '^incoming secure certificate')
        self.assertEqual(self.mopt('delete', 'a').code, 0)
        state = self.config.parent.parent.parent / 'state/mail-options'
        for path in state.iterdir():
            self.assertNotRegex(path.read_text(encoding='utf-8'), r'\[a[ \]]', path)

    def test_forbidden_by_the_publisher(self):
        """AllowTrust=false, or a locked section: none is trusted by hand, nor is one that was before."""
        self.write('[Mail Options]\nAddress=%s\n' % e2e.address('jo'))
        published = self.config.parent / 'published.conf'
        self.env['MAIL_OPTIONS_PUBLISHED'] = str(published)
        sha256 = None
        for rules, may in (('Locked=\n', True), ('Locked=\nAllowTrust=false\n', False),
                           ('Locked=incoming-server;\n', False), ('Locked=\n', True)):
            published.write_text(
                '[Publication]\nFormat=1\nOrganization=Example Corp\nContact=help@example.com\nSerial=1\n'
                '[Account a]\nKind=imap\nName=A\n%sincoming-host=%s\nincoming-security=ssl\n'
                'incoming-custom-port=true\nincoming-port=%s\nincoming-user=%s\n' % (
                    rules, SELF_SIGNED, e2e.port('IMAPS'), e2e.address('jo')), encoding='utf-8')
            with self.subTest(rules=rules):
                if sha256 is None:
                    sha256 = self.shown('incoming')
                    self.assertRegex(self.check('incoming').failure(), '^incoming secure certificate')
                elif may:
                    self.assertEqual(self.check('incoming').result, 'passed')      # as it was before the rule
                else:
                    self.assertRegex(self.check('incoming').failure(), '^incoming secure certificate')
                self.assertEqual(self.known('incoming')['may-trust'], 'true' if may else 'false')
                result = self.mopt('trust', 'a', '--side', 'incoming', '--sha256', sha256, '--yes')
                self.assertEqual(result.code, 0 if may else 1, result)
                if not may:
                    self.assertIn('decided by Example Corp. Ask help@example.com.', result.err)
                    said = self.mopt('check', 'a', '--side', 'incoming', password=e2e.PASSWORDS['jo']).out
                    self.assertNotIn('mopt trust', said)
                    self.assertIn('help@example.com', said)

    def test_not_remembered(self):
        """A folder that cannot be written spoils nothing; whatever learned something says once that it did not keep
        it."""
        self.account('imap', **e2e.custom('incoming', e2e.port('IMAPS')), **e2e.custom('outgoing', e2e.port('SMTPS')))
        state = self.config.parent.parent.parent / 'state/mail-options'
        for name in ('security.conf', 'keys.conf', 'tests.conf', 'from-check.conf'):
            (state / (name + '.lock')).mkdir(parents=True)      # where nobody can write, root neither
        for words, lost in ((('test',), 'security of 127.0.0.1'), (('test', '--json'), 'security of 127.0.0.1'),
                            (('check',), 'security of 127.0.0.1'), (('check', '--side', 'outgoing'), 'security of'),
                            (('check', '--newest'), 'security of 127.0.0.1'),
                            (('check', '--newest', '--json'), 'security of 127.0.0.1'),
                            (('from-check',), 'security of 127.0.0.1'), (('from-check', '--json'), 'security of')):
            with self.subTest(words=words):
                result = self.mopt(words[0], 'a', *words[1:], password=e2e.PASSWORDS['jo'])
                self.assertEqual(result.code, 0, result)
                self.assertEqual((result.out + result.err).count('could not be remembered'), 1, result)
                self.assertIn('What was learned about the ' + lost, result.out + result.err)
        everything = self.mopt('check', '--all')
        self.assertEqual((everything.out + everything.err).count('could not be remembered'), 1, everything)
        # what was not learned is not there, and is learned the next time
        self.assertEqual(self.known('incoming')['tls'], 'false')
        (state / 'security.conf.lock').rmdir()
        self.mopt('check', 'a', password=e2e.PASSWORDS['jo'])
        self.assertEqual(self.known('incoming')['tls'], 'true')

    def test_weaker(self):
        """The server did SCRAM before, the file says; a password that SCRAM cannot carry is not sent another way."""
        self.account('imap', incoming_security='ssl', **e2e.custom('incoming', e2e.port('IMAPS')))
        self.assertEqual(self.check('incoming').code, 0)
        state = self.config.parent.parent.parent / 'state/mail-options/security.conf'
        text = state.read_text(encoding='utf-8')
        self.assertIn('TLS=true', text)
        self.assertEqual(state.stat().st_mode & 0o777, 0o600)
        state.write_text(re.sub('Strength=.*', 'Strength=scram-plus', text), encoding='utf-8')
        refused = self.check('incoming')
        self.assertEqual(refused.failure(), 'incoming login login-weaker', refused)
        said = self.mopt('check', 'a', '--side', 'incoming', password=e2e.PASSWORDS['jo']).out
        self.assertIn('mopt trust a --side incoming --forget-level', said)
        self.assertNotIn('mopt set', said)


if __name__ == '__main__':
    unittest.main(verbosity=2)
