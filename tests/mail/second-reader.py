# SPDX-License-Identifier: GPL-3.0-or-later
#
# second-reader.py EDIT-MESSAGES    - what another MIME library says of messages
# that got a Conversation ID: the ID is where it belongs and nothing else has
# changed.  Messages are made with dice that always fall the same way; signed
# ones by openssl, which must still call them good.
import email
import email.policy
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from base64 import b64encode
from email.header import Header
from quopri import encodestring

ID = '{CMI: ABCD1234}'
ROUNDS = 1500
edit = os.path.abspath(sys.argv[1])
dice = random.Random(20261122)

WORDS = ['Hello', 'Grüße', 'печать', 'はい', 'a = b', '{CMI: EVIL7}', '{CMI:', '}', '.', '..', '-- ', '--', '> quoted',
         'Bob wrote:', 'On Monday, Bob <bob@example.com>', 'From here', 'x' * 90, 'trailing  ', '\t', '=20', '--b1',
         'soft ', '', '', '']
TAGS = ['<p>', '</p>', '<br>', '<div>', '</div>', '<blockquote>', '</blockquote>', '&nbsp;', '<b>', '</b>', '<!-- x -->',
        '<div class="moz-cite-prefix">', '<pre class="moz-signature">', '<a title="a>b">', '&amp;', '1 < 2']
CHARSETS = ['utf-8', 'utf-8', 'iso-8859-1', 'iso-2022-jp', 'koi8-r', 'us-ascii', 'shift_jis', 'utf-16', 'utf-7']
# where ASCII is not written as ASCII nothing can be spliced in
CLOSED = ['utf-16', 'utf-7']


def encodable(text, charset):
    return text.encode(charset, 'replace').decode(charset)


def text_of(pieces, charset, eol):
    lines = [dice.choice(pieces) + (dice.choice(pieces) if dice.random() < 0.3 else '')
             for _ in range(dice.randrange(0, 12))]
    text = eol.join(lines)
    return encodable(text + (eol if dice.random() < 0.7 else ''), charset)


def text_part(kind, eol):
    """A text part: its lines, and whether its words are for us."""
    charset = dice.choice(CHARSETS)
    encoding = dice.choice(['8bit', 'quoted-printable', 'base64', '']) if charset != 'utf-16' else 'base64'
    head = f'Content-Type: text/{kind}; charset="{charset}"'
    if kind == 'plain' and dice.random() < 0.3:
        head += ';' + eol + ' format=flowed'
    inner = '\r\n' if encoding == 'base64' else eol
    text = text_of(WORDS if kind == 'plain' else WORDS + TAGS * 2, charset, inner)
    if encoding != '':
        head += eol + f'Content-Transfer-Encoding: {encoding}'
    data = text.encode(charset)
    if encoding == 'quoted-printable':
        data = encodestring(data.replace(b'\r\n', b'\n')).replace(b'\n', eol.encode())
    elif encoding == 'base64':
        columns = dice.choice([76, 76, 60, 17])
        letters = b64encode(data)
        data = b''.join(letters[i:i + columns] + eol.encode() for i in range(0, len(letters), columns))
        if dice.random() < 0.3:
            data = data.rstrip()
    return head.encode() + (eol * 2).encode() + data


boundaries = 0


def multipart(kind, children, eol, more=''):
    global boundaries
    boundaries += 1
    mark = f'b{boundaries}'
    text = f'Content-Type: multipart/{kind}; boundary="{mark}"{more}{eol}{eol}preamble{eol}'.encode()
    for child in children:
        text += f'--{mark}{eol}'.encode() + child + eol.encode()
    return text + f'--{mark}--{eol}'.encode() + dice.choice([b'', b'epilogue' + eol.encode()])


def binary(eol):
    return (f'Content-Type: application/octet-stream{eol}Content-Transfer-Encoding: base64{eol}'
            f'Content-Disposition: attachment; filename*=utf-8\'\'%C3%BC.bin{eol}{eol}').encode() \
        + b64encode(dice.randbytes(50)) + eol.encode()


