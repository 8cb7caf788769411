# SPDX-License-Identifier: GPL-3.0-or-later
"""Each login mechanism alone, against a Dovecot that offers nothing else, and
the best one where all are offered."""

import os
import subprocess
import unittest

import e2e

HERE = os.path.dirname(os.path.abspath(__file__))
SERVERS = os.path.join(HERE, '../lib/mail.sh')
MECHANISMS = ('plain', 'login', 'cram-md5', 'scram-sha-1', 'scram-sha-256')

# Each way to a login: kind, side, port, address (.5 has no TLS), mode.
WAYS = (
    ('imap', 'incoming', 'IMAPS', '127.0.0.1', 'ssl'),
    ('imap', 'incoming', 'IMAP', '127.0.0.1', 'tls'),
    ('imap', 'incoming', 'IMAPS', '127.0.0.1', 'auto'),
    ('imap', 'incoming', 'IMAP', '127.0.0.1', 'auto'),
    ('imap', 'incoming', 'IMAP', '127.0.0.5', 'basic'),
    ('imap', 'incoming', 'IMAPS', '127.0.0.4', 'ssl-no-authentication'),
    ('pop', 'incoming', 'POP3S', '127.0.0.1', 'ssl'),
    ('pop', 'incoming', 'POP3', '127.0.0.1', 'auto'),
    ('pop', 'incoming', 'POP3', '127.0.0.5', 'basic'),
    ('imap', 'outgoing', 'SMTP', '127.0.0.1', 'tls'),
    ('imap', 'outgoing', 'SMTPS', '127.0.0.1', 'ssl'),
    ('imap', 'outgoing', 'SMTP', '127.0.0.1', 'auto'),
    ('imap', 'outgoing', 'SMTP', '127.0.0.5', 'basic'),
)


def servers(command, name, **settings):
    subprocess.run(['bash', SERVERS, command, os.environ['RIG'], name], check=True,
                   env=dict(os.environ, MAIL_SMTP_BY='dovecot', **settings))


def ports(name):
    with open(os.path.join(os.environ['RIG'], name, 'env'), encoding='utf-8') as lines:
        return dict(item.split('=', 1) for line in lines for item in line.split()[1:])


class Mechanisms(e2e.Case):
    def check(self, kind, side, number, words, user='ann', host='127.0.0.1', mode=None):
        mode = mode or ('tls' if side == 'outgoing' else 'ssl')
        self.account(kind, user=user, host=host, **{side + '_security': mode}, **e2e.custom(side, number))
        result = self.mopt('check', 'a', '--json', '--side', side, password=e2e.PASSWORDS[user])
        with self.subTest(kind=kind, side=side, words=words, user=user):
            self.assertEqual((result.code, result.result), (0, 'passed'), result)
            self.assertRegex(result.stage(side, 'login')['detail'].upper(), words, result)
        if user == 'ann':
            return
        wrong = self.mopt('check', 'a', '--json', '--side', side, password='wrong')
        with self.subTest(kind=kind, side=side, words=words, password='wrong'):
            self.assertEqual(wrong.failure(), side + ' login login-refused', wrong)

    def test_each_alone(self):
        for mechanism in MECHANISMS:
            name = 'm-' + mechanism
            servers('start', name, MAIL_MECHANISMS=mechanism)
            self.addCleanup(servers, 'stop', name)
            here = ports(name)
            words = r'\b%s\b' % mechanism.upper()
            for kind, side, port, host, mode in WAYS:
                for user in ('jo', 'ann') if mode in ('ssl', 'tls') else ('jo',):
                    self.check(kind, side, here['MAIL_' + port], words, user, host, mode)
            servers('stop', name)

    def test_apop(self):
        """Before the password itself where nothing is encrypted, after it where all is."""
        servers('start', 'm-apop', MAIL_MECHANISMS='plain apop')
        self.addCleanup(servers, 'stop', 'm-apop')
        here = ports('m-apop')
        self.check('pop', 'incoming', here['MAIL_POP3'], 'APOP', 'jo', '127.0.0.5', 'basic')
        self.check('pop', 'incoming', here['MAIL_POP3S'], 'PLAIN', 'jo')

    def test_best_of_all(self):
        self.check('imap', 'incoming', e2e.port('IMAPS'), 'SCRAM-SHA-256')
        self.check('pop', 'incoming', e2e.port('POP3S'), 'SCRAM-SHA-256')
        self.check('imap', 'outgoing', e2e.port('SMTP'), 'SCRAM-SHA-256')
        # Without encryption the password itself is not said while there is another way.
        self.check('imap', 'incoming', e2e.port('IMAP'), 'SCRAM-SHA-256', host='127.0.0.5', mode='basic')


if __name__ == '__main__':
    unittest.main(verbosity=2)
