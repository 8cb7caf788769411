# SPDX-License-Identifier: GPL-3.0-or-later
"""mopt send killed at any instant, under a storm of signals, and in the environment
of somebody else: no number is used twice, no message is there twice, nothing is
left behind, nothing of another person is used."""

import os
import pathlib
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

from e2e import MOPT, PASSWORDS, main
from sending import CONFIG, NOPERM, OK, TEMPFAIL, Sending, Sink

MESSAGE = 'To: alex@example.test\nSubject: %s\n\nx\n'
ID = re.compile(rb'\{CMI: ([A-Z0-9]*[A-Z])(\d+)\}')
OTHER = 65534    # the user and group that owns nothing


class Killed(Sending):
    def start(self, message, *words, stdin=subprocess.PIPE, **options):
        process = subprocess.Popen([MOPT, 'send', *words], stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   env=self.env, **options)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        if stdin == subprocess.PIPE and message is not None:
            process.stdin.write(message.encode())
            process.stdin.close()
            process.stdin = None
        return process

    # ---- kill -9 ----

    def draw(self):
        result = self.mopt('conversation-id', 'a', '--draw')
        self.assertEqual((result.code, result.err), (0, ''))
        return int(ID.search(result.out.encode())[2])

    def kill_often(self, sink):
        """A hundred times, at each word that is said and at any time between."""
        going = {}

        def meets(word):
            if word == going['word']:
                going['process'].kill()
            going['met'].set()
        sink.meets = meets
        first, sent, dice, marks = self.draw(), [], random.Random(7), []
        for i in range(100):
            marks.append(self.mark())
            # the first thing that is said comes just before the number is drawn
            going.update(word=('EHLO', 'MAIL', 'RCPT', 'DATA', '.', 'QUIT')[i % 12] if i % 12 < 6 else None,
                         met=threading.Event())
            process = going['process'] = self.start(None, '-t')
            process.stdin.write((MESSAGE % marks[-1]).encode())
            process.stdin.close()
            process.stdin = None
            if going['word'] is None and going['met'].wait(20):
                time.sleep(dice.uniform(0, 0.02))
                process.kill()
            process.communicate(timeout=20)
            self.assertIn(process.returncode, (OK, -signal.SIGKILL))
            if process.returncode == OK:
                sent.append(marks[-1])
        heard = [(re.search(rb'Subject: (\S+)', data)[1].decode(), ID.findall(data)) for data in sink.heard]
        self.assertEqual(len({mark for mark, _ in heard}), len(heard), 'one is there twice')
        self.assertLessEqual(set(sent), {mark for mark, _ in heard})
        self.assertTrue(8 <= len(heard) <= 92, len(heard))    # those killed at the end, but none of those before
        numbers = [int(ids[0][1]) for _, ids in heard if len(ids) == 1]
        self.assertEqual(len(numbers), len(heard))
        last = self.draw()
        for number in numbers:
            self.assertTrue(first < number < last, (first, number, last))
        self.assertLessEqual(last - first, 101)    # no other range was begun
        self.assertEqual(len(set(numbers)), len(numbers), 'a number was used twice')

    def test_own_numbers(self):
        self.kill_often(self.to(Sink(), conversation_id_add='true'))

    def test_shared_numbers(self):
        counter = pathlib.Path(self.home.name) / 'counter'
        counter.write_text('998\n', encoding='utf-8')    # it becomes longer meanwhile
        published = pathlib.Path(self.home.name) / 'published.conf'
        sink = self.to(Sink(), conversation_id_add='true')
        own, _, fields = self.config.read_text(encoding='utf-8').partition('[Account a]')
        published.write_text('[Publication]\nFormat=1\nOrganization=Example Corp\nConversationPrefix=ABCD\n'
                             'ConversationCounter=%s\n\n[Account a]%s' % (counter, fields), encoding='utf-8')
        self.config.write_text(own, encoding='utf-8')
        self.env['MAIL_OPTIONS_PUBLISHED'] = str(published)
        self.kill_often(sink)
        self.assertGreater(int(counter.read_text(encoding='utf-8')), 1000)

    # ---- signals ----

    def storm(self, process, dice):
        """Signals until it is gone; how long that took."""
        begun = time.monotonic()
        number = dice.choice((signal.SIGTERM, signal.SIGHUP, signal.SIGINT))
        process.send_signal(number)
        while process.poll() is None and time.monotonic() - begun < 20:
            process.send_signal(dice.choice((signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE, signal.SIGINT)))
        self.assertIsNotNone(process.returncode)
        return time.monotonic() - begun, number

    def test_storm(self):
        """While the message is read, while the password is, and while the server is silent."""
        folder = pathlib.Path(self.home.name) / 'tmp'
        folder.mkdir()
        self.env['TMPDIR'] = str(folder)
        # nohup would be meant
        quiet = {'preexec_fn': lambda: [signal.signal(number, signal.SIG_DFL) for number in (signal.SIGHUP, signal.SIGINT)]}
        sink, dice = self.to(Sink(hold='data'), conversation_id_add='true'), random.Random(11)
        head = (MESSAGE % 'x').encode()
        for i in range(12):
            out, into = os.pipe()
            words = ('-t', '--password-fd', str(out)) if i % 3 == 1 else ('-t',)
            process = self.start(None, *words, pass_fds=(out,), **quiet)
            process.stdin.write(head + b'x' * 70 * 40000)    # put aside: it is larger than what is kept in memory
            process.stdin.flush()
            if i % 3 > 0:
                process.stdin.close()
                process.stdin = None
            if i % 3 == 2:
                self.assertTrue(sink.began.wait(20))
                sink.began.clear()
            else:
                time.sleep(0.1)
            took, number = self.storm(process, dice)
            said = process.communicate()[1]
            os.close(out)
            os.close(into)
            self.assertLess(took, 5)
            if process.returncode >= 0:    # it has a password in hand, which it wipes
                self.assertEqual((i % 3, process.returncode, said), (1, TEMPFAIL, b'mopt: Cancelled.\n'))
            else:
                self.assertIn(-process.returncode, (signal.SIGTERM, signal.SIGHUP, signal.SIGINT), number)
            self.assertEqual(os.listdir(folder), [])
        self.assertEqual(sink.heard, [])
        # what comes after finds all as it should be
        self.to(Sink(), conversation_id_add='true')
        self.sends(MESSAGE % 'x', '-t', given=False)
        state = pathlib.Path(self.env['XDG_STATE_HOME']) / 'mail-options'
        self.assertEqual([path.name for path in state.iterdir()], ['conversation.conf'])

    def test_nobody_listens(self):
        """Whoever closed our standard error goes by the exit status all the same."""
        out, into = os.pipe()
        os.close(out)
        done = subprocess.run([MOPT, 'send', '-t'], input=b'From: boss@example.test\n' + (MESSAGE % 'x').encode(),
                              env=self.env, stderr=into, check=False)
        os.close(into)
        self.assertEqual(done.returncode, NOPERM)


