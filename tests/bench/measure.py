# SPDX-License-Identifier: GPL-3.0-or-later
"""measure.py BUILD - run by run.sh, with mail servers, a display with a window manager and a keyring at hand."""

import json
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
import uuid

BUILD = sys.argv[1]
PAIRS = 40
SENDS = 15


def say(text):
    print(text, flush=True)


def environment(home, **more):
    """A home of its own, so that windows remember nothing of each other."""
    env = dict(os.environ, HOME=home, XDG_CONFIG_HOME=home + '/config', XDG_STATE_HOME=home + '/state',
               GSK_RENDERER='cairo', **more)
    return env


def write_accounts(home, number):
    os.makedirs(home + '/config/mail-options', exist_ok=True)
    with open(home + '/config/mail-options/accounts.conf', 'w', encoding='utf-8') as f:
        f.write('[Mail Options]\nFormat=1\nName=Alice Example\nAddress=alice@example.com\n')
        for i in range(number):
            f.write(f'\n[Account {uuid.UUID(int=i)}]\nKind=imap\nName=Account {i}\n'
                    'incoming-host=imap.example.com\nincoming-user=alice\noutgoing-host=smtp.example.com\n')


def first_frames(program, home, **more):
    """The probe's lines of one start: [(ms, peak KB) for each window]."""
    env = environment(home, LD_PRELOAD=BUILD + '/tests/bench/probe.so',
                      BENCH_START=str(time.monotonic_ns() // 1000), **more)
    out = subprocess.run([program], env=env, capture_output=True, text=True, timeout=60, check=True).stdout
    return [(float(w[2]), int(w[3])) for w in (l.split() for l in out.splitlines()) if w[0] == 'frame']


def windows(home):
    ours, empty = BUILD + '/src/app/mail-options', BUILD + '/tests/bench/empty-window'
    a, b, dialog = [], [], []
    for i in range(PAIRS + 1):
        pair = first_frames(ours, home, BENCH_ROWS='4')[0], first_frames(empty, home)[0]
        if i > 0:  # the first warms the caches
            a.append(pair[0])
            b.append(pair[1])
    for _ in range(10):
        dialog.append(first_frames(ours, home, BENCH_ROWS='4', BENCH_WINDOWS='2', BENCH_ACTION='win.edit')[1][0])
    ms = [min(x[0] for x in s) for s in (a, b)]
    say(f'start to first frame, 20 accounts: {ms[0]:.0f} ms against {ms[1]:.0f} of an empty window, '
        f'ratio of minima {ms[0] / ms[1]:.2f}, of medians '
        f'{statistics.median(x[0] for x in a) / statistics.median(x[0] for x in b):.2f}  (wanted 1.25)')
    say(f'peak memory of that: ratio {statistics.median(x[1] for x in a) / statistics.median(x[1] for x in b):.2f}'
        '  (wanted 1.2)')
    say(f'opening the dialog: median {statistics.median(dialog):.0f} ms, longest {max(dialog):.0f}  (wanted 100)')


ACCOUNTS = 10000
ADDRESSES = 10  # of each account


def write_published(home, changed=-1):
    """A large publication; the account number @changed has another server."""
    os.makedirs(home, exist_ok=True)
    path = home + '/published.conf'
    with open(path + '.new', 'w', encoding='utf-8') as f:
        f.write('[Publication]\nFormat=1\nOrganization=Example Corp\nContact=help@example.com\n'
                f'Serial={13 if changed >= 0 else 12}\nReason=moved\nDomain=example.com;\nConversationPrefix=ABCD\n')
        for i in range(ACCOUNTS):
            legal = ''.join(f'desk{k}@d{i}.example.com;' for k in range(ADDRESSES))
            f.write(f'\n[Account desk{i}]\nKind=imap\nName=Desk {i}\n'
                    'Locked=incoming-server;outgoing-server;conversation-id;from-addresses;\n'
                    f'incoming-host={"new" if i == changed else "imap"}.example.com\nincoming-user=%EMAILADDRESS%\n'
                    f'outgoing-host=smtp.example.com\nconversation-id-add=true\nfrom-legal={legal}\n')
    os.rename(path + '.new', path)
    return path


def published(home):
    """A publication of 10,000 accounts with 100,000 legal From addresses."""
    path = write_published(home)
    os.makedirs(home + '/config/mail-options', exist_ok=True)
    with open(home + '/config/mail-options/accounts.conf', 'w', encoding='utf-8') as f:
        f.write('[Mail Options]\nFormat=1\nName=Alice Example\nAddress=alice@example.com\n')

    def load(how):
        out = subprocess.run([BUILD + '/tests/bench/load', how, path], capture_output=True, text=True, check=True)
        return [float(word) for word in out.stdout.split()]

    pairs = [(load('published'), load('gkeyfile')) for _ in range(5)]
    ours, theirs = (min(p[i][0] for p in pairs) for i in (0, 1))
    say(f'loading {ACCOUNTS:,} published accounts: {ours:.0f} ms against {theirs:.0f} of GKeyFile reading every value, '
        f'ratio {ours / theirs:.2f}  (wanted 2.5)')
    say(f'memory of that: {pairs[0][0][1] / ACCOUNTS:.2f} KB an account, GKeyFile {pairs[0][1][1] / ACCOUNTS:.2f}, '
        f'ratio {pairs[0][0][1] / pairs[0][1][1]:.2f}  (wanted 1.5)')

    program, empty = BUILD + '/src/app/mail-options', BUILD + '/tests/bench/empty-window'
    a, b = [], []
    for i in range(11):
        pair = (first_frames(program, home, BENCH_ROWS='4', MAIL_OPTIONS_PUBLISHED=path)[0], first_frames(empty, home)[0])
        if i > 0:
            a.append(pair[0])
            b.append(pair[1])
    say(f'start to first frame with them: {min(x[0] for x in a):.0f} ms against {min(x[0] for x in b):.0f} of an empty '
        f'window, ratio of minima {min(x[0] for x in a) / min(x[0] for x in b):.2f}  (wanted 1.5)')
    say(f'peak memory by then: {a[0][1] / 1024:.0f} MB against {b[0][1] / 1024:.0f}, '
        f'ratio {statistics.median(x[1] for x in a) / statistics.median(x[1] for x in b):.2f}')
    smoothness(home, path, program)
    first_write(home + '/overlays', path)


OVERLAYS = 5000


def first_write(home, path):
    """mopt set where a publication has locked what 5,000 overlays customise: all are parked in that one write."""
    mopt = BUILD + '/src/cli/mopt'
    env = environment(home, MAIL_OPTIONS_PUBLISHED=path)
    os.makedirs(home + '/config/mail-options', exist_ok=True)
    with open(home + '/config/mail-options/accounts.conf', 'w', encoding='utf-8') as f:
        f.write('[Mail Options]\nFormat=1\n')
        for i in range(OVERLAYS):
            f.write(f'\n[Account desk{i}]\nPublished=true\nKind=imap\nCustomised=incoming-server;\n'
                    f'incoming-host=own{i}.example.com\n')

    def write(name):
        start = time.monotonic()
        subprocess.run([mopt, 'set', '--general', 'name=' + name], env=env, check=True, capture_output=True)
        return (time.monotonic() - start) * 1e3

    first = write('Alice')
    later = min(write(name) for name in ('Bob', 'Carol', 'Dave'))
    say(f'first write with {OVERLAYS:,} overlays that were locked meanwhile: {first:.0f} ms, later ones {later:.0f}')


def smoothness(home, path, program):
    """How long the main loop stands still, and how long frames take, while the list is scrolled, filtered, and one
    account changes."""
    env = environment(home, LD_PRELOAD=BUILD + '/tests/bench/probe.so', BENCH_WINDOWS='9', BENCH_ROWS='4',
                      MAIL_OPTIONS_PUBLISHED=path)
    window = subprocess.Popen([program], env=env, stdout=subprocess.PIPE, text=True)
    lines = []
    reader = threading.Thread(target=lambda: lines.extend(window.stdout), daemon=True)
    reader.start()
    time.sleep(2)

    def worst(what, act):
        window.send_signal(10)  # SIGUSR1: the probe begins anew
        time.sleep(0.2)
        before = len(lines)
        act()
        time.sleep(1)
        new = [line.split() for line in lines[before:]]
        stall = max((float(w[2]) for w in new if w[0] == 'stall'), default=0)
        frames = sorted(float(w[2]) for w in new if w[0] == 'paint')
        say(f'{what}: longest stall {stall:.0f} ms, {len(frames)} frames, '
            f'median {statistics.median(frames) if frames else 0:.1f} ms, longest {max(frames, default=0):.1f}')

    def keys(*names):
        for name in names:
            subprocess.run(['xdotool', 'key', name], check=True)
            time.sleep(0.05)

    worst('scrolling 30 pages', lambda: keys(*['Next'] * 30))
    worst('to the end and back', lambda: keys('End', 'Home', 'End', 'Home'))
    keys('ctrl+f')
    worst('filtering, a letter at a time', lambda: keys('d', 'e', 's', 'k', 'space', '7', '7', '7'))
    keys('Escape')
    worst('one account of them changed', lambda: write_published(home, changed=1234))
    window.terminate()


def sending(home):
    """mopt test --side outgoing against curl: the same message, STARTTLS, PLAIN, a CA file with one certificate."""
    ca, port = os.environ['MAIL_CA'], os.environ['MAIL_SMTP']
    mopt = BUILD + '/src/cli/mopt'
    env = environment(home, SSL_CERT_FILE=ca)
    for args in (['set', '--general', 'address=jo@example.test'],
                 ['add', 'imap', 'Bench'],
                 ['set', 'Bench', 'incoming-host=localhost', 'incoming-user=jo@example.test',
                  'outgoing-host=localhost', 'outgoing-security=tls', 'outgoing-custom-port=true',
                  f'outgoing-port={port}']):
        subprocess.run([mopt, *args], env=env, check=True, capture_output=True)
    os.makedirs(home, exist_ok=True)
    letter = home + '/letter'
    with open(letter, 'w', encoding='utf-8', newline='\r\n') as f:
        f.write('From: jo@example.test\nTo: jo@example.test\nSubject: bench\n\n' + 'a line of text\n' * 10)

    def by_mopt():
        start = time.monotonic()
        subprocess.run([mopt, 'test', 'Bench', '--side', 'outgoing', '--password-stdin'],
                       input='jo-pass\n', text=True, env=env, check=True, capture_output=True)
        return time.monotonic() - start

    def by_curl():
        start = time.monotonic()
        subprocess.run(['curl', '-sS', '--ssl-reqd', '--cacert', ca, '--login-options', 'AUTH=PLAIN', '--user',
                        'jo@example.test:jo-pass', '--mail-from', 'jo@example.test', '--mail-rcpt', 'jo@example.test',
                        '--upload-file', letter, f'smtp://localhost:{port}/client.test'],
                       env=env, check=True, capture_output=True)
        return time.monotonic() - start

    pairs = [(by_mopt(), by_curl()) for _ in range(SENDS + 1)][1:]
    say(f'mopt test --side outgoing: {statistics.median(p[0] for p in pairs) * 1e3:.0f} ms against '
        f'{statistics.median(p[1] for p in pairs) * 1e3:.0f} of curl, median of the ratios '
        f'{statistics.median(p[0] / p[1] for p in pairs):.2f}  (wanted 0.5)')


def auto():
    """Logging in by Auto against the mode that is right there."""
    out = subprocess.run([BUILD + '/tests/bench/auto'], capture_output=True, text=True, check=True).stdout
    for line in out.splitlines():
        what, by_auto, by_hand, ratio = line.split()
        say(f'IMAP login by Auto, the better port {what}: {float(by_auto):.1f} ms against {float(by_hand):.1f} by the '
            f'right mode{" and the head start" if what == "silent" else ""}, median of the ratios {float(ratio):.2f}  '
            f'(wanted {"1.2" if what == "silent" else "1.1"})')


def slow_road(port, seconds=0.08):
    """A port of our own, from which every packet to and from @port takes that long."""
    def pump(source, target):
        try:
            while data := source.recv(65536):
                time.sleep(seconds)
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # one of the two hung up, as the other will see

    def serve():
        while True:
            near, far = listener.accept()[0], socket.create_connection(('127.0.0.1', port))
            threading.Thread(target=pump, args=(near, far), daemon=True).start()
            threading.Thread(target=pump, args=(far, near), daemon=True).start()

    listener = socket.create_server(('127.0.0.1', 0))
    threading.Thread(target=serve, daemon=True).start()
    return listener.getsockname()[1]


def both_sides(home, what, imap, smtp, turns):
    """Test Account as far as the message is taken, against each of its sides alone."""
    mopt = BUILD + '/src/cli/mopt'
    env = environment(home, SSL_CERT_FILE=os.environ['MAIL_CA'])
    for args in (['set', '--general', 'name=Jo', 'address=jo@example.test'],
                 ['add', 'imap', 'Both', 'incoming-host=localhost', 'incoming-user=jo@example.test',
                  'incoming-security=tls', 'incoming-custom-port=true', f'incoming-port={imap}',
                  'outgoing-host=localhost', 'outgoing-security=tls', 'outgoing-custom-port=true',
                  f'outgoing-port={smtp}']):
        subprocess.run([mopt, *args], env=env, check=True, capture_output=True)

    def seconds(last, *sides):
        start = time.monotonic()
        with subprocess.Popen([mopt, 'test', 'Both', '--json', '--password-stdin', *sides], env=env, text=True,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE) as run:
            run.stdin.write('jo-pass\n')
            run.stdin.close()
            ends = {}
            for line in run.stdout:
                stage = json.loads(line)
                if stage.get('state') == 'passed':
                    ends[stage['stage']] = time.monotonic() - start
        return max(ends[stage] for stage in last)

    ratios = []
    for _ in range(turns):
        both = seconds(('mailbox', 'accepted'))
        ratios.append(both / max(seconds(('mailbox',), '--side', 'incoming'),
                                 seconds(('accepted',), '--side', 'outgoing')))
    say(f'Test Account : the slower of its two sides alone, {what}: median of the ratios '
        f'{statistics.median(ratios[1:]):.2f}  (wanted 1.1)')


def stall(home):
    """Test Account in the window against slow servers: how long the main loop stood still meanwhile."""
    mopt = BUILD + '/src/cli/mopt'
    env = environment(home, SSL_CERT_FILE=os.environ['MAIL_CA'])
    for args in (['set', '--general', 'name=Jo', 'address=jo@example.test'],
                 ['add', 'imap', 'Slow', 'incoming-host=localhost', 'incoming-user=jo@example.test',
                  'incoming-custom-port=true', f"incoming-port={slow_road(int(os.environ['MAIL_IMAPS']))}",
                  'outgoing-host=localhost', 'outgoing-security=tls', 'outgoing-custom-port=true',
                  f"outgoing-port={slow_road(int(os.environ['MAIL_SMTP']))}"],
                 ['password', 'Slow', '--side', 'incoming', '--password-stdin']):
        subprocess.run([mopt, *args], env=env, input='jo-pass\n', text=True, check=True, capture_output=True)
    env.update(LD_PRELOAD=BUILD + '/tests/bench/probe.so', BENCH_WINDOWS='9', BENCH_ACTION='win.edit')
    program = subprocess.Popen([BUILD + '/src/app/mail-options'], env=env, stdout=subprocess.PIPE, text=True)
    worst = 0
    for line in program.stdout:
        words = line.split()
        if words[:2] == ['frame', '2']:
            subprocess.run(['xdotool', 'key', 'ctrl+t'], check=True)
        elif words[:2] == ['frame', '3']:
            threading.Thread(target=end_when_tested, args=(home, program), daemon=True).start()
        elif words[:2] == ['stall', '3']:
            worst = float(words[2])
    say(f'longest stall of the main loop while a test of slow servers runs: {worst:.0f} ms  (wanted 50)')


def end_when_tested(home, program):
    while not os.path.exists(home + '/state/mail-options/tests.conf'):
        time.sleep(0.1)
    time.sleep(0.5)
    program.terminate()


home = os.environ['SESSION_DIR'] + '/bench'
published(home + '/published')
sending(home + '/send')
auto()
both_sides(home + '/near', 'servers on this machine', os.environ['MAIL_IMAP'], os.environ['MAIL_SMTP'], 16)
for ms, turns in ((5, 16), (80, 6)):
    both_sides(f'{home}/far-{ms}', f'servers {ms} ms away', slow_road(int(os.environ['MAIL_IMAP']), ms / 1000),
               slow_road(int(os.environ['MAIL_SMTP']), ms / 1000), turns)
stall(home + '/slow')
write_accounts(home, 20)
windows(home)
