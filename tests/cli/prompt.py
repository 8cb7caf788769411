#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""prompt.py MOPT - mopt at a terminal: what it asks, that nothing typed is
echoed, and that the terminal is as it was afterwards, also after Ctrl+C."""
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import termios
import time

MOPT = os.path.abspath(sys.argv[1])
SECRET = "hunter2-never-shown"
failures = 0


def check(truth, words, shown=""):
    global failures
    print("ok" if truth else "FAILED", words)
    if not truth:
        failures += 1
        print(repr(shown))


class Terminal:
    """mopt WORDS on a terminal of its own."""

    def __init__(self, *words, **kwargs):
        self.master, self.slave = pty.openpty()
        self.before = termios.tcgetattr(self.slave)
        self.shown = ""
        self.process = subprocess.Popen([MOPT, *words], stdin=self.slave, stdout=self.slave, stderr=self.slave,
                                        start_new_session=True, preexec_fn=self.make_controlling, env=ENV)

    def make_controlling(self):
        os.close(os.open(os.ttyname(0), os.O_RDWR))

    def read(self, seconds):
        if select.select([self.master], [], [], seconds)[0]:
            try:
                self.shown += os.read(self.master, 4096).decode()
            except OSError:
                return False
            return True
        return False

    def wait_for(self, pattern, seconds=20):
        end = time.monotonic() + seconds
        while not re.search(pattern, self.shown) and time.monotonic() < end:
            self.read(0.05)
        return re.search(pattern, self.shown) is not None

    def echo_is_off(self):
        for _ in range(400):
            if not termios.tcgetattr(self.slave)[3] & termios.ECHO:
                return True
            time.sleep(0.01)
        return False

    def type(self, text):
        os.write(self.master, text.encode())

    def end(self):
        end = time.monotonic() + 30
        while self.process.poll() is None and time.monotonic() < end:
            self.read(0.05)
        while self.read(0.05):
            pass
        code = self.process.poll()
        if code is None:
            self.process.kill()
        unchanged = termios.tcgetattr(self.slave) == self.before
        os.close(self.master)
        os.close(self.slave)
        return code, unchanged


home = tempfile.mkdtemp(prefix="mopt-prompt-")
ENV = {**os.environ, "HOME": home, "XDG_CONFIG_HOME": home + "/config", "XDG_STATE_HOME": home + "/state",
       "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent", "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nonexistent",
       "LC_ALL": "C.UTF-8", "TERM": "xterm"}
for name in ("LANGUAGE", "NO_COLOR", "DISPLAY"):
    ENV.pop(name, None)


def mopt(*words):
    subprocess.run([MOPT, *words], env=ENV, check=True, stdout=subprocess.DEVNULL)


try:
    mopt("add", "imap", "Work", "incoming-host=127.0.0.1", "incoming-user=alice", "incoming-security=ssl",
         "incoming-custom-port=true", "incoming-port=1")

    t = Terminal("password", "work")
    check(t.wait_for("Password of alice on 127.0.0.1:"), "it asks whose password", t.shown)
    check(t.echo_is_off(), "the echo is off")
    t.type(SECRET + "\n")
    code, unchanged = t.end()
    check(code == 1 and "no session bus" in t.shown, "it says that there is no keyring", t.shown)
    check(SECRET not in t.shown, "the password is not echoed", t.shown)
    check(unchanged, "the terminal is as it was")

    t = Terminal("password", "work")
    t.wait_for("Password")
    t.echo_is_off()
    t.type("half a pass\x03")
    code, unchanged = t.end()
    check(code == 130, "Ctrl+C ends with 130", (code, t.shown))
    check(unchanged, "the terminal is as it was after Ctrl+C")

    t = Terminal("password", "work")
    t.wait_for("Password")
    t.echo_is_off()
    os.kill(t.process.pid, signal.SIGTERM)
    code, unchanged = t.end()
    check(code == 130 and unchanged, "the same after SIGTERM", (code, t.shown))

    t = Terminal("password", "work")
    t.wait_for("Password")
    t.echo_is_off()
    t.type("half a pass\x1a")
    check(t.wait_for("(?s)Password.*Password"), "after Ctrl+Z it asks again", t.shown)
    t.echo_is_off()
    t.type(SECRET + "\n")
    code, unchanged = t.end()
    check(code == 1 and "no session bus" in t.shown and unchanged, "and goes on", (code, t.shown))

    t = Terminal("check", "work", "--side", "incoming")
    check(t.wait_for("Password of alice"), "a check asks where the keyring has nothing", t.shown)
    t.echo_is_off()
    t.type(SECRET + "\n")
    code, unchanged = t.end()
    check(code == 1 and "failed" in t.shown and unchanged, "and goes on with it", t.shown)
    check("\033[31m✗" in t.shown, "in colour", t.shown)
    check(SECRET not in t.shown, "without showing it", t.shown)

    ENV["NO_COLOR"] = "1"
    t = Terminal("check", "work", "--side", "incoming", "--password-stdin")
    check(t.wait_for("Password:"), "--password-stdin from a terminal asks, too", t.shown)
    t.echo_is_off()
    t.type(SECRET + "\n")
    code, unchanged = t.end()
    check("\033[3" not in t.shown and SECRET not in t.shown, "NO_COLOR means no colour", t.shown)

    t = Terminal("delete", "work")
    check(t.wait_for(r"Delete the account “Work”.*\[y/N\]"), "delete asks", t.shown)
    t.type("\n")
    code, unchanged = t.end()
    check(code == 130, "no answer is no", (code, t.shown))
    t = Terminal("delete", "work")
    t.wait_for("y/N")
    t.type("y\n")
    code, unchanged = t.end()
    check(code == 0, "yes is yes", (code, t.shown))
    check("Account" not in open(home + "/config/mail-options/accounts.conf", encoding="utf-8").read(), "it is gone")

    KEY = home + "/publisher"
    FILE = home + "/published.conf"
    with open(FILE, "w", encoding="utf-8") as file:
        file.write("[Publication]\n")
    t = Terminal("keygen", KEY, "--passphrase")
    t.wait_for("New passphrase:")
    t.echo_is_off()
    t.type(SECRET + "\n")
    t.wait_for("Once more:")
    t.echo_is_off()
    t.type(SECRET + "x\n")
    code, unchanged = t.end()
    check(code == 1 and unchanged and not os.path.exists(KEY), "a slip in a new passphrase makes no key", t.shown)
    t = Terminal("keygen", KEY, "--passphrase")
    for question in ("New passphrase:", "Once more:"):
        t.wait_for(question)
        t.echo_is_off()
        t.type(SECRET + "\n")
    code, unchanged = t.end()
    check(code == 0 and unchanged and SECRET not in t.shown, "a passphrase is asked for twice", t.shown)
    check("ENCRYPTED" in open(KEY, encoding="utf-8").read(), "and protects the key")
    for typed, wanted in (("wrong", 1), (SECRET, 0)):
        t = Terminal("sign", FILE, "--key", KEY)
        check(t.wait_for("Passphrase of .*publisher:"), "signing asks for it", t.shown)
        t.echo_is_off()
        t.type(typed + "\n")
        code, unchanged = t.end()
        check(code == wanted and unchanged and SECRET not in t.shown, "and ends with %d" % wanted, t.shown)
        check(os.path.exists(FILE + ".sig") == (wanted == 0), "with a signature, or without")
    mopt("verify", FILE, "--key", KEY + ".pub")
    found = subprocess.run(["grep", "-r", SECRET, home], stdout=subprocess.PIPE, check=False).stdout
    check(not found, "the password is in no file", found)
finally:
    shutil.rmtree(home)

print(failures, "failures")
sys.exit(1 if failures else 0)
