# SPDX-License-Identifier: GPL-3.0-or-later
"""A real web server with real certificates, and who publishes there.

`Nginx(folder)` serves FOLDER/www as https://127.0.0.1:PORT/, with the bad
certificates of certs.sh on the addresses of CERTIFICATES.  Publishing signs
with openssl, as an administrator could."""

import os
import pathlib
import re
import socket
import subprocess
import time

CERTIFICATES = {'127.0.0.1': 'valid', '127.0.0.2': 'expired', '127.0.0.5': 'wrong-host', '127.0.0.6': 'unknown-ca',
                '127.0.0.9': 'self-signed'}

# What is not a file.
PLACES = '''
      location = /to-http { return 302 http://127.0.0.1:1/published.conf; }
      location = /to-user { return 302 https://bob:secret@127.0.0.1:%(port)d/published.conf; }
      location = /to-localhost { return 302 https://localhost:%(port)d/published.conf; }
      location = /to-localhost.sig { return 302 https://localhost:%(port)d/published.conf.sig; }
      location = /hop1 { return 301 /hop2; }
      location = /hop2 { return 302 /hop3; }
      location = /hop3 { return 307 /published.conf; }
      location = /hop0 { return 308 /hop1; }
      location ~ ^/hop[0123]\\.sig$ { return 302 /published.conf.sig; }
      location = /error { return 500; }
      location = /busy { add_header Retry-After 7200 always; return 503; }
      location = /forbidden { return 403; }
'''


def free_port():
    with socket.socket() as sock:
        sock.bind(('127.0.0.1', 0))
        return sock.getsockname()[1]


class Nginx:
    def __init__(self, folder, certs=None, listen=None, directives=''):
        self.folder = pathlib.Path(folder)
        self.www = self.folder / 'www'
        self.log = self.folder / 'access.log'
        self.port = free_port()
        certs = certs or pathlib.Path(os.environ['MAIL_CA']).parent
        for name in ('www', 'temp'):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        (self.folder / 'mime.types').write_text('')
        servers = ''.join('''
    server {
      listen %s:%d ssl;
      ssl_certificate %s/%s.pem;
      ssl_certificate_key %s/%s.key;
      root %s;
%s    }
''' % (address, self.port, certs, name, certs, name, self.www, PLACES % {'port': self.port})
                          for address, name in (listen or CERTIFICATES).items())
        (self.folder / 'nginx.conf').write_text('''
%s
daemon off;
worker_processes 1;
pid %s/pid;
error_log %s/error.log;
events { worker_connections 1000; }
http {
  default_type text/plain;
  gzip on;
  gzip_min_length 1;
  gzip_proxied any;
  log_format all '$request_method $request_uri $status $bytes_sent "$http_if_none_match" "$http_authorization" $host';
  access_log %s all;
  client_body_temp_path %s/temp;
  proxy_temp_path %s/temp;
  fastcgi_temp_path %s/temp;
  uwsgi_temp_path %s/temp;
  scgi_temp_path %s/temp;
%s
%s
}
''' % ('user root;' if os.getuid() == 0 else '', self.folder, self.folder, self.log, self.folder, self.folder,
            self.folder, self.folder, self.folder, directives, servers))
        self.process = None
        self.start()

    def start(self):
        program = pathlib.Path(os.environ['RIG'], 'bin/nginx')
        self.process = subprocess.Popen([program if program.exists() else 'nginx', '-e', 'stderr', '-p', self.folder,
                                         '-c', self.folder / 'nginx.conf'], stdin=subprocess.DEVNULL)
        for _ in range(200):
            try:
                socket.create_connection(('127.0.0.1', self.port), 1).close()
                return
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.02)
        raise RuntimeError('nginx did not start: ' + (self.folder / 'error.log').read_text())

    def stop(self):
        self.process.terminate()
        self.process.wait(10)

    def url(self, path='published.conf', host='127.0.0.1'):
        return 'https://%s:%d/%s' % (host, self.port, path)

    def requests(self):
        """What was asked since the last time: 'GET /published.conf 200'."""
        for _ in range(100):    # the line is written after the answer
            text = self.log.read_text() if self.log.exists() else ''
            if text.endswith('\n') or not text:
                break
            time.sleep(0.01)
        self.log.write_text('')
        return text.splitlines()


def brief(lines):
    return [' '.join(line.split(' ')[:3]) for line in lines]


class Publisher:
    """Writes DIR/published.conf and its signature, the signature first."""

    def __init__(self, www, keys):
        self.www = pathlib.Path(www)
        self.keys = pathlib.Path(keys)
        self.keys.mkdir(parents=True, exist_ok=True)
        self.clock = time.time() - 100000
        self.new_key('key')

    def new_key(self, name):
        subprocess.run(['openssl', 'genpkey', '-algorithm', 'ed25519', '-out', self.keys / name], check=True,
                       capture_output=True)
        subprocess.run(['openssl', 'pkey', '-in', self.keys / name, '-pubout', '-out', self.keys / (name + '.pub')],
                       check=True, capture_output=True)

    def sign(self, text, key='key'):
        (self.keys / 'text').write_bytes(text)
        return subprocess.run(['openssl', 'pkeyutl', '-sign', '-rawin', '-inkey', self.keys / key, '-in',
                               self.keys / 'text'], check=True, capture_output=True).stdout

    def replace(self, name, content):
        """By rename, and never with the time of an earlier one, which nginx makes its ETag of."""
        self.clock += 10
        new = self.www / (name + '.new')
        new.write_bytes(content)
        os.utime(new, (self.clock, self.clock))
        new.rename(self.www / name)

    @staticmethod
    def text(serial, expires='2099-01-01T00:00:00Z', accounts=1):
        general = '[Publication]\nFormat=1\nOrganization=Example Corp\nSerial=%d\nExpires=%s\n' % (serial, expires)
        return (general + ''.join(
            '\n[Account a%d]\nKind=imap\nName=Account %d\nincoming-host=imap%d.example.com\noutgoing-host='
            'smtp%d.example.com\nincoming-user=%%EMAILADDRESS%%\nconversation-id-add=true\n'
            'from-legal=support%d@example.com;*@support%d.example.com;\n' % (n, n, n, n, n, n)
            for n in range(1, accounts + 1))).encode()

    def publish(self, serial, key='key', **more):
        text = self.text(serial, **more)
        self.replace('published.conf.sig', self.sign(text, key))
        self.replace('published.conf', text)
        return text
