# SPDX-License-Identifier: GPL-3.0-or-later
"""A message that waits until the user has confirmed a new server: 75, and one notice
of the desktop, which is a real notification daemon.  Runs inside session.sh, with
a display."""

import os
import pathlib
import re
import shutil
import subprocess
import time
import unittest

from gi.repository import GLib

from bus import Refused, Service
from e2e import WINDOW, main, port
from sending import TEMPFAIL, Sending

MESSAGE = 'Subject: x\n\nx\n'
CONFIRM = 'Open E-mail Options to confirm localhost'


@unittest.skipUnless(shutil.which('dunst'), 'no notification daemon is to be had here (tests/lib/unpack.sh)')
class Notice(Sending):
    def setUp(self):
        super().setUp()
        self.env.update(self.session)
        self.folder = pathlib.Path(self.home.name)
        self.said = self.folder / 'said'
        self.published = self.folder / 'published.conf'
        self.env['MAIL_OPTIONS_PUBLISHED'] = str(self.published)
        self.write('[Mail Options]\nName=Jo\nAddress=jo@example.test\n')
        self.publish(1, '127.0.0.1')
        result = self.mopt('password', 'desk', password='jo-pass')
        self.assertEqual(result.code, 0, result)
        self.addCleanup(self.mopt, 'password', 'desk', '--delete')

    def publish(self, serial, host):
        self.published.write_text(
            '[Publication]\nFormat=1\nOrganization=R&D <Corp>\nSerial=%d\n\n[Account desk]\nKind=imap\nName=Desk\n'
            'incoming-host=%s\nincoming-user=jo@example.test\noutgoing-host=%s\noutgoing-custom-port=true\n'
            'outgoing-port=%s\noutgoing-security=tls\nfrom-legal=jo@example.test\n' % (serial, host, host, port('SMTP')),
            encoding='utf-8')

    def daemon(self):
        """It prints what it is told."""
        with open(self.said, 'w', encoding='utf-8') as output:
            process = subprocess.Popen(['dunst', '-print'], env={**self.env, 'G_DEBUG': ''}, stdout=output,
                                       stderr=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        end = time.monotonic() + 20
        while time.monotonic() < end:
            asked = subprocess.run(['gdbus', 'call', '--session', '-d', 'org.freedesktop.DBus', '-o',
                                    '/org/freedesktop/DBus', '-m', 'org.freedesktop.DBus.NameHasOwner',
                                    'org.freedesktop.Notifications'], env=self.env, capture_output=True, check=True)
            if b'true' in asked.stdout:
                return
            time.sleep(0.05)
        self.fail('the notification daemon did not start')

    def fails_to_confirm(self):
        return self.fails(TEMPFAIL, CONFIRM, MESSAGE, 'alex@example.test', given=False)

    def notices(self, n):
        """That there were N."""
        end = time.monotonic() + 10
        while (text := self.said.read_text(encoding='utf-8')).count('summary:') < n and time.monotonic() < end:
            time.sleep(0.05)
        self.assertEqual(text.count('summary:'), n, text)
        return text

    def test_once(self):
        self.daemon()
        self.publish(2, 'localhost')
        self.fails_to_confirm()
        text = self.notices(1)
        for words in ("appname: 'E-mail Options'", "summary: 'Your mail could not be sent'", CONFIRM,
                      'R&amp;D &lt;Corp&gt;', "desktop_entry: 'org.mailoptions.MailOptions'"):
            self.assertIn(words, text)
        # not again today, whoever asks; the other server is another matter
        for _ in range(2):
            self.fails_to_confirm()
        self.notices(1)
        self.publish(3, '127.0.0.9')
        self.fails(TEMPFAIL, 'confirm 127.0.0.9', MESSAGE, 'alex@example.test', given=False)
        self.notices(2)
        # tomorrow again
        notified = pathlib.Path(self.env['XDG_STATE_HOME']) / 'mail-options/notified'
        lines = notified.read_text(encoding='utf-8').splitlines()
        self.assertEqual(len(lines), 2)
        self.assertNotIn('localhost', ''.join(lines))
        yesterday = '%d' % (time.time() - 24 * 60 * 60)
        notified.write_text(''.join('%s %s\n' % (line.split()[0], yesterday) for line in lines), encoding='utf-8')
        self.publish(4, 'localhost')
        self.fails_to_confirm()
        self.notices(3)

    def test_nobody_to_tell(self):
        """Without a daemon nothing is lost and nothing is kept: the first one that comes hears of it."""
        self.publish(2, 'localhost')
        self.fails_to_confirm()
        self.daemon()
        self.fails_to_confirm()
        self.notices(1)

    def test_it_does_not_answer(self):
        """A daemon that hangs costs less than a second."""
        self.daemon()
        self.publish(2, 'localhost')
        pid = subprocess.run(['gdbus', 'call', '--session', '-d', 'org.freedesktop.DBus', '-o', '/org/freedesktop/DBus',
                              '-m', 'org.freedesktop.DBus.GetConnectionUnixProcessID', 'org.freedesktop.Notifications'],
                             env=self.env, capture_output=True, check=True).stdout.split()[1].strip(b',)').decode()
        subprocess.run(['kill', '-STOP', pid], check=True)
        start = time.monotonic()
        self.fails_to_confirm()
        took = time.monotonic() - start
        subprocess.run(['kill', '-CONT', pid], check=True)
        self.notices(1)    # it hears of it when it wakes up
        self.assertGreater(took, 0.25)
        self.assertLess(took, 5)    # of a busy machine


@unittest.skipUnless(WINDOW and shutil.which('xdotool'), 'there is no window, or nothing to find it with')
class Click(Notice, Service):
    """The same with the service, which the bus starts and which waits for the click."""

    def setUp(self):
        super().setUp()
        applications = self.folder / 'data/applications'
        applications.mkdir(parents=True)
        (applications / 'org.mailoptions.MailOptions.desktop').write_text(
            '[Desktop Entry]\nType=Application\nName=E-mail Options\nExec="%s"\n' % WINDOW, encoding='utf-8')
        self.env['G_DEBUG'] = 'fatal-criticals'    # GTK's warnings are not ours
        self.install()

        self.caller.accounts()    # on a busy machine it may start too late for a notice

    def call_daemon(self, interface, method, *words):
        self.gdbus('call', '--session', '-d', 'org.freedesktop.Notifications', '-o', '/org/freedesktop/Notifications', '-m',
                   '%s.%s' % (interface, method), *words)

    def search(self, title):
        """The pids of the programs that have a window of that TITLE."""
        found = subprocess.run(['xdotool', 'search', '--name', title, 'getwindowpid', '%@'], env=self.env,
                               capture_output=True, text=True, check=False)
        return {int(word) for word in found.stdout.split()}

    def wait_for(self, what, look):
        end = time.monotonic() + 20
        while not (value := look()):
            self.assertLess(time.monotonic(), end, what)
            time.sleep(0.05)
        return value

    def test_click(self):
        self.daemon()
        self.publish(2, 'localhost')
        self.fails_to_confirm()
        text = self.notices(1)
        for words in ("appname: 'E-mail Options'", CONFIRM, "desktop_entry: 'org.mailoptions.MailOptions'"):
            self.assertIn(words, text)
        self.assertIsNotNone(self.pid())
        self.assertEqual(self.search('^Desk$'), set())
        self.call_daemon('org.dunstproject.cmd0', 'NotificationAction', '0')
        window, = self.wait_for('the dialog', lambda: self.search('^Desk$'))
        self.addCleanup(self.is_gone, window)    # it writes into this home
        self.addCleanup(os.kill, window, 15)
        self.wait_for('the password', lambda: self.search('^E-mail Options$') == {window})

    def test_stays_as_long_as_the_notice(self):
        self.stop()
        self.idle = 1
        self.install()
        self.daemon()
        self.publish(2, 'localhost')
        self.fails_to_confirm()
        text = self.notices(1)
        pid = self.pid()
        time.sleep(2)
        self.assertEqual(self.pid(), pid)
        self.call_daemon('org.freedesktop.Notifications', 'CloseNotification',
                         re.search(r'\bid: (\d+)', text)[1])
        self.assertTrue(self.is_gone(pid))

    def test_what_is_wrong(self):
        """Nothing that another program says is shown as ours, or kept."""
        self.daemon()
        for account, words in (('', 'x'), ('a b', 'x'), ('x' * 65, 'x'), ('a', 'x' * 3000), ('%s', 'x')):
            with self.assertRaises(Refused):
                self.caller.call('Show', GLib.Variant('(ss)', (account, words)), interface='org.mailoptions.Notices')
        self.notices(0)


if __name__ == '__main__':
    main()
