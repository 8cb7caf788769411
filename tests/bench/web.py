# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures of the README about the publication over HTTPS; see web.sh.

Each look is a connection of its own with a full TLS 1.3 handshake (ECDSA P-256),
as each `mopt fetch` is a process of its own."""

import os
import pathlib
import socket
import ssl
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../e2e'))
from nginx import Nginx, Publisher  # noqa: E402

MOPT = sys.argv[1]
DESKTOPS = 100000
LOOKS = 3             # a day: at the start, after four hours, after eight
WORK = 9 * 3600       # s in which they come
SPREAD = 60           # s over which missed looks are spread (check/refresh-plan.h)
N = 3000              # connections to measure the server's time


class Relay:
    """Passes bytes on to 127.0.0.1:PORT and counts them, both ways."""

    def __init__(self, port):
        self.target = port
        self.bytes = 0
        self.lock = threading.Lock()
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client = self.listener.accept()[0]
            server = socket.create_connection(('127.0.0.1', self.target))
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=self.pass_on, args=(source, sink), daemon=True).start()

    def pass_on(self, source, sink):
        try:
            while data := source.recv(65536):
                with self.lock:
                    self.bytes += len(data)
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def count(self, action):
        self.bytes = 0
        action()
        time.sleep(0.1)
        return self.bytes


def worker_of(nginx):
    for stat in pathlib.Path('/proc').glob('[0-9]*/stat'):
        try:
            fields = stat.read_text().rsplit(')', 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == nginx.process.pid:
            return stat
    raise RuntimeError('no worker')


def seconds(stat):
    """What the worker has used up so far, of its own and in the kernel."""
    fields = stat.read_text().rsplit(')', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')


def look(context, port, paths, headers=''):
    with socket.create_connection(('127.0.0.1', port)) as plain, \
            context.wrap_socket(plain, server_hostname='127.0.0.1') as tls:
        answer = b''
        for path in paths:
            tls.sendall(('GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: mail-options/0\r\nAccept: */*\r\n'
                         'Accept-Encoding: identity\r\n%s\r\n' % (path, headers)).encode())
            answer = b''
            while b'\r\n\r\n' not in answer:
                answer += tls.recv(65536)
            head, _, body = answer.partition(b'\r\n\r\n')
            length = [int(line[15:]) for line in head.split(b'\r\n') if line.startswith(b'Content-Length:')]
            left = (length[0] if length else 0) - len(body)
            while left > 0:
                left -= len(tls.recv(65536))
        return head


def server_ms(nginx, context, paths, headers=''):
    stat = worker_of(nginx)
    before = seconds(stat)
    for _ in range(N):
        look(context, nginx.port, paths, headers)
    return (seconds(stat) - before) * 1000 / N


def main():
    root = pathlib.Path(os.environ['RIG'])
    nginx = Nginx(root / 'web', listen={'127.0.0.1': 'valid'})
    publisher = Publisher(nginx.www, root / 'keys')
    text = publisher.publish(1, accounts=100)
    relay = Relay(nginx.port)
    source = root / 'source.conf'
    source.write_text('[Source]\nUrl=https://127.0.0.1:%d/published.conf\nPublicKey=%s/key.pub\n' %
                      (relay.port, publisher.keys))
    env = dict(os.environ, HOME=str(root), XDG_STATE_HOME=str(root / 'state'), MAIL_OPTIONS_SOURCE=str(source),
               SSL_CERT_FILE=os.environ['MAIL_CA'], GIO_USE_PROXY_RESOLVER='dummy', LC_ALL='C.UTF-8')

    def fetch():
        print('  ' + subprocess.run([MOPT, 'fetch'], env=env, check=True, capture_output=True, text=True).stdout, end='')

    print('A publication of 100 accounts, %d bytes; nginx, one worker' % len(text))
    whole = relay.count(fetch)
    same = relay.count(fetch)
    etag = nginx.www.joinpath('published.conf').stat()
    etag = '"%x-%x"' % (int(etag.st_mtime), etag.st_size)
    context = ssl.create_default_context(cafile=os.environ['MAIL_CA'])
    condition = 'If-None-Match: %s\r\n' % etag
    assert b' 304 ' in look(context, nginx.port, ['/published.conf'], condition)
    assert b' 200 ' in look(context, nginx.port, ['/published.conf', '/published.conf.sig'])
    same_ms = server_ms(nginx, context, ['/published.conf'], condition)
    whole_ms = server_ms(nginx, context, ['/published.conf', '/published.conf.sig'])
    nginx.stop()

    print('nothing new (304):        %6d bytes both ways, %.2f ms of one core, %5.0f a second' %
          (same, same_ms, 1000 / same_ms))
    print('new file and signature:   %6d bytes both ways, %.2f ms of one core, %5.0f a second' %
          (whole, whole_ms, 1000 / whole_ms))
    looks = DESKTOPS * LOOKS
    print('%d desktops, %d looks a day each: %.1f GB, %.0f s of one core, %.0f a second on average' %
          (DESKTOPS, LOOKS, looks * same / 1e9, looks * same_ms / 1000, looks / WORK))
    print('a new publication for all of them: %.1f GB, %.0f s of one core' %
          (DESKTOPS * whole / 1e9, DESKTOPS * whole_ms / 1000))
    print('all at once after a power cut: %.0f a second for %d s, %.1f cores' %
          (DESKTOPS / SPREAD, SPREAD, DESKTOPS / SPREAD * same_ms / 1000))


main()
