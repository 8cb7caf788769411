# SPDX-License-Identifier: GPL-3.0-or-later
"""json_verbs.py MOPT GOLDEN... - every verb that has --json, with it.

run.sh and e2e.py hold each output that they see against json_rule: here is
seen that no verb is left out, and what needs a server that says yes."""

import os
import re
import socketserver
import subprocess
import sys
import tempfile
import threading
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '../lib'))
import json_rule  # noqa: E402

MOPT, GOLDENS = sys.argv[1], sys.argv[2:]
MESSAGE = 'From: Bob <bob@example.com>\r\nSubject: Hi\r\nDate: Sun, 1 Nov 2026 10:00:00 +0000\r\n\r\nHello\r\n'


class Pop(socketserver.StreamRequestHandler):
    """One message, for everybody."""

    def handle(self):
        self.say('+OK here')
        for line in self.rfile:
            verb = line.decode().split()[0].upper()
            if verb == 'CAPA':
                self.say('+OK\r\nUSER\r\nUIDL\r\nTOP\r\n.')
            elif verb == 'STAT':
                self.say('+OK 1 %d' % len(MESSAGE))
            elif verb in ('UIDL', 'LIST'):
                self.say(('+OK 1 %d' if len(line.split()) > 1 else '+OK\r\n1 %d\r\n.') % len(MESSAGE))
            elif verb in ('TOP', 'RETR'):
                self.say('+OK\r\n' + MESSAGE + '.')
            else:
                self.say('+OK')
            if verb == 'QUIT':
                return

    def say(self, text):
        self.wfile.write(text.encode() + b'\r\n')


class Json(unittest.TestCase):
    def mopt(self, *words, **kwargs):
        return subprocess.run([MOPT, *words], capture_output=True, text=True, timeout=30, **kwargs)

    def test_the_rule(self):
        self.assertEqual(json_rule.check('{"a": "1", "b": null, "c": ["x"]}\n{}\n'), [])
        for text in ('{"a": 1}', '{"a": {"b": [true]}}', '[0.5]', '{}\n{"ms": 0}\n'):
            self.assertEqual(len(json_rule.check(text)), 1, text)

    def test_no_verb_is_left_out(self):
        shown = ''
        for golden in GOLDENS:
            with open(golden, encoding='utf-8', errors='replace') as text:
                shown += text.read()
        verbs = [verb for verb in self.mopt('complete', 'verbs').stdout.split()
                 if '--json' in self.mopt(verb, '--help').stdout]
        self.assertGreater(len(verbs), 10)
        for verb in verbs:
            # with an output of its own, not only with what went wrong
            self.assertRegex(shown, r'(?m)^\$ mopt (--published \S+ )?%s\b.* --json.*\n[{\[](?!"error")' % re.escape(verb))

    def test_newest(self):
        with socketserver.ThreadingTCPServer(('127.0.0.1', 0), Pop) as server, tempfile.TemporaryDirectory() as home:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            os.makedirs(home + '/mail-options')
            with open(home + '/mail-options/accounts.conf', 'w', encoding='utf-8') as file:
                file.write('[Account a]\nKind=pop\nName=A\nincoming-host=127.0.0.1\nincoming-security=basic\n'
                           'incoming-custom-port=true\nincoming-port=%d\nincoming-user=jo\n' % server.server_address[1])
            env = dict(os.environ, XDG_CONFIG_HOME=home, XDG_STATE_HOME=home, LC_ALL='C.UTF-8')
            newest = self.mopt('check', 'a', '--newest', '--json', '--password-stdin', input='secret\n', env=env)
            server.shutdown()
        self.assertEqual(newest.returncode, 0, newest)
        self.assertEqual(json_rule.check(newest.stdout), [])
        node, = json_rule.read(newest.stdout)
        self.assertEqual((node['messages'], node['size'], node['cut'], node['subject']),
                         ('1', str(len(MESSAGE)), 'false', 'Hi'))


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
