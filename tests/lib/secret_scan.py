# SPDX-License-Identifier: GPL-3.0-or-later
"""secret_scan.py RIG TOP    - is the password of the tests where it should not be?

All passwords of mail.sh hold the text of the file `secret`. While this runs it looks at the arguments and the
environment of every process with RIG in its environment. At SIGTERM it looks through the files below RIG, and the
cores and meson's logs of the builds in TOP; it says in one line what was searched, and ends: with 1 if the password was
found, with a line for each place.

    --secret FILE    another file in the place of `secret`

The password has quotes, a backslash, a percent sign, blanks at its ends and a letter beyond ASCII. Its last part has
none of that: whatever quoted or escaped the rest, that part is there, so it alone is looked for.
"""

import argparse
import base64
import os
import pathlib
import signal
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
PAUSE = 0.25    # seconds between two looks at the processes

# Where it belongs, below RIG: the servers' lists of passwords, and those that an administrator shares.
ALLOWED = ('*/users', '*/etc/secrets/*')
# Unpacked packages, as they came.
NOT_OURS = ('root', 'bin')


def read_secret(path=HERE / 'secret'):
    return path.read_text(encoding='utf-8').rstrip('\n')


def password(user):
    """Of a user of mail.sh."""
    return ' %s %s ' % (user, read_secret())


def forms(secret):
    """The bytes to look for."""
    core = secret.rpartition('-')[2]
    found = {core.encode(encoding) for encoding in ('ascii', 'utf-16-le', 'utf-16-be', 'utf-32-le', 'utf-32-be')}
    for raw in list(found):
        found |= {raw.hex().encode(), raw.hex().upper().encode()}
        for lead in range(3):      # base64 begins at any third byte: what no neighbour has a part in
            text = base64.b64encode(b'\0' * lead + raw)
            inner = text[4 if lead else 0:len(text) - 4]
            found |= {inner, inner.translate(bytes.maketrans(b'+/', b'-_'))}
    return found


def read_now(path):
    """Of a file of /proc; quicker than the ways that look at its size first."""
    file = os.open(path, os.O_RDONLY)
    try:
        parts = []
        while part := os.read(file, 65536):
            parts.append(part)
        return b''.join(parts)
    finally:
        os.close(file)


def read_data(path):
    """A file without the holes that it has where nothing was ever written: there are tests with large ones."""
    parts, end = [], 0
    with open(path, 'rb', buffering=0) as file:
        while True:
            try:
                start = os.lseek(file.fileno(), end, os.SEEK_DATA)
            except OSError:      # no more of it
                return b''.join(parts)
            end = os.lseek(file.fileno(), start, os.SEEK_HOLE)
            file.seek(start)
            parts.append(file.read(end - start))


class Scan:
    def __init__(self, secret):
        self.forms = forms(secret)
        self.known = {}     # of each process its arguments when it was looked at; None: not of this run
        self.processes = self.files = self.bytes = self.allowed = 0
        self.found = []

    def has(self, data):
        if any(form in data for form in self.forms):
            return True
        flat = data.translate(None, b'\r\n')      # base64 comes in lines
        return len(flat) != len(data) and any(form in flat for form in self.forms)

    def look_at_processes(self, rig):
        running = {name for name in os.listdir('/proc') if name.isdigit()}
        for pid in self.known.keys() - running:
            del self.known[pid]
        for pid in running:
            try:
                arguments = read_now('/proc/%s/cmdline' % pid)
                if self.known.get(pid) == arguments:
                    continue
                environment = read_now('/proc/%s/environ' % pid)
            except OSError:      # over, or another user's
                continue
            self.known[pid] = arguments
            if b'RIG=' + rig.encode() not in environment.split(b'\0'):
                continue
            self.processes += 1
            for where, data in (('arguments', arguments), ('environment', environment)):
                if self.has(data):
                    self.found.append('the %s of %r' % (where, arguments.split(b'\0')[0].decode(errors='replace')))

    def look_at_file(self, path):
        """Whether it is there, or in its name."""
        try:
            data = read_data(path)
        except FileNotFoundError:
            return False
        self.files += 1
        self.bytes += len(data)
        return self.has(data) or self.has(str(path).encode())

    def look_below(self, folder):
        for where, folders, names in os.walk(folder):
            if where == str(folder):
                folders[:] = [name for name in folders if name not in NOT_OURS]
            for name in names:
                path = pathlib.Path(where, name)
                if path.is_symlink() or not path.is_file():
                    continue
                if not self.look_at_file(path):
                    continue
                if any(path.match(str(folder / pattern)) for pattern in ALLOWED):
                    self.allowed += 1
                else:
                    self.found.append(str(path))

    def look_at_cores(self, folder):
        for path in [*folder.glob('core'), *folder.glob('core.*')]:
            if path.is_file() and self.look_at_file(path):
                self.found.append(str(path))

    def say(self):
        for place in sorted(set(self.found)):
            print('The password of the tests is in %s' % place)
        print('Searched for the password of the tests: %d files (%d MB), %d processes; it is in %d places.' % (
            self.files, self.bytes // 1000000, self.processes, len(set(self.found))), flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('rig', type=pathlib.Path)
    parser.add_argument('top', type=pathlib.Path)
    parser.add_argument('--secret', type=pathlib.Path, default=HERE / 'secret')
    words = parser.parse_args()
    scan = Scan(read_secret(words.secret))
    over = []
    signal.signal(signal.SIGTERM, lambda *_: over.append(True))
    while not over:
        scan.look_at_processes(str(words.rig))
        if not words.rig.exists():      # whoever started this has gone
            return 1
        time.sleep(PAUSE)
    scan.look_below(words.rig)
    scan.look_at_cores(words.top)
    for build in words.top.glob('build-*'):
        scan.look_at_cores(build)
        scan.look_below(build / 'meson-logs')
    scan.say()
    if scan.allowed == 0 or scan.processes == 0:
        print('But it was not even found where it belongs: this search is broken.')
        return 1
    return 1 if scan.found else 0


if __name__ == '__main__':
    sys.exit(main())
