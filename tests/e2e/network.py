# SPDX-License-Identifier: GPL-3.0-or-later
"""A network of its own for a test, with mail servers on the standard ports.

It is a namespace with nothing but loopback, which takes root; else the test is skipped. With `elsewhere` there are
hosts in it that are not this machine as far as a program can tell: in 192.0.2.0/24 (RFC 5737), each behind a name.
"""

import atexit
import base64
import fcntl
import os
import re
import socket
import struct
import subprocess
import sys

from proxy import LISTEN, Proxy

HERE = os.path.dirname(os.path.abspath(__file__))
SERVERS = os.path.join(HERE, '../lib/mail.sh')
SKIPPED = 77

# For servers that do not run as root; each network has its own.
PORT_START = '/proc/sys/net/ipv4/ip_unprivileged_port_start'
SIOCSIFFLAGS, SIOCSIFADDR, SIOCSIFNETMASK, IFF_UP = 0x8914, 0x8916, 0x891c, 1


def set_up(request, name, data):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, request, struct.pack('16s24s', name, data))


def own():
    """Come back as the same program in a network of its own (and with mounts of its own), its loopback up."""
    if os.environ.get('OWN_NETWORK') != 'yes':
        trial = ['unshare', '--net', '--mount', 'sh', '-c', 'echo 1 >' + PORT_START]
        if os.geteuid() != 0 or subprocess.run(trial, check=False, capture_output=True).returncode != 0:
            print('skipped: a network of its own is not to be had here: that takes root, and a kernel with namespaces')
            sys.exit(SKIPPED)
        os.environ['OWN_NETWORK'] = 'yes'
        os.execvp('unshare', ['unshare', '--net', '--mount', sys.executable, *sys.argv])
    set_up(SIOCSIFFLAGS, b'lo', struct.pack('H', IFF_UP))
    with open(PORT_START, 'w', encoding='ascii') as start:
        start.write('1')


def servers(name):
    """Start those of mail.sh on the standard ports, in RIG/NAME and the environment; they end with the test."""
    os.environ['MAIL_PORTS'] = 'standard'
    atexit.register(subprocess.run, ['bash', SERVERS, 'stop', os.environ['RIG'], name], check=True)
    subprocess.run(['bash', SERVERS, 'start', os.environ['RIG'], name], check=True)
    with open(os.path.join(os.environ['RIG'], name, 'env'), encoding='utf-8') as lines:
        for line in lines:
            os.environ.update(item.split('=', 1) for item in line.split()[1:])


def elsewhere(hosts):
    """Hosts by name: {'mail.example.test': '192.0.2.3'}.

    With the whole of 192.0.2.0/24 on loopback each of its addresses answers, and is spoken to from 192.0.2.254: the
    two ends of a connection differ, as those to another machine do.
    """
    address = struct.Struct('=HH4s')
    set_up(SIOCSIFADDR, b'lo:1', address.pack(socket.AF_INET, 0, socket.inet_aton('192.0.2.254')))
    set_up(SIOCSIFNETMASK, b'lo:1', address.pack(socket.AF_INET, 0, socket.inet_aton('255.255.255.0')))
    path = os.path.join(os.environ['RIG'], 'hosts-%d' % os.getpid())
    with open(path, 'w', encoding='ascii') as lines:
        lines.write('127.0.0.1 localhost\n' + ''.join('%s %s\n' % (hosts[name], name) for name in hosts))
    subprocess.run(['mount', '--bind', path, '/etc/hosts'], check=True)
    os.unlink(path)
    for name, number in hosts.items():
        if socket.gethostbyname(name) != number:
            print('skipped: this machine does not look up names in /etc/hosts')
            sys.exit(SKIPPED)


def elsewhere_by_ipv6():
    """The same with IPv6: each address in 2001:db8:5::/64 (RFC 3849) answers, and is spoken to from 2001:db8::254.
    FALSE: not without iproute2."""
    words = (('addr', 'add', '2001:db8::254/128', 'dev', 'lo', 'nodad'),
             ('route', 'add', 'local', '2001:db8:5::/64', 'dev', 'lo', 'src', '2001:db8::254'))
    try:
        with open('/proc/sys/net/ipv6/ip_nonlocal_bind', 'w', encoding='ascii') as bind:
            bind.write('1')
        return all(subprocess.run(['ip', '-6', *line], check=False, capture_output=True).returncode == 0 for line in words)
    except OSError:
        return False


class Host:
    """A host elsewhere: the same ports of one of mail.sh's addresses, and somebody on the way who listens."""

    def __init__(self, address, server, ports):
        self.proxies = [Proxy(port, action=LISTEN, server=server, at=(address, port)) for port in ports]

    @property
    def heard(self):
        return b'\n'.join(proxy.heard for proxy in self.proxies)

    def forget(self):
        for proxy in self.proxies:
            proxy.heard = b''

    def knows(self, *words):
        """Which of these were said, in clear or in base64 (of PLAIN, LOGIN, a SCRAM)."""
        heard = self.heard
        for word in re.findall(rb'[A-Za-z0-9+/]{4,}=*', heard):
            try:
                heard += b'\n' + base64.b64decode(word)
            except ValueError:
                pass
        return [word for word in words if word.encode() in heard]
