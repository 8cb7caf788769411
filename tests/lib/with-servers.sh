#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# sh with-servers.sh COMMAND...    - run it with the mail servers of mail.sh at hand
#
# RIG and the variables of mail.sh are in its environment.  tests/run.sh starts
# the servers once for all tests; where they are not running yet they are
# started for this command alone.  Without a way to get them: 77, skipped.
set -eu

[ -z "${RIG:-}" ] || [ -z "${MAIL_IMAP:-}" ] || exec "$@"

top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/tests/lib/common.sh"
make_rig
if ! sh "$top/tests/lib/unpack.sh" "$RIG" mail keyring web desktop clients; then
  say "skipped: the servers are not to be had"
  exit 77
fi
bash "$top/tests/lib/mail.sh" start "$RIG"
# shellcheck source=/dev/null
. "$RIG/mail/env"
export RIG
run "$@"
