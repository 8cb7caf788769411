# SPDX-License-Identifier: GPL-3.0-or-later
"""The tests beside Test Account in the window, with real servers: From addresses, the newest message, an Advanced
Test, and all accounts at once.  Runs inside session.sh with a display, a window manager and a keyring."""

import os
import pathlib
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
import secret_scan  # noqa: E402
from drive import ANY, BUTTON, ENTRY, LABEL, MENU_ITEM, PASSWORD, ROW, TABS, WINDOW, Application, keys, wait  # noqa: E402

CONFIG = pathlib.Path(os.environ['XDG_CONFIG_HOME']) / 'mail-options/accounts.conf'
STATE = pathlib.Path(os.environ['XDG_STATE_HOME']) / 'mail-options'
SECRET = secret_scan.password('ann')
ENV = dict(os.environ, SSL_CERT_FILE=os.environ['MAIL_CA'], LC_ALL='C.UTF-8', G_DEBUG='fatal-criticals')

ACCOUNT = '''
[Account %s]
Kind=imap
Name=%s
incoming-host=localhost
incoming-custom-port=true
incoming-port=%s
incoming-user=ann@example.test
outgoing-host=localhost
outgoing-custom-port=true
outgoing-port=%s
from-legal=support@example.test;*@desk.example.test;
'''


class ChecksWindow(unittest.TestCase):
    def start(self):
        CONFIG.parent.mkdir(parents=True, exist_ok=True)
        CONFIG.write_text('[Mail Options]\nFormat=1\nAddress=ann@example.test\n'
                          + ACCOUNT % ('home', 'Home', os.environ['MAIL_IMAP'], os.environ['MAIL_SMTP'])
                          + ACCOUNT % ('closed', 'Closed', '1', '1'), encoding='utf-8')
        for name in ('tests.conf', 'from-check.conf'):
            (STATE / name).unlink(missing_ok=True)
        app = Application([os.environ['MAIL_OPTIONS']], env=ENV)
        self.addCleanup(app.__exit__)
        return app

    def open(self, app):
        app.find(ROW, 'Home*').open()
        app.find(PASSWORD, 'Password').enter(SECRET)
        return app.top('Home')

    def choose(self, app, words):
        app.find(BUTTON, 'Other tests').press()
        app.find(MENU_ITEM, words).press()

    def assert_no_secret(self):
        for path in STATE.rglob('*'):
            if path.is_file():
                self.assertNotIn('pässword', path.read_text(encoding='utf-8'), path)

    def test_from_addresses(self):
        app = self.start()
        dialog = self.open(app)
        dialog.find(TABS).select_tab('Options')
        dialog.find(BUTTON, 'Check From Addresses').press()
        dialog.find(ROW, 'ann@example.test, in use, Default, Accepted')
        dialog.find(ROW, 'support@example.test, in use, Refused: *')
        dialog.find(ROW, '*@desk.example.test, Pattern')
        dialog.find(LABEL, 'localhost does not let you send from support@example.test.')
        dialog.find(BUTTON, 'OK').press()
        app.gone(ANY, 'Check From Addresses')

        # kept, for this server and login alone
        app.find(ROW, 'Home*').open()
        dialog = app.top('Home')
        dialog.find(TABS).select_tab('Options')
        dialog.find(LABEL, 'Checked *')
        dialog.find(ROW, 'ann@example.test, in use, Default, Accepted')
        dialog.find(TABS).select_tab('Outgoing Server')
        dialog.find(ENTRY, 'Outgoing Mail Server (SMTP)').enter('127.0.0.1')
        dialog.find(TABS).select_tab('Options')
        dialog.find(ROW, 'ann@example.test, in use, Default')
        dialog.find(LABEL, 'Not checked since the outgoing server*')
        self.assert_no_secret()

    def test_advanced_and_newest(self):
        app = self.start()
        self.open(app)
        self.choose(app, 'Advanced Test*')
        advanced = app.top('Advanced Test*')
        advanced.find(ENTRY, 'CC').enter('nobody')
        keys('Return')
        advanced.find(LABEL, 'There is no @ in *')
        advanced.find(ENTRY, 'CC').enter('')
        advanced.find(ENTRY, 'Subject').enter('Größe <b>1</b>')
        keys('Return')
        app.find(LABEL, 'To: *')
        app.find(BUTTON, 'Send').press()
        app.find(LABEL, 'Message arrived*', limit=40)
        # sent again only after the list has been seen again
        app.find(BUTTON, 'Test Again').press()
        app.find(LABEL, 'To: *')
        keys('Escape')
        app.gone(BUTTON, 'Send')
        app.top('Test Account*').find(BUTTON, 'Close').press()
        app.gone(WINDOW, 'Test Account: Home')
        app.find(LABEL, 'Not tested yet')

        self.choose(app, 'Show Newest Message*')
        newest = app.top('Newest Message*')
        newest.find(LABEL, 'Größe <b>1</b>*')
        newest.find(LABEL, '1 of *')
        newest.find(BUTTON, 'Close').press()

    def test_all(self):
        app = self.start()
        dialog = self.open(app)
        dialog.find(BUTTON, 'OK').press()
        app.gone(PASSWORD, 'Password')
        app.find(BUTTON, 'Check All').press()
        everything = app.top('Check All')
        everything.find(ROW, 'Home: Both servers are ready*')
        everything.find(ROW, 'Closed: *')
        everything.find(LABEL, '1 of 2 accounts*')
        everything.find(BUTTON, 'Close').press()
        app.gone(WINDOW, 'Check All')
        # a connection is not a test
        wait('the status', lambda: 'not tested' in app.find(ROW, 'Home*').name)
        self.assertIn('Connected', app.find(ROW, 'Home*').name)
        self.assertIn('Could not connect', app.find(ROW, 'Closed*').name)
        self.assert_no_secret()

        # a line leads to its account
        app.find(BUTTON, 'Check All').press()
        app.top('Check All').find(ROW, 'Home: Both servers are ready*').open()
        app.top('Home').find(BUTTON, 'Test Account')


if __name__ == '__main__':
    unittest.main(verbosity=2)