def body(eol, depth=0):
    r = dice.random()
    if r < 0.3 or depth > 3:
        return text_part(dice.choice(['plain', 'html']), eol)
    if r < 0.55:
        return multipart('alternative', [text_part('plain', eol), text_part('html', eol)], eol)
    if r < 0.65:
        return multipart('alternative', [text_part('plain', eol),
                                         multipart('related', [text_part('html', eol), binary(eol)], eol)], eol)
    if r < 0.85:
        return multipart('mixed', [body(eol, depth + 1), binary(eol)]
                         + [text_part('plain', eol)] * dice.randrange(2), eol)
    if r < 0.95:
        return multipart('signed', [text_part('plain', eol),
                                    f'Content-Type: application/pgp-signature{eol}{eol}x{eol}'.encode()], eol,
                         f';{eol}\tprotocol="application/pgp-signature"')
    return multipart('mixed', [binary(eol)], eol)


def subject(eol):
    words = ' '.join(dice.choice(WORDS) for _ in range(dice.randrange(0, 9))).replace('\t', ' ')
    words = re.sub(' +', ' ', words).strip()
    style = dice.random()
    if style < 0.5:
        return Header(words, 'utf-8', maxlinelen=76, header_name='Subject').encode(linesep=eol)
    if style < 0.7:
        return words.encode('ascii', 'replace').decode()
    return Header(words.encode('ascii', 'replace').decode(), header_name='Subject').encode(linesep=eol)


def message():
    eol = dice.choice(['\n', '\r\n'])
    head = (f'Received: by x{eol}\twith y{eol}From: alice@example.com{eol}References: <a@b>{eol} <c@d>{eol}'
            f'Message-ID: <{dice.random()}@x>{eol}MIME-Version: 1.0{eol}X-Odd:value:  twice {eol}')
    return (head + f'Subject: {subject(eol)}{eol}').encode() + body(eol)


# ---- What is said of the result ----

def read(data):
    return email.message_from_bytes(data, policy=email.policy.compat32)


def unfold(value):
    return re.sub(r'\r?\n', '', value)


def subject_text(msg):
    # each encoded word by itself: the blank before the ID stays
    value = unfold(str(msg['Subject']))
    parts = email.header.decode_header(value)
    return ''.join(p.decode(c or 'ascii', 'replace') if isinstance(p, bytes) else p for p, c in parts)


def leaves(msg):
    if msg.is_multipart():
        for child in msg.get_payload():
            yield from leaves(child)
    else:
        yield msg


def is_sealed(msg):
    return any(part.get_content_type() in ('multipart/signed', 'multipart/encrypted') for part in msg.walk()) \
        and 'signed' in first_words(msg)


def first_words(msg, seen=''):
    """The types on the way to the words that people read first."""
    seen += msg.get_content_type() + ' '
    if msg.is_multipart() and msg.get_payload():
        for child in msg.get_payload():
            if child.is_multipart() or child.get_content_maintype() == 'text':
                return first_words(child, seen)
    return seen


def words_of(msg):
    """The texts that people read first."""
    if msg.get_content_type() == 'multipart/alternative':
        return [text for child in msg.get_payload() for text in words_of(child)]
    if msg.is_multipart():
        return next((found for found in map(words_of, msg.get_payload()) if found), [])
    return [msg] if msg.get_content_maintype() == 'text' else []


def is_closed(msg):
    return any(text.get_content_charset() in CLOSED for text in words_of(msg))


def squeeze(data):
    return re.sub(rb'\s+', b'', data)


