# SPDX-License-Identifier: GPL-3.0-or-later
"""Without Custom Port: the ports of the RFCs, on servers that listen there.

For that the test has a network of its own.
"""

import unittest

import network

network.own()
network.servers('standard')

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
    unittest.main(verbosity=2)
