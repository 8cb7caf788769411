# SPDX-License-Identifier: GPL-3.0-or-later
"""How long `mopt send` takes against curl and, where it is installed, msmtp: the same
message, STARTTLS, PLAIN, a CA file with one certificate.  Whole processes in pairs,
each of the two first in every second one.  Nothing is asserted."""

import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

BUILD, TURNS = pathlib.Path(sys.argv[1]), int(sys.argv[2])
MOPT, TIMED = str(BUILD / 'src/cli/mopt'), str(BUILD / 'tests/bench/timed')
USER, PASSWORD, TO = 'jo@example.test', 'jo-pass', 'lost@example.test'
HOST, PORT, CA = os.environ.get('FAR', '127.0.0.1'), os.environ['MAIL_SMTP'], os.environ['MAIL_CA']
# Beside a server that leaves Nagle's algorithm on (Postfix) a client that says nothing of
# acknowledgements waits 40 ms for what follows the TLS handshake: always where there is a
# network between them, and by luck on the same machine.
DELAYED_ACK = 33
WANTED = {('postfix', 'mopt', 'curl'): 0.4, ('postfix', 'mopt', 'msmtp'): 0.2, ('postfix', 'keyring', 'curl'): 0.5,
          ('dovecot', 'mopt', 'curl'): 1.1}


def prepare(home):
    """The same account for each program."""
    conf = home / 'config/mail-options'
    conf.mkdir(parents=True)
    (conf / 'accounts.conf').write_text(
        '[Mail Options]\nAddress=%s\n\n[Account a]\nKind=imap\nName=A\nincoming-host=%s\nincoming-user=%s\n'
        'outgoing-host=%s\noutgoing-security=tls\noutgoing-custom-port=true\noutgoing-port=%s\n'
        % (USER, HOST, USER, HOST, PORT), encoding='utf-8')
    (home / 'password').write_text(PASSWORD + '\n', encoding='utf-8')
    (home / 'msmtprc').write_text(
        'account default\nhost %s\nport %s\ntls on\ntls_starttls on\ntls_trust_file %s\nauth plain\nuser %s\n'
        'password %s\nfrom %s\n' % (HOST, PORT, CA, USER, PASSWORD, USER), encoding='utf-8')
    (home / 'msmtprc').chmod(0o600)
    subprocess.run([MOPT, 'password', 'a', '--side', 'incoming', '--password-stdin'], input=PASSWORD + '\n', text=True,
                   env=environment(home), check=True, capture_output=True)


def environment(home):
    return dict(os.environ, HOME=str(home), XDG_CONFIG_HOME=str(home / 'config'), XDG_STATE_HOME=str(home / 'state'),
                SSL_CERT_FILE=CA, LC_ALL='C.UTF-8')


def write_message(home, size):
    """As programs pipe it, and for curl, which sends a file as it is, with the line ends of the wire."""
    text = 'From: %s\nTo: %s\nSubject: bench\n\n' % (USER, TO) + ('x' * 75 + '\n') * (size // 76)
    (home / 'message').write_text(text, encoding='utf-8')
    (home / 'message.eml').write_text(text, encoding='utf-8', newline='\r\n')


def programs(home):
    found = {
        'mopt': ['sh', '-c', 'exec "$0" send -t --password-fd 3 3<"$1"', MOPT, str(home / 'password')],
        'keyring': [MOPT, 'send', '-t'],
        'curl': ['curl', '-sS', '--ssl-reqd', '--url', 'smtp://%s:%s' % (HOST, PORT), '--user', USER + ':' + PASSWORD,
                 '--cacert', CA, '--mail-from', USER, '--mail-rcpt', TO, '--upload-file', str(home / 'message.eml')],
    }
    if shutil.which('msmtp'):
        found['msmtp'] = ['msmtp', '-C', str(home / 'msmtprc'), '-t']
    return found


def turn(home, command):
    """Milliseconds, those of the CPU, and MiB at most."""
    with open(home / 'message', 'rb') as message:
        subprocess.run([TIMED, str(home / 'times'), *command], stdin=message, env=environment(home), check=True)
    wall, cpu, peak = (home / 'times').read_text().split()
    return float(wall), float(cpu), int(peak) / 1024


def compare(home, ours, theirs, turns, wanted=None):
    table = programs(home)
    if theirs not in table:
        return
    runs = {ours: [], theirs: []}
    for i in range(turns + 1):
        for name in ((ours, theirs), (theirs, ours))[i % 2]:
            run = turn(home, table[name])
            if i > 0:    # the first one warms up
                runs[name].append(run)
    wall, cpu, peak = ({name: [run[k] for run in runs[name]] for name in runs} for k in range(3))
    for name in runs:
        waits = sum(ms > min(wall[name]) + DELAYED_ACK for ms in wall[name])
        print('    %-7s median %6.1f ms, minimum %6.1f, CPU %5.1f, peak %4.1f MiB%s' % (
            name, statistics.median(wall[name]), min(wall[name]), statistics.median(cpu[name]), max(peak[name]),
            '; %d of %d took 40 ms more' % (waits, turns) if turns == TURNS else ''))
    print('  %s : %s  median of pairs %.2f, minima %.2f%s' % (
        ours, theirs, statistics.median(a / b for a, b in zip(wall[ours], wall[theirs])),
        min(wall[ours]) / min(wall[theirs]), '  (wanted %.1f)' % wanted if wanted else ''), flush=True)


def main():
    with tempfile.TemporaryDirectory(dir=os.environ['RIG']) as folder:
        home = pathlib.Path(folder)
        prepare(home)
        print('by %s%s, load %.1f' % (os.environ['MAIL_BY'], '' if HOST == '127.0.0.1' else ', half a millisecond away',
                                     os.getloadavg()[0]))
        write_message(home, 1000)
        print(' a message of 1 kB')
        for pair in (('mopt', 'curl'), ('mopt', 'msmtp'), ('keyring', 'curl')):
            compare(home, *pair, TURNS, WANTED.get((os.environ['MAIL_BY'], *pair)))
        if os.environ['MAIL_BY'] == 'dovecot':
            return    # what is behind it here is no server for large messages
        write_message(home, 25 << 20)
        print(' a message of 25 MiB')
        for pair in (('mopt', 'curl'), ('mopt', 'msmtp')):
            compare(home, *pair, max(TURNS // 4, 3), 1.0)


main()
