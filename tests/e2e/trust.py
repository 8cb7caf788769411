# SPDX-License-Identifier: GPL-3.0-or-later
"""A certificate trusted by hand, and what is remembered of a real server."""

import json
import os
import pty
import re
import subprocess
import unittest

import e2e

SELF_SIGNED, WRONG_HOST = '127.0.0.4', '127.0.0.3'
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
