# shellcheck shell=sh disable=SC2034,SC2154  # variables of run.sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Passwords without a keyring: from where they may come, and that they stay where they are.
mopt add imap Work incoming-host=127.0.0.1 incoming-user=alice
secret=hunter2-never-shown
printf '%s\n' "$secret" >input
mopt password work --password-stdin <input
mopt password work --password-fd 3 3<input
mopt password work --password-fd 9
mopt password work </dev/null
mopt password work --password-stdin </dev/null
printf '\n' | mopt password work --password-stdin
printf 'a\000b\n' | mopt password work --password-stdin
head -c 1025 /dev/zero | tr '\0' x | mopt password work --password-stdin
printf ' %s' "$secret" | mopt password work --password-stdin
mopt password work --side left
mopt password work --side outgoing
mopt password work --delete
mopt password work --delete --password-stdin
mopt set work outgoing-requires-authentication=false
mopt password work --side outgoing
mopt set work outgoing-requires-authentication=true outgoing-login=own
mopt password work --password-stdin <input
mopt password work --side outgoing --password-stdin <input
mopt add imap Empty
mopt password empty --password-stdin <input
mopt explain work
mopt delete work
if grep -r "$secret" "$XDG_CONFIG_HOME" "$XDG_STATE_HOME" "$record"; then
  note "THE PASSWORD IS IN A FILE"
fi
