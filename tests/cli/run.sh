#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# sh run.sh MOPT CASE [GOLDEN]    - run a case with mopt, and compare what it printed
#
# CASE is a shell script whose calls of `mopt` are recorded: the command line,
# standard output, standard error (lines with "! " before them), exit code.
# What differs from run to run is replaced: ids by UUID, times by TIME, and so
# on.  With UPDATE=1 in the environment GOLDEN is written instead.
#
# The case finds itself in an empty folder of its own, in a home of its own,
# without a bus: $conf is where the accounts are.
set -eu

program=$(realpath "$1")
[ -x "$program" ] || exit 1
case=$(realpath "$2")
golden=${3:+$(realpath "$3")}
rule=$(dirname "$(realpath "$0")")/../lib/json_rule.py
broken=no

work=$(mktemp -d "${TMPDIR:-/tmp}/mopt-cli-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' HUP INT TERM
export HOME="$work/home" XDG_CONFIG_HOME="$work/config" XDG_STATE_HOME="$work/state"
export LC_ALL=C.UTF-8 TZ=UTC TERM=dumb
if [ -z "${KEEP_BUS:-}" ]; then
  export DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent XDG_RUNTIME_DIR="$work/run"
fi
# No AccountsService: whose address it knows is not for a test to say.
export DBUS_SYSTEM_BUS_ADDRESS=unix:path=/nonexistent
unset DISPLAY WAYLAND_DISPLAY LANGUAGE MAIL_OPTIONS_PUBLISHED MAIL_OPTIONS_SOURCE NO_COLOR
mkdir "$HOME" "$work/run"
chmod 700 "$work/run"
conf=$XDG_CONFIG_HOME/mail-options/accounts.conf
record=$work/record
: >"$record"
cd "$HOME"

# mopt WORD...: run and record; its standard input is that of the caller.  Of
# standard output $filter shows what is of interest.
filter='cat'
mopt ()
{
  words=
  for word in "$@"; do
    case $word in
      *[!-A-Za-z0-9_./:=@,*%+]*|'') words="$words '$word'" ;;
      *) words="$words $word" ;;
    esac
  done
  printf '$ mopt%s\n' "$words" >>"$record"
  code=0
  "$program" "$@" >"$work/out" 2>"$work/err" || code=$?
  case $words in *' --json'*) /usr/bin/python3 "$rule" "$work/out" >>"$record" || broken=yes ;; esac
  {
    $filter <"$work/out"
    sed 's/^/! /' "$work/err"
    printf -- '-> %s\n' "$code"
  } >>"$record"
}

# note WORDS: into the record
note ()
{
  printf '# %s\n' "$*" >>"$record"
}

# The accounts' file, from standard input
write_conf ()
{
  mkdir -p "$(dirname "$conf")"
  cat >"$conf"
}

show_conf ()
{
  note "accounts.conf"
  cat "$conf" >>"$record"
}

# Now the case
# shellcheck source=/dev/null
. "$case"

sed -E -e "s#$work#WORK#g" \
  -e 's/(mail-options\)?) [0-9]+\.[0-9.]+/\1 VERSION/' \
  -e 's/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/UUID/g' \
  -e 's/MCowBQYDK2VwAyEA[A-Za-z0-9+/]{43}=/KEY/g' -e 's#published/[0-9a-f]{32}#published/ID#g' \
  -e 's/ +[0-9]+ ms$/ MS/' -e 's/"ms":"[0-9]+"/"ms":"0"/g' \
  -e 's/[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9.]+Z)?/TIME/g' "$record" >"$work/shown"
[ $broken = no ] || { cat "$work/shown"; echo "an output of --json breaks the rule"; exit 1; }
if [ -z "$golden" ]; then
  cat "$work/shown"
elif [ -n "${UPDATE:-}" ]; then
  cp "$work/shown" "$golden"
else
  diff -u "$golden" "$work/shown"
fi
