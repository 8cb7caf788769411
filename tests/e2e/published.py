# SPDX-License-Identifier: GPL-3.0-or-later
"""A published account in the window, while its administrator changes the file:
the person opens it, has a server of her own, goes on typing through a change,
loses the section to a padlock under her hands, and gets what she typed back
after the unlock.  Runs inside session.sh with a display and a window manager."""

import os
import pathlib
import shutil
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
from drive import BUTTON, CHECK, ENTRY, LABEL, ROW, Application, keys, run, wait  # noqa: E402

SESSION = pathlib.Path(os.environ['SESSION_DIR'])
STATE = pathlib.Path(os.environ['XDG_STATE_HOME']) / 'mail-options'
CONFIG = pathlib.Path(os.environ['XDG_CONFIG_HOME']) / 'mail-options/accounts.conf'
PUBLISHED = SESSION / 'etc/published.conf'
ENV = dict(os.environ, LC_ALL='C.UTF-8', G_DEBUG='fatal-criticals', MAIL_OPTIONS_PUBLISHED=str(PUBLISHED))

OWN = """[Mail Options]
Format=1
Name=Ann Example
Address=ann@example.test
"""


def publication(serial, host, locked):
    return """[Publication]
Format=1
Organization=Example Corp
Contact=help@example.com
Serial=%d
Reason=moved

[Account helpdesk]
Kind=imap
Name=Help desk
Locked=%s
incoming-host=%s
incoming-user=ann
outgoing-host=smtp.corp.example
""" % (serial, locked, host)


def publish(*words):
    """As an administrator's tools do: the whole file, by rename."""
    fresh = PUBLISHED.with_suffix('.new')
    fresh.write_text(publication(*words))
    fresh.rename(PUBLISHED)
    return time.monotonic()


class Published(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        shutil.rmtree(STATE, ignore_errors=True)
        PUBLISHED.parent.mkdir(exist_ok=True)
        CONFIG.parent.mkdir(parents=True, exist_ok=True)
        CONFIG.write_text(OWN)
        publish(1, 'imap.corp.example', 'from-addresses;')

    def start(self):
        output = open(SESSION / 'log/mail-options', 'ab')
        self.addCleanup(output.close)
        app = Application([os.environ['MAIL_OPTIONS']], env=ENV, stdout=output, stderr=output)
        self.addCleanup(app.__exit__)
        wait('the watch', lambda: list(STATE.glob('announced-*')))     # what comes now is news
        return app

    def open(self, app):
        app.find(ROW, 'Help desk*').click()
        app.find(BUTTON, 'Edit…').press()
        return app.page('Incoming Server')

    def told(self, app, words, since, dialog):
        """The dialog says it, and soon."""
        app.top(dialog).find(LABEL, words, limit=10)
        self.assertLess(time.monotonic() - since, 5)      # a second where the machine is idle
        print('%s after %.2f s' % (words, time.monotonic() - since), file=sys.stderr)

    def test_live(self):
        app = self.start()
        page = self.open(app)
        page.find(LABEL, 'Set by Example Corp, you may change it.')
        page.find(CHECK, 'Custom Server').check()
        host = page.find(ENTRY, 'Incoming Mail Server')
        self.assertEqual(host.text, 'imap.corp.example')
        host.type('imap.home')

        # The administrator moves the server while she types: her words and her place in them stay.
        self.told(app, 'Example Corp changed Incoming Mail Server: imap.corp.example → imap2.corp.example. Yours*',
                  publish(2, 'imap2.corp.example', 'from-addresses;'), 'Help desk')
        self.assertTrue(host.has_focus_inside())
        run('xdotool', 'type', '--clearmodifiers', '--', '.example')
        wait('what is typed', lambda: host.text == 'imap.home.example')

        # … and then locks it: kept, said, shown.
        self.told(app, 'Example Corp has locked “Incoming mail server”. What you entered there is kept*',
                  publish(3, 'imap2.corp.example', 'from-addresses;incoming-server;'), 'Help desk')
        page.gone(ENTRY, 'Incoming Mail Server')
        page.gone(CHECK, 'Custom Server')
        page.find(LABEL, 'Your own server imap.home.example is kept but not in effect while this is locked.')
        app.top('Help desk').find(BUTTON, 'OK').press()
        wait('the file', lambda: 'Parked=incoming-server;' in CONFIG.read_text())
        self.assertNotIn('corp.example', CONFIG.read_text())
        app.find(ROW, 'Help desk, IMAP · Example Corp, your changes not in effect*')

        # Unlocked while the dialog is open: offered, taken, in effect.
        page = self.open(app)
        self.told(app, 'Example Corp has unlocked “Incoming mail server”.*',
                  publish(4, 'imap2.corp.example', 'from-addresses;'), 'Help desk')
        page.find(LABEL, 'You used imap.home.example before.')
        page.find(BUTTON, 'Use Again').press()
        host = page.find(ENTRY, 'Incoming Mail Server')
        wait('what was typed', lambda: host.text == 'imap.home.example')
        page.find(LABEL, 'Yours; Example Corp has imap2.corp.example.')
        app.top('Help desk').find(BUTTON, 'OK').press()
        wait('the file', lambda: 'Customised=incoming-server;' in CONFIG.read_text())
        app.find(ROW, 'Help desk, IMAP · Example Corp, customised*')

        # All of it taken back, and the taking back, too.
        before = CONFIG.read_text()
        app.find(BUTTON, 'Remove My Changes').press()
        wait('the file', lambda: 'helpdesk' not in CONFIG.read_text())
        app.find(BUTTON, 'Undo').press()
        wait('the file', lambda: CONFIG.read_text() == before)
        log = (SESSION / 'log/mail-options').read_text(encoding='utf-8')
        self.assertNotIn('CRITICAL', log)

    def test_news(self):
        """Without a dialog the window itself says what changed, and a refusal of the file."""
        app = self.start()
        app.find(ROW, 'Help desk*')
        publish(2, 'imap2.corp.example', 'from-addresses;')
        app.find(LABEL, 'Example Corp changed “Incoming Mail Server” of “Help desk”: imap.corp.example →*')
        app.find(BUTTON, 'Show').press()
        page = app.page('Incoming Server')
        wait('the new server', lambda: 'imap2.corp.example' in [label.text for label in page.all(LABEL)])
        keys('Escape')
        PUBLISHED.write_text('[Publication]\nFormat=99\n')
        app.find(LABEL, str(PUBLISHED) + '*')
        app.find(ROW, 'Help desk*')                       # the last good copy


if __name__ == '__main__':
    unittest.main(verbosity=2)
