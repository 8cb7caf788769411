# SPDX-License-Identifier: GPL-3.0-or-later
"""mopt-service on the private bus of session.sh, activated by it, and callers of
all kinds.  MOPT_SERVICE names the program."""

import os
import pathlib
import subprocess
import time

import gi
gi.require_version('Gio', '2.0')
from gi.repository import Gio, GLib

from sending import Sending, Sink  # noqa: F401  (for the tests)

SERVICE = os.environ['MOPT_SERVICE']
NAME, PATH = 'org.mailoptions.Service', '/org/mailoptions/Service'
TEMPORARY, PERMANENT = 'org.mailoptions.Error.Temporary.', 'org.mailoptions.Error.Permanent.'
INVALID = 'org.freedesktop.DBus.Error.InvalidArgs'
FOREVER = 2 ** 31 - 1


class Refused(Exception):
    """An error of the bus: its name, and the words for people."""

    def __init__(self, error):
        self.name = Gio.DBusError.get_remote_error(error) or 'none'
        self.words = error.message.partition(self.name + ': ')[2]
        super().__init__('%s: %s' % (self.name, self.words))


class Caller:
    """A connection of its own."""

    def __init__(self):
        self.bus = Gio.DBusConnection.new_for_address_sync(
            os.environ['DBUS_SESSION_BUS_ADDRESS'],
            Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)

    def call(self, method, parameters=None, fds=(), interface=NAME, name=NAME, path=PATH, flags=0):
        try:
            result, _ = self.bus.call_with_unix_fd_list_sync(
                name, path, interface, method, parameters, None, Gio.DBusCallFlags(flags), FOREVER,
                Gio.UnixFDList.new_from_array([os.dup(fd) for fd in fds]) if fds else None, None)
        except GLib.Error as error:
            raise Refused(error) from None
        return result.unpack()

    def ask_bus(self, method, parameters=None):
        return self.call(method, parameters, interface='org.freedesktop.DBus', name='org.freedesktop.DBus',
                         path='/org/freedesktop/DBus')

    def accounts(self):
        return self.call('ListAccounts')[0]

    def send_fd(self, fd, **options):
        """Keyword names with _ for -; values of any type that GLib has a word for, or a GLib.Variant."""
        return self.call('Send', GLib.Variant('(ha{sv})', (0, variants(options))), [fd])[0]

    def send(self, message, **options):
        if isinstance(message, str):
            message = message.encode()
        with memory(message) as file:
            return self.send_fd(file.fileno(), **options)

    def close(self):
        self.bus.close_sync(None)


def variants(options):
    def variant(value):
        if isinstance(value, GLib.Variant):
            return value
        return GLib.Variant({bool: 'b', str: 's', list: 'as', int: 'i'}[type(value)], value)
    return {name.replace('_', '-'): variant(value) for name, value in options.items()}


def memory(data):
    file = os.fdopen(os.memfd_create('message'), 'r+b')
    file.write(data)
    file.seek(0)
    return file


class Service(Sending):
    """Each test has a service of its own, which the bus starts with the environment of the test."""

    idle, silence = 60, 60

    def setUp(self):
        super().setUp()
        self.env.update(self.session)
        self.env['G_DEBUG'] = 'fatal-warnings'
        self.caller = Caller()
        self.addCleanup(self.caller.close)
        self.install()
        self.addCleanup(self.stop)

    def install(self):
        """What `meson install` does, and a login."""
        file = pathlib.Path(os.environ['SESSION_DIR']) / 'services' / (NAME + '.service')
        file.write_text('[D-BUS Service]\nName=%s\nExec=%s --idle %d --silence %d\n' % (
            NAME, SERVICE, self.idle, self.silence), encoding='utf-8')
        names = [name for name in self.env if name.startswith(('XDG_', 'G_', 'MAIL_', 'LC_', 'LANG')) or name in (
            'HOME', 'SSL_CERT_FILE', 'TMPDIR', 'DISPLAY', 'XAUTHORITY')]
        self.caller.ask_bus('UpdateActivationEnvironment',
                            GLib.Variant('(a{ss})', ({name: self.env[name] for name in names},)))
        self.caller.ask_bus('ReloadConfig')

    def pid(self):
        """Of the service; None: it does not run."""
        try:
            return self.caller.ask_bus('GetConnectionUnixProcessID', GLib.Variant('(s)', (NAME,)))[0]
        except Refused:
            return None

    def is_gone(self, pid, limit=5):
        end = time.monotonic() + limit
        while time.monotonic() < end:
            try:
                status = pathlib.Path('/proc/%d/status' % pid).read_text(encoding='utf-8')
            except FileNotFoundError:
                return True
            if 'State:\tZ' in status:
                return True
            time.sleep(0.02)
        return False

    def stop(self):
        pid = self.pid()
        if pid is not None:
            os.kill(pid, 15)
            self.assertTrue(self.is_gone(pid), 'it does not end')

    def refused(self, name, pattern, function, *words, **options):
        """FUNCTION is refused with an error of that NAME and those words."""
        with self.assertRaises(Refused) as caught:
            function(*words, **options)
        self.assertEqual(caught.exception.name, name, caught.exception)
        self.assertRegex(caught.exception.words, pattern)
        return caught.exception.words

    def gdbus(self, *words):
        return subprocess.run(['gdbus', *words], env=self.env, capture_output=True, text=True, check=True, timeout=60).stdout
