# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody who clicks and types at random in all windows, while accounts.conf, the publication, the draft and the
keyring change under his hands: the program does not end, does not hang, can be closed, and finds no fault with itself
(nothing critical, no warning).  Runs inside session.sh with a display, a window manager and a keyring.

MONKEY_SEED and MONKEY_STEPS for other and longer runs by hand.  A step waits until the program has taken it, and draws
what it does from the seed and its number alone: what a slow machine does otherwise changes that step, not the rest."""

import os
import random
import re
import subprocess
import sys
import time
import unittest

import gi
gi.require_version('Atspi', '2.0')
from gi.repository import Atspi, Gio, GLib  # noqa: E402

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
import monkey_files as files  # noqa: E402
import secret_scan  # noqa: E402
from drive import (BUTTON, CHECK, DROP_DOWN, ENTRY, MENU_ITEM, PASSWORD, RADIO, ROW, TAB,  # noqa: E402
                   Application, NotSeen)

LOG = files.SESSION / 'log/mail-options'
SEED = os.environ.get('MONKEY_SEED') or '1'
STEPS = int(os.environ.get('MONKEY_STEPS') or '250')
STEPS_A_LIFE = 120      # then it is closed and begins again
HANG = 60               # seconds, also of a busy machine
SERVICE = 'org.freedesktop.Secret.Service'
ENV = dict(os.environ, LC_ALL=os.environ.get('MONKEY_LOCALE', 'C.UTF-8'),
           MAIL_OPTIONS_SOURCE=str(files.PUBLISHED.with_name('source.conf')), SSL_CERT_FILE=os.environ['MAIL_CA'])
TRYOUT = dict(ENV, MAIL_OPTIONS_PUBLISHED=str(files.PUBLISHED))

KEYS = ['Tab'] * 8 + ['shift+Tab'] * 2 + [
    'Return', 'space', 'Escape', 'Down', 'Up', 'Left', 'Right', 'Home', 'End'] * 2 + [
    'F1', 'F10', 'Menu', 'Delete', 'BackSpace', 'Page_Down', 'Page_Up', 'shift+F10', 'ctrl+Home', 'ctrl+End',
    'ctrl+t', 'ctrl+n', 'ctrl+f', 'ctrl+z', 'ctrl+a', 'ctrl+c', 'ctrl+v', 'ctrl+x', 'ctrl+w', 'ctrl+q',
    'ctrl+Page_Down', 'ctrl+Page_Up', 'ctrl+question'] + ['alt+' + letter for letter in 'abcdefghilmnoprstuwy']
WORDS = ['localhost', '127.0.0.1', 'ann@localhost', 'ann@example.test', ' ', '@', '%', '"', '993', 'x' * 300, '']

# What is no fault of ours, with the reason.
NOISE = [
    # GTK 4.8 counts what presses a widget, and loses count when another window comes between press and release
    'Broken accounting of active state for widget',
    # GDK 4.8 asks for the monitor that a window is on, which is none where it lies off the screen
    r'gdk_monitor_get_geometry: assertion .GDK_IS_MONITOR',
    # GTK 4.8 shows a tooltip half a second after the pointer came, also of a window that has gone and is still held
    r'gdk_surface_get_device_position: assertion .GDK_IS_SURFACE',
    r'_gtk_widget_find_at_coords: assertion .GDK_IS_SURFACE',
]
FAULT = re.compile(r'(CRITICAL|WARNING|ERROR) \*\*|runtime error:|ERROR: \w+Sanitizer')


class Hang(Exception):
    pass


class Monkey:
    def __init__(self):
        self.random = random.Random(SEED)
        self.serial = 0
        self.app = None
        self.is_tryout = False
        self.others = []      # programs started beside the first
        self.windows = []
        self.done = []        # what it did last
        self.counts = {}
        self.visits = {}      # how often a thing was used
        self.bus = Gio.DBusConnection.new_for_address_sync(
            os.environ['AT_SPI_BUS_ADDRESS'], Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
            | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
        self.name = None      # of the program on that bus
        self.desk = Gio.bus_get_sync(Gio.BusType.SESSION)
        self.session = self.ask_keyring(SERVICE, 'OpenSession', '(sv)', 'plain', GLib.Variant('s', ''))

    # The files

    def change_publication(self):
        self.serial += 1
        files.change(files.PUBLISHED, files.publication(self.random, self.serial))

    def change_own(self):
        files.change(files.CONFIG, files.own(self.random))

    def change_draft(self):
        files.change(self.random.choice(files.DRAFTS), files.publication(self.random, 1))

    def break_file(self):
        path = self.random.choice([files.PUBLISHED, files.CONFIG, *files.DRAFTS])
        return '%s %s' % (path.name, files.break_one(self.random, path))

    def break_state(self):
        return files.break_state(self.random)

    # The keyring

    def ask_keyring(self, interface, method, signature, *parameters):
        answer = self.desk.call_sync(
            'org.freedesktop.secrets', '/org/freedesktop/secrets', interface, method,
            GLib.Variant(signature, parameters), None, 0, HANG * 1000, None).unpack()
        return answer[-1] if answer else None

    def lock(self):
        self.ask_keyring(SERVICE, 'Lock', '(ao)', [self.ask_keyring(SERVICE, 'ReadAlias', '(s)', 'default')])

    def unlock(self):
        """As a login does; see gnome-keyring's own tools for how."""
        default = self.ask_keyring(SERVICE, 'ReadAlias', '(s)', 'default')
        if default != '/':      # made when the first password is stored
            self.ask_keyring('org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface', 'UnlockWithMasterPassword',
                             '(o(oayays))', default, (self.session, b'', b'test', 'text/plain'))

    def store_passwords(self):
        """So that tests go all the way. Accounts that are good, for a moment."""
        files.change(files.CONFIG, files.GOOD)
        for number in range(2):
            subprocess.run([os.environ['MOPT'], 'password', 'o%d' % number, '--side', 'incoming', '--password-stdin'],
                           input=secret_scan.password('ann').encode(), env=ENV, check=True, timeout=HANG,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    # The hands

    def xdotool(self, *words):
        found = subprocess.run(['xdotool', *words], capture_output=True, text=True, check=False)
        return found.stdout.split()

    def look(self):
        """The windows, those on top more often."""
        self.windows = self.xdotool('search', '--onlyvisible', '--pid', str(self.app.process.pid))

    def pick(self):
        """A window of X and its size."""
        if not self.windows or self.random.random() < .2:
            self.look()
        if not self.windows:
            return None, 0, 0
        window = self.windows[-1] if self.random.random() < .7 else self.random.choice(self.windows)
        shape = dict(line.split('=') for line in self.xdotool('getwindowgeometry', '--shell', window))
        if 'WIDTH' not in shape:        # it has gone
            self.windows = []
            return None, 0, 0
        return window, int(shape['WIDTH']), int(shape['HEIGHT'])

    def click(self):
        window, width, height = self.pick()
        if window is None:
            return None
        x, y = int(self.random.random() * width), int(self.random.random() * height)
        self.xdotool('mousemove', '--window', window, str(x), str(y), 'click', '--repeat',
                     self.random.choice('1112'), self.random.choice('111114453'))
        return '%d,%d' % (x, y)

    def pick_managed(self):
        """A window that a person can move: not a menu, which has no title."""
        self.look()
        titled = [window for window in self.windows if self.xdotool('getwindowname', window) != ['mail-options']]
        return self.random.choice(titled) if titled else None

    def resize(self):
        window = self.pick_managed()
        size = [str(self.random.choice([200, 320, 640, 1200])), str(self.random.choice([200, 560, 880]))]
        if window is not None:
            self.xdotool('windowsize', window, *size)
        return 'x'.join(size)

    def raise_one(self):
        window = self.pick_managed()
        if window is not None:
            self.xdotool('windowactivate', window)

    def press(self):
        key = self.random.choice(KEYS)
        self.xdotool('key', '--clearmodifiers', key)
        return key

    def type(self):
        word = self.random.choice(WORDS)
        self.xdotool('type', '--delay', '2', '--', word)
        return word[:20]

    def answer_prompt(self):
        """The keyring's question, if it asks one."""
        found = self.xdotool('search', '--onlyvisible', '--class', 'gcr-prompter')
        if not found:
            return 'none'
        if self.random.random() < .5:
            self.xdotool('windowactivate', found[-1], 'type', '--delay', '2', 'test\n')
            return 'opened'
        self.xdotool('windowactivate', found[-1], 'key', 'Escape')
        return 'dismissed'

    def use(self):
        """Some thing in some window, mostly one that was not used often: thus it comes into all windows."""
        try:
            tops = list(self.app.children())
            # a person reaches what is not below a modal window
            top = next((top for top in reversed(tops) if top.role != Atspi.Role.FRAME), self.random.choice(tops))
            nodes = [node for node in top.walk() if useful(node)]
            if not nodes:
                return 'nothing'
            if self.random.random() < .7:
                least = min(self.visited(node) for node in nodes)
                nodes = [node for node in nodes if self.visited(node) == least]
            node = nodes[int(self.random.random() * len(nodes))]
            self.visits[key_of(node)] = self.visited(node) + 1
            return '%s: %r%s' % (top.name, node, self.use_node(node) or '')
        except (GLib.Error, NotSeen, IndexError, subprocess.CalledProcessError) as error:   # it has just gone
            return repr(error)

    def visited(self, node):
        return self.visits.get(key_of(node), 0)

    def use_node(self, node):
        if node.role in ENTRY + PASSWORD and 'EditableText' in node.accessible.get_interfaces():
            word = self.random.choice(WORDS)
            Atspi.EditableText.set_text_contents(node.accessible, word)
            return ' ' + word[:20]
        if node.accessible.get_n_actions() > 0:
            node.accessible.do_action(0)
            return None
        found = [xid for xid in self.xdotool('search', '--onlyvisible', '--pid', str(self.app.process.pid))
                 if ' '.join(self.xdotool('getwindowname', xid)) == node.window.name]
        if found:
            box = node.box
            across = min(12, box.width // 2) if node.role in CHECK + RADIO else box.width // 2
            self.xdotool('mousemove', '--window', found[-1], str(box.x + across), str(box.y + box.height // 2),
                         'click', '--repeat', '2' if node.role in ROW else '1', '1')
        return ' clicked' if found else ' has no window'

    def start_another(self):
        """The program once more: the first one takes what it is asked for, unless it is a try-out."""
        words = self.random.choice([[], ['--publish', str(files.DRAFTS[0])], ['--publish', str(files.DRAFTS[1])],
                                    ['--add', 'imap'], ['--add', 'pop']])
        if self.is_tryout:
            return 'no'
        with open(LOG, 'ab') as output:
            self.others.append(subprocess.Popen(os.environ['MAIL_OPTIONS'].split() + words, env=ENV, stdout=output,
                                                stderr=output))
        return ' '.join(words)

    def act(self, step):
        self.random.seed('%s/%d' % (SEED, step))
        hands = {self.use: 14, self.click: 8, self.press: 8, self.type: 1, self.resize: .5, self.raise_one: .5,
                 self.change_publication: .6, self.change_own: .4, self.change_draft: .4, self.break_file: .4,
                 self.break_state: .2, self.lock: .2, self.unlock: .3, self.answer_prompt: .6, self.start_another: .4}
        what = self.random.choices(list(hands), list(hands.values()))[0]
        self.counts[what.__name__] = self.counts.get(what.__name__, 0) + 1
        self.done.append('%d %s' % (step, what.__name__))
        said = what()
        if said:
            self.done[-1] += ' (%s)' % said
        self.settle()

    # The program

    def is_alive(self):
        return self.app is not None and self.app.process.poll() is None

    def settle(self):
        """Wait until its main loop has taken what was sent to it: it answers a question there."""
        if self.app.process.poll() is not None:
            return
        try:
            self.bus.call_sync(self.name, '/org/a11y/atspi/accessible/root', 'org.a11y.atspi.Accessible', 'GetRole',
                               None, None, Gio.DBusCallFlags.NO_AUTO_START, HANG * 1000, None)
        except GLib.Error as error:
            if error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.TIMED_OUT):
                raise Hang('hangs') from error
            try:
                self.app.process.wait(HANG)     # it has left the bus
            except subprocess.TimeoutExpired:
                raise Hang('has no window any more, but does not end') from error

    def find_name(self):
        def call(method, *parameters):
            return self.bus.call_sync('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus', method,
                                      GLib.Variant('(s)', parameters) if parameters else None, None, 0, -1,
                                      None).unpack()[0]
        for name in call('ListNames'):
            try:
                if name.startswith(':') and call('GetConnectionUnixProcessID', name) == self.app.process.pid:
                    return name
            except GLib.Error:      # it has just gone
                pass
        return None

    def start(self):
        command = os.environ['MAIL_OPTIONS'].split()
        if self.random.random() < .3:
            command += ['--publish', str(files.DRAFTS[0])]
        self.is_tryout = self.random.random() < .3
        self.done = ['start %s%s' % (' '.join(command[1:]), ' as a try-out' if self.is_tryout else '')]
        with open(LOG, 'ab') as output:
            self.app = Application(command, env=TRYOUT if self.is_tryout else ENV, stdout=output, stderr=output)
        self.name = self.find_name()
        self.windows = []

    def close(self):
        """All its windows, as a person does who has enough, whatever they ask."""
        for _ in range(100):
            if not self.is_alive():
                return
            try:
                tops = list(self.app.children())
                top = next((top for top in reversed(tops) if top.role != Atspi.Role.FRAME), tops[-1])
                buttons = {button.name: button for button in top.all(BUTTON)}
                for name in ('Discard', 'Close Without Saving', 'Close', 'Cancel', 'Keep Editing'):
                    if name in buttons:
                        buttons[name].accessible.do_action(0)
                        break
                else:
                    top.find(BUTTON, '_Close*', 0).accessible.do_action(0)      # GTK's own windows
            except (GLib.Error, NotSeen, IndexError):      # it has just gone
                pass
            time.sleep(.3)      # GTK lets a button look pressed for a quarter of a second
            self.settle()
        raise Hang('cannot be closed')

    def end_others(self):
        """They have handed over and ended, or have become the first one meanwhile."""
        for other in self.others:
            other.terminate()
        codes = {other.wait(HANG) for other in self.others}
        self.others = []
        return codes


def key_of(node):
    return '%s/%s/%s' % (node.window.name, node.role.value_nick, node.name)


def useful(node):
    try:
        return node.role in BUTTON + CHECK + RADIO + DROP_DOWN + ENTRY + PASSWORD + TAB + ROW + MENU_ITEM \
            and node.sensitive and node.visible
    except GLib.Error:
        return False


class Test(unittest.TestCase):
    def life(self, monkey, step, end):
        """From a start until it was closed; gives the number of the next step."""
        monkey.random.seed('%s/start %d' % (SEED, step))
        monkey.unlock()
        monkey.store_passwords()
        monkey.change_own()
        try:
            monkey.start()
        except NotSeen:
            code = monkey.app.process.wait(10) if monkey.app else None
            self.fail('did not start (%s): %s' % (code, LOG.read_text(errors='replace')[-2000:]))
        last = min(end, step + STEPS_A_LIFE)
        while step < last and monkey.app.process.poll() is None:
            monkey.act(step)
            step += 1
        if monkey.app.process.poll() is not None:
            self.assertEqual(monkey.app.process.returncode, 0)
        elif step % 3 == 0:
            monkey.app.process.terminate()      # as a session does that ends
            self.assertIn(monkey.app.process.wait(HANG), (0, -15))
        else:
            monkey.close()
            self.assertEqual(monkey.app.process.returncode, 0)
        self.assertLessEqual(monkey.end_others(), {0, -15})
        return step

    def test_at_random(self):
        monkey = Monkey()
        print('MONKEY_SEED=%s MONKEY_STEPS=%d' % (SEED, STEPS), file=sys.stderr)
        LOG.touch()
        monkey.change_publication()
        starts = step = 0
        try:
            while step < STEPS:
                step = self.life(monkey, step, STEPS)
                starts += 1
                self.assert_faultless()
        except BaseException:
            if monkey.is_alive():
                monkey.app.show_failure()
            print('\n'.join(monkey.done[-60:]), file=sys.stderr)
            print(LOG.read_text(errors='replace')[-6000:], file=sys.stderr)
            raise
        finally:
            if monkey.app is not None:
                monkey.app.__exit__()
            for other in monkey.others:
                other.kill()
                other.wait()
            print(starts, 'starts,', monkey.counts, file=sys.stderr)

    def assert_faultless(self):
        said = LOG.read_text(errors='replace').splitlines()
        self.assertEqual([line for line in said if FAULT.search(line)
                          and not any(re.search(noise, line) for noise in NOISE)], [])


if __name__ == '__main__':
    unittest.main()
