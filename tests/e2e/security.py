# SPDX-License-Identifier: GPL-3.0-or-later
"""Every security mode against every server, good and bad, for POP, IMAP and SMTP.

What should happen is not listed by hand but said once more, in a few lines
that follow the manual's table of modes (`expected`)."""

import os
import unittest

import e2e

BAD_CERTIFICATE = (2, 3, 4, 7, 8)
NO_TLS = 5

MODES = {
    'imap': ('auto', 'basic', 'ssl', 'ssl-no-authentication', 'tls'),
    'pop': ('auto', 'basic', 'ssl'),
    'smtp': ('auto', 'basic', 'ssl', 'tls'),
}
IMPLICIT_PORT = {'imap': 'IMAPS', 'pop': 'POP3S', 'smtp': 'SMTPS'}
ORDINARY_PORT = {'imap': 'IMAP', 'pop': 'POP3', 'smtp': 'SMTP'}


def expected(mode, last, implicit):
    """The code of the failure with the server 127.0.0.LAST, or None for a pass."""
    if mode in ('basic', 'ssl-no-authentication'):
        return None
    if last == NO_TLS:
        return None if mode == 'auto' else 'tls-not-offered'      # on this machine Auto may go without
    if last in BAD_CERTIFICATE:
        return 'certificate-'      # and the reason
    return None


class Security(e2e.Case):
    def try_one(self, protocol, mode, last, implicit):
        number = e2e.port((IMPLICIT_PORT if implicit else ORDINARY_PORT)[protocol])
        side = 'outgoing' if protocol == 'smtp' else 'incoming'
        fields = {side + '_security': mode, **e2e.custom(side, number)}
        self.account('pop' if protocol == 'pop' else 'imap', host='127.0.0.%d' % last, **fields)
        result = self.mopt('check', 'a', '--json', '--side', side, '--limit', '10',
                           password=e2e.PASSWORDS['jo'])
        code = expected(mode, last, implicit)
        stages = [(line['side'], line['stage']) for line in result.lines if 'stage' in line]
        self.assertEqual(len(stages), len(set(stages)), result)      # whatever else Auto tried
        with self.subTest(protocol=protocol, mode=mode, server=last, port=number):
            if code is None:
                self.assertEqual((result.code, result.result), (0, 'passed'), result)
                self.assertEqual(result.stage(side, 'login')['state'], 'passed', result)
            else:
                self.assertEqual((result.code, result.result), (1, 'failed'), result)
                self.assertTrue(result.failure().startswith('%s secure %s' % (side, code)), result)
                login = result.stage(side, 'login')
                self.assertTrue(login is None or login['state'] == 'skipped', result)

    def run_protocol(self, protocol):
        for mode in MODES[protocol]:
            for last in range(1, 10):
                if mode in ('auto', 'ssl', 'ssl-no-authentication') and last != NO_TLS:
                    self.try_one(protocol, mode, last, True)
                if mode in ('auto', 'basic', 'tls'):
                    if mode == 'basic' and last not in (5, 6) and protocol == 'smtp' and \
                            os.environ['MAIL_BY'] == 'postfix':
                        continue      # Postfix offers no login at all before TLS
                    self.try_one(protocol, mode, last, False)

    def test_imap(self):
        self.run_protocol('imap')

    def test_pop(self):
        self.run_protocol('pop')

    def test_smtp(self):
        self.run_protocol('smtp')


class WholeRoad(e2e.Case):
    """A message that really goes out and comes in."""

    def test_each_mode(self):
        for kind, incoming, port in (
                ('imap', 'auto', 'IMAPS'), ('imap', 'auto', 'IMAP'), ('imap', 'basic', 'IMAP'),
                ('imap', 'ssl', 'IMAPS'), ('imap', 'ssl-no-authentication', 'IMAPS'), ('imap', 'tls', 'IMAP'),
                ('pop', 'auto', 'POP3S'), ('pop', 'basic', 'POP3'), ('pop', 'ssl', 'POP3S')):
            for outgoing, out_port in (('tls', 'SMTP'), ('ssl', 'SMTPS')):
                if kind == 'pop' and outgoing == 'ssl':
                    continue      # POP waits five seconds between two looks
                with self.subTest(kind=kind, incoming=incoming, outgoing=outgoing):
                    self.account(kind, user='ann', incoming_security=incoming, outgoing_security=outgoing,
                                 conversation_id_add='true', **e2e.custom('incoming', e2e.port(port)),
                                 **e2e.custom('outgoing', e2e.port(out_port)))
                    result = self.mopt('test', 'a', '--json', password=e2e.PASSWORDS['ann'])
                    self.assertEqual((result.code, result.result), (0, 'passed'), result)
                    for side, stage in (('incoming', 'mailbox'), ('outgoing', 'accepted'),
                                        ('arrival', 'arrived'), ('arrival', 'conversation-id')):
                        self.assertEqual(result.stage(side, stage)['state'], 'passed', result)

    def test_wrong_password(self):
        """A refusal on one side is not followed by the same password on the other."""
        for kind, port in (('imap', 'IMAPS'), ('pop', 'POP3S')):
            with self.subTest(kind=kind):
                self.account(kind, **e2e.custom('incoming', e2e.port(port)), outgoing_security='tls',
                             **e2e.custom('outgoing', e2e.port('SMTP')))
                result = self.mopt('test', 'a', '--json', password='not this one')
                self.assertEqual((result.code, result.result), (1, 'failed'), result)
                self.assertRegex(result.failure(), ' login login-refused$')
                self.assertNotIn('not this one', result.out + result.err)
                refused = [line for line in result.lines if line.get('code') == 'login-refused']
                self.assertLessEqual(len(refused), 2, result)

    def test_not_seen(self):
        """Taken by the server and never delivered: its own outcome, and no failure of sending."""
        self.account('imap', user='lost', **e2e.custom('incoming', e2e.port('IMAPS')), outgoing_security='tls',
                     **e2e.custom('outgoing', e2e.port('SMTP')))
        result = self.mopt('test', 'a', '--json', password=e2e.PASSWORDS['lost'])
        self.assertEqual((result.code, result.result), (0, 'passed'), result)
        arrived = result.stage('arrival', 'arrived')
        self.assertEqual((arrived['state'], arrived['code']), ('skipped', 'not-seen'), result)


if __name__ == '__main__':
    unittest.main(verbosity=2)
