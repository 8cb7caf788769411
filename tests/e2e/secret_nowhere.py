# SPDX-License-Identifier: GPL-3.0-or-later
"""A password that is awkward in every quoting: it is in no file, no output, no
argument, no environment and no core, in no form that could be read back."""

import os
import pathlib
import resource
import signal
import socket
import subprocess
import time
import unittest

import e2e
import secret_scan

RIGHT, WRONG = e2e.PASSWORDS['ann'], secret_scan.password('wrong')


class SecretNowhere(e2e.Case):
    def assert_clean(self, where, text):
        self.assertFalse(e2e.SCAN.has(text), '%s has the password' % where)

    def scan_home(self):
        """How many files there are."""
        count = 0
        for path in pathlib.Path(self.home.name).rglob('*'):
            self.assert_clean('the name of %s' % path, str(path).encode())
            if path.is_file():
                self.assert_clean(path, path.read_bytes())
                count += 1
        return count

    def test_real_servers(self):
        """Accepted and refused, both sides, every verb that logs in."""
        for password in (RIGHT, WRONG):
            for words in (('check', 'a'), ('check', 'a', '--json'), ('test', 'a', '--json')):
                self.account('imap', user='ann', incoming_security='ssl', outgoing_security='tls',
                             conversation_id_add='true', **e2e.custom('incoming', e2e.port('IMAPS')),
                             **e2e.custom('outgoing', e2e.port('SMTP')))
                result = self.mopt(*words, password=password)
                with self.subTest(words=words, right=password == RIGHT):
                    self.assertEqual(result.code, 0 if password == RIGHT else 1, result)
                    self.assert_clean('the output', (result.out + result.err).encode())
                    self.assertGreater(self.scan_home(), 0)

    def test_server_that_repeats(self):
        """A server that says the password back."""
        self.account('pop', user='ann', incoming_security='basic', **self.listen(
            b'+OK hi\r\n', b'-ERR\r\n', b'+OK\r\n', b'-ERR %s is wrong\r\n' % WRONG.encode()))
        result = self.mopt('check', 'a', '--side', 'incoming', '--json', password=WRONG)
        self.assertEqual(result.failure(), 'incoming login login-refused', result)
        self.assert_clean('the output', (result.out + result.err).encode())
        self.scan_home()

    def listen(self, *replies):
        """One server that says each reply after a line, the first at once; the fields for its port."""
        listener = socket.create_server(('127.0.0.1', 0))
        self.addCleanup(listener.close)
        child = os.fork()
        if child == 0:
            connection = listener.accept()[0]
            for reply in replies:
                connection.sendall(reply)
                connection.recv(4096)
            time.sleep(60)
            os._exit(0)
        self.addCleanup(os.waitpid, child, 0)
        self.addCleanup(os.kill, child, signal.SIGKILL)
        return e2e.custom('incoming', listener.getsockname()[1])

    def test_while_it_runs(self):
        """In a login that nobody answers: arguments, environment; and killed there, no core."""
        self.account('pop', user='ann', incoming_security='basic',
                     **self.listen(b'+OK hi\r\n', b'-ERR\r\n', b'+OK\r\n'))
        unlimited = resource.getrlimit(resource.RLIMIT_CORE)[1]
        with subprocess.Popen(
                [e2e.MOPT, 'check', 'a', '--side', 'incoming', '--password-stdin'], cwd=self.home.name, env=self.env,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (unlimited, unlimited))) as process:
            process.stdin.write(WRONG.encode() + b'\n')
            process.stdin.close()
            time.sleep(0.7)
            here = pathlib.Path('/proc/%d' % process.pid)
            for name in ('cmdline', 'environ'):
                try:
                    text = (here / name).read_bytes()
                except PermissionError:
                    continue      # nobody but root may look
                self.assert_clean(name, text)
            self.assertIsNone(process.poll())
            process.send_signal(signal.SIGABRT)
            out = process.stdout.read()
            _, status = os.waitpid(process.pid, 0)
            process.returncode = status
        self.assertTrue(os.WIFSIGNALED(status), out)
        self.assertFalse(os.WCOREDUMP(status), 'there is a core')
        self.assert_clean('the output', out)
        self.scan_home()


if __name__ == '__main__':
    e2e.main()
