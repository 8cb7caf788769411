# SPDX-License-Identifier: GPL-3.0-or-later
"""mopt and servers without TLS that are not on this machine: nothing is said to them that others could use before
somebody agreed, on a terminal or by --allow-unencrypted, to this one server."""

import json
import os
import pathlib
import pty
import select
import subprocess
import unittest

import network

PLAIN, OTHER, SECURE = 'plain.example.test', 'other.example.test', 'mail.example.test'

network.own()
network.elsewhere({PLAIN: '192.0.2.5', OTHER: '192.0.2.6', SECURE: '192.0.2.3'})
network.servers('apart')

import e2e  # noqa: E402  (reads the environment)

ORDINARY = (143, 110, 25, 587)
BY_IPV6 = '2001:db8:5::5'
USER, PASSWORD = e2e.address('jo'), e2e.PASSWORDS['jo']
TRACES = (USER, PASSWORD)
plain = network.Host('192.0.2.5', '127.0.0.5', ORDINARY)
other = network.Host('192.0.2.6', '127.0.0.5', ORDINARY)
secure = network.Host('192.0.2.3', '127.0.0.3', (*ORDINARY, 993, 995, 465))      # its certificate is for that name
QUESTION = ' offers no encryption. Everybody on the way to this server can then read your password and your mail.'


