# SPDX-License-Identifier: GPL-3.0-or-later
"""The window, driven as a person would: an account is added, tested and saved,
is still there after a restart, and its password is in the keyring and nowhere
else.  Runs inside session.sh with a display, a window manager and a keyring."""

import base64
import os
import pathlib
import subprocess
import sys
import unittest
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
from drive import (ANY, BUTTON, CHECK, DROP_DOWN, ENTRY, LABEL, PASSWORD, ROW, TABS,  # noqa: E402
                   Application, keys, wait)

SESSION = pathlib.Path(os.environ['SESSION_DIR'])
CONFIG = pathlib.Path(os.environ['XDG_CONFIG_HOME']) / 'mail-options/accounts.conf'
SECRET = 'ann pässword "q"\\'
ENV = dict(os.environ, SSL_CERT_FILE=os.environ['MAIL_CA'], LC_ALL='C.UTF-8', G_DEBUG='fatal-criticals')


def written_forms(secret):
    """The secret as it might lie somewhere: as it is, escaped, in base64 at each of the three offsets."""
    raw = secret.encode()
    yield raw
    yield raw.replace(b'\\', b'\\\\')
    yield raw.replace(b'\\', b'\\\\').replace(b'"', b'\\"')
    yield urllib.parse.quote(secret).encode()
    yield raw.hex().encode()
    for offset in range(3):
        text = base64.b64encode(b'\0' * offset + raw)
        yield text[4 if offset else 0:-4]      # only what no neighbour has a part in


def files_with(secret):
    """The files of the session that have it: settings, state, caches, logs, the keyring's own."""
    forms = list(written_forms(secret))
    return [str(path) for path in SESSION.rglob('*') if path.is_file() and not path.is_symlink()
            and any(form in path.read_bytes() for form in forms)]


def places_of(secret, process):
    """Where it can be found: files, the process's arguments and environment."""
    forms = list(written_forms(secret))
    found = files_with(secret)
    for name in ('cmdline', 'environ'):
        data = pathlib.Path('/proc/%d/%s' % (process.pid, name)).read_bytes()
        found += [name for form in forms if form in data]
    return found


class Window(unittest.TestCase):
    maxDiff = None

    def start(self):
        output = open(SESSION / 'log/mail-options', 'ab')
        self.addCleanup(output.close)
        app = Application([os.environ['MAIL_OPTIONS']], env=ENV, stdout=output, stderr=output)
        self.addCleanup(app.__exit__)
        return app

    def fill_in(self, app):
        page = app.page('Incoming Server')
        page.find(ENTRY, 'Name').type('At work')
        page.find(ENTRY, 'Incoming Mail Server').type('localhost')
        page.find(DROP_DOWN, 'Security').choose('SSL')
        page.find(CHECK, 'Custom Port').check()
        page.find(ENTRY, 'Port').type(os.environ['MAIL_IMAPS'])
        page.find(ENTRY, 'User Name').type('ann@example.test')
        page.find(PASSWORD, 'Password').enter(SECRET)
        app.find(TABS).select_tab('Outgoing Server')
        page = app.page('Outgoing Server')
        page.find(ENTRY, 'Outgoing Mail Server (SMTP)').type('localhost')
        page.find(DROP_DOWN, 'Security').choose('TLS')
        page.find(CHECK, 'Custom Port').check()
        page.find(ENTRY, 'Port').type(os.environ['MAIL_SMTP'])

    def test_the_search_finds(self):
        """What the other test relies on: a secret that lies about is seen, in each of its forms."""
        with subprocess.Popen(['cat', '-', SECRET], stdin=subprocess.PIPE) as process:
            wait('the arguments', lambda: places_of(SECRET, process) == ['cmdline'])
            process.kill()
        trace = SESSION / 'trace'
        self.addCleanup(trace.unlink)
        for text in (SECRET, base64.b64encode(b'\0ann@example.test\0' + SECRET.encode()).decode(),
                     '"%s"' % SECRET.replace('\\', '\\\\').replace('"', '\\"')):
            trace.write_text('x' + text + 'x', encoding='utf-8')
            self.assertEqual(set(files_with(SECRET)), {str(trace)})

    def test_a_person_sets_up_an_account(self):
        app = self.start()
        app.find(ENTRY, 'Your name').type('Ann Example')
        app.find(ENTRY, 'Your e-mail address').type('ann@example.test')
        app.find(BUTTON, 'Add an IMAP account*').press()
        self.fill_in(app)
        app.find(BUTTON, 'Test Account').press()
        app.find(LABEL, 'Message arrived*', limit=40)
        app.top('Test Account*').find(BUTTON, 'Close').press()
        app.gone(LABEL, 'Message arrived*')
        self.assertEqual(places_of(SECRET, app.process), [])
        app.find(BUTTON, 'OK').press()
        app.find(ROW, 'At work*')
        wait('the file', CONFIG.exists)
        text = CONFIG.read_text(encoding='utf-8')
        self.assertIn('incoming-user=ann@example.test', text)
        self.assertEqual(CONFIG.stat().st_mode & 0o777, 0o600)
        self.assertEqual(places_of(SECRET, app.process), [])
        keys('ctrl+q')
        self.assertEqual(app.ended(), 0)

        kept = subprocess.run(['secret-tool', 'search', '--all', '--unlock', 'user', 'ann@example.test'],
                              capture_output=True, text=True, check=True).stdout
        self.assertEqual(kept.count('secret = ' + SECRET), 2, 'one for each server')

        app = self.start()
        app.find(ROW, 'At work*').open()
        host = app.find(ENTRY, 'Incoming Mail Server')
        self.assertEqual(host.text, 'localhost')
        self.assertEqual(app.find(PASSWORD, 'Password*').text, '', 'a stored password is not put into the field')
        app.find(BUTTON, 'Test Account').press()
        app.find(LABEL, 'Message arrived*', limit=40)
        self.assertEqual(places_of(SECRET, app.process), [])
        log = (SESSION / 'log/mail-options').read_text(encoding='utf-8')
        self.assertNotIn('CRITICAL', log)


if __name__ == '__main__':
    unittest.main(verbosity=2)
