#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# bash secrets.sh PROGRAM    - the five states of a real keyring (test-secrets.c)
#
# Each part runs in a session of its own, for a keyring that was locked or
# stopped would be felt by the next one.
set -u

here=$(dirname "$0")
failures=0

# part NAME SESSION-OPTIONS...
part ()
{
  local name=$1 code=0
  shift
  bash "$here/../lib/session.sh" "$@" -- env G_DEBUG="$debug" "$program" -p "/secrets/$name" || code=$?
  if [ "$code" != 0 ]; then
    failures=$((failures + 1))
    echo "FAILED $name: $code"
  fi
}

program=$1
# Warnings of the keyring's own must not end it.
debug=${G_DEBUG-}
unset G_DEBUG
part unlocked -k unlocked
part stopped -k unlocked
part locked -k unlocked
part activatable -k activatable
part none -k none
if command -v Xvfb >/dev/null && command -v xdotool >/dev/null; then
  part prompt -k unlocked -x virtual -w
else
  echo "skipped: the prompt needs Xvfb and xdotool"
fi
exit "$((failures > 0))"
