# SPDX-License-Identifier: GPL-3.0-or-later
"""Drive a GTK 4 window as a person would, through AT-SPI and the X server.

For /usr/bin/python3, inside session.sh with -x virtual -w.  Nothing here sleeps
for a fixed time: what is expected is looked for until it is there (`wait`), and
a failure shows what was on the screen instead.

    app = Application(['mail-options'])
    app.find(ENTRY, 'Your name').enter('Ann Example')
    app.find(BUTTON, 'Add').press()

Of GTK 4.8: a check box, a radio button and a drop-down have no action (they are
clicked with the mouse), an entry's text must be asked for with its length, the
click of a button arrives a quarter of a second after `press`, and what lies on
the hidden pages of a notebook seems as visible as the rest (search its `page`).
"""

import os
import subprocess
import sys
import time

import gi
gi.require_version('Atspi', '2.0')
from gi.repository import Atspi, GLib  # noqa: E402

ENTRY = (Atspi.Role.TEXT, Atspi.Role.ENTRY)
PASSWORD = (Atspi.Role.PASSWORD_TEXT,)
BUTTON = (Atspi.Role.PUSH_BUTTON, Atspi.Role.TOGGLE_BUTTON)
CHECK = (Atspi.Role.CHECK_BOX,)
RADIO = (Atspi.Role.RADIO_BUTTON,)
DROP_DOWN = (Atspi.Role.COMBO_BOX,)
TAB = (Atspi.Role.PAGE_TAB,)
TABS = (Atspi.Role.PAGE_TAB_LIST,)
LABEL = (Atspi.Role.LABEL,)
WINDOW = (Atspi.Role.FRAME, Atspi.Role.DIALOG, Atspi.Role.WINDOW)
MENU_ITEM = (Atspi.Role.MENU_ITEM, Atspi.Role.CHECK_MENU_ITEM, Atspi.Role.RADIO_MENU_ITEM)
ROW = (Atspi.Role.LIST_ITEM, Atspi.Role.TABLE_ROW)
ANY = ()

LIMIT = float(os.environ.get('DRIVE_LIMIT', '20'))   # seconds


class NotSeen(Exception):
    pass


def wait(what, look, limit=LIMIT):
    """The first true value of look(), asked again and again for limit seconds."""
    end = time.monotonic() + limit
    while True:
        try:
            value = look()
        except GLib.Error:            # what was looked at has just gone
            value = None
        if value:
            return value
        if time.monotonic() > end:
            raise NotSeen('%s: not within %g s' % (what, limit))
        time.sleep(0.02)


def run(*words):
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()


def keys(*names):
    """Press keys by their X names, such as 'Return' or 'alt+o', in the focused window."""
    run('xdotool', 'key', '--clearmodifiers', *names)


def screenshot(path):
    run('import', '-window', 'root', path)


