#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# bash completion.sh MOPT FILE    - what the completion for bash offers
set -u

mopt=$(realpath "$1")
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
export HOME=$home XDG_CONFIG_HOME=$home/config XDG_STATE_HOME=$home/.local/state LC_ALL=C.UTF-8
# shellcheck source=/dev/null
. "$2"
compopt () { :; }   # bash has it only while it completes
COMP_WORDBREAKS=$' \t\n"\'><=;|&(:'
failures=0

# offers LINE WORD...: with the cursor at the end of LINE
offers ()
{
  COMP_LINE=$1
  COMP_POINT=${#1}
  COMPREPLY=()
  shift
  _mopt "$mopt"
  local got="${COMPREPLY[*]}"
  if [ "$got" = "$*" ]; then
    echo "ok '$COMP_LINE'"
  else
    failures=$((failures + 1))
    echo "FAILED '$COMP_LINE': $got, not $*"
  fi
}

"$mopt" add imap Work >/dev/null
"$mopt" add pop 'Haus Süd' >/dev/null

offers 'mopt d' delete default
offers 'mopt --v' --version
offers 'mopt show W' Work
offers 'mopt set Hau' "Haus\\ Süd"
offers 'mopt test nobody'
offers 'mopt set Work outgoing-p' outgoing-port=
offers 'mopt set Work na' name=
offers 'mopt set Work incoming-security=' auto basic ssl ssl-no-authentication tls
offers 'mopt set Work incoming-security=ss' ssl ssl-no-authentication
offers 'mopt add pop Post incoming-security=s' ssl
offers 'mopt set Work incoming-custom-port=' true false
offers 'mopt set --general a' address=
offers 'mopt unset Work from-' from-user-address from-arbitrary from-legal from-use from-default
offers 'mopt add ' pop imap
offers 'mopt add imap '
offers 'mopt password Work --' --help --side --delete --shared --group --draft --password-fd --password-stdin
offers 'mopt password Work --side o' outgoing
offers 'mopt list --j' --json
offers 'mopt trust W' Work
offers 'mopt trust Work --fo' --forget-level
offers 'mopt trust Work --sha256 '
offers 'mopt withdrawn --r' --recover
offers 'mopt withdrawn --recover '
mkdir -p "$home/.local/state/mail-options"
printf '[desk]\nDate=%s\nName=Desk\nNewId=x\n' "$(date +%s)" >"$home/.local/state/mail-options/withdrawn.conf"
offers 'mopt withdrawn --recover d' desk
offers 'mopt list '
offers 'mopt publication f' forget
offers 'mopt sign x --k' --key
offers 'mopt sign x --key '
echo "$failures failures"
[ "$failures" = 0 ]
