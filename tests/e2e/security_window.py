# SPDX-License-Identifier: GPL-3.0-or-later
"""Security in the window, with real servers: what Auto takes and why, a certificate that is trusted by hand and
revoked, a mode that is pinned.  Runs inside session.sh with a display, a window manager and a keyring."""

import os
import pathlib
import shutil
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
import secret_scan  # noqa: E402
from drive import ANY, BUTTON, DROP_DOWN, LABEL, PASSWORD, ROW, WINDOW, Application, wait  # noqa: E402

CONFIG = pathlib.Path(os.environ['XDG_CONFIG_HOME']) / 'mail-options/accounts.conf'
PUBLISHED = pathlib.Path(os.environ['SESSION_DIR']) / 'published.conf'
KNOWN = pathlib.Path(os.environ['XDG_STATE_HOME']) / 'mail-options/security.conf'
SECRET = secret_scan.password('ann')
ENV = dict(os.environ, LC_ALL='C.UTF-8', G_DEBUG='fatal-criticals')

ACCOUNT = '''[Mail Options]
Format=1
Address=ann@example.test

[Account home]
Kind=imap
Name=Home
incoming-host=localhost
incoming-custom-port=true
incoming-port=%s
incoming-user=ann@example.test
outgoing-host=localhost
outgoing-custom-port=true
outgoing-port=%s
'''


class SecurityWindow(unittest.TestCase):
    def start(self, trusted, publication=None, rules=''):
        CONFIG.parent.mkdir(parents=True, exist_ok=True)
        CONFIG.write_text(ACCOUNT % (os.environ['MAIL_IMAP'], os.environ['MAIL_SMTP']), encoding='utf-8')
        shutil.rmtree(KNOWN.parent, ignore_errors=True)     # a publication that has changed puts a notice above the rows
        env = dict(ENV, SSL_CERT_FILE=os.environ['MAIL_CA']) if trusted else dict(ENV)
        if not trusted:
            env.pop('SSL_CERT_FILE', None)
        if publication is not None:
            general, account = CONFIG.read_text(encoding='utf-8').split('\n\n', 1)
            CONFIG.write_text(general, encoding='utf-8')
            PUBLISHED.write_text(publication + account + rules, encoding='utf-8')
            env['MAIL_OPTIONS_PUBLISHED'] = str(PUBLISHED)
        app = Application([os.environ['MAIL_OPTIONS']], env=env)
        self.addCleanup(app.__exit__)
        app.find(ROW, 'Home*').open()
        return app

    def test_why_and_pin(self):
        app = self.start(trusted=True)
        app.find(BUTTON, 'Why?').press()
        details = app.top('Security Details')
        details.find(LABEL, 'SSL, port*')
        details.find(LABEL, 'TLS (STARTTLS), port*')
        details.find(LABEL, 'Auto takes this one*')
        details.find(BUTTON, 'Use This Mode').press()
        app.gone(ANY, 'Security Details')
        self.assertTrue(app.find(DROP_DOWN, 'Security').shows('TLS'))

    def test_trust_and_revoke(self):
        app = self.start(trusted=False)
        app.find(PASSWORD, 'Password').enter(SECRET)
        app.find(BUTTON, 'Test Account').press()
        test = app.top('Test Account*')
        test.find(LABEL, 'The identity of localhost could not be confirmed*')
        test.find(BUTTON, 'Trust This Certificate*').press()
        question = app.top('Trust this certificate of localhost?')
        question.find(BUTTON, 'Cancel').press()
        app.gone(ANY, 'Trust this certificate of localhost?')
        self.assertFalse(KNOWN.exists(), 'No is no')

        # each side is a server of its own, and asks for itself
        for _ in range(2):
            test.find(LABEL, 'The identity of localhost could not be confirmed*')
            test.find(BUTTON, 'Trust This Certificate*').press()
            app.top('Trust this certificate of localhost?').find(BUTTON, 'Trust This Certificate').press()
            app.gone(ANY, 'Trust this certificate of localhost?')
        app.find(LABEL, 'Message arrived*', limit=40)
        self.assertEqual(KNOWN.read_text(encoding='utf-8').count('Trusted='), 2)
        self.assertEqual(KNOWN.stat().st_mode & 0o777, 0o600)
        test.find(BUTTON, 'Close').press()

        app.find(BUTTON, 'Why?').press()
        details = app.top('Security Details')
        details.find(LABEL, 'Reached before: encrypted*')
        details.find(LABEL, 'Certificate trusted by hand*')
        details.find(BUTTON, 'Revoke').press()
        details.find(LABEL, 'The identity of localhost could not be confirmed*')
        wait('the file', lambda: KNOWN.read_text(encoding='utf-8').count('Trusted=') == 1)

    def check_forbidden(self, rules, why):
        """It is said at once who decides and whom to ask; nothing is offered that would be refused."""
        app = self.start(trusted=False, publication='[Publication]\nFormat=1\nOrganization=Example Corp\n'
                         'Contact=help@example.com\nSerial=1\n', rules=rules)
        app.find(PASSWORD, 'Password').enter(SECRET)
        app.find(BUTTON, 'Test Account').press()
        test = app.top('Test Account*')
        test.find(LABEL, 'The identity of localhost could not be confirmed*')
        test.find(LABEL, why)
        self.assertIsNone(test.see(BUTTON, 'Trust This Certificate*'))
        test.find(BUTTON, 'Close').press()
        app.gone(WINDOW, 'Test Account*')

        app.find(BUTTON, 'Why?').press()
        details = app.top('Security Details')
        said = details.find(LABEL, 'The identity of localhost could not be confirmed*').name
        self.assertIn(why.rstrip('*'), said)
        self.assertIsNone(details.see(BUTTON, 'Trust This Certificate*'))
        self.assertFalse(KNOWN.exists())

    def test_trust_is_forbidden(self):
        self.check_forbidden('AllowTrust=false\nLocked=\n', 'No certificate may be trusted by hand in this account, by '
                             'decision of Example Corp (help@example.com).*')

    def test_server_is_locked(self):
        self.check_forbidden('', 'This server is locked, so its certificate cannot be trusted by hand. Tell Example '
                             'Corp (help@example.com)*')


if __name__ == '__main__':
    unittest.main(verbosity=2)
