#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# sh check.sh NAME [TOP]    - a rule that the compiler does not know
#
# Prints each place that breaks it, and ends 1 if there is any.
set -eu
cd "${2:-$(dirname "$0")/../..}"

# files GLOB...: our own, by name, from the folders that are ours
files ()
{
  first=$1
  shift
  set -- -name "$first" "$@"
  find src ui data po tests -type f '(' "$@" ')' 2>/dev/null | LC_ALL=C sort
}

# Includes go down the layers only, and each library has its layers.
check_layers ()
{
  layer ()   # NAME, what it may include as PATTERNS of folders
  {
    grep -nE '^ *# *include *"[a-z]+/' -r "src/$1" --include='*.[ch]' |
      grep -vE "\"($2)/" | sed 's/$/   (a layer that this one must not know)/' || true
  }
  layer base 'base'
  layer model 'base|model'
  layer store 'base|model|store'
  layer mail 'base|model|mail'
  [ ! -d src/web ] || layer web 'base|model|web'
  layer check 'base|model|store|mail|web|check'
  for top in app cli service; do
    [ ! -d "src/$top" ] || layer "$top" "base|model|store|mail|web|check|$top"
  done

  library ()   # HEADERS, the only layers that may include them
  {
    grep -nE "^ *# *include *<($1)" -r src --include='*.[ch]' |
      grep -vE "^src/($2)/" | sed "s/\$/   (belongs in $2)/" || true
  }
  library 'curl/' 'web'
  library 'openssl/' 'base|mail|web'
  library 'gsasl' 'mail'
  library 'gmime/' 'mail'
  library 'libsecret/' 'store'
  library 'gtk/|gdk/' 'app'
  library 'json-glib/' 'cli|web|check'
}

check_licence ()
{
  files '*.[ch]' -o -name '*.def' -o -name '*.sh' -o -name '*.py' -o -name meson.build \
      -o -name '*.ui' -o -name '*.css' -o -name '*.xml.in' -o -name '*.desktop.in' |
    xargs grep -L 'SPDX-License-Identifier:' |
    sed 's/$/   (no SPDX-License-Identifier line)/'
}

# A file of the program is one room: 500 lines are the very end.
check_length ()
{
  files '*.[ch]' -o -name '*.ui' | grep -v '^tests/' | while read -r file; do
    lines=$(wc -l <"$file")
    [ "$lines" -le 500 ] || echo "$file   ($lines lines, 500 at most)"
  done
}

check_width ()
{
  files '*.[ch]' | grep '^src/' | LC_ALL=C.UTF-8 xargs grep -nE '^.{121,}$' | sed 's/$/   (120 columns at most)/' || true
}

# Calls that have a better one here.
check_calls ()
{
  grep -nE 'g_ascii_string_to_(un)?signed' -r src --include='*.c' | sed 's/$/   (mopt_number() is for threads, too)/' || true
}

check_shell ()
{
  command -v shellcheck >/dev/null || exit 77
  files '*.sh' | xargs shellcheck -x || true
}

# Each file with texts for people is known to the translators.
check_potfiles ()
{
  {
    echo data/org.mailoptions.MailOptions.desktop.in
    echo data/org.mailoptions.MailOptions.metainfo.xml.in
    grep -lE '(^|[^A-Za-z_])N?_ \("|ngettext \("|C_ \("' -r src --include='*.[ch]' --include='*.def'
    grep -l 'translatable="yes"' -r ui --include='*.ui'
  } | LC_ALL=C sort >"${TMPDIR:-/tmp}/potfiles.$$"
  grep -v '^#' po/POTFILES.in | LC_ALL=C sort | comm -3 - "${TMPDIR:-/tmp}/potfiles.$$" |
    sed 's/^\t\(.*\)/\1   (not in po\/POTFILES.in)/; t; s/$/   (in po\/POTFILES.in, but without texts)/'
  rm -f "${TMPDIR:-/tmp}/potfiles.$$"
}

# German says all that English says.
check_german ()
{
  command -v xgettext >/dev/null && command -v msgcmp >/dev/null || exit 77
  pot=${TMPDIR:-/tmp}/mail-options.$$.pot
  grep -v '^#' po/POTFILES.in |
    xgettext -f - -o "$pot" --from-code=UTF-8 --keyword=_ --keyword=N_ --keyword=C_:1c,2 --keyword=ngettext:1,2 2>/dev/null
  msgcmp po/de.po "$pot" 2>&1 | grep -v '^msgcmp: ' || true
  rm -f "$pot"
}

found=$("check_$1")
[ -z "$found" ] || { printf '%s\n' "$found"; exit 1; }
