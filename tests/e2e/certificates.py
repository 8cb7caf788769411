# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates that no mail server of mail.sh has: revoked, as the issuer says in the handshake, and damaged; shown by
OpenSSL's own server.  And servers that are reached by IPv6."""

import base64
import pathlib
import re
import subprocess
import unittest

import e2e
from proxy import LISTEN, Proxy

CERTS = pathlib.Path(e2e.os.environ['MAIL_CA']).parent
FINGERPRINT = r'(?:[0-9A-F]{2}:){31}[0-9A-F]{2}'
SELF_SIGNED, NO_TLS = '127.0.0.4', '127.0.0.5'


def openssl(*words, **options):
    return subprocess.run(['openssl', *words], check=True, capture_output=True, text=True, **options).stdout


class Certificates(e2e.Case):
    def setUp(self):
        super().setUp()
        self.folder = pathlib.Path(self.home.name)

    def answer(self, status):
        """What the issuer says of the certificate: a file with its signed answer."""
        serial = openssl('x509', '-in', CERTS / 'valid.pem', '-noout', '-serial').strip().partition('=')[2]
        revoked = '250101000000Z' if status == 'R' else ''
        index, request, response = (self.folder / name for name in ('index', 'request', 'response'))
        index.write_text('%s\t991231235959Z\t%s\t%s\tunknown\t/CN=localhost\n' % (status, revoked, serial), encoding='ascii')
        openssl('ocsp', '-issuer', CERTS / 'ca.pem', '-cert', CERTS / 'valid.pem', '-reqout', request)
        openssl('ocsp', '-index', index, '-CA', CERTS / 'ca.pem', '-rsigner', CERTS / 'ca.pem', '-rkey', CERTS / 'ca.key',
                '-reqin', request, '-respout', response, '-ndays', '7')
        return response

    def serve(self, certificate, *words):
        """OpenSSL's server with this certificate; its port."""
        self.server = process = subprocess.Popen(['openssl', 's_server', '-accept', '127.0.0.1:0', '-cert', certificate,
                                    '-key', CERTS / 'valid.key', *words],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stdin.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        for line in process.stdout:
            if found := re.match(r'ACCEPT .*:(\d+)$', line):
                return found.group(1)
        self.fail('no server')

    def greet(self):
        """The next client that comes so far is sent away."""
        self.server.stdin.write('* BYE this is no mail server\n')
        self.server.stdin.flush()

    def check(self, port, *words):
        self.account('imap', host='127.0.0.1', incoming_security='ssl', **e2e.custom('incoming', port))
        return self.mopt('check', 'a', '--side', 'incoming', '--limit', '20', *words, password=e2e.PASSWORDS['jo'])

    def trust(self, sha256):
        return self.mopt('trust', 'a', '--side', 'incoming', '--sha256', sha256, '--yes')

    def shown(self):
        return re.search(FINGERPRINT, self.trust('00' * 32).err).group()

    def test_revoked(self):
        port = self.serve(CERTS / 'valid.pem', '-status_file', self.answer('R'))
        result = self.check(port, '--json')
        self.assertEqual(result.failure(), 'incoming secure certificate-revoked', result)
        self.assertEqual(result.stage('incoming', 'login')['state'], 'skipped')
        said = self.check(port)
        self.assertIn('withdrawn by the authority', said.out)
        self.assertNotIn('mopt trust', said.out)
        # nobody can trust it by hand
        refused = self.trust(self.shown())
        self.assertEqual(refused.code, 1, refused)
        self.assertIn('was revoked', refused.err)

    def test_not_revoked(self):
        """The same with an answer that says nothing against it: it is secure, and only then nobody speaks IMAP."""
        port = self.serve(CERTS / 'valid.pem', '-status_file', self.answer('V'))
        self.greet()
        result = self.check(port, '--json')
        self.assertEqual(result.stage('incoming', 'secure')['state'], 'passed', result)

    def test_invalid(self):
        """Its signature is not that of the issuer: trusted by hand it may be, for it is this one and no other."""
        lines = (CERTS / 'valid.pem').read_text(encoding='ascii').strip().splitlines()
        data = bytearray(base64.b64decode(''.join(lines[1:-1])))
        data[-1] ^= 1
        damaged = self.folder / 'damaged.pem'
        damaged.write_text('%s\n%s%s\n' % (lines[0], base64.encodebytes(data).decode(), lines[-1]), encoding='ascii')
        port = self.serve(damaged)
        result = self.check(port, '--json')
        self.assertEqual(result.failure(), 'incoming secure certificate-invalid', result)
        self.assertIn('damaged or incomplete', self.check(port).out)
        self.assertEqual(self.trust(self.shown()).code, 0)
        self.greet()
        self.assertEqual(self.check(port, '--json').stage('incoming', 'secure')['state'], 'passed')


class ByIPv6(e2e.Case):
    def proxy(self, server, name='IMAPS'):
        proxy = Proxy(e2e.port(name), action=LISTEN, server=server, at=('::1', 0))
        self.addCleanup(proxy.__exit__)
        return proxy

    def check(self, host, proxy):
        self.account('imap', host=host, **e2e.custom('incoming', proxy.port))
        return self.mopt('check', 'a', '--side', 'incoming', '--json', password=e2e.PASSWORDS['jo'])

    def known(self):
        return e2e.json.loads(self.mopt('trust', 'a', '--side', 'incoming', '--json').out)[0]

    def test_auto(self):
        """The certificate is for the address; however that is written, it is one server, whose level stays."""
        secure, plain = self.proxy('127.0.0.1'), self.proxy(NO_TLS, 'IMAP')
        result = self.check('[::1]', secure)
        self.assertEqual(result.result, 'passed', result)
        self.assertEqual((self.known()['host'], self.known()['tls']), ('::1', 'true'))
        for host in ('::1', '[0:0:0:0:0:0:0:1]', ' ::0001 '):
            with self.subTest(host=host):
                self.assertEqual(self.check(host, plain).failure(), 'incoming secure tls-gone')

    def test_trust(self):
        proxy = self.proxy(SELF_SIGNED)
        self.assertEqual(self.check('[::1]', proxy).failure(), 'incoming secure certificate-self-signed')
        other = self.mopt('trust', 'a', '--side', 'incoming', '--sha256', '00' * 32, '--yes')
        sha256 = re.search(FINGERPRINT, other.err).group()
        self.assertEqual(self.mopt('trust', 'a', '--side', 'incoming', '--sha256', sha256, '--yes').code, 0)
        for host in ('::1', '[::1]'):
            self.assertEqual(self.check(host, proxy).result, 'passed')
        # of one address it says nothing for another
        with Proxy(e2e.port('IMAPS'), action=LISTEN, server=SELF_SIGNED) as by_ipv4:
            self.assertEqual(self.check('127.0.0.1', by_ipv4).failure(), 'incoming secure certificate-self-signed')

    def test_this_machine(self):
        """Without encryption, but on this machine: no question."""
        self.assertEqual(self.check('::1', self.proxy(NO_TLS, 'IMAP')).result, 'passed')
        self.assertEqual((self.known()['tls'], self.known()['unencrypted-agreed']), ('false', 'false'))


if __name__ == '__main__':
    unittest.main(verbosity=2)
