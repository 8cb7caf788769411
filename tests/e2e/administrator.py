# SPDX-License-Identifier: GPL-3.0-or-later
"""The administrator's whole job in the window: two accounts are made, locked and
given to users, looked at as one of them, checked, signed and published; then a
user's desktop, which accepts nothing unsigned, shows exactly what the preview
showed.  Runs inside session.sh with a display and a window manager."""

import json
import os
import pathlib
import shlex
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))
import e2e  # noqa: E402
from drive import (BUTTON, ENTRY, LABEL, MENU_ITEM, PASSWORD, RADIO, ROW, TABS,  # noqa: E402
                   Application, keys, run, wait)

HOME = pathlib.Path(os.environ['HOME'])
ETC = HOME / 'etc'
PUBLISHED = ETC / 'published.conf'
DRAFT = HOME / 'draft.conf'
KEY = HOME / 'key.pem'
DRAFT_TEXT = '''[Publication]
Format=1
Organization=Example Corp
ConversationPrefix=ABCD

[Account desk]
Kind=imap
Name=Desk
incoming-host=imap.example.com
incoming-user=%EMAILADDRESS%
outgoing-host=smtp.example.com
'''
ENV = dict(os.environ, LC_ALL='C.UTF-8', G_DEBUG='fatal-criticals', MAIL_OPTIONS_SOURCE=str(ETC / 'source.conf'))
ME = subprocess.run(['id', '-un'], check=True, capture_output=True, text=True).stdout.strip()


def mopt(*words):
    return subprocess.run([os.environ['MOPT'], *words], env=ENV, capture_output=True, text=True, check=False)


