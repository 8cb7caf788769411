#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# sh install.sh BUILD PREFIX    - what is installed, and that all of it goes again
#
# Into a folder of its own; PREFIX is that of the build.  What a desktop makes
# of it (caches) is not looked at.
set -eu

build=$1
prefix=$2
work=$(mktemp -d "${TMPDIR:-/tmp}/install-XXXXXX")
trap 'rm -rf "$work"' EXIT
export DESTDIR="$work"

fail ()
{
  echo "$*"
  exit 1
}

meson install --no-rebuild --quiet -C "$build"
bin=$work$prefix/bin
share=$work$prefix/share

"$bin/mopt" --help >"$work/help" || fail "The installed mopt does not start."
grep -q test "$work/help" || fail "The installed mopt does not say what it can do."
rm "$work/help"
[ -x "$(find "$work" -path '*/mail-options/mopt-fetch')" ] || fail "What mopt fetch runs is not installed."
MAIL_OPTIONS_SOURCE=$work/none "$bin/mopt" fetch >"$work/fetch" || fail "The installed mopt finds no mopt-fetch."
rm "$work/fetch"

service=$share/dbus-1/services/org.mailoptions.Service.service
program=$(sed -n 's/^Exec="\(.*\)"$/\1/p' "$service")
[ -x "$work$program" ] || fail "The bus would start $program, which is not installed."
"$work$program" --version >"$work/version" || fail "The installed mopt-service does not start."
rm "$work/version"
for example in published.conf reply.c reply.sh; do
  [ -e "$share/doc/mail-options/examples/$example" ] || fail "The example $example is not installed."
done
# as its comment says
if command -v cc >/dev/null && command -v pkg-config >/dev/null; then
  line=$(sed -n 's/^ \* *\(cc -o reply\)/\1/p' "$share/doc/mail-options/examples/reply.c")
  (cd "$share/doc/mail-options/examples" && eval "$line -Wall -Wextra -Werror") || fail "The example does not compile: $line"
  rm "$share/doc/mail-options/examples/reply"
fi
if command -v man >/dev/null; then
  for page in "$share"/man/man?/*; do
    warnings=$(cd "$share/man" && LC_ALL=C.UTF-8 man --warnings -E UTF-8 -l "$page" 2>&1 >/dev/null)
    [ -z "$warnings" ] || fail "$page: $warnings"
  done
fi
[ -e "$share/dbus-1/interfaces/org.mailoptions.Service.xml" ] || fail "The description of the service is not installed."

if [ -e "$bin/mail-options" ]; then
  entry=$share/applications/org.mailoptions.MailOptions.desktop
  desktop-file-validate "$entry"
  program=$(sed -n 's/^Exec="\{0,1\}\([^" ]*\).*/\1/p' "$entry" | head -n 1)
  [ -x "$work$program" ] || fail "The menu entry starts $program, which is not installed."
  icon=$(sed -n 's/^Icon=//p' "$entry")
  [ -n "$(find "$share/icons" -name "$icon.*")" ] || fail "The icon $icon of the menu entry is not installed."
  grep -q 'Name\[de\]' "$entry" || fail "The menu entry is not translated."
fi

ninja -C "$build" uninstall >/dev/null
left=$(find "$work" ! -type d)
[ -z "$left" ] || fail "Left after uninstalling: $left"
