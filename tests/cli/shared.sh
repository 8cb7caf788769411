#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# sh shared.sh MOPT    - mopt password --shared: the file, who may read it, and the line in the draft
set -eu

mopt=$(realpath "$1")
work=$(mktemp -d "${TMPDIR:-/tmp}/mopt-cli-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' HUP INT TERM
export HOME="$work" XDG_CONFIG_HOME="$work/config" XDG_STATE_HOME="$work/state" LC_ALL=C.UTF-8
export DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent DBUS_SYSTEM_BUS_ADDRESS=unix:path=/nonexistent
unset LANGUAGE
# a try-out: the files may be one's own
export MAIL_OPTIONS_PUBLISHED="$work/etc/published.conf"
cd "$work"
group=$(id -gn)
umask 022

fail ()
{
  echo "$*" >&2
  exit 1
}

# refused CODE WORDS OPTION...: the password is refused with that exit code and those words
refused ()
{
  wanted=$1
  words=$2
  shift 2
  code=0
  echo secret | "$mopt" password "$@" --password-stdin >out 2>&1 || code=$?
  [ "$code" = "$wanted" ] || fail "$*: $code instead of $wanted: $(cat out)"
  grep -q -e "$words" out || fail "$*: no $words: $(cat out)"
}

cat >draft.conf <<'END'
# mine: NUL
[Publication]
Format=1

[Account desk]
Kind=imap
Name=Help desk
# the mail server
incoming-host=imap.example.com
END
# a comment may hold any byte, and what stands behind it is written, too
sed 's/NUL/\x00/' draft.conf >before.conf
cp before.conf draft.conf

refused 2 '--group GROUP' desk --shared
refused 2 'go with --shared' desk --group "$group"
refused 1 'no account “nobody”' nobody --shared --group "$group" --draft draft.conf
refused 1 'no group “none such”' desk --shared --group 'none such' --draft draft.conf
[ ! -e etc ] || fail "something was written"
cmp -s draft.conf before.conf || fail "the draft was changed"

printf 'pässword "q"$\n' | "$mopt" password "help desk" --shared --side incoming --group "$group" --draft draft.conf \
  --password-stdin
[ "$(cat etc/secrets/desk-incoming)" = 'pässword "q"$' ] || fail "another password was written"
[ "$(stat -c '%a %G' etc/secrets/desk-incoming)" = "640 $group" ] || fail "$(stat -c '%a %G' etc/secrets/desk-incoming)"
{ cat before.conf; echo incoming-password-file=desk-incoming; } | cmp - draft.conf
# once more: the same file, the draft stays
cp draft.conf before.conf
echo another | "$mopt" password desk --shared --group "$group" --draft draft.conf --password-stdin
[ "$(cat etc/secrets/desk-incoming)" = another ] || fail "the password was not replaced"
cmp draft.conf before.conf
[ "$(ls -A etc/secrets)" = desk-incoming ] || fail "something else lies there: $(ls -A etc/secrets)"

# what others could write cannot be trusted
chmod 777 etc/secrets
refused 1 'Everyone can write' desk --shared --side outgoing --group "$group" --draft draft.conf
[ ! -e etc/secrets/desk-outgoing ] || fail "the refused password lies there"
cmp draft.conf before.conf
chmod 755 etc/secrets
ln -s "$work/elsewhere" etc/secrets/desk-outgoing
refused 1 'symbolic link' desk --shared --side outgoing --group "$group" --draft draft.conf
[ ! -e elsewhere ] || fail "the link was followed"
