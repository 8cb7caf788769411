# SPDX-License-Identifier: GPL-3.0-or-later
"""The publication over HTTPS: a real web server, and all that can be wrong with it."""

import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import threading
import time
import unittest

import e2e
from nginx import Nginx, Publisher, brief

WHOLE = ['GET /published.conf 200', 'GET /published.conf.sig 200']


class Fetch(e2e.Case):
    def setUp(self):
        super().setUp()
        root = pathlib.Path(self.home.name)
        root.chmod(0o755)
        self.nginx = Nginx(root / 'web')
        self.addCleanup(self.nginx.stop)
        self.publisher = Publisher(self.nginx.www, root / 'keys')
        self.source = root / 'etc/source.conf'
        self.source.parent.mkdir()
        self.state = root / 'state/mail-options'
        for name in ('https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'):
            self.env.pop(name, None)
        self.env.update(MAIL_OPTIONS_SOURCE=str(self.source), GIO_USE_PROXY_RESOLVER='dummy')
        self.use()

    def use(self, path='published.conf', host='127.0.0.1', key='key', url=None):
        public = 'PublicKey=%s/%s.pub\n' % (self.publisher.keys, key) if key else ''
        self.source.write_text('[Source]\nUrl=%s\n%s' % (url or self.nginx.url(path, host), public))

    def fetch(self, *words):
        """What came: the object that --json prints."""
        result = self.mopt('fetch', '--json', *words)
        answer = json.loads(result.out)
        self.assertEqual(result.code, 0 if answer['result'] in ('new', 'not-changed') else 1, result)
        self.assertEqual(result.err, '')
        return answer

    def assert_result(self, answer, result, serial=None, code=None):
        self.assertEqual((answer['result'], answer['serial'], answer['code']),
                         (result, str(serial) if serial else None, code), answer)

    def started(self, serial=12):
        """Something good is in force."""
        self.publisher.publish(serial)
        self.assert_result(self.fetch(), 'new', serial)
        self.nginx.requests()

    # --- the good ways ---

    def test_new_and_not_changed(self):
        self.publisher.publish(12)
        self.assert_result(self.fetch(), 'new', 12)
        self.assertEqual(brief(self.nginx.requests()), WHOLE)

        # one request, and nothing of the file
        self.assert_result(self.fetch(), 'not-changed', 12)
        lines = self.nginx.requests()
        self.assertEqual(brief(lines), ['GET /published.conf 304'])
        self.assertNotIn('"-" "-"', lines[0])    # If-None-Match was there

        self.assert_result(self.fetch('--force'), 'not-changed', 12)
        self.assertEqual(brief(self.nginx.requests()), WHOLE)

        self.publisher.publish(13)
        result = self.mopt('fetch')
        self.assertEqual((result.code, result.out), (0, 'New: serial number 13 is in force now.\n'), result)
        self.assertEqual(brief(self.nginx.requests()), WHOLE)
        result = self.mopt('fetch')
        self.assertEqual((result.code, result.out), (0, 'Not changed: serial number 13 is in force.\n'), result)

    def test_unsigned(self):
        self.use(key=None)
        self.publisher.publish(12)
        self.assert_result(self.fetch(), 'new', 12)
        self.assertEqual(brief(self.nginx.requests()), WHOLE[:1])
        self.publisher.publish(11)
        self.assert_result(self.fetch(), 'new', 11)    # unsigned: with a notice
        self.assertIn('older', self.mopt('fetch').err)

    def test_large(self):
        text = self.publisher.publish(12, accounts=10000)
        self.assertGreater(len(text), 2000000)
        self.assert_result(self.fetch(), 'new', 12)

    def test_another_key(self):
        self.started()
        self.publisher.new_key('second')
        self.use(key='second')
        # what is here does not count any more, and must not be confirmed by a 304
        self.publisher.publish(12, key='second')
        self.assert_result(self.fetch(), 'new', 12)
        self.assertEqual(brief(self.nginx.requests()), WHOLE)

    def test_redirects(self):
        self.publisher.publish(12)
        self.use('hop1')
        self.assert_result(self.fetch(), 'new', 12)
        self.use('to-localhost')
        self.nginx.requests()
        self.assert_result(self.fetch(), 'new', 12)
        for line in self.nginx.requests():
            self.assertIn(' "-" ', line)    # no Authorization

    # --- refused, and what came before stays ---

    def refuses(self, result, code, *, serial=12):
        answer = self.fetch()
        self.assert_result(answer, result, serial, code)
        self.assertNotEqual(answer['sentence'], '')
        self.assertNotEqual(answer['advice'], '')
        accounts = json.loads(self.mopt('list', '--json').out)
        self.assertEqual([account['id'] for account in accounts], ['a1'] if serial else [])
        return answer

    def test_tampered_file(self):
        self.started()
        text = self.publisher.publish(13)
        self.publisher.replace('published.conf', text.replace(b'imap1', b'evil1'))
        self.refuses('being-replaced', 'publication-being-replaced')
        # tried twice at once, and always with both files
        self.assertEqual(brief(self.nginx.requests()), WHOLE + WHOLE)
        self.refuses('being-replaced', 'publication-being-replaced')

        # ten minutes later nobody believes that any more
        refused, = self.state.glob('published/*.refused')
        since = int(time.time()) - 601
        refused.write_bytes(re.sub(rb'since=\d+', b'since=%d' % since, refused.read_bytes()))
        answer = self.refuses('failed', 'publication-forged')
        self.assertIn('administrator', answer['advice'])
        self.publisher.publish(13)
        self.assert_result(self.fetch(), 'new', 13)

    def test_tampered_signature(self):
        self.started()
        text = self.publisher.publish(13)
        signature = bytearray(self.publisher.sign(text))
        for wrong in (bytes([signature[0] ^ 1]) + signature[1:], signature[:63], signature + b'x', b'',
                      b'x' * 5000):
            self.publisher.replace('published.conf.sig', bytes(wrong))
            answer = self.fetch()
            self.assertEqual(answer['serial'], '12')
            self.assertIn(answer['code'], ('publication-being-replaced', 'too-large'))

    def test_wrong_key(self):
        self.started()
        self.publisher.new_key('stranger')
        self.publisher.publish(13, key='stranger')
        self.refuses('being-replaced', 'publication-being-replaced')

    def test_no_signature(self):
        self.started()
        self.publisher.publish(13)
        (self.nginx.www / 'published.conf.sig').unlink()
        self.refuses('being-replaced', 'publication-being-replaced')

    def test_older(self):
        self.started()
        self.publisher.publish(11)
        self.refuses('failed', 'publication-rolled-back')
        # it is still refused when the server says that nothing has changed
        self.nginx.requests()
        self.refuses('failed', 'publication-rolled-back')
        self.assertEqual(brief(self.nginx.requests()), ['GET /published.conf 304'])

    def test_same_serial(self):
        self.started()
        self.publisher.publish(12, accounts=2)
        self.refuses('failed', 'publication-rolled-back')

    def test_expired(self):
        self.started()
        self.publisher.publish(13, expires='2020-01-01T00:00:00Z')
        self.refuses('failed', 'publication-expired')

    def test_newer_format_and_garbage(self):
        self.started()
        for text, code in ((b'[Publication]\nFormat=2\nSerial=13\n', 'newer-format'),
                           (b'<html>Log in to the hotel</html>\n', 'publication-broken')):
            self.publisher.replace('published.conf.sig', self.publisher.sign(text))
            self.publisher.replace('published.conf', text)
            self.refuses('failed', code)

    def test_too_large(self):
        self.started()
        self.publisher.publish(13)
        with open(self.nginx.www / 'published.conf', 'r+b') as file:
            file.truncate(1 << 30)
        start = time.monotonic()
        self.refuses('failed', 'too-large')
        self.assertLess(time.monotonic() - start, 5)

    def test_answers(self):
        self.started()
        for path, code in (('nothing', 'http-not-found'), ('forbidden', 'http-forbidden'), ('error', 'http-status'),
                           ('busy', 'http-busy'), ('to-http', 'http-redirect'), ('to-user', 'http-redirect'),
                           ('hop0', 'http-redirect')):
            with self.subTest(path):
                self.use(path)
                answer = self.refuses('failed', code, serial=None)    # another address has nothing in force yet
                self.assertNotIn('secret', json.dumps(answer))
                if path == 'busy':
                    self.assertTrue(7199 <= int(answer['next']) <= 3 * 3600, answer)
                else:
                    self.assertTrue(29 <= int(answer['next']) <= 90, answer)
        self.use()
        self.assert_result(self.fetch(), 'not-changed', 12)

    def test_certificates(self):
        self.started()
        for host in ('127.0.0.2', '127.0.0.5', '127.0.0.6', '127.0.0.9'):
            with self.subTest(host):
                self.use(host=host)
                self.refuses('failed', 'certificate', serial=None)
        self.assertEqual(self.nginx.requests(), [])

    # --- no server ---

    def test_offline(self):
        self.started()
        self.nginx.stop()
        answer = self.refuses('failed', 'connection-refused')
        self.assertTrue(29 <= int(answer['next']) <= 90, answer)
        answer = self.refuses('failed', 'connection-refused')
        self.assertTrue(59 <= int(answer['next']) <= 180, answer)
        result = self.mopt('fetch')
        self.assertIn('serial number 12', result.err)
        self.nginx.start()
        self.assert_result(self.fetch(), 'not-changed', 12)

    def test_wrong_name(self):
        self.use(url='https://nobody.invalid/published.conf')
        self.refuses('failed', 'host-not-found', serial=None)

    def silent(self):
        """A server that takes connections and says nothing."""
        listener = socket.create_server(('127.0.0.1', 0))
        self.addCleanup(listener.close)
        self.use(url='https://127.0.0.1:%d/published.conf' % listener.getsockname()[1])
        return listener

    def spawn(self, *words):
        process = subprocess.Popen([e2e.MOPT, 'fetch', *words], env=self.env, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.communicate)
        return process

    def test_cancel(self):
        listener = self.silent()
        process = self.spawn()
        connection = listener.accept()[0]
        self.addCleanup(connection.close)
        connection.recv(10)
        before = sorted(self.state.rglob('*'))
        process.send_signal(signal.SIGINT)
        start = time.monotonic()
        self.assertEqual(process.wait(10), 130)
        self.assertLess(time.monotonic() - start, 0.3)
        self.assertEqual(sorted(self.state.rglob('*')), before)
        self.assertFalse((self.state / 'fetch.conf').exists())    # a cancel is no failure

    def test_one_at_a_time(self):
        listener = self.silent()
        process = self.spawn()
        connection = listener.accept()[0]
        self.addCleanup(connection.close)
        connection.recv(10)
        answer = self.fetch()
        self.assertEqual(answer['result'], 'busy')
        due = self.mopt('fetch', '--if-due')
        self.assertEqual((due.code, due.out, due.err), (1, '', ''))
        # what a killed program held is free
        process.kill()
        process.wait(10)
        self.use()
        self.publisher.publish(12)
        self.assert_result(self.fetch(), 'new', 12)

    # --- when ---

    def test_if_due(self):
        self.publisher.publish(12)
        result = self.mopt('fetch', '--if-due')
        self.assertEqual((result.code, result.err), (0, ''))
        self.assertTrue(3.5 * 3600 - 1 <= int(result.out) <= 4.5 * 3600, result)
        self.assertEqual(brief(self.nginx.requests()), WHOLE)

        result = self.mopt('fetch', '--if-due')
        self.assertEqual((result.code, result.err), (0, ''))
        self.assertGreater(int(result.out), 3.4 * 3600)
        self.assertEqual(self.nginx.requests(), [])

        # long past: put off once by up to a minute, then done
        self.past(100000)
        self.assertLessEqual(int(self.mopt('fetch', '--if-due').out or 0), 60)
        self.assertEqual(self.nginx.requests(), [])
        self.past(100000)
        self.assertGreater(int(self.mopt('fetch', '--if-due').out), 3.4 * 3600)
        self.assertEqual(brief(self.nginx.requests()), ['GET /published.conf 304'])

        # just past: done
        self.past(1)
        self.mopt('fetch', '--if-due')
        self.assertEqual(brief(self.nginx.requests()), ['GET /published.conf 304'])

        # the clock was set wrong
        self.past(-1000000)
        self.mopt('fetch', '--if-due')
        self.assertEqual(brief(self.nginx.requests()), ['GET /published.conf 304'])

        # the copy was taken away
        for path in (self.state / 'published').iterdir():
            path.unlink()
        self.mopt('fetch', '--if-due')
        self.assertEqual(brief(self.nginx.requests()), WHOLE)

    def past(self, seconds):
        path = self.state / 'fetch.conf'
        lines = path.read_text().splitlines()
        path.write_text('\n'.join('Next=%d' % (time.time() - seconds) if line.startswith('Next=') else line
                                  for line in lines) + '\n')

    def test_crowd(self):
        """Twenty programs of one user at once: each either fetches or says that another one does."""
        self.publisher.publish(12)
        answers = []

        def one():
            answers.append(json.loads(self.mopt('fetch', '--json').out)['result'])

        threads = [threading.Thread(target=one) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(answers.count('new'), 1, answers)
        self.assertEqual(set(answers) - {'new', 'not-changed', 'busy'}, set())

    def test_state_not_writable(self):
        if os.getuid() == 0:
            self.state.parent.mkdir()
            self.state.write_text('a file where a folder should be')
        else:
            self.state.parent.mkdir(mode=0o500)
        self.publisher.publish(12)
        answer = self.fetch()
        self.assert_result(answer, 'failed', None, 'not-written')
        self.state.parent.chmod(0o700)


class Linking(unittest.TestCase):
    def test_only_where_needed(self):
        helper = os.path.join(os.path.dirname(e2e.MOPT), 'mopt-fetch')
        for program, has in ((helper, True), (e2e.MOPT, False), (e2e.WINDOW, False)):
            if program is None:
                continue    # no window
            libraries = subprocess.run(['ldd', program], capture_output=True, text=True, check=True).stdout
            self.assertEqual('libcurl' in libraries, has, libraries)


if __name__ == '__main__':
    e2e.main()
