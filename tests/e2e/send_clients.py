# SPDX-License-Identifier: GPL-3.0-or-later
"""Real programs that call sendmail send through a link of that name: git, s-nail,
mailx, mutt and cron.  What arrives is what the program handed over, byte for byte
but for Bcc, the fields that it left out, and the Conversation ID.  The password
is in a real keyring.  Runs inside session.sh."""

import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import time
import unittest

from e2e import MOPT, PASSWORDS, main
from sending import OK, Sending

RIG = pathlib.Path(os.environ['RIG'])
# as nothing but its own words say; what fails it would keep in root's home
NAIL = ('s-nail', '-:/', '-S', 'v15-compat', '-S', 'sendwait', '-S', 'nosave')
ID = re.compile(rb' ?\{CMI: [A-Z0-9]+\}')


def wants(program):
    """Skips the test on a machine where the program is not to be had."""
    return unittest.skipUnless(shutil.which(program), '%s is not to be had here (tests/lib/unpack.sh)' % program)


def unfold(head):
    return re.sub(rb'\n(?=[ \t])', b'', head)


def without(message, *names):
    """The message without these fields of its header."""
    head, _, body = message.partition(b'\n\n')
    fields = [field for field in re.findall(rb'[^\n]+(?:\n[ \t][^\n]*)*\n', head + b'\n')
              if field.partition(b':')[0].decode().lower() not in names]
    return b''.join(fields) + b'\n' + body


