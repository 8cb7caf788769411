# SPDX-License-Identifier: GPL-3.0-or-later
"""The window, driven as a person would: an account is added, tested and saved,
is still there after a restart, and its password is in the keyring and nowhere
else.  Runs inside session.sh with a display, a window manager and a keyring."""

import os
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
import secret_scan  # noqa: E402
from drive import (ANY, BUTTON, CHECK, DROP_DOWN, ENTRY, LABEL, PASSWORD, ROW, TABS,  # noqa: E402
                   Application, keys, run, wait)

SESSION = pathlib.Path(os.environ['SESSION_DIR'])
CONFIG = pathlib.Path(os.environ['XDG_CONFIG_HOME']) / 'mail-options/accounts.conf'
SECRET = secret_scan.password('ann')
ENV = dict(os.environ, SSL_CERT_FILE=os.environ['MAIL_CA'], LC_ALL='C.UTF-8', G_DEBUG='fatal-criticals')
LOCKED = '''[Mail Options]
Format=1
Address=ann@example.test

[Account locked]
Kind=imap
Name=Locked
incoming-host=localhost
incoming-security=tls
incoming-custom-port=true
incoming-port=%s
incoming-user=ann@example.test
outgoing-host=localhost
outgoing-security=tls
outgoing-custom-port=true
outgoing-port=%s
'''


def places(process):
    """Where the secret is: files of the session (settings, state, caches, logs, the keyring's own), the process."""
    scan = secret_scan.Scan(secret_scan.read_secret())
    scan.look_below(SESSION)
    for name in ('cmdline', 'environ'):
        if scan.has(pathlib.Path('/proc/%d/%s' % (process.pid, name)).read_bytes()):
            scan.found.append(name)
    return scan.found


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
        self.assertEqual(places(app.process), [])
        app.find(BUTTON, 'OK').press()
        app.find(ROW, 'At work*')
        wait('the file', CONFIG.exists)
        text = CONFIG.read_text(encoding='utf-8')
        self.assertIn('incoming-user=ann@example.test', text)
        self.assertEqual(CONFIG.stat().st_mode & 0o777, 0o600)
        self.assertEqual(places(app.process), [])
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
        self.assertEqual(places(app.process), [])
        log = (SESSION / 'log/mail-options').read_text(encoding='utf-8')
        self.assertNotIn('CRITICAL', log)

    def test_when_the_keyring_is_locked(self):
        """A test asks for it to be opened; without an answer it fails with its words, with one it passes."""
        CONFIG.parent.mkdir(parents=True, exist_ok=True)
        CONFIG.write_text(LOCKED % (os.environ['MAIL_IMAP'], os.environ['MAIL_SMTP']), encoding='utf-8')
        subprocess.run([os.environ['MOPT'], 'password', 'locked', '--password-stdin'], input=SECRET + '\n', env=ENV,
                       text=True, check=True, capture_output=True)
        lock = ['gdbus', 'call', '--session', '--dest', 'org.freedesktop.secrets', '--object-path',
                '/org/freedesktop/secrets', '--method', 'org.freedesktop.Secret.Service.Lock',
                "['/org/freedesktop/secrets/collection/login']"]
        subprocess.run(lock, check=True, capture_output=True)
        prompt = ['xdotool', 'search', '--sync', '--onlyvisible', '--name', 'Unlock Login Keyring']
        app = self.start()
        app.find(ROW, 'Locked, IMAP · Personal, default account, Not tested yet').open()
        wait('the words', lambda: app.find(PASSWORD, 'Password').description.startswith('The keyring is locked; '))
        app.find(BUTTON, 'Test Account').press()      # only now it is asked to open

        subprocess.run([*prompt, 'windowfocus', '--sync'], check=True, timeout=20, capture_output=True)
        keys('Escape')
        test = app.top('Test Account*')
        test.find(LABEL, 'The keyring stayed locked, because its question was closed without an answer.')
        test.find(LABEL, 'Test again and unlock the keyring, or type the password on the Incoming Server page.')
        test.find(BUTTON, 'Test Again').press()
        subprocess.run([*prompt, 'windowfocus', '--sync'], check=True, timeout=20, capture_output=True)
        run('xdotool', 'type', '--', 'test')
        keys('Return')
        app.find(LABEL, 'Message arrived*', limit=40)

    def test_windows_of_the_menu(self):
        """Escape, and the keyboard is back in the window below."""
        app = self.start()
        main = app.top('E-mail Options')
        for action in ('help', 'shortcuts', 'about'):
            subprocess.run(['gdbus', 'call', '--session', '--dest', 'org.mailoptions.MailOptions', '--object-path',
                            '/org/mailoptions/MailOptions', '--method', 'org.gtk.Actions.Activate', action, '[]', '{}'],
                           check=True, stdout=subprocess.DEVNULL)
            above = wait(action, lambda: next((top for top in app.children() if top.name != main.name), None))
            wait('focus above', above.has_focus_inside)
            keys('Escape')
            wait('end of ' + action, lambda: len(list(app.children())) == 1)
            wait('focus below', main.has_focus_inside)
        keys('ctrl+w')
        self.assertEqual(app.ended(), 0)


if __name__ == '__main__':
    unittest.main(verbosity=2)
