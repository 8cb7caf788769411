#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# sh tests/bench/run.sh BUILD    - the figures of the README, measured now
#
# BUILD is an optimised build of the project.  Everything is compared with
# something else in the same run, in interleaved pairs; nothing is asserted.
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
build=$(cd "${1:?the build folder}" && pwd)
[ -e "$build/tests/bench/probe.so" ] || { echo "$build was built without tests."; exit 1; }
[ -n "${RIG:-}" ] || exec sh "$top/tests/lib/with-servers.sh" sh "$0" "$build"

# Servers that know only PLAIN, as the program we are compared with uses.
mail=$top/tests/lib/mail.sh
MAIL_PASSWORDS=simple MAIL_MECHANISMS=plain bash "$mail" start "$RIG" bench
trap 'bash "$mail" stop "$RIG" bench' EXIT
trap 'exit 143' HUP INT TERM
# shellcheck source=/dev/null
. "$RIG/bench/env"
bash "$top/tests/lib/session.sh" -x virtual -w -- /usr/bin/python3 "$top/tests/bench/measure.py" "$build"
