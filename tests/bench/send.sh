#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# sh tests/bench/send.sh BUILD [TURNS]    - what sending a message takes
#
# Against curl and, where it is installed, msmtp: by Postfix on this machine (for
# root) and by Dovecot's submission service, and by Postfix half a millisecond
# away, as in an office, where that can be made.
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
build=$(cd "${1:?the build folder}" && pwd)
[ -e "$build/tests/bench/timed" ] || { echo "$build was built without tests."; exit 1; }
[ -n "${RIG:-}" ] || exec sh "$top/tests/lib/with-servers.sh" sh "$0" "$build" "${2:-21}"

mail=$top/tests/lib/mail.sh
trap 'bash "$mail" stop "$RIG" bench' EXIT
trap 'exit 143' HUP INT TERM
for by in ${BY:-postfix dovecot}; do
  MAIL_SMTP_BY=$by MAIL_PASSWORDS=simple MAIL_MECHANISMS=plain MAIL_SIZE_MAX=40000000 \
    bash "$mail" start "$RIG" bench
  # shellcheck source=/dev/null
  . "$RIG/bench/env"
  bash "$top/tests/lib/session.sh" -- /usr/bin/python3 "$top/tests/bench/send.py" "$build" "${2:-21}"
  bash "$mail" stop "$RIG" bench
done
if [ -z "${BY:-}" ] && unshare --net "$build/tests/bench/far" 250 true; then
  BY=postfix MAIL_FAR=192.0.2.1 FAR=192.0.2.2 unshare --net "$build/tests/bench/far" 250 sh "$0" "$build" "${2:-21}"
fi
