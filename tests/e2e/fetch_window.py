# SPDX-License-Identifier: GPL-3.0-or-later
"""The window fetches the publication by a child: after it has appeared, without
ever waiting for it, and not at all where there is nothing to fetch.  Runs
inside session.sh with a display."""

import ctypes
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
from drive import ENTRY, LABEL, ROW, Application, keys, wait  # noqa: E402
from nginx import Nginx, Publisher, brief  # noqa: E402

SESSION = pathlib.Path(os.environ['SESSION_DIR'])
STATE = pathlib.Path(os.environ['XDG_STATE_HOME']) / 'mail-options'


def children(process):
    """The names of what the window runs; none for what has ended."""
    found = []
    for stat in pathlib.Path('/proc').glob('[0-9]*/stat'):
        try:
            name, rest = stat.read_text().rsplit(')', 1)
        except OSError:
            continue
        state, parent = rest.split()[:2]
        if int(parent) == process.pid and state != 'Z':
            found.append(name.split('(', 1)[1])
    return found


class FetchWindow(unittest.TestCase):
    def setUp(self):
        self.source = SESSION / 'etc/source.conf'
        self.source.parent.mkdir(exist_ok=True)
        self.source.unlink(missing_ok=True)
        self.env = dict(os.environ, SSL_CERT_FILE=os.environ['MAIL_CA'], LC_ALL='C.UTF-8', G_DEBUG='fatal-criticals',
                        MAIL_OPTIONS_SOURCE=str(self.source), GIO_USE_PROXY_RESOLVER='dummy')
        for name in ('https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'):
            self.env.pop(name, None)
        (STATE / 'fetch.conf').unlink(missing_ok=True)

    def start(self):
        output = open(SESSION / 'log/mail-options', 'ab')
        self.addCleanup(output.close)
        app = Application([os.environ['MAIL_OPTIONS']], env=self.env, stdout=output, stderr=output)
        self.addCleanup(app.close)
        return app

    def fetch(self):
        """By hand; the exit code."""
        return subprocess.run([os.environ['MOPT'], 'fetch'], env=self.env, check=False, capture_output=True).returncode

    def test_fetches(self):
        SESSION.chmod(0o755)
        nginx = Nginx(SESSION / 'web')
        self.addCleanup(nginx.stop)
        publisher = Publisher(nginx.www, SESSION / 'keys')
        publisher.publish(12)
        self.source.write_text('[Source]\nUrl=%s\nPublicKey=%s\n' % (nginx.url(), publisher.keys / 'key.pub'))
        app = self.start()
        copies = wait('the publication', lambda: list(STATE.glob('published/*.conf')))
        self.assertIn(b'Serial=12', copies[0].read_bytes())
        wait('the plan', (STATE / 'fetch.conf').exists)
        wait('the end of mopt', lambda: not children(app.process))
        self.assertEqual(brief(nginx.requests()), ['GET /published.conf 200', 'GET /published.conf.sig 200'])

        # what another program fetches meanwhile appears by itself
        window = app.top('E-mail Options')
        window.find(ROW, 'Account 1*')
        publisher.publish(13, accounts=2)
        self.assertEqual(self.fetch(), 0)
        window.find(ROW, 'Account 2*')

        # and what must not come in force is said
        publisher.publish(11)
        self.assertEqual(self.fetch(), 1)
        wait('what is wrong with it', lambda: any('is older than' in node.text for node in window.all(LABEL)))
        publisher.publish(14, accounts=2)
        self.assertEqual(self.fetch(), 0)
        wait('the end of it', lambda: not any('is older than' in node.text for node in window.all(LABEL)))
        nginx.requests()
        app.close()

        # once more: it is not due yet, but will be soon
        plan = STATE / 'fetch.conf'
        plan.write_text(re.sub('Next=.*', 'Next=%d' % (time.time() + 7), plan.read_text()))
        app = self.start()
        app.top('E-mail Options')
        wait('the look that comes to nothing', lambda: not children(app.process))
        self.assertEqual(nginx.requests(), [])
        wait('the look when it is due', lambda: brief(nginx.requests()) == ['GET /published.conf 304'])

    def test_network_comes_back(self):
        self.own_network()
        subprocess.run(['ip', 'link', 'set', 'lo', 'up'], check=True)
        SESSION.chmod(0o755)
        nginx = Nginx(SESSION / 'web')
        self.addCleanup(nginx.stop)
        publisher = Publisher(nginx.www, SESSION / 'keys')
        publisher.publish(21)
        self.source.write_text('[Source]\nUrl=%s\nPublicKey=%s\n' % (nginx.url(), publisher.keys / 'key.pub'))
        subprocess.run(['ip', 'address', 'flush', 'dev', 'lo'], check=True)

        plan = STATE / 'fetch.conf'
        self.env['GIO_USE_NETWORK_MONITOR'] = 'netlink'
        app = self.start()
        wait('the look without a network', lambda: plan.exists() and 'Offline=true' in plan.read_text())
        wait('the end of mopt', lambda: not children(app.process))
        planned = int(re.search('Next=(.*)', plan.read_text())[1])
        subprocess.run(['ip', 'address', 'add', '127.0.0.1/8', 'dev', 'lo'], check=True)
        subprocess.run(['ip', 'route', 'add', 'default', 'dev', 'lo'], check=True)
        wait('the publication', lambda: any(b'Serial=21' in copy.read_bytes()
                                            for copy in STATE.glob('published/*.conf')), 10)
        self.assertGreater(planned, time.time() + 10)    # it did not wait for that

    def own_network(self):
        """From here on this thread, and what it starts, has a network with nothing but loopback, which is down."""
        CLONE_NEWNET = 0x40000000
        libc = ctypes.CDLL(None)
        before = os.open('/proc/self/ns/net', os.O_RDONLY)
        self.addCleanup(os.close, before)
        if not shutil.which('ip') or libc.unshare(CLONE_NEWNET) != 0:
            self.skipTest('a network of its own is not to be had')
        self.addCleanup(libc.setns, before, CLONE_NEWNET)

    def test_never_waits(self):
        listener = socket.create_server(('127.0.0.1', 0))
        self.addCleanup(listener.close)
        listener.settimeout(20)
        self.source.write_text('[Source]\nUrl=https://127.0.0.1:%d/published.conf\n' % listener.getsockname()[1])
        for end in (lambda app: keys('ctrl+q'), Application.close, lambda app: app.process.kill()):
            with self.subTest(end):
                self.ends_with(listener, end)

    def ends_with(self, listener, end):
        app = self.start()
        connection = listener.accept()[0]
        self.addCleanup(connection.close)
        connection.settimeout(10)
        connection.recv(10000)    # the handshake begins, and hears nothing

        # meanwhile the window is there for its person
        window = app.top('E-mail Options')
        start = time.monotonic()
        window.find(ENTRY, 'Your name').enter('Alice Example')
        self.assertLess(time.monotonic() - start, 2)
        self.assertEqual(children(app.process), ['mopt-fetch'])

        # and what runs ends with it
        start = time.monotonic()
        end(app)
        self.assertEqual(connection.recv(10000), b'')
        self.assertLess(time.monotonic() - start, 5)
        app.ended()

    def test_nothing_to_fetch(self):
        app = self.start()
        until = time.monotonic() + 1.5
        while time.monotonic() < until:
            self.assertEqual(children(app.process), [])
            time.sleep(0.02)


if __name__ == '__main__':
    unittest.main(verbosity=2)
