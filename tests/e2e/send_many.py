# SPDX-License-Identifier: GPL-3.0-or-later
"""A thousand messages in a row from several processes, and what can die dies: the
connection after any number of bytes, the server's processes, the whole server.
Whoever gets 75 sends the same again, as its caller would.  In the end each
message is there, and no mopt has sent one twice without having said so."""

import collections
import os
import pathlib
import random
import re
import signal
import socket
import struct
import subprocess
import threading
import time

from e2e import PASSWORDS, main
from sending import OK, TEMPFAIL, Sending

N_MESSAGES = 1000
N_PROCESSES = 4
MAIL_SH = pathlib.Path(__file__).resolve().parent / '../lib/mail.sh'
# one of our attempts, whatever the server does to keep its promise
ATTEMPT = re.compile(rb'\tby mail\.example\.test \(Postfix\) with E?SMTPS?A? id (\w+)')
# the reset, not the orderly end
AT_ONCE = struct.pack('ii', 1, 0)


class Cutter:
    """Passes connections on to the port; each third one is cut somewhere."""

    def __init__(self, port, seed):
        self.target = int(port)
        self.random = random.Random(seed)
        self.listener = socket.create_server(('127.0.0.1', 0), backlog=64)
        self.port = str(self.listener.getsockname()[1])
        self.n_cut = 0
        self.lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(('127.0.0.1', self.target))
            except OSError:
                client.close()
                continue
            # what a small message takes each way, with the handshake
            limits = [self.random.randrange(top) if self.random.random() < 1 / 6 else None for top in (2000, 5000)]
            rough = self.random.random() < 0.5
            left = [2]
            for ends, limit in (((client, server), limits[0]), ((server, client), limits[1])):
                threading.Thread(target=self._pass, args=(ends, limit, rough, left), daemon=True).start()

    def _pass(self, ends, limit, rough, left):
        source, target = ends
        try:
            while data := source.recv(65536):
                if limit is not None and len(data) > limit:
                    target.sendall(data[:limit])
                    self.n_cut += 1
                    if rough:
                        for end in ends:
                            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
                    raise ConnectionError
                if limit is not None:
                    limit -= len(data)
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            for end in ends:    # so that the other thread ends, too
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
        with self.lock:
            left[0] -= 1
            if left[0] == 0:
                source.close()
                target.close()


