# SPDX-License-Identifier: GPL-3.0-or-later
"""What lies under the monkey's hands: accounts.conf, the publication, a draft and what the program remembers,
made anew at random, and broken in every way that a file can be."""

import os
import pathlib
import shutil
import socket

SESSION = pathlib.Path(os.environ['SESSION_DIR'])
CONFIG = pathlib.Path(os.environ['XDG_CONFIG_HOME']) / 'mail-options/accounts.conf'
STATE = pathlib.Path(os.environ['XDG_STATE_HOME']) / 'mail-options'
PUBLISHED = SESSION / 'etc/published.conf'
DRAFTS = [SESSION / 'draft.conf', SESSION / 'other.conf']

SECTIONS = ['incoming-server', 'incoming-account', 'outgoing-server', 'outgoing-account', 'conversation-id',
            'from-addresses']
NAMES = ['Home', 'Home', 'Desk', 'W' * 80, '\u05d1\u05d9\u05ea', '<b>&amp;%s', '']

SERVERS = ('incoming-host=localhost\nincoming-custom-port=true\nincoming-port=%s\nincoming-user=ann@example.test\n'
           'outgoing-host=localhost\noutgoing-custom-port=true\noutgoing-port=%s\n')
GOOD = '[Mail Options]\nFormat=1\nAddress=ann@example.test\n' + ''.join(
    '\n[Account o%d]\nKind=imap\nName=o%d\n' % (number, number)
    + SERVERS % (os.environ['MAIL_IMAP'], os.environ['MAIL_SMTP']) for number in range(2))

silent = socket.create_server(('127.0.0.1', 0), backlog=64)     # takes every connection and says nothing


def server(rng, kind):
    """Incoming and outgoing: mostly those that are there."""
    good = (os.environ['MAIL_POP3' if kind == 'pop' else 'MAIL_IMAP'], os.environ['MAIL_SMTP'])
    mute = str(silent.getsockname()[1])
    incoming, outgoing = rng.choice([good] * 6 + [(mute, good[1]), (good[0], mute), (mute, mute), ('1', '1')])
    text = SERVERS % (incoming, outgoing)
    if rng.random() < .2:
        text += 'incoming-security=%s\n' % rng.choice(['tls', 'ssl', 'basic', 'ssl-no-authentication', 'sll'])
    if rng.random() < .2:
        text += 'outgoing-security=%s\n' % rng.choice(['tls', 'ssl', 'basic', ''])
    if rng.random() < .1:
        text += 'outgoing-requires-authentication=false\n'
    if rng.random() < .1:
        text += 'outgoing-login=own\noutgoing-user=ben@example.test\n'
    return text


def account(rng, number, published):
    kind = rng.choice(['imap'] * 6 + ['pop'] * 3 + ['exchange'])
    own_id = 'p' if published or rng.random() < .3 else 'o'
    text = '[Account %s%d]\nKind=%s\nName=%s %d\n' % (own_id, number, kind, rng.choice(NAMES), number)
    if rng.random() < .8:
        text += server(rng, kind)
    if rng.random() < .5:
        text += 'from-legal=help@example.test;*@example.test;\n'
    sections = ';'.join(rng.sample(SECTIONS, rng.randrange(5)))
    if published:
        text += 'Locked=%s\n' % sections
        text += rng.choice(['', '', 'Withdrawn=keep\n', 'Withdrawn=delete\n', 'Available=false\n', 'AllowTrust=false\n',
                            'conversation-id-add=true\n', 'AvailableTo=@nobody;alice;\n'])
    elif rng.random() < .5:
        text += '%s=%s\n' % (rng.choice(['Customised', 'Customised', 'Parked']), sections)
    if rng.random() < .05:
        text += 'Kind=twice\n'
    return text + '\n'


def publication(rng, serial):
    if rng.random() < .05:
        return '[Publication\n'
    text = '[Publication]\nFormat=1\nOrganization=Example Corp\nContact=help@example.com\nSerial=%d\n' % serial
    text += 'Reason=%s\nConversationPrefix=ABCD\n' % rng.choice(['moved', 'so that it works'])
    text += rng.choice(['', '', 'Domain=example.test;\n', 'Expires=2001-01-01T00:00:00Z\n', 'Default=p1\n'])
    text += '\n[Rights]\nsend=%s\nadd-accounts=%s\noverride-locked=%s\n\n' % tuple(
        rng.choice(['everyone', 'everyone', 'nobody']) for _ in range(3))
    return text + ''.join(account(rng, i, True) for i in range(3) if rng.random() < .8)


def own(rng):
    text = '[Mail Options]\nFormat=1\nName=Ann\n'
    text += rng.choice(['Address=ann@example.test\n'] * 4 + ['', 'Address=@\n'])
    text += rng.choice(['', 'Default=o1\n'])
    number = 40 if rng.random() < .03 else 3        # some more than fit
    return text + '\n' + ''.join(account(rng, i, False) for i in range(number) if rng.random() < .8)


def remove(path):
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def change(path, text):
    """As an editor does; what is in the way goes."""
    for folder in reversed(path.parents):
        if not folder.is_dir():
            remove(folder)
            folder.mkdir()
    if path.is_dir() and not path.is_symlink():
        remove(path)
    fresh = path.with_suffix('.new')
    remove(fresh)
    fresh.write_text(text, encoding='utf-8')
    fresh.rename(path)


def break_one(rng, path):
    """Gives the word for what was done."""
    how = rng.choice(['gone', 'folder', 'noise', 'empty', 'cut', 'fifo', 'loop', 'closed', 'newer', 'long'])
    try:
        before = path.read_bytes() if path.is_file() else b''
    except OSError:
        before = b''
    if not path.parent.is_dir():
        return 'nothing'
    remove(path)
    if how == 'folder':
        path.mkdir()
    elif how == 'fifo':
        os.mkfifo(path)
    elif how == 'loop':
        path.symlink_to(path)
    elif how != 'gone':
        path.write_bytes({'noise': rng.randbytes(300), 'empty': b'', 'cut': before[:len(before) // 2],
                          'newer': before.replace(b'Format=1', b'Format=9'),
                          'long': before + b'# nothing\n' * 100000}.get(how, before))
        if how == 'closed':     # to everybody but root
            path.chmod(0)
    return how


def break_state(rng):
    """What is remembered: a file of it, or the whole folder, which cannot be written to then."""
    if rng.random() < .5:
        remove(STATE)
        STATE.write_text('in the way', encoding='utf-8')
        return 'no folder'
    if not STATE.is_dir():
        remove(STATE)
        STATE.mkdir(parents=True)
        return 'folder'
    return break_one(rng, rng.choice([STATE / 'security.conf', *sorted(STATE.iterdir())]))