class Clients(Sending):
    def setUp(self):
        super().setUp()
        self.env.update(self.session)
        self.folder = pathlib.Path(self.home.name)
        self.link = self.folder / 'sendmail'
        self.link.symlink_to(MOPT)
        # the same, that keeps what it was called with
        self.kept = self.folder / 'kept'
        self.tee = self.folder / 'tee'
        self.tee.write_text('#!/bin/bash\nprintf "%%s\\n" "$@" >%s.words\ntee %s | %s "$@"\nexit "${PIPESTATUS[1]}"\n'
                            % ((self.kept,) * 2 + (self.link,)), encoding='utf-8')
        self.tee.chmod(0o755)
        self.env.update(EMAIL='jo@example.test', GIT_CONFIG_NOSYSTEM='1', GIT_TERMINAL_PROMPT='0',
                        SHELL='/bin/sh', TERM='dumb')
        result = self.mopt('password', 'a', password=PASSWORDS['jo'])
        self.assertEqual(result.code, 0, result)

    def run_program(self, *words, code=0, stdin=''):
        done = subprocess.run(words, input=stdin.encode(), env=self.env, cwd=self.home.name, timeout=60,
                              capture_output=True, check=False)
        self.assertEqual(done.returncode != 0, code != 0, done)
        return done

    def words(self):
        return pathlib.Path(str(self.kept) + '.words').read_text(encoding='utf-8').splitlines()

    def same(self, got, *added, removed=()):
        """What arrived is what was handed over."""
        given = self.kept.read_bytes()
        for name in added:
            self.assertNotIn(b'\n%s:' % name.encode(), b'\n' + given.lower().partition(b'\n\n')[0])
            self.assertIn(b'\n%s:' % name.encode(), b'\n' + got.lower().partition(b'\n\n')[0])
        self.assertEqual(without(got, *added), without(given, *removed))

    def with_id(self, got):
        """That one ID is in the subject, and nothing else differs."""
        self.assertEqual(len(ID.findall(unfold(got))), 1, got)
        self.assertRegex(unfold(got.partition(b'\n\n')[0]), rb'(?m)^Subject: .*\{CMI: [A-Z0-9]+\}$')
        head, _, body = got.partition(b'\n\n')
        given_head, _, given_body = self.kept.read_bytes().partition(b'\n\n')
        self.assertEqual(body, given_body)
        self.assertEqual(ID.sub(b'', unfold(head)), unfold(given_head))

    # ---- git ----

    def git(self, *words, code=0):
        return self.run_program('git', '-c', 'user.name=Jo', '-c', 'user.email=jo@example.test', *words, code=code)

    def patch(self, mark):
        self.git('init', '-q', 'work')
        (self.folder / 'work/file').write_text('.\n..\nGrüße %s\nFrom here\n%s\n' % (mark, 'x' * 900), encoding='utf-8')
        self.git('-C', 'work', 'add', 'file')
        self.git('-C', 'work', 'commit', '-q', '-m', 'file: Add it, größer %s' % mark)

    def send_email(self, sendmail, *words, code=0):
        return self.git('-C', 'work', '-c', 'sendemail.sendmailCmd=%s' % sendmail, '-c', 'sendemail.confirm=never',
                        'send-email', '--quiet', '--to=Alex <alex@example.test>', '--suppress-cc=all',
                        '--transfer-encoding=8bit', *words, '-1', code=code)

    @wants('git-send-email')
    def test_git_send_email(self):
        mark = self.mark()
        self.patch(mark)
        self.send_email(self.tee, '--cc=ann@example.test', '--bcc=jo@example.test')
        self.assertIn('alex@example.test', self.words())
        for user in ('alex', 'ann', 'jo'):
            self.same(self.arrived(user, mark)[0])
        # by the older way of naming it, which is a path
        again = self.mark()
        (self.folder / 'work/other').write_text(again, encoding='utf-8')
        self.git('-C', 'work', 'add', 'other')
        self.git('-C', 'work', 'commit', '-q', '-m', 'other: ' + again)
        self.git('-C', 'work', '-c', 'sendemail.smtpServer=%s' % self.link, 'send-email', '--quiet', '--confirm=never',
                 '--to=alex@example.test', '-1')
        self.arrived('alex', again)

    @wants('git-send-email')
    def test_git_with_an_id(self):
        self.mine(conversation_id_add='true')
        mark = self.mark()
        self.patch(mark)
        self.send_email(self.tee)
        self.with_id(self.arrived('alex', mark)[0])

    @wants('git-send-email')
    def test_git_is_told(self):
        mark = self.mark()
        self.patch(mark)
        done = self.send_email(self.link, '--from=boss@example.test', code=1)
        self.assertIn(b'boss@example.test', done.stderr)
        self.assertIn(b'jo@example.test', done.stderr)
        self.arrived('alex', mark, n=0, limit=0)

    # ---- mail ----

    @wants('s-nail')
    def test_s_nail(self):
        mark = self.mark()
        nail = (*NAIL, '-S', 'ttycharset=utf-8')
        attached = self.folder / 'Grüße.bin'
        attached.write_bytes(bytes(range(256)) * 300)
        self.run_program(*nail, '-S', 'mta=%s' % self.tee, '-S', 'from=Jo <jo@example.test>', '-s', 'größer ' + mark,
                         '-c', 'ann@example.test', '-b', 'jo@example.test', '-a', str(attached), 'alex@example.test',
                         stdin='Grüße %s\n.dot\n%s\nFrom here\n' % (mark, 'x' * 1500))
        for user in ('alex', 'ann', 'jo'):
            self.same(self.arrived(user, mark)[0], *self.left_out())
        # without a From of its own, -r
        again = self.mark()
        self.run_program(*nail, '-S', 'mta=%s' % self.link, '-r', 'jo@example.test', '-s', again, 'alex@example.test',
                         stdin='x\n')
        self.arrived('alex', again)

    def left_out(self):
        head = b'\n' + self.kept.read_bytes().partition(b'\n\n')[0].lower()
        return [name for name in ('from', 'date', 'message-id') if b'\n%s:' % name.encode() not in head]

    @wants('s-nail')
    def test_s_nail_is_told(self):
        done = self.run_program(*NAIL, '-S', 'mta=%s' % self.link, '-r', 'boss@example.test', '-s', 'x',
                                'alex@example.test', code=1, stdin='x\n')
        self.assertIn(b'boss@example.test', done.stderr)

    @wants('bsd-mailx')
    def test_mailx(self):
        mark = self.mark()
        rc = self.folder / 'mailrc'
        rc.write_text('set sendmail=%s\nset sendwait\n' % self.tee, encoding='utf-8')
        self.env['MAILRC'] = str(rc)
        self.run_program('bsd-mailx', '-n', '-s', mark, '-c', 'ann@example.test', '-b', 'jo@example.test',
                         'alex@example.test', stdin='one\n\n.dot\n..\nGrüße\n')
        for user in ('alex', 'ann', 'jo'):
            got = self.arrived(user, mark)[0]
            self.same(got, *self.left_out(), removed=('bcc',))
            self.assertNotIn(b'\nbcc:', got.lower())

    # ---- mutt ----

    @wants('mutt')
    def test_mutt(self):
        self.env['LC_ALL'] = 'C.UTF-8'
        for mark, sendmail, more in ((self.mark(), self.tee, ''), (self.mark(), self.link, 'set use_envelope_from\n')):
            rc = self.folder / 'muttrc'
            rc.write_text('set sendmail="%s"\nset from="Jo <jo@example.test>"\nset sendmail_wait=0\nunset record\n'
                          'set hostname=example.test\nset allow_8bit\nset write_bcc\n%s' % (sendmail, more),
                          encoding='utf-8')
            attached = self.folder / 'attached.txt'
            attached.write_text('Grüße\n.\n%s\n' % ('y' * 2000), encoding='utf-8')
            self.run_program('mutt', '-n', '-F', str(rc), '-s', 'größer ' + mark, '-c', 'ann@example.test', '-b',
                             'jo@example.test', '-a', str(attached), '--', 'Alex <alex@example.test>',
                             stdin='Grüße %s\n.\n..\n.dot\n' % mark)
            for user in ('alex', 'ann', 'jo'):
                got = self.arrived(user, mark)[0]
                self.assertNotIn(b'\nbcc:', got.lower())
                if sendmail is self.tee:
                    self.same(got, removed=('bcc',))

    @wants('mutt')
    def test_mutt_with_an_id(self):
        self.mine(conversation_id_add='true')
        mark = self.mark()
        self.run_program('mutt', '-n', '-F', '/dev/null', '-e', 'set sendmail="%s"' % self.tee, '-e',
                         'set from=jo@example.test sendmail_wait=0 hostname=example.test', '-e', 'unset record',
                         '-s', 'Grüße, a subject that has to be folded because it goes on and on until ' + mark,
                         'alex@example.test', stdin='x\n')
        self.with_id(self.arrived('alex', mark)[0])

    @wants('mutt')
    def test_mutt_is_told(self):
        done = self.run_program('mutt', '-n', '-F', '/dev/null', '-e', 'set sendmail="%s"' % self.link, '-e',
                                'set from=boss@example.test sendmail_wait=0', '-e', 'unset record', '-s', 'x',
                                'alex@example.test', code=1, stdin='x\n')
        self.assertIn(b'boss@example.test', done.stderr + done.stdout)

    # ---- cron ----

    @unittest.skipUnless((RIG / 'cron').exists() and os.geteuid() == 0, 'cron itself runs as root only')
    def test_cron(self):
        """The daemon with folders of its own, a job for its start."""
        mark = self.mark()
        spool = self.folder / 'cron-in-a-box/crontabs'
        spool.mkdir(parents=True)
        table = spool / 'root'
        table.write_text('MAILTO=root,ann@example.test\n@reboot printf "one\\n.\\n..dot\\nGr\\303\\274\\303\\237e %s\\n"\n' % mark,
                         encoding='utf-8')
        table.chmod(0o600)
        # what it calls as sendmail; it has nothing of the caller's environment but the bus of the person's session
        names = ('HOME', 'SSL_CERT_FILE', 'XDG_CONFIG_HOME', 'XDG_STATE_HOME', 'XDG_RUNTIME_DIR')
        caller = RIG / 's'
        caller.write_text('#!/bin/sh\nexec env -i %s LC_ALL=C.UTF-8 %s "$@"\n' % (
            ' '.join('%s=%s' % (name, shlex.quote(self.env[name])) for name in names), self.tee), encoding='utf-8')
        caller.chmod(0o755)
        self.addCleanup(caller.unlink)
        with subprocess.Popen([RIG / 'cron', '-f'], cwd=self.home.name, env={'PATH': os.environ['PATH']},
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as daemon:
            try:
                got = self.arrived('jo', mark)[0]
            finally:
                daemon.send_signal(signal.SIGTERM)
                said = daemon.communicate()[0]
        self.assertEqual(said, b'')
        self.assertEqual(self.words(), ['-FCronDaemon', '-i', '-B8BITMIME', '-oem', 'root,ann@example.test'])
        self.arrived('ann', mark)
        self.same_as_cron(self.kept.read_bytes(), got)
        self.assertIn(b'\n.\n..dot\nGr\303\274\303\237e', got)

    def same_as_cron(self, given, got):
        """But for what has no domain: the From is ours to complete, the To the server completes."""
        self.assertIn(b'From: CronDaemon <jo@example.test>\n', got)
        self.assertRegex(got, rb'\nTo: root(@example\.test)?[,\n]')
        self.assertEqual(without(got, 'from', 'to', 'date', 'message-id'), without(given, 'from', 'to', 'date'))

    def test_as_cron_calls(self):
        """For whoever is not root: its words, and the header that it writes."""
        mark = self.mark()
        message = ('From: root (Cron Daemon)\nTo: root\nSubject: Cron <root@desk> %s\nMIME-Version: 1.0\n'
                   'Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\nX-Cron-Env: <HOME=/root>\n\n'
                   'Grüße\n.\n' % mark)
        done = self.run_program(str(self.link), '-FCronDaemon', '-i', '-B8BITMIME', '-oem', 'root', stdin=message)
        self.assertEqual((done.returncode, done.stderr), (OK, b''))
        self.same_as_cron(message.encode(), self.arrived('jo', mark)[0])


if __name__ == '__main__':
    main()
