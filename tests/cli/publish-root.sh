#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# sh publish-root.sh MOPT    - sudo mopt publish: the publication is root's, the draft stays its owner's
set -eu
[ "$(id -u)" = 0 ] || exit 77

mopt=$(realpath "$1")
work=$(mktemp -d "${TMPDIR:-/tmp}/mopt-cli-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' HUP INT TERM
export HOME="$work/root" LC_ALL=C.UTF-8
unset LANGUAGE MAIL_OPTIONS_PUBLISHED
chmod 755 "$work"
cd "$work"
mkdir "$work/alice" "$work/etc"
printf '[Publication]\nFormat=1\nSerial=1\n\n[Account a]\nKind=pop\nName=A\nincoming-host=pop.example.com\n' \
  >"$work/alice/draft.conf"
chown -R 65534:65534 "$work/alice"

"$mopt" publish "$work/alice/draft.conf" --to "$work/etc/published.conf" --reason 'By root' </dev/null
[ "$(stat -c '%u %a' "$work/etc/published.conf")" = '0 644' ]
[ "$(stat -c '%u' "$work/alice/draft.conf")" = 65534 ]
grep -qx Serial=2 "$work/alice/draft.conf"

# what its owner cannot write root does not write for him, nor do the groups that root is in
mv "$work/alice/draft.conf" "$work/alice/mine.conf"
sed -i 's/Name=A/Name=B/' "$work/alice/mine.conf"
chown 65534:65534 "$work/alice/mine.conf"
chown root:root "$work/alice"
chmod 775 "$work/alice"
setpriv --groups 0 "$mopt" publish "$work/alice/mine.conf" --to "$work/etc/published.conf" --reason 'By root' </dev/null >out 2>&1 || exit 1
grep -q 'still has its old serial number' out
rm out
grep -qx Serial=3 "$work/etc/published.conf"
