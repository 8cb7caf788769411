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
sh "$top/tests/lib/with-servers.sh" \
  bash "$top/tests/lib/session.sh" -x virtual -w -- \
  /usr/bin/python3 "$top/tests/bench/measure.py" "$build"