class Unencrypted(e2e.Case):
    def setUp(self):
        super().setUp()
        for host in (plain, other, secure):
            host.forget()

    def known(self, side):
        return json.loads(self.mopt('trust', 'a', '--side', side, '--json').out)[0]

    def at_terminal(self, *words, answers=''):
        """Run mopt on a terminal where somebody gives these answers, one for each question."""
        master, slave = pty.openpty()
        out, into = os.pipe()
        os.write(into, PASSWORD.encode() + b'\n')
        os.close(into)
        shown, answers = b'', list(answers)
        if '--all' not in words:      # takes none
            words += ('--password-fd', str(out))
        with subprocess.Popen([e2e.MOPT, *words], stdin=slave, stdout=slave, stderr=slave,
                              env=self.env, pass_fds=(out,), start_new_session=True) as process:
            os.close(slave)
            os.close(out)
            asked = 0
            while True:
                ready = select.select([master], [], [], 40)[0]
                self.assertTrue(ready, shown)
                try:
                    data = os.read(master, 65536)
                except OSError:      # the other end is closed
                    break
                shown += data
                if shown.count(b'[y/N] ') > asked:
                    asked += 1
                    os.write(master, answers.pop(0).encode() + b'\n' if answers else b'\x04')
        os.close(master)
        process.stdout, process.stderr = shown.decode(), ''
        self.assertEqual(answers, [], shown.decode())
        result = e2e.Result(process)
        result.asked = asked
        self.assertNotIn(PASSWORD, result.out)
        return result

    def assert_refused(self, result, host=PLAIN):
        self.assertEqual(result.code, 1, result)
        self.assertIn('%s offers no encryption' % host, result.out + result.err)
        self.assertTrue(plain.heard, 'nobody was there')
        self.assertEqual(plain.knows(*TRACES), [])

    def test_terminal(self):
        """It asks with the host in full; only a yes is one, and that is remembered for this server."""
        for kind in ('imap', 'pop'):
            with self.subTest(kind=kind):
                plain.forget()
                self.account(kind, host=PLAIN)
                for no in ('', 'n', 'x', '\x04'):
                    result = self.at_terminal('check', 'a', '--side', 'incoming', answers=[no])
                    self.assertIn(PLAIN + QUESTION, result.out)
                    self.assert_refused(result)
                    self.assertEqual(self.known('incoming')['unencrypted-agreed'], 'false')
                result = self.at_terminal('check', 'a', '--side', 'incoming', answers=['y'])
                self.assertEqual((result.code, result.asked), (0, 1), result)
                self.assertEqual(plain.knows(USER), [USER])      # what was looked for above is found here
                self.assertEqual(plain.knows(PASSWORD), [])      # SCRAM
                result = self.at_terminal('check', 'a', '--side', 'incoming')
                self.assertEqual((result.code, result.asked), (0, 0), result)

                # each side is a server of its own, each host is another one
                plain.forget()
                self.assert_refused(self.at_terminal('check', 'a', '--side', 'outgoing', answers=['n']))
                self.account(kind, host=OTHER)
                result = self.at_terminal('check', 'a', '--side', 'incoming', answers=['n'])
                self.assertIn(OTHER + QUESTION, result.out)
                self.assertEqual((result.code, other.knows(*TRACES)), (1, []))

                # taken back: it asks again
                self.account(kind, host=PLAIN)
                self.assertEqual(self.mopt('trust', 'a', '--side', 'incoming', '--ask-again').code, 0)
                self.assert_refused(self.at_terminal('check', 'a', '--side', 'incoming', answers=['']))

    def test_each_verb(self):
        """Whatever logs in asks the same way."""
        self.account(host=PLAIN)
        for side, words in (('incoming', ('check', 'a', '--newest')), ('outgoing', ('from-check', 'a'))):
            with self.subTest(words=words):
                plain.forget()
                for no in ('', 'n', '\x04'):
                    result = self.at_terminal(*words, answers=[no])
                    self.assertIn(PLAIN + QUESTION, result.out)
                    self.assert_refused(result)
                    self.assertEqual(self.known(side)['unencrypted-agreed'], 'false')
                result = self.at_terminal(*words, answers=['y'])
                self.assertEqual((result.code, result.asked), (0, 1), result)
                self.assertEqual(self.known(side)['unencrypted-agreed'], 'true')
                result = self.at_terminal(*words)
                self.assertEqual((result.code, result.asked), (0, 0), result)
                self.assertEqual(self.mopt('trust', 'a', '--side', side, '--ask-again').code, 0)
        plain.forget()
        result = self.at_terminal('check', '--all', answers=['n', ''])
        self.assertEqual(plain.knows(*TRACES), [], result)
        result = self.at_terminal('check', '--all', answers=['n', 'y'])      # each server for itself; no password here
        self.assertEqual((result.asked, result.out.count(PLAIN + QUESTION)), (2, 2), result)
        self.assertEqual([self.known(side)['unencrypted-agreed'] for side in ('incoming', 'outgoing')],
                         ['false', 'true'])

    def test_ipv6(self):
        """An address in the place of the name, with brackets or without: the same question, the same server."""
        if not network.elsewhere_by_ipv6():
            self.skipTest('no addresses of IPv6 are to be had')
        there = network.Host(BY_IPV6, '127.0.0.5', ORDINARY)
        self.account(host='[%s]' % BY_IPV6)
        for no in ('', 'n'):
            result = self.at_terminal('check', 'a', '--side', 'incoming', answers=[no])
            self.assertIn(BY_IPV6 + QUESTION, result.out)
            self.assertEqual((result.code, there.knows(*TRACES)), (1, []), result)
        self.assertTrue(there.heard)
        result = self.at_terminal('check', 'a', '--side', 'incoming', answers=['y'])
        self.assertEqual((result.code, result.asked), (0, 1), result)
        self.assertEqual((there.knows(USER), there.knows(PASSWORD)), ([USER], []))
        self.account(host='2001:DB8:5:0::5')
        result = self.at_terminal('check', 'a', '--side', 'incoming')
        self.assertEqual((result.code, result.asked), (0, 0), result)
        self.assertEqual((self.known('incoming')['host'], self.known('incoming')['strength']), (BY_IPV6, 'scram'))

    def test_both_sides(self):
        """Both ask, and then the whole road is gone once more, to the end."""
        self.account(host=PLAIN)
        self.assert_refused(self.at_terminal('test', 'a', answers=['n', 'n']))
        result = self.at_terminal('test', 'a', answers=['y', 'y'])
        self.assertEqual((result.code, result.asked), (0, 2), result)
        result = self.mopt('test', 'a', '--json', password=PASSWORD)
        self.assertEqual((result.code, result.result), (0, 'passed'), result)

    def test_one_side(self):
        """Incoming is encrypted: the question is for the outgoing server alone."""
        self.account(host=SECURE, outgoing_host=PLAIN)
        result = self.at_terminal('test', 'a', answers=['n'])
        self.assertEqual(result.asked, 1)
        self.assertIn(PLAIN + QUESTION, result.out)
        self.assert_refused(result)
        result = self.at_terminal('test', 'a', answers=['y'])
        self.assertEqual((result.code, result.asked), (0, 1), result)
        self.assertEqual((self.known('incoming')['tls'], self.known('incoming')['unencrypted-agreed']),
                         ('true', 'false'))
        self.assertEqual(secure.knows(*TRACES), [])

    def test_nobody_there(self):
        """Without a terminal: no, with the right code; --allow-unencrypted is a yes for this once."""
        self.account(host=PLAIN)
        refused = self.mopt('check', 'a', password=PASSWORD)
        self.assert_refused(refused)
        self.assertIn('--allow-unencrypted', refused.out)
        self.assertNotIn('[y/N]', refused.out + refused.err)
        for side in ('incoming', 'outgoing'):
            refused = self.mopt('check', 'a', '--json', '--side', side, password=PASSWORD)
            self.assertEqual(refused.failure(), side + ' secure unencrypted-not-agreed', refused)
            allowed = self.mopt('check', 'a', '--json', '--side', side, '--allow-unencrypted', password=PASSWORD)
            self.assertEqual((allowed.code, allowed.result), (0, 'passed'), allowed)
            self.assertEqual(self.known(side)['unencrypted-agreed'], 'false')
        plain.forget()
        refused = self.mopt('from-check', 'a', password=PASSWORD)
        self.assertEqual(refused.code, 1, refused)
        self.assertEqual(plain.knows(*TRACES), [])
        self.assert_refused(self.mopt('test', 'a', password=PASSWORD))
        probed = self.mopt('probe', PLAIN)
        self.assertEqual(plain.knows(*TRACES), [], probed)

    def send(self, *words):
        out, into = os.pipe()
        os.write(into, PASSWORD.encode() + b'\n')
        os.close(into)
        sent = subprocess.run([e2e.MOPT, 'send', '--account=a', '--password-fd', str(out), *words, USER],
                              input='Subject: x\n\nx\n', env=self.env, pass_fds=(out,), capture_output=True, text=True,
                              timeout=60, check=False)
        os.close(out)
        return e2e.Result(sent)

    def test_send(self):
        self.account(host=PLAIN)
        refused = self.send()
        self.assertNotEqual(refused.code, 0, refused)
        self.assertIn(PLAIN, refused.err)
        self.assertEqual(plain.knows(*TRACES), [])
        allowed = self.send('--allow-unencrypted')
        self.assertEqual(allowed.code, 0, allowed)
        self.assertNotEqual(self.send().code, 0)

    def test_forbidden_by_the_publisher(self):
        """MinimumSecurity=tls: neither an answer nor an option nor an older Basic leads past it."""
        published = pathlib.Path(self.home.name) / 'published.conf'
        self.env['MAIL_OPTIONS_PUBLISHED'] = str(published)
        servers = ''.join('%s-host=%s\n' % (side, PLAIN) for side in ('incoming', 'outgoing'))
        published.write_text(
            '[Publication]\nFormat=1\nOrganization=Example Corp\nContact=help@example.com\nSerial=1\n'
            '[Account a]\nKind=imap\nName=A\nMinimumSecurity=tls\nLocked=\n%sincoming-user=%s\n' % (servers, USER),
            encoding='utf-8')
        own = '[Mail Options]\nAddress=%s\n' % USER
        self.write(own)
        for side in ('incoming', 'outgoing'):
            for words in ((), ('--allow-unencrypted',)):
                result = self.mopt('check', 'a', '--json', '--side', side, *words, password=PASSWORD)
                self.assertEqual((result.code, result.failure()), (1, side + ' secure tls-not-offered'), result)
                self.assertNotIn('Choose Auto', result.stage(side, 'secure')['advice'])
            result = self.at_terminal('check', 'a', '--side', side)
            self.assertEqual((result.code, result.asked), (1, 0), result)
            self.assertNotIn('--allow-unencrypted', result.out)
        self.assertTrue(plain.heard)
        self.assertEqual(plain.knows(*TRACES), [])
        plain.forget()
        self.write(own + '[Account a]\nPublished=true\nKind=imap\nCustomised=incoming-server;outgoing-server;\n%s'
                   'incoming-security=basic\noutgoing-security=basic\n' % servers)
        result = self.mopt('check', 'a', '--allow-unencrypted', password=PASSWORD)
        self.assertEqual(result.code, 1, result)
        self.assertIn('Basic does not encrypt, but Example Corp wants encryption', result.err)
        self.assertEqual(plain.heard.strip(), b'')


if __name__ == '__main__':
    unittest.main(verbosity=2)
