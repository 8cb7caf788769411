# SPDX-License-Identifier: GPL-3.0-or-later
"""What the end-to-end tests share: a home of their own, mopt as a process, the
servers of mail.sh by their environment.  MOPT and MAIL_OPTIONS name the
programs under test."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
import json_rule  # noqa: E402
import secret_scan  # noqa: E402

MOPT = os.environ['MOPT']
WINDOW = os.environ.get('MAIL_OPTIONS')
SCAN = secret_scan.Scan(secret_scan.read_secret())
PASSWORDS = {user: secret_scan.password(user) for user in ('alex', 'jo', 'ann', 'lost')}


def port(name):
    return os.environ['MAIL_' + name]


def address(user):
    return user + '@example.test'


class Result:
    def __init__(self, process):
        self.code = process.returncode
        self.out = process.stdout
        self.err = process.stderr

    @property
    def lines(self):
        """Of `--json`: the stages, and the last line's result."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def result(self):
        return self.lines[-1].get('result')

    def stage(self, side, name):
        for line in self.lines:
            if line.get('side') == side and line.get('stage') == name:
                return line
        return None

    def failure(self):
        """'side stage code' of the first stage that failed, or None."""
        for line in self.lines:
            if line.get('state') == 'failed':
                return '%(side)s %(stage)s %(code)s' % line
        return None

    def __repr__(self):
        return 'exit %d\n%s\n%s' % (self.code, self.out, self.err)


class Case(unittest.TestCase):
    """Each test gets an empty home; no keyring is reached unless session.sh gave one."""

    maxDiff = None

    def setUp(self):
        self.home = tempfile.TemporaryDirectory(dir=os.environ['RIG'])
        self.addCleanup(self.end_of_home)
        root = pathlib.Path(self.home.name)
        self.env = dict(os.environ, HOME=str(root), SSL_CERT_FILE=os.environ['MAIL_CA'],
                        XDG_CONFIG_HOME=str(root / 'config'), XDG_STATE_HOME=str(root / 'state'),
                        XDG_DATA_HOME=str(root / 'data'), XDG_CACHE_HOME=str(root / 'cache'),
                        LC_ALL='C.UTF-8', G_DEBUG='fatal-warnings')
        self.config = root / 'config/mail-options/accounts.conf'

    def end_of_home(self):
        if 'RIG_KEEPS' in os.environ:      # it will be searched with all the rest
            os.rename(self.home.name, self.home.name + '-over')
            os.mkdir(self.home.name)
        self.home.cleanup()

    def write(self, text):
        self.config.parent.mkdir(parents=True, exist_ok=True)
        self.config.write_text(text, encoding='utf-8')

    def account(self, kind='imap', user='jo', host='127.0.0.1', **fields):
        """Write a file with one account, id 'a'; keyword names with _ for -."""
        values = {
            'incoming-host': host, 'incoming-user': address(user), 'outgoing-host': host,
        }
        values.update((name.replace('_', '-'), value) for name, value in fields.items())
        self.write('[Mail Options]\nName=%s\nAddress=%s\n\n[Account a]\nKind=%s\nName=A\n%s\n' % (
            user.capitalize(), address(user), kind,
            '\n'.join('%s=%s' % item for item in values.items())))

    def mopt(self, *words, password=None, stdin=None, timeout=60):
        """Run mopt; a password goes in by standard input and by nothing else."""
        if password is not None:
            words += ('--password-stdin',)
            stdin = password + '\n'
        result = Result(subprocess.run([MOPT, *words], input=stdin or '', env=self.env, timeout=timeout,
                                       capture_output=True, text=True, check=False))
        self.assertFalse(SCAN.has((result.out + result.err).encode()), 'the output has the password')
        if '--json' in words:
            self.assertEqual(json_rule.check(result.out), [], words)
        return result


def custom(side, number):
    return {side + '_custom_port': 'true', side + '_port': number}


def main():
    unittest.main(verbosity=2)
