# shellcheck shell=sh disable=SC2034,SC2154  # variables of run.sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What is known of servers, and changes of it that need no server.
mopt trust
mopt add imap Work
mopt trust work
mopt set work incoming-host=127.0.0.1 incoming-security=ssl incoming-custom-port=true incoming-port=1
mopt set work outgoing-host=smtp.example.com
mopt trust work
note "wrong usage"
sha=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff
mopt trust work --side middle
mopt trust work --sha256 $sha
mopt trust work --side incoming --sha256 00:11
mopt trust work --side incoming --revoke --json
note "nobody there"
mopt trust work --side incoming --sha256 $sha </dev/null
mopt trust work --side incoming --sha256 $sha --yes
note "what is known"
id=$(sed -n 's/^\[Account \(.*\)\]$/\1/p' "$conf")
mkdir -p "$XDG_STATE_HOME/mail-options"
cat >"$XDG_STATE_HOME/mail-options/security.conf" <<END
[$id imap 127.0.0.1 1]
TLS=true
Strength=scram-plus
UnencryptedAgreed=true
Trusted=1 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF 2099-01-01T00:00:00Z;

[$id smtp smtp.example.com]
Strength=digest
END
mopt trust work
mopt trust work --json
mopt trust work --side outgoing
note "all of it taken back"
mopt trust work --side outgoing --revoke
mopt trust work --side incoming --revoke --sha256 00112233445566778899aabbccddeeff00112233445566778899aabbccddee00
mopt trust work --side incoming --revoke --sha256 $sha
mopt trust work --side incoming --ask-again
mopt trust work --side incoming --forget-level
mopt trust work --side outgoing --forget-level
cat "$XDG_STATE_HOME/mail-options/security.conf" >>"$record"
note "a level that cannot be read"
cat >"$XDG_STATE_HOME/mail-options/security.conf" <<END
[$id imap 127.0.0.1 1]
TLS=yes
UnencryptedAgreed=true
END
mopt trust work --side incoming
mopt trust work --side incoming --ask-again
mopt set work incoming-user=jo
echo secret | mopt check work --side incoming --password-stdin
mopt trust work --side incoming --forget-level
mopt trust work --side incoming --ask-again
note "published: locked, or not allowed"
cat >published.conf <<END
[Publication]
Organization=Example Corp
Contact=help@example.com

[Account desk]
Kind=imap
Name=Desk
AllowTrust=false
MinimumSecurity=tls
Locked=incoming-server;
incoming-host=imap.example.com
outgoing-host=smtp.example.com
END
mopt --published published.conf trust desk
mopt --published published.conf trust desk --side outgoing --sha256 $sha --yes
mopt --published published.conf trust desk --json
note "gone with the account"
mopt trust work --side incoming --forget-level
cp "$XDG_STATE_HOME/mail-options/security.conf" before
printf '\n[%s imap imap.example.com]\nTLS=true\n' "$id" >>"$XDG_STATE_HOME/mail-options/security.conf"
mopt delete work --yes
cat "$XDG_STATE_HOME/mail-options/security.conf" >>"$record"
