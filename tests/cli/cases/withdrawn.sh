# shellcheck shell=sh disable=SC2034,SC2154  # variables of run.sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What was withdrawn and deleted, and taking it back.
published=$work/published.conf
export MAIL_OPTIONS_PUBLISHED="$published"
publish ()
{
  cat >"$published"
}
head_of ()
{
  printf '[Publication]\nFormat=1\nOrganization=Example Corp\nContact=help@example.com\nSerial=%s\n\n' "$1"
}
account ()   # ID NAME
{
  printf '[Account %s]\nKind=imap\nName=%s\nincoming-host=imap.example.com\noutgoing-host=smtp.example.com\n' "$1" "$2"
}
{ head_of 1; account desk 'Help desk'; account it IT; } | publish
write_conf <<'X'
[Mail Options]
Address=alice@example.com

# my own touch
[Account desk]
Published=true
Kind=imap
Name=My desk
Customised=incoming-account;
incoming-user=bob

[Account it]
Published=true
Kind=imap
Name=My IT
X
mopt withdrawn
mopt withdrawn --json
mopt withdrawn --recover desk
mopt withdrawn --recover desk --json
{ head_of 2; account desk 'Help desk'; echo 'Withdrawn=delete'; account it IT; echo 'Withdrawn=delete'; } | publish
mopt set --general name=Alice
mopt withdrawn
mopt withdrawn --json
show_conf
note "one's own account where it is not published again"
mopt withdrawn --recover 'my desk'
mopt withdrawn --recover desk
note "one's changes of it where it is"
{ head_of 3; account it IT; } | publish
mopt withdrawn --recover it --json
mopt withdrawn
show_conf
