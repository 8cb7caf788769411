# SPDX-License-Identifier: GPL-3.0-or-later
"""secret_scan.py finds what it is there for: in files however they are written, in cores, in arguments and in the
environment; and only outside of the places where it belongs."""

import base64
import json
import os
import pathlib
import quopri
import shlex
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse
import xml.sax.saxutils

HERE = pathlib.Path(__file__).resolve().parent
SECRET = '"%s 5%"\\ gehëim-Vt3mHd8sLq'      # no password of the other tests: a search of the whole run sees this one, too
PASSWORD = ' ann %s ' % SECRET
RAW = PASSWORD.encode()

FORMS = {
    'raw': RAW,
    'latin1': PASSWORD.encode('latin-1'),
    'utf-16-le': PASSWORD.encode('utf-16-le'),
    'utf-16-be': PASSWORD.encode('utf-16-be'),
    'base64': base64.b64encode(RAW),
    'base64-of-plain': base64.b64encode(b'\0ann@example.test\0' + RAW),
    'base64-of-more': base64.b64encode(b'\0anna@example.test\0' + RAW + b'!'),
    'base64-third': base64.b64encode(b'\0an@example.test\0' + RAW),
    'base64-for-urls': base64.urlsafe_b64encode(RAW),
    'base64-in-lines': base64.encodebytes(b'x' * 40 + RAW),
    'base64-of-utf-16': base64.b64encode(PASSWORD.encode('utf-16-le')),
    'quoted-printable': quopri.encodestring(RAW),
    'url': urllib.parse.quote(PASSWORD).encode(),
    'form': urllib.parse.quote_plus(PASSWORD).encode(),
    'hex': RAW.hex().encode(),
    'hex-upper': RAW.hex().upper().encode(),
    'c': PASSWORD.replace('\\', '\\\\').replace('"', '\\"').encode(),
    'json': json.dumps(PASSWORD).encode(),
    'shell': shlex.quote(PASSWORD).encode(),
    'xml': xml.sax.saxutils.escape(PASSWORD).encode(),
    'part': SECRET[-12:].encode(),
}


class SecretScan(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.top = pathlib.Path(self.folder.name)
        self.rig = self.top / 'rig'
        (self.rig / 'mail').mkdir(parents=True)
        (self.rig / 'mail/users').write_bytes(b'ann:' + RAW)
        (self.top / 'secret').write_text(SECRET + '\n', encoding='utf-8')
        self.build = self.top / 'build-x'
        (self.build / 'meson-logs').mkdir(parents=True)

    def search(self, *command, env=None):
        """While the command runs, if any; what is found."""
        with subprocess.Popen([sys.executable, HERE / 'secret_scan.py', '--secret', self.top / 'secret', self.rig,
                               self.top], stdout=subprocess.PIPE, text=True) as scan, \
             subprocess.Popen(command or ['sleep', '60'], env=dict(os.environ, RIG=str(self.rig), **(env or {}))) as it:
            time.sleep(1)
            it.kill()
            scan.send_signal(signal.SIGTERM)
            out = scan.communicate(timeout=20)[0]
        *places, last = out.splitlines()
        self.assertRegex(last, r'^Searched for .*: \d+ files \(\d+ MB\), [1-9]\d* processes; it is in %d places\.$' %
                         len(places))
        self.assertEqual(scan.returncode, 1 if places else 0)
        return {place.rpartition(' in ')[2] for place in places}

    def test_nothing(self):
        (self.rig / 'x').write_bytes(b'\0' * 5000000 + SECRET[:-3].encode())
        (self.rig / 'link').symlink_to(self.top / 'secret')
        os.truncate(self.rig / 'x', 1 << 40)
        os.mkfifo(self.rig / 'pipe')
        shared = self.rig / 'home/etc/secrets/desk'
        shared.parent.mkdir(parents=True)
        shared.write_bytes(RAW)
        (self.build / 'binary').write_bytes(RAW)
        self.assertEqual(self.search(), set())

    def test_files(self):
        expected = set()
        for name, data in FORMS.items():
            path = self.rig / 'desk' / name / 'state/file'
            path.parent.mkdir(parents=True)
            path.write_bytes(b'\0' * 4095 + data + b'x' * 5000)
            expected.add(str(path))
        for path in (self.build / 'core.1', self.build / 'meson-logs/testlog.txt', self.rig / 'users',
                     self.rig / ('name-' + SECRET[-10:])):
            path.write_bytes(RAW if path.name[:4] != 'name' else b'')
            expected.add(str(path))
        self.assertEqual(self.search(), expected)

    def test_processes(self):
        self.assertEqual(self.search('sleep', '60', env={'PASS': PASSWORD}), {"the environment of 'sleep'"})
        self.assertEqual(self.search(sys.executable, '-c', 'import time; time.sleep (60)', PASSWORD),
                         {'the arguments of %r' % sys.executable})

    def test_broken(self):
        """A search that does not even find what is there says so."""
        (self.rig / 'mail/users').unlink()
        with self.assertRaises(AssertionError):
            self.search()


if __name__ == '__main__':
    unittest.main(verbosity=2)
