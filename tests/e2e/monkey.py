# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody who clicks and types at random in all windows, while accounts.conf and
the publication change under his hands: the program neither ends nor finds fault
with itself (no critical warning).  Runs inside session.sh with a display and a window
manager.  MONKEY_SEED and MONKEY_SECONDS for longer runs by hand."""

import os
import pathlib
import random
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
from drive import Application, NotSeen  # noqa: E402

SESSION = pathlib.Path(os.environ['SESSION_DIR'])
CONFIG = pathlib.Path(os.environ['XDG_CONFIG_HOME']) / 'mail-options/accounts.conf'
PUBLISHED = SESSION / 'etc/published.conf'
DRAFT = SESSION / 'draft.conf'
LOG = SESSION / 'log/mail-options'
SEED = os.environ.get('MONKEY_SEED') or str(int(time.time()))
SECONDS = float(os.environ.get('MONKEY_SECONDS', '20'))
ENV = dict(os.environ, LC_ALL='C.UTF-8', MAIL_OPTIONS_PUBLISHED=str(PUBLISHED),
           SSL_CERT_FILE=os.environ['MAIL_CA'])

KEYS = ['Tab'] * 8 + ['shift+Tab'] * 2 + ['Return', 'space', 'Escape', 'Down', 'Up', 'Left', 'Right', 'Home', 'End'] * 2 + [
    'F1', 'F10', 'Menu', 'Delete', 'BackSpace', 'ctrl+t', 'ctrl+n', 'ctrl+f', 'ctrl+z', 'ctrl+a', 'ctrl+w', 'ctrl+q',
    'ctrl+Page_Down', 'ctrl+Page_Up', 'alt+F4', 'ctrl+question'] + ['alt+' + letter for letter in 'abcdefghilmnoprstuwy']
WORDS = ['localhost', '127.0.0.1', 'ann@localhost', ' ', '@', '%', '"']

SERVER = """incoming-host=localhost
incoming-custom-port=true
incoming-port=%s
incoming-user=ann@example.test
outgoing-host=localhost
outgoing-custom-port=true
outgoing-port=%s
""" % (os.environ['MAIL_IMAP'], os.environ['MAIL_SMTP'])
SECTIONS = ['incoming-server', 'incoming-account', 'outgoing-server', 'outgoing-account', 'conversation-id',
            'from-addresses']


class Monkey:
    def __init__(self):
        self.random = random.Random(SEED)
        self.serial = 0
        self.app = None
        self.windows = []
        self.done = []        # what it did last
        self.counts = {}

    # The files

    def account(self, number, published):
        choice = self.random.random
        text = '[Account %s%d]\nKind=%s\nName=%s %d\n' % (
            'p' if published or choice() < .3 else 'o', number, self.random.choice(['imap', 'imap', 'pop']),
            'Desk' if published else 'Home', number)
        if choice() < .8:
            text += SERVER
        if choice() < .5:
            text += 'from-legal=help@example.test;*@example.test;\n'
        sections = ';'.join(self.random.sample(SECTIONS, self.random.randrange(5)))
        if published:
            text += 'Locked=%s\n' % sections
            text += self.random.choice(['', '', 'Withdrawn=keep\n', 'Withdrawn=delete\n', 'Available=false\n',
                                        'conversation-id-add=true\n'])
        elif choice() < .5:
            text += 'Customised=%s\n' % sections
        if choice() < .05:
            text += 'Kind=twice\n'
        return text + '\n'

    def publication(self):
        self.serial += 1
        if self.random.random() < .05:
            return '[Publication\n'
        text = '[Publication]\nFormat=1\nOrganization=Example Corp\nContact=help@example.com\nSerial=%d\n' % self.serial
        text += 'Reason=%s\nConversationPrefix=ABCD\n\n' % self.random.choice(['moved', 'so that it works'])
        text += '[Rights]\nsend=%s\nadd-accounts=%s\noverride-locked=%s\n\n' % tuple(
            self.random.choice(['everyone', 'everyone', 'nobody']) for _ in range(3))
        return text + ''.join(self.account(i, True) for i in range(3) if self.random.random() < .8)

    def own(self):
        text = '[Mail Options]\nFormat=1\nName=Ann\nAddress=ann@example.test\n\n'
        return text + ''.join(self.account(i, False) for i in range(3) if self.random.random() < .8)

    def change(self, path, text):
        fresh = path.with_suffix('.new')
        fresh.write_text(text)
        fresh.rename(path)

    def change_publication(self):
        self.change(PUBLISHED, self.publication())

    def change_own(self):
        self.change(CONFIG, self.own())

    # The hands

    def xdotool(self, *words):
        found = subprocess.run(['xdotool', *words], capture_output=True, text=True, check=False)
        return found.stdout.split()

    def look(self):
        """The windows, those on top more often."""
        self.windows = self.xdotool('search', '--onlyvisible', '--pid', str(self.app.process.pid))

    def click(self):
        if not self.windows or self.random.random() < .2:
            self.look()
        if not self.windows:
            return
        window = self.windows[-1] if self.random.random() < .7 else self.random.choice(self.windows)
        shape = dict(line.split('=') for line in self.xdotool('getwindowgeometry', '--shell', window))
        if 'WIDTH' not in shape:        # it has gone
            self.windows = []
            return
        x, y = self.random.randrange(int(shape['WIDTH'])), self.random.randrange(int(shape['HEIGHT']))
        self.xdotool('mousemove', '--window', window, str(x), str(y), 'click', '--repeat',
                     self.random.choice('1112'), self.random.choice('111114453'))

    def press(self):
        self.xdotool('key', '--clearmodifiers', self.random.choice(KEYS))

    def type(self):
        self.xdotool('type', '--delay', '2', '--', self.random.choice(WORDS))

    def activate(self):
        """A button by its accessible action, so that those are not missed which are hard to hit."""
        try:
            tops = list(self.app.children())
            nodes = [node for node in self.random.choice(tops).walk()
                     if node.accessible.get_n_actions() > 0 and node.sensitive and node.visible]
            if nodes:
                self.random.choice(nodes).accessible.do_action(0)
        except Exception as error:  # pylint: disable=broad-except # what was looked at has just gone
            self.done.append(repr(error))

    def act(self):
        what = self.random.choices(
            [self.click, self.press, self.type, self.activate, self.change_publication, self.change_own],
            [10, 10, 2, 4, 1, .5])[0]
        self.counts[what.__name__] = self.counts.get(what.__name__, 0) + 1
        self.done = self.done[-40:] + [what.__name__]
        what()

    def start(self):
        command = os.environ['MAIL_OPTIONS'].split()
        if self.random.random() < .3:
            command += ['--publish', str(DRAFT)]
        with open(LOG, 'ab') as output:
            self.app = Application(command, env=ENV, stdout=output, stderr=output)
        self.windows = []


class Test(unittest.TestCase):
    def test_at_random(self):
        monkey = Monkey()
        print('MONKEY_SEED=%s' % SEED, file=sys.stderr)
        PUBLISHED.parent.mkdir(exist_ok=True)
        CONFIG.parent.mkdir(parents=True, exist_ok=True)
        monkey.change_publication()
        monkey.change_own()
        starts = 0
        end = time.monotonic() + SECONDS
        try:
            while time.monotonic() < end:
                try:
                    monkey.start()
                except NotSeen:
                    code = monkey.app.process.wait(10) if monkey.app else None
                    self.fail('did not start (%s): %s' % (code, LOG.read_text(errors='replace')[-2000:]))
                starts += 1
                while time.monotonic() < end and monkey.app.process.poll() is None:
                    monkey.act()
                if monkey.app.process.poll() is None:
                    monkey.app.process.terminate()      # as a session does that ends
                    self.assertIn(monkey.app.process.wait(10), (0, -15))
                else:
                    self.assertEqual(monkey.app.process.returncode, 0, '%s, after %s\n%s' % (
                        SEED, monkey.done, LOG.read_text(errors='replace')[-4000:]))
        finally:
            if monkey.app is not None:
                monkey.app.__exit__()
        said = LOG.read_text(errors='replace')
        print(starts, 'starts,', monkey.counts, file=sys.stderr)
        critical = [line for line in said.splitlines() if 'CRITICAL' in line]
        self.assertEqual(critical, [], '%s, after %s' % (SEED, monkey.done))
        self.assertNotIn('ERROR', said)


if __name__ == '__main__':
    unittest.main()