class Many(Sending):
    def start_servers(self):
        rig = os.environ['RIG']
        subprocess.run(['bash', MAIL_SH, 'start', rig, 'many'], check=True, stdin=subprocess.DEVNULL)
        self.addCleanup(subprocess.run, ['bash', MAIL_SH, 'stop', rig, 'many'], check=False)
        self.folder = pathlib.Path(rig) / 'many'
        words = (self.folder / 'env').read_text().split()
        self.servers = dict(word.partition('=')[::2] for word in words if '=' in word)
        self.by_postfix = self.servers['MAIL_BY'] == 'postfix'

    def kill_children(self):
        """Those who speak with clients; their master makes new ones."""
        server, names = ('postfix', ('smtpd',)) if self.by_postfix else ('dovecot', ('submission', 'submission-login'))
        master = (self.folder / (server + '.pid')).read_text().strip()
        for stat in pathlib.Path('/proc').glob('[0-9]*/stat'):
            try:
                number, name, rest = re.match(r'(\d+) \((.*)\) \w (\d+)', stat.read_text()).groups()
                if rest == master and name in names:
                    os.kill(int(number), signal.SIGKILL)
            except (OSError, AttributeError):
                pass

    def crash(self):
        """The whole of Postfix at once; after a while it comes back with what is in its queue."""
        file = self.folder / 'postfix.pid'
        number = file.read_text().strip()
        proc = pathlib.Path('/proc') / number
        command = proc.joinpath('cmdline').read_bytes().split(b'\0')[:-1]
        environment = dict(item.partition(b'=')[::2] for item in proc.joinpath('environ').read_bytes().split(b'\0')[:-1])
        os.killpg(int(number), signal.SIGKILL)
        time.sleep(1)
        master = subprocess.Popen(command, env=environment, start_new_session=True, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(master.wait)    # after it was stopped, which is next
        self.addCleanup(subprocess.run, ['bash', MAIL_SH, 'stop', os.environ['RIG'], 'many'], check=False)
        file.write_text('%d\n' % master.pid)

    def disturb(self, done):
        """Kills something now and then until all is sent; the server itself in the middle."""
        pause = random.Random(self.seed + 1)
        crashed = False
        while not done.wait(pause.uniform(0.2, 0.8)):
            if self.by_postfix and not crashed and self.n_sent > N_MESSAGES / 2:
                crashed = True
                self.crash()
            else:
                self.kill_children()
        self.crashed = crashed

    def message(self, mark):
        return ('From: Jo <jo@example.test>\nTo: alex@example.test\nSubject: %s\nMessage-ID: <%s@many.example.test>\n\n'
                '%s\n.\n..\n' % (mark, mark, mark))

    def work(self):
        """As a caller with a queue: 75 is tried again, everything else would be a defect."""
        while True:
            with self.lock:
                if not self.marks or self.defects:
                    return
                mark = self.marks.pop()
            try:
                result = self.send(self.message(mark), 'alex@example.test')
            except (AssertionError, subprocess.TimeoutExpired) as error:
                self.defects.append(error)
                return
            with self.lock:
                if result.returncode == OK:
                    self.sent[mark] += 1
                    self.n_sent += 1
                elif result.returncode == TEMPFAIL:
                    self.perhaps[mark] += 'may have been delivered' in result.err
                    self.n_failed += 1
                    self.marks.insert(0, mark)
                else:
                    self.defects.append((result.returncode, result.err))

    def boxes(self):
        """MARK -> its copies."""
        found = collections.defaultdict(list)
        for path in (self.folder / 'boxes').glob('alex@example.test/Maildir/new/*'):
            data = path.read_bytes()
            found[re.search(rb'\nSubject: (\S+)\n', data)[1].decode()].append(data)
        return found

    def test_thousand(self):
        self.start_servers()
        self.seed = int(os.environ.get('SEED') or random.SystemRandom().randrange(1 << 30))
        print('SEED=%d' % self.seed, flush=True)
        cutter = Cutter(self.servers['MAIL_SMTP'], self.seed)
        self.addCleanup(cutter.listener.close)
        self.mine(outgoing_port=cutter.port)
        self.marks = ['%s-%04d' % (self.mark(), i) for i in range(N_MESSAGES)]
        all_marks = list(self.marks)
        self.lock, self.n_sent, self.n_failed, self.defects = threading.Lock(), 0, 0, []
        self.sent, self.perhaps = collections.Counter(), collections.Counter()

        done = threading.Event()
        workers = [threading.Thread(target=self.work, daemon=True) for _ in range(N_PROCESSES)]
        killer = threading.Thread(target=self.disturb, args=(done,), daemon=True)
        for thread in (*workers, killer):
            thread.start()
        for worker in workers:
            worker.join()
        done.set()
        killer.join()
        self.assertEqual(self.defects, [])
        self.assertEqual(self.crashed, self.by_postfix)

        end = time.monotonic() + 30      # what is in the queue
        while len(found := self.boxes()) < N_MESSAGES and time.monotonic() < end:
            time.sleep(0.2)
        n_doubled = 0
        for mark in all_marks:
            copies = found[mark]
            self.assertEqual(self.sent[mark], 1)
            self.assertGreaterEqual(len(copies), 1, mark + ' was reported sent')
            attempts = len({ATTEMPT.search(copy)[1] for copy in copies}) if self.by_postfix else len(copies)
            self.assertLessEqual(attempts, 1 + self.perhaps[mark], mark)
            n_doubled += attempts > 1
            for copy in copies:
                head, _, body = copy.partition(b'\n\n')
                self.assertEqual(head.count(b'\nMessage-ID: <%s@many.example.test>' % mark.encode()), 1)
                self.assertEqual(body, b'%s\n.\n..\n' % mark.encode())
        print('%d sent, %d failed in between, %d cut, %d perhaps delivered, of which %d were'
              % (self.n_sent, self.n_failed, cutter.n_cut, sum(self.perhaps.values()), n_doubled))
        self.assertGreater(self.n_failed, N_MESSAGES / 20)
        self.assertGreater(cutter.n_cut, N_MESSAGES / 20)


if __name__ == '__main__':
    main()