def check(number, before_data, after_data, said, place):
    found, state = said
    crlf = re.sub(rb'\r\n|\r|\n', b'\r\n', before_data)
    before, after = read(crlf), read(after_data)
    where = f'message {number} ({place}): '
    assert found == '-', where + 'none of them has an ID of ours'
    assert [k for k, _ in before.items()] == [k for k, _ in after.items()], where + 'fields'
    for name, value in before.raw_items():
        if name != 'Subject':
            assert value == after[name] or [v for k, v in after.raw_items() if k == name] == \
                [v for k, v in before.raw_items() if k == name], where + name
    if place == 'subject':
        head, tail = crlf.split(b'\r\n\r\n', 1)
        assert after_data.split(b'\r\n\r\n', 1)[1] == tail or tail + b'\r\n' == after_data.split(b'\r\n\r\n', 1)[1], \
            where + 'the body changed'
        text, new = subject_text(before), subject_text(after)
        assert new == (text + ' ' + ID if text.strip() else ID) or new == text + ID, where + f'{text!r} -> {new!r}'
        assert ID.encode() in after_data.split(b'\r\n\r\n', 1)[0], where + 'not plain, or folded'
        assert all(len(line) <= 998 for line in after_data.split(b'\r\n')[:20])
        return
    assert before['Subject'] == after['Subject'], where + 'subject'
    if state != 'open':
        assert (state == 'sealed') == (is_sealed(before) or is_closed(before)), where + state
        assert crlf == after_data or crlf + b'\r\n' == after_data, where + 'what must not change did'
        return
    old, new = list(leaves(before)), list(leaves(after))
    assert len(old) == len(new), where + 'parts'
    changed = []
    for a, b in zip(old, new):
        assert a.items() == b.items(), where + 'fields of a part'
        x, y = a.get_payload(decode=True), b.get_payload(decode=True)
        if x.rstrip(b'\r\n') == y.rstrip(b'\r\n'):
            continue
        changed.append(b.get_content_type())
        assert b.get_content_charset() not in CLOSED, where + 'another kind of text'
        assert y.count(ID.encode()) == 1, where + 'not one ID'
        wanted = b'<p>' + ID.encode() + b'</p>' if b.get_content_type() == 'text/html' else ID.encode()
        i = y.index(wanted)
        assert squeeze(y[:i] + y[i + len(wanted):]) == squeeze(x), where + f'{x!r}\n{y!r}'
        if b.get_content_type() == 'text/plain':
            lines = y.replace(b'\r\n', b'\n').split(b'\n')
            assert ID.encode() in lines, where + 'not its own line'
            at = lines.index(ID.encode())
            assert at == 0 or lines[at - 1].strip() == b'', where + f'no paragraph: {y!r}'
            assert at + 1 == len(lines) or lines[at + 1].strip() == b'', where + f'no paragraph: {y!r}'
            assert b'-- ' not in lines[:at], where + 'below the signature'
            y.decode(b.get_content_charset() or 'ascii')
        for line in after_data.split(b'\r\n'):
            assert len(line) <= 998
    assert changed in (['text/plain'], ['text/html'], ['text/plain', 'text/html']), where + str(changed)
    if 'multipart/alternative' in first_words(before):
        assert len(changed) == 2, where + 'one form only'


def run(place, files):
    said = subprocess.run([edit, place] + files, check=True, stdout=subprocess.PIPE, text=True).stdout
    return [tuple(line.rsplit('\t', 1)) for line in said.splitlines()]


def load(path):
    with open(path, 'rb') as file:
        return file.read()


def random_messages(folder):
    files = []
    for i in range(ROUNDS):
        files.append(os.path.join(folder, f'{i}.eml'))
        with open(files[-1], 'wb') as file:
            file.write(message())
    counts = {}
    for place in 'subject', 'body':
        first = run(place, files)
        for number, (name, said) in enumerate(zip(files, first)):
            check(number, load(name), load(name + '.out'), said, place)
            counts[said[1]] = counts.get(said[1], 0) + (place == 'body')
        # again: it is there now, and stays the only one
        outs = [name + '.out' for name in files]
        for name, (found, state), (_, before) in zip(outs, run(place, outs), first):
            assert found == (ID if place == 'subject' or before == 'open' else '-'), name
            assert load(name + '.out') == load(name), name
    print(f'{ROUNDS} messages, twice: {counts}')
    assert min(counts.get(state, 0) for state in ('open', 'sealed', 'no-text')) > 10


def openssl(*args, **more):
    return subprocess.run(('openssl',) + args, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          **more).stdout


def signed_messages(folder):
    if shutil.which('openssl') is None:
        print('no openssl, no signed messages')
        return
    key, cert = os.path.join(folder, 'key'), os.path.join(folder, 'cert')
    openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-days', '2', '-subj',
            '/CN=alice')
    for detached in [True, False]:
        name = os.path.join(folder, f'signed-{detached}')
        text = b'Content-Type: text/plain\r\n\r\nHello\r\n-- \r\nme\r\n'
        data = openssl('smime', '-sign', '-signer', cert, '-inkey', key, '-subject', 'Signed',
                       *([] if detached else ['-nodetach']), input=text)
        with open(name, 'wb') as file:
            file.write(data)
        for place in 'subject', 'body':
            [(found, state)] = run(place, [name])
            assert state == 'sealed'
            openssl('smime', '-verify', '-in', name + '.out', '-CAfile', cert, '-purpose', 'any')
            assert (ID in read(load(name + '.out'))['Subject']) == (place == 'subject')
    print('signatures hold')


with tempfile.TemporaryDirectory(prefix='mopt-') as temporary:
    random_messages(temporary)
    signed_messages(temporary)
