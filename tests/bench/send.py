# SPDX-License-Identifier: GPL-3.0-or-later
"""How long `mopt send` takes against curl and, where it is installed, msmtp: whole
processes in interleaved turns, the median of each and the ratio of each pair."""

import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

MOPT, TURNS = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 21
USER, PASSWORD, TO = 'jo@example.test', 'jo-pass', 'lost@example.test'
PORT, CA = os.environ['MAIL_SMTP'], os.environ['MAIL_CA']
HEAD = 'From: %s\nTo: %s\nSubject: bench\n\n' % (USER, TO)


def prepare(home):
    """The same account for each program; curl and msmtp read the password from a file of their own."""
    conf = home / 'config/mail-options'
    conf.mkdir(parents=True)
    (conf / 'accounts.conf').write_text(
        '[Mail Options]\nAddress=%s\n\n[Account a]\nKind=imap\nName=A\nincoming-host=127.0.0.1\nincoming-user=%s\n'
        'outgoing-host=127.0.0.1\noutgoing-security=tls\noutgoing-custom-port=true\noutgoing-port=%s\n'
        % (USER, USER, PORT), encoding='utf-8')
    (home / 'password').write_text(PASSWORD + '\n', encoding='utf-8')
    (home / 'curlrc').write_text('user = "%s:%s"\n' % (USER, PASSWORD), encoding='utf-8')
    (home / 'msmtprc').write_text(
        'account default\nhost 127.0.0.1\nport %s\ntls on\ntls_starttls on\ntls_trust_file %s\nauth plain\nuser %s\n'
        'password %s\nfrom %s\n' % (PORT, CA, USER, PASSWORD, USER), encoding='utf-8')
    (home / 'msmtprc').chmod(0o600)


def programs(home, message):
    found = {
        'mopt': [MOPT, 'send', '-t', '--password-fd', '3'],
        'curl': ['curl', '-sS', '-q', '-K', str(home / 'curlrc'), '--ssl-reqd', '--cacert', CA, '--login-options',
                 'AUTH=PLAIN', '--mail-from', USER, '--mail-rcpt', TO, '-T', str(message),
                 'smtp://127.0.0.1:%s' % PORT],
    }
    if shutil.which('msmtp'):
        found['msmtp'] = ['msmtp', '-C', str(home / 'msmtprc'), '-t']
    return found


def turn(command, env, home, message):
    with open(message, 'rb') as stdin, open(home / 'password', 'rb') as password:
        fd = os.dup(password.fileno())
        start = time.monotonic()
        process = subprocess.Popen(['sh', '-c', 'exec 3<&%d; exec "$@"' % fd, 'x', *command], stdin=stdin, env=env,
                                   pass_fds=(fd,))
        _, status, usage = os.wait4(process.pid, 0)
        took = time.monotonic() - start
        process.returncode = status
        os.close(fd)
    if status:
        sys.exit('%s failed' % command[0])
    return took * 1000, usage.ru_maxrss / 1024


def main():
    with tempfile.TemporaryDirectory(dir=os.environ['RIG']) as folder:
        home = pathlib.Path(folder)
        prepare(home)
        env = dict(os.environ, HOME=folder, XDG_CONFIG_HOME=str(home / 'config'), XDG_STATE_HOME=str(home / 'state'),
                   SSL_CERT_FILE=CA, LC_ALL='C.UTF-8')
        for size, turns in ((1000, TURNS), (1900 * 1000, max(TURNS // 3, 3))):
            message = home / 'message'
            message.write_text(HEAD + ('x' * 75 + '\n') * (size // 76), encoding='utf-8')
            table = programs(home, message)
            times, memory = {name: [] for name in table}, {name: 0 for name in table}
            for i in range(turns + 1):
                for name, command in table.items():
                    ms, peak = turn(command, env, home, message)
                    if i > 0:    # the first one warms up
                        times[name].append(ms)
                        memory[name] = max(memory[name], peak)
            print('a message of %d bytes, %d turns, by %s' % (size, turns, os.environ['MAIL_BY']))
            for name in table:
                print('  %-6s %7.1f ms  %5.1f MiB' % (name, statistics.median(times[name]), memory[name]))
            for name in table:
                if name != 'mopt':
                    ratio = statistics.median(a / b for a, b in zip(times['mopt'], times[name]))
                    print('  mopt / %-6s %.2f' % (name, ratio))


main()
