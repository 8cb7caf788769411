# shellcheck shell=sh disable=SC2034,SC2154  # variables of run.sh
# SPDX-License-Identifier: GPL-3.0-or-later
# From a draft to what is published: the checks, the reason, the serial, the signature, and others.
cat >draft.conf <<'END'
# of the desk
[Publication]
Format=1
Organization=Example Corp
Serial=11
ConversationPrefix=ABCD

[Account desk]
Kind=imap
Name=Help desk
incoming-host=imap.example.com
outgoing-host=smtp.example.com
from-legal=support@example.com;
END

note "what stops it"
mopt publish
mopt publish none.conf --to out/published.conf --reason First </dev/null
mopt publish draft.conf --to out/published.conf </dev/null
mopt publish draft.conf --to out/published.conf --reason ' ' </dev/null
sed 's/^incoming-host=.*/incoming-security=sll/' draft.conf >wrong.conf
mopt publish wrong.conf --to out/published.conf --reason First </dev/null
mopt publish wrong.conf --to out/published.conf --reason First --json </dev/null
note "$(find . -name 'published*')"

note "the first time"
mopt publish draft.conf --to out/published.conf --reason 'The new server' </dev/null
stat -c '%A %n' out out/published.conf >>"$record"
cat out/published.conf >>"$record"
cmp draft.conf out/published.conf && note "the draft knows"
mopt publish draft.conf --to out/published.conf --reason Again </dev/null

note "a change, signed"
"$program" keygen key >/dev/null
sed -i 's/smtp.example.com/mail.example.com/' draft.conf
mopt publish draft.conf --to out/published.conf --key key --reason 'Moved' --json </dev/null
mopt verify out/published.conf --key key.pub
mopt publish draft.conf --to out/published.conf --key key --reason 'Moved' </dev/null
mopt publish draft.conf --to out/published.conf --key key --reason Moved --json </dev/null
note "never unsigned again"
sed -i 's/mail.example.com/post.example.com/' draft.conf
mopt publish draft.conf --to out/published.conf --reason 'Moved on' </dev/null
mopt publish draft.conf --to out/published.conf --key nowhere --reason 'Moved on' </dev/null
mopt verify out/published.conf --key key.pub

note "somebody else published meanwhile"
cp draft.conf other.conf
sed -i 's/Help desk/Service desk/' other.conf
mopt publish other.conf --to out/published.conf --key key --reason 'A better name' </dev/null
mopt publish draft.conf --to out/published.conf --key key --reason 'Moved on' </dev/null
note "a draft without a serial number does not want to know"
sed -i '/^Serial=/d' draft.conf
mopt publish draft.conf --to out/published.conf --key key --reason 'From the repository' --yes </dev/null
grep Serial draft.conf && note "the draft was changed"
grep -E '^(Serial|Reason|Name)=' out/published.conf >>"$record"

note "a link in its place, and nothing to write"
ln -s elsewhere.conf link.conf
mopt publish draft.conf --to link.conf --reason 'Moved on' </dev/null
note "$(find . -name 'elsewhere*')"

note "a slip of the pen"
echo 'my notes' >notes.txt
mopt publish draft.conf --to notes.txt --reason 'Moved on' --yes </dev/null
cat notes.txt >>"$record"
note "the last serial number"
sed 's/^Format=1$/&\nSerial=9223372036854775807/' draft.conf >last.conf
mopt publish last.conf --to last/published.conf --reason 'Moved on' --yes </dev/null
note "$(find . -path '*last/*')"
