# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of mopt send share."""

import contextlib
import os
import pathlib
import re
import socket
import subprocess
import threading
import time

from e2e import MOPT, PASSWORDS, Case, address, custom, port

OK, USAGE, DATAERR, NOUSER, UNAVAILABLE, IOERR, TEMPFAIL, NOPERM, CONFIG = 0, 64, 65, 67, 69, 74, 75, 77, 78
BOXES = pathlib.Path(os.environ['MAIL_BOXES'])
# What the receiving servers put on top.
TRACE = re.compile(rb'\A(?:(?:Return-Path|Delivered-To|Received|X-Original-To):[^\n]*\n(?:[ \t][^\n]*\n)*)+')


class Sink:
    """A server that takes everything without a login, as slowly as it is told: PAUSE seconds before it says that it has
    a message.  HOLD: it gives no go-ahead to DATA ("data"), or reads no message before GO is set ("body").  MEETS is
    called with each command before it is answered, and with "." when a whole message is there.  HEARD is the bytes of
    whole messages, or their sizes without KEEP; GONE the time when a client had left in the middle of one."""

    def __init__(self, pause=0, hold=None, keep=True, meets=lambda word: None):
        self.pause, self.hold, self.keep, self.meets = pause, hold, keep, meets
        self.began, self.ended, self.go = threading.Event(), threading.Event(), threading.Event()
        self.heard, self.gone, self.quit = [], None, False
        self.socket = socket.create_server(('127.0.0.1', 0))
        self.port = str(self.socket.getsockname()[1])
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.talk, args=(connection,), daemon=True).start()

    def talk(self, connection):
        with contextlib.suppress(OSError), connection, connection.makefile('rb') as stream:
            def say(text):
                connection.sendall(text.encode() + b'\r\n')
            say('220 hello')
            for line in stream:
                word = line[:4].strip().upper()
                self.meets(word.decode())
                if word == b'EHLO':
                    say('250 sink')
                elif word == b'DATA':
                    self.began.set()
                    if self.hold == 'body':
                        say('354 go')
                        self.go.wait(20)
                    elif self.hold is None:
                        say('354 go')
                    if not self.take(stream):
                        self.gone = time.monotonic()
                        self.ended.set()
                        return
                    self.meets('.')
                    time.sleep(self.pause)
                    say('250 taken')
                elif word == b'QUIT':
                    self.quit = True
                    say('221 bye')
                    return
                else:
                    say('250 ok')

    def take(self, stream):
        size, lines = 0, []
        for line in stream:
            if line == b'.\r\n':
                self.heard.append(b''.join(lines) if self.keep else size)
                self.ended.set()
                return True
            size += len(line)
            if self.keep:
                lines.append(line)
        return False

    def close(self):
        self.socket.close()


class Sending(Case):
    """A home with one account, id a, that sends through the servers of mail.sh."""

    def setUp(self):
        super().setUp()
        self.session = {name: self.env.pop(name) for name in ('DBUS_SESSION_BUS_ADDRESS', 'XDG_RUNTIME_DIR')
                        if name in self.env}
        self.env['XDG_RUNTIME_DIR'] = self.home.name
        self.mine()

    def mine(self, user='jo', more='', **fields):
        values = {'outgoing_security': 'tls', **custom('outgoing', port('SMTP'))}
        values.update(fields)
        self.account(user=user, **values)
        with open(self.config, 'a', encoding='utf-8') as file:
            file.write(more)

    def send(self, message, *words, user='jo', program=(MOPT, 'send'), given=True, password=None, timeout=120):
        """Run it with the password on a descriptor of its own."""
        if isinstance(message, str):
            message = message.encode()
        fds = ()
        if given:
            out, into = os.pipe()
            os.write(into, ((password or PASSWORDS[user]) + '\n').encode())
            os.close(into)
            fds = (out,)
            words = ('--password-fd', str(out), *words)
        try:
            done = subprocess.run([*program, *words], input=message, env=self.env, timeout=timeout,
                                  capture_output=True, check=False, pass_fds=fds)
        finally:
            for fd in fds:
                os.close(fd)
        done.err = done.stderr.decode()
        self.assertEqual(done.stdout, b'')
        if done.returncode != OK:
            self.assertEqual(done.err.count('\n'), 1 if done.returncode != USAGE else 2, done.err)
        return done

    def sends(self, message, *words, **options):
        done = self.send(message, *words, **options)
        self.assertEqual((done.returncode, done.err), (OK, ''))

    def fails(self, code, pattern, message, *words, **options):
        done = self.send(message, *words, **options)
        self.assertRegex(done.err, pattern)
        self.assertEqual(done.returncode, code, done.err)
        return done.err

    def arrived(self, user, mark, n=1, limit=20):
        """The messages with MARK in user's box, as their bytes without the trace."""
        end = time.monotonic() + limit
        while True:
            found = []
            for path in BOXES.glob(address(user) + '/Maildir/new/*'):
                data = path.read_bytes()
                if mark.encode() in data:
                    found.append(data)
            if len(found) >= n or time.monotonic() > end:
                self.assertEqual(len(found), n)
                return [TRACE.sub(b'', data) for data in found]
            time.sleep(0.05)

    def mark(self):
        return 'mark-%s' % os.urandom(8).hex()

    def to(self, sink, **fields):
        """Lets account a send to SINK."""
        self.addCleanup(sink.close)
        self.mine(outgoing_port=sink.port, outgoing_security='basic', outgoing_requires_authentication='false', **fields)
        return sink
