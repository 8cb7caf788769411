# SPDX-License-Identifier: GPL-3.0-or-later
"""What GnuPG has signed or encrypted leaves as it was made: what arrives verifies and
decrypts, PGP/MIME (RFC 3156) and inline, wherever the Conversation ID belongs."""

import pathlib
import shutil
import socket
import subprocess
import unittest

from e2e import main
from sending import OK, Sending

# all that canonical text is about: dots, blanks at the end, "From ", a signature's mark, beyond ASCII
TEXT = 'Grüße\n.\n..\nFrom here\ntrailing \n- dash\n-- \nJo\n'
HEAD = 'From: jo@example.test\nTo: alex@example.test\nSubject: %s\nMIME-Version: 1.0\n'
PART = ('Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n' + TEXT).encode()


@unittest.skipUnless(shutil.which('gpg'), 'gpg is not to be had here (tests/lib/unpack.sh)')
class Pgp(Sending):
    def setUp(self):
        super().setUp()
        self.keys = pathlib.Path(self.home.name) / 'gpg'
        self.keys.mkdir(0o700)
        self.addCleanup(self.end_of_agent)
        self.gpg('--passphrase', '', '--quick-gen-key', 'jo@example.test', 'future-default', 'default', 'never')

    def end_of_agent(self):
        with socket.socket(socket.AF_UNIX) as agent:
            agent.settimeout(10)
            agent.connect(str(self.keys / 'S.gpg-agent'))
            agent.sendall(b'KILLAGENT\n')
            while agent.recv(1000):
                pass

    def gpg(self, *words, given=b''):
        done = subprocess.run(['gpg', '--batch', '--no-tty', '--pinentry-mode', 'loopback', '--trust-model', 'always', *words],
                              input=given, env={**self.env, 'GNUPGHOME': str(self.keys)}, capture_output=True, timeout=60,
                              check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def crosses(self, made, mark, in_subject=True):
        """MADE, all but its header, arrives as it was; returns it as it arrived.  The ID is in the subject."""
        done = self.send((HEAD % mark).encode() + made, '-t')
        self.assertEqual((done.returncode, done.err), (OK, ''))
        got = self.arrived('alex', mark)[0]
        self.assertRegex(got.decode(), r'Subject: %s \{CMI: [A-Z0-9]+\}\n' % mark)
        head, _, body = made.partition(b'\n\n')
        self.assertTrue(got.endswith(b'\n\n' + body), got)
        self.assertIn(head, got)
        return got

    def each_place(self):
        """A mark for each place that an ID may have by the account."""
        for place in ('subject', 'body'):
            self.mine(conversation_id_add='true', conversation_id_place=place)
            with self.subTest(place):
                yield self.mark()

    def test_mime_signed(self):
        canonical = PART.replace(b'\n', b'\r\n')
        signature = self.gpg('--armor', '--detach-sign', given=canonical)
        made = (b'Content-Type: multipart/signed; micalg=pgp-sha512;\n protocol="application/pgp-signature"; boundary="b0"\n\n'
                b'--b0\n' + PART + b'\n--b0\nContent-Type: application/pgp-signature\n\n' + signature + b'\n--b0--\n')
        for mark in self.each_place():
            got = self.crosses(made, mark)
            part, ours = (piece.partition(b'\n')[2] for piece in got.split(b'--b0')[1:3])
            (self.keys / 'sig').write_bytes(ours.partition(b'\n\n')[2])
            self.gpg('--verify', str(self.keys / 'sig'), '-', given=part[:-1].replace(b'\n', b'\r\n'))

    def test_mime_encrypted(self):
        sealed = self.gpg('--armor', '--encrypt', '--recipient', 'jo@example.test', given=PART)
        made = (b'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary="b0"\n\n--b0\n'
                b'Content-Type: application/pgp-encrypted\n\nVersion: 1\n\n--b0\nContent-Type: application/octet-stream\n\n'
                + sealed + b'\n--b0--\n')
        for mark in self.each_place():
            got = self.crosses(made, mark)
            self.assertEqual(self.gpg('--decrypt', given=got.split(b'--b0')[2].partition(b'\n\n')[2]), PART)

    def test_inline(self):
        head = b'Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n'
        for words in (['--clearsign'], ['--armor', '--sign'], ['--armor', '--sign', '--encrypt', '-r', 'jo@example.test']):
            sealed = self.gpg(*words, given=TEXT.encode())
            for made in (head + sealed, head + b'A word before.\n\n' + sealed + b'\nAnd behind.\n'):
                for mark in self.each_place():
                    got = self.crosses(made, mark)
                    said = self.gpg('--decrypt', given=got.partition(b'\n\n')[2].replace(b'\n', b'\r\n'))
                    # what is signed in clear has no blanks at the ends of its lines (RFC 4880 7.1)
                    self.assertEqual([line.rstrip() for line in said.decode().splitlines()],
                                     [line.rstrip() for line in TEXT.splitlines()])


if __name__ == '__main__':
    main()
