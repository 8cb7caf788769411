# shellcheck shell=sh disable=SC2034,SC2154  # variables of run.sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What an administrator published, and what the user makes of it.
published=$work/published.conf
export MAIL_OPTIONS_PUBLISHED="$published"
publish ()
{
  cat >"$published"
}
head_of ()
{
  printf '[Publication]\nFormat=1\nOrganization=Example Corp\nContact=help@example.com\nSerial=%s\n' "$1"
  printf 'Default=helpdesk\n\n'
}
helpdesk ()
{
  cat <<'X'
[Account helpdesk]
Kind=imap
Name=Help desk
incoming-host=imap.example.com
incoming-user=%EMAILLOCALPART%
outgoing-host=smtp.example.com
from-legal=support@example.com;*@support.example.com;
X
}
it_only ()
{
  cat <<'X'

[Account it]
Kind=pop
Name=IT only
AvailableTo=@it;bob;
incoming-host=pop.example.com
X
}
{ head_of 1; helpdesk; it_only; } | publish
write_conf <<'X'
[Mail Options]
Address=alice@example.com

[Account mine]
Kind=pop
Name=Help Desk
incoming-host=pop.example.net
X

mopt list
mopt list --json
mopt default
mopt show helpdesk incoming-user incoming-host
mopt show it
note "as others see it"
mopt list --as bob:
mopt list --as alice:it
mopt list --as nobody-at-all
mopt list --as ''
mopt explain it --as bob:staff
mopt explain it

note "sections"
mopt explain helpdesk
mopt set helpdesk incoming-user=bob
mopt set helpdesk incoming-host=mine.example.net
mopt unset helpdesk incoming-mailbox
mopt customize helpdesk incoming-server
mopt customize mine incoming-server
mopt customize helpdesk incoming
mopt customize helpdesk incoming-account --json
mopt set helpdesk incoming-user=bob 'name=My desk' from-default=support@example.com
show_conf
note "locked by now: kept, not in effect; offered when it is open again"
{ head_of 2; helpdesk; echo 'Locked=incoming-account;'; } | publish
mopt explain helpdesk
mopt list --as bob:
mopt set --general name=Alice
show_conf
{ head_of 3; helpdesk; echo 'Locked='; } | publish
mopt show helpdesk incoming-user
mopt customize helpdesk incoming-account
mopt show helpdesk incoming-user
mopt customize helpdesk incoming-account --undo
mopt show helpdesk incoming-user
mopt delete helpdesk --yes
mopt delete helpdesk --yes
show_conf

note "rights"
{ head_of 4; printf '[Rights]\nadd-accounts=nobody\n\n'; helpdesk; } | publish
mopt add imap New
mopt copy helpdesk
mopt customize helpdesk incoming-account
mopt set mine incoming-host=pop.example.org
mopt set helpdesk from-default=a@support.example.com

note "withdrawn"
{ head_of 5; helpdesk; echo 'Withdrawn=keep'; } | publish
mopt list
mopt set --general name='Alice Example'
mopt list
show_conf

note "a broken file: the last good copy"
echo 'what is this?' | publish
mopt list
mopt list --json
