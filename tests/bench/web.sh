#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# sh tests/bench/web.sh BUILD    - what a desktop's look at the publication costs
#
# Bytes both ways and the server's time, with a real web server on this
# machine, and what that makes for 100,000 desktops a day (README).
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
build=$(cd "${1:?the build folder}" && pwd)
. "$top/tests/lib/common.sh"
make_rig
sh "$top/tests/lib/unpack.sh" "$RIG" web
bash "$top/tests/lib/certs.sh" "$RIG/certs"
MAIL_CA=$RIG/certs/ca.pem
export RIG MAIL_CA PYTHONDONTWRITEBYTECODE=1
run /usr/bin/python3 "$top/tests/bench/web.py" "$build/src/cli/mopt"
