# SPDX-License-Identifier: GPL-3.0-or-later
"""The window and a server without TLS that is not on this machine: it asks before anything is said that others could
use, No is the easy answer, Yes counts for this one server until it is taken back.  Runs inside session.sh with a
display, a window manager and a keyring."""

import os
import pathlib
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))

import network

PLAIN, OTHER, SECURE = 'plain.example.test', 'other.example.test', 'mail.example.test'

network.own()
network.elsewhere({PLAIN: '192.0.2.5', OTHER: '192.0.2.6', SECURE: '192.0.2.3'})
network.servers('apart')

from drive import (ANY, BUTTON, ENTRY, LABEL, PASSWORD, ROW, TABS, WINDOW,  # noqa: E402
                   Application, keys, wait)
import e2e  # noqa: E402  (reads the environment)

CONFIG = pathlib.Path(os.environ['XDG_CONFIG_HOME']) / 'mail-options/accounts.conf'
KNOWN = pathlib.Path(os.environ['XDG_STATE_HOME']) / 'mail-options/security.conf'
PUBLISHED = pathlib.Path(os.environ['SESSION_DIR']) / 'published.conf'
ENV = dict(os.environ, SSL_CERT_FILE=os.environ['MAIL_CA'], LC_ALL='C.UTF-8', G_DEBUG='fatal-criticals')
USER, SECRET = e2e.address('ann'), e2e.PASSWORDS['ann']
TRACES = (USER, SECRET)
ORDINARY = (143, 110, 25, 587)
plain = network.Host('192.0.2.5', '127.0.0.5', ORDINARY)
other = network.Host('192.0.2.6', '127.0.0.5', ORDINARY)
secure = network.Host('192.0.2.3', '127.0.0.3', (*ORDINARY, 993, 995, 465))      # its certificate is for that name


class UnencryptedWindow(unittest.TestCase):
    def start(self, incoming, outgoing, kind='imap'):
        CONFIG.parent.mkdir(parents=True, exist_ok=True)
        CONFIG.write_text('[Mail Options]\nFormat=1\nAddress=%s\n\n[Account home]\nKind=%s\nName=Home\nincoming-host=%s\n'
                          'incoming-user=%s\noutgoing-host=%s\n' % (USER, kind, incoming, USER, outgoing),
                          encoding='utf-8')
        KNOWN.unlink(missing_ok=True)
        for host in (plain, other, secure):
            host.forget()
        return self.open()

    def open(self, **env):
        app = Application([os.environ['MAIL_OPTIONS']], env=dict(ENV, **env))
        self.addCleanup(app.__exit__)
        app.find(ROW, 'Home*').open()
        app.find(PASSWORD, 'Password').enter(SECRET)
        app.find(BUTTON, 'Test Account').press()
        return app

    def ask(self, app, host):
        """From the failed test to the question."""
        test = app.top('Test Account*')
        test.find(LABEL, host + ' offers no encryption, so others could read along. Nothing secret was sent.')
        test.find(BUTTON, 'Go On Unencrypted*').press()
        return app.top('Go on without encryption with %s?' % host)

    def answered(self, app, host):
        app.gone(ANY, 'Go on without encryption with %s?' % host)

    def test_question(self):
        app = self.start(PLAIN, PLAIN)
        for no in ('Return', 'Escape'):
            question = self.ask(app, PLAIN)
            question.find(LABEL, 'Everybody on the way to this server can then read your password and your mail*')
            keys(no)
            self.answered(app, PLAIN)
            self.assertFalse(KNOWN.exists(), 'No is no')
        self.ask(app, PLAIN).find(BUTTON, 'Cancel').press()
        self.answered(app, PLAIN)
        self.assertTrue(plain.heard, 'nobody was there')
        self.assertEqual(plain.knows(*TRACES), [])

        # each side is a server of its own, and asks for itself
        for _ in range(2):
            self.ask(app, PLAIN).find(BUTTON, 'Go On Unencrypted').press()
            self.answered(app, PLAIN)
        app.find(LABEL, 'Message arrived*', limit=40)
        self.assertEqual(plain.knows(*TRACES), [USER])      # SCRAM shows no password
        self.assertEqual(KNOWN.read_text(encoding='utf-8').count('UnencryptedAgreed=true'), 2)
        self.assertEqual(KNOWN.stat().st_mode & 0o777, 0o600)

        # remembered: the next one goes through
        test = app.top('Test Account*')
        plain.forget()
        test.find(BUTTON, 'Test Again').press()
        wait('another login', lambda: plain.knows(USER))
        app.find(LABEL, 'Message arrived*', limit=40)
        test.find(BUTTON, 'Close').press()
        app.gone(WINDOW, 'Test Account*')

        # another host is another server
        app.find(ENTRY, 'Incoming Mail Server').enter(OTHER)
        app.find(BUTTON, 'Test Account').press()
        self.ask(app, OTHER)
        keys('Escape')
        self.answered(app, OTHER)
        self.assertTrue(other.heard)
        self.assertEqual(other.knows(*TRACES), [])
        app.top('Test Account*').find(BUTTON, 'Close').press()
        app.gone(WINDOW, 'Test Account*')

        # taken back: it asks again
        app.find(ENTRY, 'Incoming Mail Server').enter(PLAIN)
        app.find(BUTTON, 'Why?').press()
        details = app.top('Security Details')
        details.find(LABEL, 'You agreed to go on without encryption.')
        details.find(BUTTON, 'Revoke').press()
        wait('the file', lambda: KNOWN.read_text(encoding='utf-8').count('UnencryptedAgreed=true') == 1)
        keys('Escape')
        app.gone(ANY, 'Security Details')
        app.find(BUTTON, 'Test Account').press()
        self.ask(app, PLAIN)

    def test_one_side(self):
        """Incoming (POP) is encrypted: the question is for the outgoing server alone."""
        app = self.start(SECURE, PLAIN, kind='pop')
        self.ask(app, PLAIN).find(BUTTON, 'Go On Unencrypted').press()
        app.find(LABEL, 'Message arrived*', limit=40)
        self.assertEqual(KNOWN.read_text(encoding='utf-8').count('UnencryptedAgreed=true'), 1)
        self.assertEqual(secure.knows(*TRACES), [])

    def test_forbidden_by_the_publisher(self):
        """MinimumSecurity=tls: there is no question."""
        PUBLISHED.write_text(
            '[Publication]\nFormat=1\nOrganization=Example Corp\nContact=help@example.com\nSerial=1\n'
            '[Account home]\nKind=imap\nName=Home\nMinimumSecurity=tls\nLocked=\nincoming-host=%s\nincoming-user=%s\n'
            'outgoing-host=%s\n' % (PLAIN, USER, PLAIN), encoding='utf-8')
        CONFIG.parent.mkdir(parents=True, exist_ok=True)
        CONFIG.write_text('[Mail Options]\nFormat=1\nAddress=%s\n' % USER, encoding='utf-8')
        KNOWN.unlink(missing_ok=True)
        plain.forget()
        app = self.open(MAIL_OPTIONS_PUBLISHED=str(PUBLISHED))
        test = app.top('Test Account*')
        test.find(LABEL, PLAIN + ' offers no encryption on port *')
        self.assertIsNone(test.see(BUTTON, 'Go On Unencrypted*'))
        self.assertTrue(plain.heard)
        self.assertEqual(plain.knows(*TRACES), [])
        self.assertFalse(KNOWN.exists())


if __name__ == '__main__':
    unittest.main(verbosity=2)
