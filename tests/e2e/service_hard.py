# SPDX-License-Identifier: GPL-3.0-or-later
"""mopt-service under callers and servers that are slow, silent, gone, endless or
mad.  Runs inside session.sh."""

import concurrent.futures
import os
import pathlib
import random
import signal
import socket
import subprocess
import threading
import time

from gi.repository import Gio, GLib

from bus import NAME, PERMANENT, TEMPORARY, Caller, Refused, Service, Sink, memory
from e2e import PASSWORDS, main
from sending import BOXES

MESSAGE = 'To: alex@example.test\nSubject: %s\n\nx\n'


class Hard(Service):
    def start(self, caller, message=MESSAGE, **options):
        """A Send in a thread: its result or its error."""
        def run():
            try:
                return caller.send(message, **options)
            except Refused as error:
                return error
        pool = concurrent.futures.ThreadPoolExecutor(1)
        self.addCleanup(pool.shutdown)
        return pool.submit(run)

    def state(self, word):
        return int(pathlib.Path('/proc/%d/status' % self.pid()).read_text(encoding='utf-8').partition(word + ':')[2].split()[0])

    # ---- callers ----

    def test_caller_gone(self):
        for hold, size in (('data', 1), ('body', 300000)):
            sink, caller = self.to(Sink(hold=hold)), Caller()
            self.start(caller, MESSAGE + ('x' * 70 + '\n') * size)
            self.assertTrue(sink.began.wait(10))
            time.sleep(0.2)
            left = time.monotonic()
            caller.close()
            time.sleep(0.05)
            sink.go.set()
            self.assertTrue(sink.ended.wait(10))
            self.assertEqual(sink.heard, [])
            if hold == 'data':    # the other one has to read first
                self.assertLess(sink.gone - left, 0.1)

    def test_caller_gone_too_late(self):
        """The message is out: the server's answer is waited for, and the server hears a good-bye."""
        sink = self.to(Sink(pause=1))
        caller = Caller()
        self.start(caller)
        self.assertTrue(sink.ended.wait(10))
        caller.close()
        end = time.monotonic() + 5
        while not sink.quit and time.monotonic() < end:
            time.sleep(0.02)
        self.assertTrue(sink.quit)
        self.assertEqual(len(sink.heard), 1)

    def test_ended_in_the_middle(self):
        """SIGTERM: who can still be stopped is told so, whose message is out is told what became of it."""
        slow, held = self.to(Sink(pause=1)), Sink(hold='data')
        self.addCleanup(held.close)
        with open(self.config, 'a', encoding='utf-8') as file:
            file.write(self.config.read_text(encoding='utf-8').partition('[Account a]')[2].replace(
                slow.port, held.port).join(('\n[Account b]', '')))
        first, second = self.start(self.caller, account='a'), self.start(self.caller, account='b')
        self.assertTrue(slow.ended.wait(10) and held.began.wait(10))
        pid = self.pid()
        os.kill(pid, signal.SIGTERM)
        self.assertEqual(second.result(5).name, TEMPORARY + 'Cancelled')
        self.assertEqual(first.result(5)['reply'], '250 taken')
        self.assertTrue(self.is_gone(pid))
        self.assertEqual((len(slow.heard), len(held.heard)), (1, 0))

    def test_killed_in_the_middle(self):
        held = self.to(Sink(hold='data'))
        lost = self.start(self.caller)
        self.assertTrue(held.began.wait(10))
        os.kill(self.pid(), signal.SIGKILL)
        self.assertEqual(lost.result(5).name, 'org.freedesktop.DBus.Error.NoReply')
        self.assertEqual(held.heard, [])
        sink = self.to(Sink())
        self.caller.send(MESSAGE)    # and the bus starts the next one
        self.assertEqual(len(sink.heard), 1)

    def test_killed_with_many_on_their_way(self):
        """What was reported sent is there once, and so is nothing else more than once."""
        self.mine()
        self.assertEqual(self.mopt('password', 'a', password=PASSWORDS['jo']).code, 0)
        self.caller.accounts()
        marks = [self.mark() for _ in range(40)]
        going = [self.start(self.caller, MESSAGE % mark) for mark in marks]
        while sum(future.done() for future in going) < 10:
            time.sleep(0.005)
        os.kill(self.pid(), signal.SIGKILL)
        results = [future.result(20) for future in going]
        sent = [mark for mark, result in zip(marks, results) if isinstance(result, dict)]
        self.assertGreaterEqual(len(sent), 10, results)
        self.assertLess(len(sent), 40)
        for mark in sent:
            self.arrived('alex', mark)
        time.sleep(1)
        box = [path.read_bytes() for path in BOXES.glob('alex@example.test/Maildir/new/*')]
        for mark in marks:
            self.assertLessEqual(sum(mark.encode() in data for data in box), 1)
        for result in results:
            if isinstance(result, Refused):
                self.assertEqual(result.name, 'org.freedesktop.DBus.Error.NoReply')

    def test_writers_that_do_not_write(self):
        """Sixty callers wait for a message that never comes; the others do not, and nothing is kept of who leaves."""
        sink = self.to(Sink())
        self.caller.accounts()
        crowd, ends = [], []
        for _ in range(4):
            other = Caller()
            for _ in range(15):
                out, into = os.pipe()
                ends += [out, into]
                threading.Thread(target=lambda: self.assertRaises(Refused, other.send_fd, out), daemon=True).start()
                time.sleep(0.002)
            crowd.append(other)
        for _ in range(5):
            begun = time.monotonic()
            self.caller.send(MESSAGE)
            self.assertEqual(len(self.caller.accounts()), 1)
            self.assertLess(time.monotonic() - begun, 2)
        self.assertEqual(len(sink.heard), 5)
        self.assertGreater(self.state('Threads'), 50)
        for other in crowd:
            other.close()
        end = time.monotonic() + 5
        while self.state('Threads') > 10 and time.monotonic() < end:
            time.sleep(0.02)
        self.assertLess(self.state('Threads'), 10)
        for fd in ends:
            os.close(fd)

    def steal(self, caller):
        """A Send of a pipe that another program empties, too: it never comes to its end, and who reads it may hang."""
        out, into = os.pipe()
        for fd in (out, into):
            self.addCleanup(os.close, fd)

        def run():
            try:
                return caller.send_fd(out)
            except Refused as error:
                return error
        pool = concurrent.futures.ThreadPoolExecutor(1)
        self.addCleanup(pool.shutdown)
        thief = subprocess.Popen(['cat'], stdin=out, stdout=subprocess.DEVNULL)
        self.addCleanup(thief.wait)
        self.addCleanup(thief.kill)
        future = pool.submit(run)
        return future, subprocess.Popen(['dd', 'bs=1', 'count=20000', 'if=/dev/zero'], stdout=into,
                                        stderr=subprocess.DEVNULL)

    def test_thieves(self):
        """A reader who hangs where nothing wakes him: his caller is told so in time, or may go; others are served."""
        self.silence = 1
        self.install()
        sink, leaver = self.to(Sink()), Caller()
        self.caller.accounts()
        pid = self.pid()
        staying, leaving = ([self.steal(caller) for _ in range(12)] for caller in (self.caller, leaver))
        for _, writer in staying + leaving:
            self.assertEqual(writer.wait(60), 0)
        begun = time.monotonic()
        self.caller.send(MESSAGE)
        leaver.close()
        for future, _ in staying:
            self.assertEqual(future.result(20).name, TEMPORARY + 'TimedOut')
        self.assertLess(time.monotonic() - begun, 15)
        for future, _ in leaving:
            self.assertIsInstance(future.result(20), Refused)
        self.caller.send(MESSAGE)
        self.assertEqual((len(sink.heard), self.pid()), (2, pid))

    def test_one_caller_is_not_all(self):
        sink = self.to(Sink())
        greedy, ends = Caller(), []
        for _ in range(70):
            out, into = os.pipe()
            ends += [out, into]
            greedy.bus.call_with_unix_fd_list(
                NAME, '/org/mailoptions/Service', NAME, 'Send', GLib.Variant('(ha{sv})', (0, {})), None, 0, -1,
                fd_list(out), None, None)
        self.refused(TEMPORARY + 'Busy', 'Too many', greedy.send, MESSAGE)
        self.caller.send(MESSAGE)
        self.assertEqual(len(sink.heard), 1)
        greedy.close()
        for fd in ends:
            os.close(fd)

    # ---- servers ----

    def test_more_than_at_once(self):
        """Eight go, the rest waits for its turn; who leaves meanwhile is not sent."""
        sink = self.to(Sink(pause=0.3))
        leaver = Caller()
        staying = [self.start(self.caller, MESSAGE % i) for i in range(12)]
        time.sleep(0.1)
        self.start(leaver, MESSAGE % 'late')
        time.sleep(0.1)
        leaver.close()
        for future in staying:
            self.assertEqual(future.result(20)['reply'], '250 taken')
        self.assertEqual(sorted(int(data.split(b'Subject: ')[1].split(b'\r')[0]) for data in sink.heard), list(range(12)))

    def test_server_is_not_there(self):
        with socket.socket() as free:
            free.bind(('127.0.0.1', 0))
            self.mine(outgoing_port=free.getsockname()[1], outgoing_security='basic', outgoing_requires_authentication='false')
            words = self.refused(TEMPORARY + 'ConnectionRefused', 'accepts nothing', self.caller.send, MESSAGE)
            self.assertGreater(words.count('. '), 0)    # and what to do

    def test_large(self):
        """A hundred MiB through a pipe, in as much memory as two, and nothing is left of them."""
        sink = self.to(Sink(keep=False))
        head, line = MESSAGE.encode(), b'x' * 76 + b'\r\n'
        n = 100 * 1024 * 1024 // len(line)

        def send(n):
            out, into = os.pipe()

            def write():
                with os.fdopen(into, 'wb') as stream:
                    stream.write(head.replace(b'\n', b'\r\n'))
                    for _ in range(n // 1000):
                        stream.write(line * 1000)
            threading.Thread(target=write, daemon=True).start()
            self.caller.send_fd(out)
            os.close(out)
        send(30000)
        small = self.state('VmHWM')
        send(n)
        self.assertGreater(sink.heard[-1], 100 * 1000 * 1000)
        self.assertLess(self.state('VmHWM') - small, 4000, 'KiB more')
        self.assertEqual([name for name in os.listdir('/proc/%d/fd' % self.pid())
                          if '(deleted)' in os.readlink('/proc/%d/fd/%s' % (self.pid(), name))] if os.geteuid() == 0 else [], [])

    def test_many_in_a_row(self):
        """The eight hundredth call costs no more than the two hundredth: memory, descriptors, threads."""
        sink = self.to(Sink(keep=False), conversation_id_add='true')

        def calls():
            for i in range(200):
                self.caller.send(MESSAGE % i)
                self.caller.accounts()
                if i % 4 == 0:
                    self.refused(PERMANENT + 'FromNotAllowed', '.', self.caller.send, 'From: boss@example.test\n' + MESSAGE)
            time.sleep(0.3)    # who says good-bye to the server has a thread
            return self.state('RssAnon'), self.state('Threads'), self.n_files()
        calls()    # what is made once
        calls()
        before = calls()
        for _ in range(2):
            after = calls()
        self.assertEqual(len(sink.heard), 1000)
        self.assertLess(after[0] - before[0], 200, 'KiB more')
        self.assertLessEqual(after[1] - before[1], 1)    # of GLib's own
        self.assertLessEqual(after[2] - before[2], 1)

    def n_files(self):
        return len(os.listdir('/proc/%d/fd' % self.pid())) if os.geteuid() == 0 else 0

    # ---- its end ----

    def test_lingers(self):
        """Whose call is on its way when it gives its name back is answered, also where that takes a while."""
        self.idle = 1
        self.install()
        sink = self.to(Sink(pause=1.5))
        self.caller.accounts()
        pid = self.pid()
        os.kill(pid, signal.SIGSTOP)    # its minute is over before it looks at what has come
        late = self.start(self.caller)
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            other = Caller()
            asked = pool.submit(other.accounts)
            time.sleep(1.5)
            os.kill(pid, signal.SIGCONT)
            self.assertEqual(len(asked.result(20)), 1)
            other.close()
        self.assertTrue(sink.ended.wait(20))
        self.assertEqual(late.result(20)['reply'], '250 taken')
        self.assertTrue(self.is_gone(pid))

    # ---- the mad ----

    def test_whatever_comes(self):
        """Nothing that fits into a message of the bus ends it."""
        self.to(Sink())
        self.caller.accounts()
        pid, dice = self.pid(), random.Random(5)
        names = ['account', 'recipients', 'recipients-from-header', 'sender', 'full-name', 'conversation-id', '', 'x']
        texts = ['', 'a', 'jo@example.test', 'alex@example.test', '\u202e', '\n', '\x01', 'ä@ö', 'x' * 2000, '%s%n', '*@example.test']

        def variant(depth=0):
            kind = dice.choice('sbyiuxtdasovha' if depth < 3 else 'sb')
            if kind == 'a':
                return GLib.Variant('av', [variant(depth + 1) for _ in range(dice.randrange(3))])
            if kind == 'v':
                return GLib.Variant('v', variant(depth + 1))
            value = {'s': dice.choice(texts), 'b': dice.random() < 0.5, 'd': dice.random(), 'o': '/x'}.get(kind, dice.randrange(100))
            if kind == 's' and dice.random() < 0.4:
                return GLib.Variant('as', [dice.choice(texts) for _ in range(dice.randrange(4))])
            return GLib.Variant(kind, value)
        answers = set()
        for _ in range(1500):
            options = {dice.choice(names): variant() for _ in range(dice.randrange(4))}
            message = bytes(dice.choice(b'To:alex@exmpl.st \n\r\0\xff') for _ in range(dice.randrange(60)))
            if dice.random() < 0.7:
                message = (MESSAGE % '').encode() + message
            try:
                with memory(message) as file:
                    self.caller.call('Send', GLib.Variant('(ha{sv})', (dice.choice([0, 0, 0, 1, -1]), options)),
                                     [file.fileno()])
                answers.add('sent')
            except Refused as error:
                answers.add(error.name)
        self.assertEqual(self.pid(), pid)
        self.assertLessEqual({'sent', 'org.freedesktop.DBus.Error.InvalidArgs', PERMANENT + 'InvalidValue'}, answers)
        self.assertFalse([name for name in answers if 'NoReply' in name], answers)


def fd_list(fd):
    return Gio.UnixFDList.new_from_array([os.dup(fd)])


if __name__ == '__main__':
    main()
