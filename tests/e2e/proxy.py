# SPDX-License-Identifier: GPL-3.0-or-later
"""A man in the middle on loopback: real servers, at whose every word something can happen.

`Proxy(port, after, action)` passes bytes on; when the server has spoken AFTER
times it does not pass that on any more and is SILENT, or HANGS_UP.  With DRIP it
passes everything on, a few bytes at a time; with LISTEN it only keeps what the
client says.
"""

import socket
import threading

SILENT, HANGS_UP, DRIP, LISTEN = 'silent', 'hangs up', 'drip', 'listen'


class Proxy:
    def __init__(self, port, after=0, action=SILENT, server='127.0.0.1', at=('127.0.0.1', 0)):
        self.target = (server, int(port))
        self.after = after
        self.action = action
        self.words = 0                     # how often the server has spoken
        self.reached = threading.Event()   # the word has come
        self.heard = b''                   # what the client has said
        self.open = []
        self.listener = socket.create_server(at, family=socket.AF_INET6 if ':' in at[0] else socket.AF_INET)
        self.port = str(self.listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        for end in [self.listener, *self.open]:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
                server = socket.create_connection(self.target)
            except OSError:
                return
            self.open += [client, server]
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._pass_on, args=(client, server), daemon=True).start()
            threading.Thread(target=self._listen_to, args=(server, client), daemon=True).start()

    def _pass_on(self, client, server):
        try:
            while data := client.recv(65536):
                self.heard += data
                server.sendall(data)
            server.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def _listen_to(self, server, client):
        try:
            while data := server.recv(65536):
                if self.action in (DRIP, LISTEN):
                    step = 7 if self.action == DRIP else len(data)
                    for start in range(0, len(data), step):
                        client.sendall(data[start:start + step])
                    continue
                self.words += 1
                if self.words > self.after:
                    self.reached.set()
                    if self.action == HANGS_UP:
                        client.shutdown(socket.SHUT_RDWR)
                    return
                client.sendall(data)
            client.shutdown(socket.SHUT_WR)
        except OSError:
            pass
