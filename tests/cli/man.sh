#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# sh man.sh MOPT PAGE    - the man page is well-formed and leaves nothing out
set -u

mopt=$1
page=$2
failed=0

# The dashes of options are written \-.
for verb in $("$mopt" complete verbs); do
  grep -Eq "^\\.(B|BR) .*\\b$verb\\b" "$page" || { echo "the verb $verb is missing"; failed=1; }
  for option in $("$mopt" "$verb" --help | sed -n 's/^  \(-.,\)\{0,1\} *\(--[a-z-]*\).*/\2/p'); do
    case $option in
      --help) continue ;;
    esac
    sed 's/\\-/-/g' "$page" | grep -qe "$option" || { echo "the option $option of $verb is missing"; failed=1; }
  done
done
for field in $("$mopt" complete fields); do
  grep -Eq "^\\.(B|BR) .*\\b$field\\b" "$page" || { echo "the field $field is missing"; failed=1; }
done
if command -v man >/dev/null; then
  warnings=$(LC_ALL=C.UTF-8 man --warnings -E UTF-8 -l "$page" 2>&1 >/dev/null)
  [ -z "$warnings" ] || { echo "$warnings"; failed=1; }
fi
exit "$failed"
