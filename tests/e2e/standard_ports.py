# SPDX-License-Identifier: GPL-3.0-or-later
"""Without Custom Port: the ports of the RFCs, on servers that listen there.

For that the test makes a network of its own (a namespace with nothing but
loopback), which takes root; else it is skipped.
"""

import fcntl
import os
import socket
import struct
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
SERVERS = os.path.join(HERE, '../lib/mail.sh')
NAME = 'standard'
SKIPPED = 77


# For servers that do not run as root; each network has its own.
PORT_START = '/proc/sys/net/ipv4/ip_unprivileged_port_start'


def own_network():
    """Come back as the same program in a network of its own, its loopback up."""
    if os.environ.get('OWN_NETWORK') != 'yes':
        trial = ['unshare', '--net', 'sh', '-c', 'echo 1 >' + PORT_START]
        if os.geteuid() != 0 or subprocess.run(trial, check=False, capture_output=True).returncode != 0:
            print('skipped: a network of its own is not to be had')
            sys.exit(SKIPPED)
        os.environ['OWN_NETWORK'] = 'yes'
        os.execvp('unshare', ['unshare', '--net', sys.executable, *sys.argv])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        SIOCSIFFLAGS, IFF_UP = 0x8914, 1
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack('16sh14x', b'lo', IFF_UP))
    with open(PORT_START, 'w', encoding='ascii') as start:
        start.write('1')


own_network()
os.environ['MAIL_PORTS'] = 'standard'
subprocess.run(['bash', SERVERS, 'start', os.environ['RIG'], NAME], check=True)
with open(os.path.join(os.environ['RIG'], NAME, 'env'), encoding='utf-8') as lines:
    for line in lines:
        os.environ.update(item.split('=', 1) for item in line.split()[1:])

import e2e  # noqa: E402  (reads the environment)


class StandardPorts(e2e.Case):
    def test_every_mode(self):
        for kind, side, mode, number in (
                ('imap', 'incoming', 'auto', 993), ('imap', 'incoming', 'ssl', 993), ('imap', 'incoming', 'tls', 143),
                ('imap', 'incoming', 'ssl-no-authentication', 993), ('imap', 'incoming', 'basic', 143),
                ('pop', 'incoming', 'auto', 995), ('pop', 'incoming', 'ssl', 995), ('pop', 'incoming', 'basic', 110),
                ('imap', 'outgoing', 'auto', 465), ('imap', 'outgoing', 'ssl', 465), ('imap', 'outgoing', 'tls', 25),
                ('imap', 'outgoing', 'basic', 25)):
            with self.subTest(kind=kind, side=side, mode=mode):
                # .6 takes a login without encryption, too
                self.account(kind, host='127.0.0.6', **{side + '_security': mode})
                result = self.mopt('check', 'a', '--side', side, '--json', password=e2e.PASSWORDS['jo'])
                self.assertEqual((result.code, result.result), (0, 'passed'), result)
                connected = result.stage(side, 'connect')
                self.assertRegex(connected['detail'], r'\b%d\b' % number, result)

    def test_whole_road(self):
        self.account('imap', user='ann', host='localhost')
        result = self.mopt('test', 'a', '--json', password=e2e.PASSWORDS['ann'])
        self.assertEqual((result.code, result.result), (0, 'passed'), result)


if __name__ == '__main__':
    try:
        unittest.main(verbosity=2)
    finally:
        subprocess.run(['bash', SERVERS, 'stop', os.environ['RIG'], NAME], check=True)
