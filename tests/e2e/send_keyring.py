# SPDX-License-Identifier: GPL-3.0-or-later
"""mopt send with the password in a real keyring: found without anybody being asked,
by the user's runtime bus where the environment names none, and not tried again
once the server has refused it.  Runs inside session.sh."""

import pathlib
import subprocess
import time

from e2e import PASSWORDS, main
from published_passwords import Listener
from sending import NOPERM, TEMPFAIL, Sending


class Keyring(Sending):
    def setUp(self):
        super().setUp()
        self.env.update(self.session)
        self.store(PASSWORDS['jo'])

    def store(self, password):
        result = self.mopt('password', 'a', password=password)
        self.assertEqual(result.code, 0, result)

    def test_found(self):
        mark = self.mark()
        self.sends('Subject: %s\n\nx\n' % mark, 'alex@example.test', given=False)
        self.arrived('alex', mark)

    def test_bus_of_the_runtime_folder(self):
        kind, _, path = self.env.pop('DBUS_SESSION_BUS_ADDRESS').partition('=')
        self.assertEqual(kind, 'unix:path')
        folder = pathlib.Path(self.home.name) / 'run'
        folder.mkdir(0o700)
        (folder / 'bus').symlink_to(path.split(',')[0])
        self.env['XDG_RUNTIME_DIR'] = str(folder)
        mark = self.mark()
        self.sends('Subject: %s\n\nx\n' % mark, 'alex@example.test', given=False)
        self.arrived('alex', mark)

    def test_refused_is_not_tried_again(self):
        server = Listener('smtp')
        self.addCleanup(server.close)
        self.mine(outgoing_security='basic', outgoing_port=server.port)
        self.store(PASSWORDS['jo'])
        message = 'Subject: x\n\nx\n'
        self.fails(NOPERM, 'refused the user name or password', message, 'alex@example.test', given=False)
        tries = server.heard.count(b'AUTH')
        self.assertGreater(tries, 0)
        self.fails(NOPERM, 'not tried again before', message, 'alex@example.test', given=False)
        self.assertEqual(server.heard.count(b'AUTH'), tries)
        note = (pathlib.Path(self.env['XDG_STATE_HOME']) / 'mail-options/refused').read_text(encoding='utf-8')
        self.assertNotIn('jo', note)
        # another one is
        time.sleep(1.1)
        self.store('other')
        self.fails(NOPERM, 'refused the user name or password', message, 'alex@example.test', given=False)
        self.assertGreater(server.heard.count(b'AUTH'), tries)

    def test_when_it_is_locked(self):    # the last one: opening it again would ask for its password
        subprocess.run(['gdbus', 'call', '--session', '--dest', 'org.freedesktop.secrets', '--object-path',
                        '/org/freedesktop/secrets', '--method', 'org.freedesktop.Secret.Service.Lock',
                        "['/org/freedesktop/secrets/collection/login']"], env=self.env, check=True,
                       stdout=subprocess.DEVNULL)
        self.fails(TEMPFAIL, 'locked', 'Subject: x\n\nx\n', 'alex@example.test', given=False)


if __name__ == '__main__':
    main()