class Administrator(unittest.TestCase):
    maxDiff = None

    def start(self, *words, less=()):
        output = open(pathlib.Path(os.environ['SESSION_DIR']) / 'log/mail-options', 'ab')
        self.addCleanup(output.close)
        app = Application([*less, os.environ['MAIL_OPTIONS'], *words], env=ENV, stdout=output, stderr=output)
        self.addCleanup(app.__exit__)
        return app

    def new_account(self, app, kind, name, host):
        app.find(TABS)
        page = app.page('Incoming Server')
        page.find(ENTRY, 'Name').type(name)
        page.find(ENTRY, 'Incoming Mail Server').type(host)
        app.find(TABS).select_tab('Outgoing Server')
        app.page('Outgoing Server').find(ENTRY, 'Outgoing Mail Server (SMTP)').type('smtp.example.com')
        app.find(TABS).select_tab('Incoming Server')

    def ok(self, app, row):
        app.find(BUTTON, 'OK').press()
        app.gone(TABS)
        app.find(ROW, row + '*')

    def preview(self, app, user, groups=''):
        """The heading, and what stands below it, as a user will read it."""
        dialog = app.top('Preview')
        dialog.find(ENTRY, 'User').enter(user)
        dialog.find(ENTRY, 'Groups').enter(groups)
        dialog.find(BUTTON, 'Show What the User Sees').press()
        dialog.find(LABEL, user + ' sees *')
        return [label.name for label in dialog.all(LABEL)]

    def test_the_whole_job(self):
        ETC.mkdir()
        self.assertEqual(mopt('keygen', str(KEY)).returncode, 0)
        (ETC / 'source.conf').write_text('[Source]\nPublicKey=%s.pub\n' % KEY, encoding='utf-8')

        app = self.start('--publish', str(DRAFT))
        app.find(LABEL, 'Publishing to published.conf — 0 accounts, never published, not signed')

        # the first account: nobody may change anything
        app.find(BUTTON, 'Add an IMAP account*').press()
        self.new_account(app, 'IMAP', 'Help desk', 'imap.example.com')
        page = app.page('Incoming Server')
        page.find(BUTTON, 'Users Cannot Change Server Settings')
        page.find(ENTRY, 'User Name').type('desk')
        page.find(BUTTON, 'Users Can Change Credentials').press()
        app.find(MENU_ITEM, 'Users Cannot Change Credentials').press()
        page.find(BUTTON, 'Users Cannot Change Credentials')
        # a padlock is for users: the administrator types a password, and may test
        page.find(PASSWORD, 'Password').type('secret')
        wait('nothing is missing for a test', lambda: app.find(BUTTON, 'Test Account').sensitive
             and not app.see(LABEL, 'The password is missing*'))
        self.ok(app, 'Help desk')

        # the second one: for some, and open
        app.find(BUTTON, 'Add').press()
        app.find(MENU_ITEM, 'POP Account').press()
        self.new_account(app, 'POP', 'Projects', 'pop.example.com')
        page = app.page('Incoming Server')
        page.find(BUTTON, 'Users Cannot Change Server Settings').press()
        app.find(MENU_ITEM, 'Users Can Change Server Settings').press()
        page.find(BUTTON, 'Users Can Change Server Settings')
        app.find(TABS).select_tab('Availability')
        page = app.page('Availability')
        page.find(RADIO, 'To these groups and users').check()
        page.find(ENTRY, 'Groups and users').type('alice, @it')
        self.ok(app, 'Projects')

        app.find(BUTTON, 'Publication…').press()
        dialog = app.top('Publication')
        dialog.find(ENTRY, 'Organization').enter('Example Corp')
        dialog.find(ENTRY, 'Contact').enter('help@example.com')
        dialog.find(BUTTON, 'OK').press()
        wait('the publication', lambda: 'Contact=help@example.com' in DRAFT.read_text(encoding='utf-8'))
        prefix = next(line for line in DRAFT.read_text(encoding='utf-8').splitlines() if 'ConversationPrefix' in line)
        self.assertRegex(prefix, '^ConversationPrefix=[A-Z0-9]{3}[A-Z]$')

        # as users see it
        app.find(BUTTON, 'Preview as…').press()
        self.assertIn('alice sees 2 accounts', self.preview(app, 'alice'))
        self.assertIn('bob sees 2 accounts', self.preview(app, 'bob', '@it'))
        self.assertIn('carl sees 1 account', self.preview(app, 'carl', 'staff'))
        seen = self.preview(app, ME)
        self.assertIn('%s sees 1 account' % ME, seen)
        self.assertIn('Set by Example Corp, locked. To change it, ask help@example.com.', seen)
        keys('Escape')

        app.find(BUTTON, 'Check').press()
        app.top('Check').find(LABEL, 'This can be published. Look at the warnings first.')
        app.top('Check').find(ROW, 'Warning: This computer knows no user “alice”.')
        keys('Escape')

        # published, signed
        app.find(BUTTON, 'Publish…').press()
        dialog = app.top('Publish')
        dialog.find(LABEL, 'Nothing is published there yet*')
        dialog.find(ENTRY, 'Sign with key').enter(str(KEY))
        dialog.find(BUTTON, 'Publish').press()
        dialog.find(LABEL, 'Say why: users read it with the change.')
        self.assertFalse(PUBLISHED.exists())
        dialog.find(ENTRY, 'Reason').enter('The first accounts')
        dialog.find(BUTTON, 'Publish').press()
        app.find(LABEL, 'Published to published.conf with serial number 1, signed.')
        app.find(LABEL, 'Publishing to published.conf — 2 accounts, serial 1, signed')

        self.assertEqual(PUBLISHED.stat().st_mode & 0o777, 0o644)
        self.assertEqual(mopt('verify', str(PUBLISHED), '--key', '%s.pub' % KEY).returncode, 0)
        text = PUBLISHED.read_text(encoding='utf-8')
        self.assertEqual(text, DRAFT.read_text(encoding='utf-8'))
        for line in ('Reason=The first accounts', '[Account help-desk]', '[Account projects]', 'AvailableTo=alice;@it;',
                     'Locked=incoming-server;incoming-account;outgoing-server;conversation-id;from-addresses;',
                     'Locked=outgoing-server;conversation-id;from-addresses;'):
            self.assertIn(line + '\n', text)
        keys('ctrl+q')
        self.assertEqual(app.ended(), 0)
        self.a_desktop_shows(seen)

        # taken back: users keep theirs
        app = self.start('--publish', str(DRAFT))
        app.find(ROW, 'Projects*').click()
        keys('Delete')
        app.find(BUTTON, 'Keep User Accounts').press()
        app.find(ROW, 'Projects, POP · Withdrawn, users keep theirs*')
        app.find(BUTTON, 'Publish…').press()
        dialog = app.top('Publish')
        dialog.find(ENTRY, 'Reason').enter('Projects are over')
        dialog.find(BUTTON, 'Publish').press()
        app.find(LABEL, 'Published to published.conf with serial number 2, signed.')
        self.assertIn('Withdrawn=keep\n', PUBLISHED.read_text(encoding='utf-8'))
        self.assertEqual(mopt('verify', str(PUBLISHED), '--key', '%s.pub' % KEY).returncode, 0)
        keys('ctrl+q')
        self.assertEqual(app.ended(), 0)

    def test_passphrase(self):
        """Of an encrypted key: asked for when it is needed, once more where it was wrong."""
        draft, target, key = HOME / 'protected.conf', HOME / 'protected/published.conf', HOME / 'protected.pem'
        target.parent.mkdir()
        self.addCleanup((pathlib.Path(os.environ['XDG_CONFIG_HOME']) / 'mail-options/publish.conf').unlink)
        draft.write_text(DRAFT_TEXT, encoding='utf-8')
        made = subprocess.run([os.environ['MOPT'], 'keygen', str(key), '--password-stdin'], input='long and quiet\n',
                              env=ENV, capture_output=True, text=True, check=False)
        self.assertEqual(made.returncode, 0, made.stderr)
        app = self.start('--publish', str(draft))
        app.find(BUTTON, 'Publish…').press()
        dialog = app.top('Publish')
        dialog.find(ENTRY, 'Reason').enter('Begun')
        dialog.find(ENTRY, 'Publish to').enter(str(target))
        dialog.find(ENTRY, 'Sign with key').enter(str(key))
        self.assertIsNone(dialog.see(PASSWORD))
        dialog.find(BUTTON, 'Publish').press()
        field = dialog.find(PASSWORD, 'Passphrase of the key')
        wait('focus', field.has_focus_inside)
        run('xdotool', 'type', '--delay', '4', 'wrong one')
        keys('Return')
        dialog.find(LABEL, 'This is not the passphrase of the key in*')
        self.assertFalse(target.exists())
        field.type('long and quiet')
        keys('Return')
        app.find(LABEL, 'Published to published.conf with serial number 1, signed.')
        self.assertEqual(mopt('verify', str(target), '--key', '%s.pub' % key).returncode, 0)
        for path in pathlib.Path(os.environ['XDG_CONFIG_HOME']).rglob('*'):
            self.assertFalse(path.is_file() and b'long and quiet' in path.read_bytes(), path)
        keys('ctrl+q')
        self.assertEqual(app.ended(), 0)

    def test_command(self):
        """Where one may not write, the window gives the command that does, and it works as it was copied."""
        draft, folder = HOME / "ann's draft.conf", HOME / 'theirs'
        folder.mkdir()
        draft.write_text(DRAFT_TEXT, encoding='utf-8')
        folder.chmod(0o555)
        self.addCleanup(folder.chmod, 0o755)
        # for root rights are nothing, unless that is taken away
        less = ['setpriv', '--bounding-set', '-dac_override'] if os.geteuid() == 0 else []
        if less and subprocess.run([*less, 'test', '!', '-w', str(folder)], check=False).returncode != 0:
            self.skipTest('root keeps its rights here')
        app = self.start('--publish', str(draft), less=less)
        app.find(BUTTON, 'Publish…').press()
        dialog = app.top('Publish')
        dialog.find(ENTRY, 'Publish to').enter(str(folder / 'published.conf'))
        dialog.find(ENTRY, 'Sign with key').enter('')
        dialog.find(BUTTON, 'Copy the Command')
        self.assertFalse(dialog.find(BUTTON, 'Publish').sensitive)
        dialog.find(ENTRY, 'Reason').enter('It\'s "new"')
        dialog.find(BUTTON, 'Copy the Command').press()
        entry = dialog.find(ENTRY, 'Sign with key')
        entry.focus()

        def paste():
            keys('ctrl+v')             # the button's click arrives a little after `press`
            return entry.text
        command = wait('what was copied', paste)
        self.assertTrue(command.startswith('sudo mopt publish '), command)
        folder.chmod(0o755)
        words = shlex.split(command)
        self.assertEqual(words[-1], 'It\'s "new"')
        result = mopt(*words[2:], '--yes')
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn('Name=Desk\n', (folder / 'published.conf').read_text(encoding='utf-8'))
        keys('Escape')
        app.gone(BUTTON, 'Copy the Command')
        keys('ctrl+q')
        self.assertEqual(app.ended(), 0)

    def test_tests_what_is_in_the_draft(self):
        """As it stands in the dialog, with a password that is typed and goes nowhere else."""
        draft = HOME / 'tested.conf'
        config = pathlib.Path(os.environ['XDG_CONFIG_HOME']) / 'mail-options/accounts.conf'
        config.parent.mkdir(exist_ok=True)
        config.write_text('[Mail Options]\nFormat=1\nName=Ann Example\nAddress=ann@example.test\n', encoding='utf-8')
        self.addCleanup(config.unlink)
        draft.write_text('''[Publication]
Format=1
Organization=Example Corp
ConversationPrefix=ABCD

[Account desk]
Kind=imap
Name=Desk
Locked=incoming-server;incoming-account;outgoing-server;outgoing-account;conversation-id;from-addresses;
incoming-host=localhost
incoming-security=ssl
incoming-custom-port=true
incoming-port=%s
incoming-user=%%EMAILADDRESS%%
outgoing-host=localhost
outgoing-custom-port=true
outgoing-port=%s
conversation-id-add=true
''' % (os.environ['MAIL_IMAPS'], os.environ['MAIL_SMTP']), encoding='utf-8')
        before = draft.read_text(encoding='utf-8')
        ENV['SSL_CERT_FILE'] = os.environ['MAIL_CA']
        self.addCleanup(ENV.pop, 'SSL_CERT_FILE')
        app = self.start('--publish', str(draft))
        app.find(ROW, 'Desk*').open()
        app.find(TABS)
        app.page('Incoming Server').find(PASSWORD, 'Password').enter(e2e.PASSWORDS['ann'])
        app.find(BUTTON, 'Test Account').press()
        app.find(LABEL, 'Message arrived*', limit=40)
        app.top('Test Account*').find(BUTTON, 'Close').press()
        app.gone(LABEL, 'Message arrived*')
        boxes = pathlib.Path(os.environ['MAIL_BOXES'])
        messages = [path.read_text(encoding='utf-8', errors='replace') for path in boxes.glob('ann*/Maildir/[cn]*/*')]
        messages = [text for text in messages if '{CMI: ABCD' in text]
        self.assertEqual(len(messages), 1, messages)
        self.assertIn('Auto-Submitted: auto-generated', messages[0])
        keys('Escape')
        self.assertEqual(draft.read_text(encoding='utf-8'), before)
        keys('ctrl+q')

    def a_desktop_shows(self, seen):
        """Of a user who has nothing of his own: the accounts of the preview, and its words."""
        listed = json.loads(mopt('list', '--json').stdout)
        self.assertEqual([account['id'] for account in listed], ['help-desk'])
        app = self.start()
        self.assertEqual(len(wait('the rows', lambda: app.all(ROW))), 1)
        app.find(ROW, 'Help desk, IMAP · Example Corp*').open()
        app.find(TABS)
        words = []
        for name in ('Incoming Server', 'Outgoing Server', 'Options'):
            app.find(TABS).select_tab(name)
            words += [label.name for label in app.page(name).all(LABEL)]
        sentences = [word for word in seen if word.endswith('.') and 'Example Corp' in word]
        self.assertEqual(len(sentences), 6)
        for sentence in sentences:
            self.assertIn(sentence, words)
        keys('Escape')
        app.gone(TABS)
        keys('ctrl+q')
        self.assertEqual(app.ended(), 0)


if __name__ == '__main__':
    unittest.main(verbosity=2)