class Node:
    """An accessible object.

    Its window is known from the way down to it: the way up is cut at the pages
    of a GTK 4.8 notebook.
    """

    def __init__(self, accessible, app, window=None):
        self.accessible = accessible
        self.app = app
        self.window = window

    # What it is

    @property
    def role(self):
        return self.accessible.get_role()

    @property
    def name(self):
        return self.accessible.get_name() or ''

    @property
    def description(self):
        return self.accessible.get_description() or ''

    @property
    def text(self):
        count = Atspi.Text.get_character_count(self.accessible)
        return Atspi.Text.get_text(self.accessible, 0, count) if count else ''

    def has(self, state):
        return self.accessible.get_state_set().contains(state)

    @property
    def checked(self):
        return self.has(Atspi.StateType.CHECKED) or self.has(Atspi.StateType.PRESSED)

    @property
    def sensitive(self):
        return self.has(Atspi.StateType.SENSITIVE)

    @property
    def visible(self):
        if 'Component' not in self.accessible.get_interfaces():
            return False
        box = self.box
        return box.width > 0 and box.height > 0 and self.has(Atspi.StateType.VISIBLE)

    @property
    def box(self):
        return Atspi.Component.get_extents(self.accessible, Atspi.CoordType.WINDOW)

    def __repr__(self):
        return '%s %r' % (self.accessible.get_role_name(), self.name)

    # Where things are

    def children(self):
        for index in range(self.accessible.get_child_count()):
            child = self.accessible.get_child_at_index(index)
            if child is not None:
                yield Node(child, self.app, self.window)

    def walk(self):
        yield self
        for child in self.children():
            yield from child.walk()

    def all(self, roles=ANY, name=None):
        """Every visible object below with one of the roles and this name (the start, if it ends in *)."""
        found = []
        for node in self.walk():
            try:
                if roles and node.role not in roles:
                    continue
                if name is not None and not matches(name, node.name):
                    continue
                if node.visible:
                    found.append(node)
            except GLib.Error:
                continue
        return found

    def see(self, roles, name=None):
        """The first such object, or None."""
        found = self.all(roles, name)
        return found[0] if found else None

    def find(self, roles, name=None, limit=LIMIT):
        """The first such object, as soon as it is there."""
        try:
            return wait('%s %r' % (roles and roles[0].value_nick or 'object', name),
                        lambda: self.see(roles, name), limit)
        except NotSeen:
            self.app.show_failure()
            raise

    def gone(self, roles, name=None, limit=LIMIT):
        """Wait until there is no such object any more."""
        wait('end of %r' % (name,), lambda: self.see(roles, name) is None, limit)

    def page(self, name):
        """Of a notebook: the page that belongs to the tab of this name."""
        def look():
            for node in self.walk():
                if node.role == Atspi.Role.PANEL and node.name == name:
                    return node
            return None
        return wait('page %r' % name, look)

    # What a person does

    def press(self):
        """Activate a button or a menu item."""
        wait('%r is sensitive' % self, lambda: self.sensitive)
        for index in range(self.accessible.get_n_actions()):
            if self.accessible.get_action_name(index) in ('click', 'activate'):
                self.accessible.do_action(index)
                return
        self.click()

    def click(self, button=1, times=1):
        """Click with the mouse, in the middle (a check box: on the left, where its mark is)."""
        wait('%r is sensitive' % self, lambda: self.sensitive)
        box = self.box
        x = box.x + (min(12, box.width // 2) if self.role in CHECK + RADIO else box.width // 2)
        xid, left, top = self.app.x_window(self.window)
        run('xdotool', 'mousemove', '--window', xid, str(x + left),
            str(box.y + box.height // 2 + top), 'click', '--repeat', str(times), str(button))

    def open(self):
        """Double-click, as on a row."""
        self.click(times=2)

    def focus(self):
        """Where a click only closed a menu that was just going, another one follows."""
        self.click()
        try:
            wait('focus in %r' % self, self.has_focus_inside, LIMIT / 4)
        except NotSeen:
            self.click()
            wait('focus in %r' % self, self.has_focus_inside)

    def has_focus_inside(self):
        return any(node.has(Atspi.StateType.FOCUSED) for node in self.walk())

    def enter(self, text):
        """Put text in the place of what an entry has."""
        wait('%r is sensitive' % self, lambda: self.sensitive)
        Atspi.EditableText.set_text_contents(self.accessible, text)
        if self.role not in PASSWORD:      # what is read there are dots
            wait('%r in %r' % (text, self), lambda: self.text == text)

    def type(self, text):
        """The same, key by key."""
        self.focus()
        keys('ctrl+a', 'BackSpace')
        run('xdotool', 'type', '--clearmodifiers', '--delay', '4', '--', text)
        if self.role not in PASSWORD:
            wait('%r in %r' % (text, self), lambda: self.text == text)

    def check(self, on=True):
        """Set or clear a check box, choose a radio button."""
        if self.checked != on:
            self.click()
            wait('%r is %s' % (self, 'on' if on else 'off'), lambda: self.checked == on)

    def choose(self, name):
        """Choose an entry of a drop-down by its words."""
        self.click()
        rows = wait('the list of %r' % self, lambda: self.all(ROW))
        for number, row in enumerate(rows):
            if row.shows(name):
                keys('Home', *['Down'] * number, 'Return')
                break
        else:
            keys('Escape')
            raise NotSeen('%r in %r' % (name, self))
        wait('%r chosen in %r' % (name, self), lambda: self.shows(name) and not self.all(ROW))

    def shows(self, words):
        """Are the words somewhere in it?"""
        return any(words == node.name for node in self.all())

    def select_tab(self, name):
        """Of a notebook: turn to a page by the words on its tab."""
        def turn():
            for number, tab in enumerate(self.children()):
                if matches(name, tab.name) or tab.shows(name):
                    Atspi.Selection.select_child(self.accessible, number)
                    return tab
            return None
        tab = wait('tab %r' % name, turn)
        wait('%r is in front' % tab, lambda: tab.has(Atspi.StateType.SELECTED))


def matches(pattern, text):
    return text.startswith(pattern[:-1]) if pattern.endswith('*') else text == pattern


class Application(Node):
    """A program under test: started here, seen on the bus by its process id."""

    def __init__(self, command, **settings):
        self.process = subprocess.Popen(command, **settings)
        self.app = self
        self.accessible = None
        self.window = None
        wait('the window of %s' % command[0], self._appeared)

    def _appeared(self):
        if self.process.poll() is not None:
            raise NotSeen('the program ended with %d before its window came' % self.process.returncode)
        desktop = Atspi.get_desktop(0)
        for index in range(desktop.get_child_count()):
            child = desktop.get_child_at_index(index)
            if child and child.get_process_id() == self.process.pid and child.get_child_count() > 0:
                self.accessible = child
                return True
        return False

    @property
    def visible(self):
        return False      # it is no object that could be found

    def children(self):
        for window in super().children():
            window.window = window
            yield window

    def top(self, name):
        """The window with this title."""
        return wait('window %r' % name,
                    lambda: next((child for child in self.children() if matches(name, child.name)), None))

    def x_window(self, window):
        """X's id of a window, and what its shadow adds on the left and on top."""
        def search():
            found = subprocess.run(
                ['xdotool', 'search', '--onlyvisible', '--pid', str(self.process.pid)],
                capture_output=True, text=True, check=False).stdout.split()
            for xid in found:
                if run('xdotool', 'getwindowname', xid) == window.name:
                    return xid
            return None
        xid = wait('the X window %r' % window.name, search)
        extents = run('xprop', '-id', xid, '_GTK_FRAME_EXTENTS')
        if '=' not in extents:
            return xid, 0, 0
        left, _, top, _ = (int(number) for number in extents.split('=')[1].split(','))
        return xid, left, top

    def picture(self, path):
        """The windows of the program with a little of the white around them."""
        screenshot(path)
        run('mogrify', '-bordercolor', 'white', '-trim', '+repage', '-border', '12', path)

    def tree(self):
        def lines(node, depth):
            try:
                line = '  ' * depth + repr(node)
                if 'Text' in node.accessible.get_interfaces() and node.role not in PASSWORD:
                    line += ' text=%r' % node.text
                yield line
                for child in node.children():
                    yield from lines(child, depth + 1)
            except GLib.Error:
                pass
        return '\n'.join(lines(self, 0))

    def show_failure(self):
        print(self.tree(), file=sys.stderr)
        if 'DRIVE_SCREENSHOT' in os.environ:
            screenshot(os.environ['DRIVE_SCREENSHOT'])

    def close(self, limit=LIMIT):
        """End it as closing its last window does, and give its exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(limit)

    def ended(self, limit=LIMIT):
        return self.process.wait(limit)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
