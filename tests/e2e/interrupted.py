# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever the server is just saying: it can fall silent and the run can be
cancelled, it can hang up, it can drip."""

import signal
import socket
import subprocess
import time
import unittest

import e2e
from proxy import DRIP, HANGS_UP, SILENT, Proxy

# protocol, mode, port; all of their words are waited for, one by one
ROADS = (('imap', 'ssl', 'IMAPS'), ('imap', 'tls', 'IMAP'), ('pop', 'ssl', 'POP3S'), ('pop', 'basic', 'POP3'),
         ('smtp', 'tls', 'SMTP'), ('smtp', 'ssl', 'SMTPS'))
MOST_WORDS = 30


class Interrupted(e2e.Case):
    def command(self, protocol, mode, number):
        side = 'outgoing' if protocol == 'smtp' else 'incoming'
        self.account('pop' if protocol == 'pop' else 'imap',
                     **{side + '_security': mode, **e2e.custom(side, number)})
        return [e2e.MOPT, 'check', 'a', '--json', '--side', side, '--password-stdin']

    def start(self, command):
        process = subprocess.Popen(command, env=self.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        process.stdin.write(e2e.PASSWORDS['jo'] + '\n')
        process.stdin.close()
        process.stdin = None
        return process

    def finish(self, process):
        out, err = process.communicate(timeout=20)
        process.stdout, process.stderr = out, err
        return e2e.Result(process)

    def each_word(self, action, when_reached):
        for protocol, mode, port in ROADS:
            for after in range(MOST_WORDS):
                with Proxy(e2e.port(port), after, action) as proxy:
                    process = self.start(self.command(protocol, mode, proxy.port))
                    while not proxy.reached.wait(0.02) and process.poll() is None:
                        pass
                    with self.subTest(protocol=protocol, mode=mode, word=after):
                        if not proxy.reached.is_set():
                            result = self.finish(process)
                            self.assertEqual((result.code, result.result), (0, 'passed'), result)
                            self.assertGreater(after, 3)
                            break
                        when_reached(process, after)
            else:
                self.fail('%s never came to an end' % protocol)

    def test_cancel(self):
        def cancel(process, after):
            start = time.monotonic()
            process.send_signal(signal.SIGINT)
            result = self.finish(process)
            self.assertLess(time.monotonic() - start, 2, 'cancelling was not felt')
            # The goodbye is not waited for: then it was over before.
            if after < 6 or result.result != 'passed':
                self.assertEqual((result.code, result.result), (130, 'cancelled'), result)
        self.each_word(SILENT, cancel)

    def test_hang_up(self):
        def see(process, after):
            result = self.finish(process)
            if after < 6 or result.code != 0:
                self.assertEqual((result.code, result.result), (1, 'failed'), result)
                self.assertRegex(result.failure(), '(hung-up|hung-up-before-greeting|tls-handshake|connect-failed)$', result)
        self.each_word(HANGS_UP, see)

    def test_drip(self):
        for protocol, mode, port in ROADS:
            with self.subTest(protocol=protocol, mode=mode), Proxy(e2e.port(port), action=DRIP) as proxy:
                result = self.finish(self.start(self.command(protocol, mode, proxy.port)))
                self.assertEqual((result.code, result.result), (0, 'passed'), result)

    def test_silence_has_an_end(self):
        with Proxy(e2e.port('IMAPS'), 2, SILENT) as proxy:
            command = self.command('imap', 'ssl', proxy.port) + ['--limit', '1']
            start = time.monotonic()
            result = self.finish(self.start(command))
            self.assertLess(time.monotonic() - start, 5)
            self.assertEqual((result.code, result.result), (1, 'failed'), result)
            self.assertRegex(result.failure(), '(timed-out|no-greeting)$')

    def test_silent_ports_share_the_limit(self):
        """Auto knocks more than once, at a door behind which nobody is."""
        with socket.create_server(('127.0.0.1', 0), backlog=0) as hole:
            number = hole.getsockname()[1]
            waiting = [socket.socket() for _ in range(4)]
            for knock in waiting:
                self.addCleanup(knock.close)
                knock.setblocking(False)
                knock.connect_ex(('127.0.0.1', number))
            start = time.monotonic()
            result = self.finish(self.start(self.command('imap', 'auto', number) + ['--limit', '2']))
            self.assertLess(time.monotonic() - start, 3)
            self.assertRegex(result.failure(), 'connect-timed-out$', result)

    def test_cancel_while_waiting_for_arrival(self):
        self.account('imap', user='lost', **e2e.custom('incoming', e2e.port('IMAPS')), outgoing_security='tls',
                     **e2e.custom('outgoing', e2e.port('SMTP')))
        process = subprocess.Popen([e2e.MOPT, 'test', 'a', '--json', '--password-stdin'], env=self.env,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        process.stdin.write(e2e.PASSWORDS['lost'] + '\n')
        process.stdin.flush()
        for line in process.stdout:
            if '"accepted"' in line:
                break
        start = time.monotonic()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=10)
        self.assertLess(time.monotonic() - start, 2, 'cancelling was not felt')
        self.assertEqual(process.returncode, 130, out + err)


if __name__ == '__main__':
    unittest.main(verbosity=2)
