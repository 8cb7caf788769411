#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# bash test-run.sh PROGRAM    - the test of an account (test-test-run-servers.c)
#
# With typed passwords, with those of a real keyring, and where there is none.
set -u

here=$(dirname "$0")
program=$1
failures=0

part ()   # NAME COMMAND...
{
  local name=$1 code=0
  shift
  "$@" || code=$?
  if [ "$code" != 0 ]; then
    failures=$((failures + 1))
    echo "FAILED $name: $code"
  fi
}

debug=${G_DEBUG-}
part typed "$program"
# Warnings of the keyring's own must not end it.
unset G_DEBUG
part keyring bash "$here/../lib/session.sh" -k unlocked -- env G_DEBUG="$debug" "$program" keyring
part no-keyring bash "$here/../lib/session.sh" -k none -- env G_DEBUG="$debug" "$program" no-keyring
exit "$((failures > 0))"