@unittest.skipUnless(os.geteuid() == 0, 'nobody but root can be somebody else')
class Others(Sending):
    """`sudo -u`, `su` and the like, which leave an environment behind."""

    def setUp(self):
        super().setUp()
        self.sink = self.to(Sink(), conversation_id_add='true')
        self.folder = pathlib.Path(tempfile.mkdtemp(dir=os.environ['RIG']))
        self.addCleanup(shutil.rmtree, self.folder)
        self.folder.chmod(0o755)
        self.program = self.folder / 'mopt'    # the build may lie where only root may look
        shutil.copy(MOPT, self.program)
        self.theirs = self.folder / 'home'
        for name in ('XDG_CONFIG_HOME', 'XDG_STATE_HOME', 'XDG_DATA_HOME', 'XDG_CACHE_HOME', 'XDG_RUNTIME_DIR'):
            del self.env[name]
        self.env['HOME'] = str(self.theirs)
        config = self.theirs / '.config/mail-options/accounts.conf'
        config.parent.mkdir(parents=True)
        shutil.copy(self.config, config)
        self.config = config

    def belongs_to(self, owner):
        for path in (self.theirs, *self.theirs.rglob('*')):
            os.chown(path, owner, owner)

    def as_user(self, user, code, pattern, **more):
        done = subprocess.run(['setpriv', *user, str(self.program), 'send', '-t'], input=(MESSAGE % 'x').encode(),
                              env={**self.env, **more}, capture_output=True, timeout=60, check=False)
        self.assertRegex(done.stderr.decode(), pattern)
        self.assertEqual((done.returncode, done.stderr.count(b'\n')), (code, 1 if code else 0), done.stderr)

    def tree(self):
        return sorted((str(path), path.stat().st_uid) for path in self.theirs.rglob('*'))

    NOBODY = ('--reuid=%d' % OTHER, '--regid=%d' % OTHER, '--clear-groups')

    def test_home_of_another(self):
        """Neither used nor written to, also where it could be: by root, or because all may read it."""
        for owner, user in ((OTHER, ('--reuid=0',)), (1, self.NOBODY), (1, ('--ruid=1', '--euid=%d' % OTHER, '--clear-groups'))):
            self.belongs_to(owner)
            before = self.tree()
            self.as_user(user, NOPERM, 'accounts.conf” belongs to the user \\w+, .* as the user \\w+')
            self.assertEqual(self.tree(), before)
        self.config.parent.chmod(0o700)
        self.as_user(self.NOBODY, CONFIG, 'accounts.conf” could not be read: Permission denied')
        self.assertEqual(self.sink.heard, [])
        # one's own, and what root has put there
        self.belongs_to(OTHER)
        self.as_user(self.NOBODY, OK, '\\A\\Z')
        self.as_user(('--ruid=1', '--euid=%d' % OTHER, '--clear-groups'), OK, '\\A\\Z')
        os.chown(self.config, 0, 0)
        self.config.chmod(0o644)
        self.as_user(self.NOBODY, OK, '\\A\\Z')
        self.assertEqual(len(self.sink.heard), 3)

    def test_state_of_another(self):
        """No account of his own, a published one is enough; but the numbers are another's."""
        published = self.folder / 'published.conf'
        fields = self.config.read_text(encoding='utf-8').partition('[Account a]')[2]
        published.write_text('[Publication]\nFormat=1\nOrganization=Example Corp\n\n[Account desk]%sfrom-legal=desk@example.test\n'
                             % fields, encoding='utf-8')
        self.config.unlink()
        state = self.theirs / '.local/state/mail-options'
        state.mkdir(parents=True)
        self.belongs_to(1)
        for user in (self.NOBODY, ('--reuid=0',)):
            self.as_user(user, NOPERM, 'mail-options” belongs to the user \\w+', MAIL_OPTIONS_PUBLISHED=str(published))
        self.assertEqual((list(state.iterdir()), self.sink.heard), ([], []))
        # where there are none yet root must not begin them, so that their owner could not write them
        for folder in self.theirs.iterdir():
            shutil.rmtree(folder)
        self.as_user(('--reuid=0',), NOPERM, 'home” belongs to the user \\w+', MAIL_OPTIONS_PUBLISHED=str(published))
        self.assertEqual((self.tree(), self.sink.heard), ([], []))

    def test_bus_of_another(self):
        """The runtime folder of somebody else is not the way to a keyring."""
        self.mine()
        self.belongs_to(OTHER)
        run = self.folder / 'run'
        run.mkdir()
        with socket.socket(socket.AF_UNIX) as bus:
            bus.bind(str(run / 'bus'))
            bus.listen()
            bus.settimeout(0.2)
            os.chmod(run / 'bus', 0o777)
            os.chown(run / 'bus', 1, 1)
            self.as_user(self.NOBODY, TEMPFAIL, 'no session bus|keyring', XDG_RUNTIME_DIR=str(run))
            self.assertRaises(TimeoutError, bus.accept)
        self.as_user(self.NOBODY, TEMPFAIL, 'no session bus|keyring')
        # and that of root is not open to others, nor does it make them wait
        begun = time.monotonic()
        self.as_user(self.NOBODY, TEMPFAIL, 'no session bus|keyring', DBUS_SESSION_BUS_ADDRESS='unix:path=%s/none' % run)
        self.assertLess(time.monotonic() - begun, 20)


if __name__ == '__main__':
    main()
