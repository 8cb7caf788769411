#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# sh data/try.sh [options]    - see E-mail Options at work
#
#   --headless          no window: the same test on the command line
#   --screenshot FILE   test in a window on a virtual display; a picture of it
#   --keep              leave the private folder with mailboxes and logs
#
# Installs the libraries and build tools that are missing, builds, and starts
# a private mail server and keyring that only this machine can reach.  A sample
# account is set up; a click on Test Account shows each stage pass.  Nothing of
# your own accounts, passwords or settings is touched, and all but what was
# installed is gone at the end.
set -u

top=$(cd "$(dirname "$0")/.." && pwd)
. "$top/tests/lib/common.sh"
. "$top/tests/lib/packages.sh"

mode=window
picture=
while [ $# -gt 0 ]; do
  case $1 in
    --headless) mode=headless ;;
    --screenshot)
      [ $# -gt 1 ] || die "--screenshot needs the name of a file."
      mode=screenshot
      case $2 in
        /*) picture=$2 ;;
        *) picture=$PWD/$2 ;;
      esac
      shift ;;
    --keep) KEEP=yes ;;
    *)
      sed -n '4,14s/^# \{0,1\}//p' "$0"
      exit 2 ;;
  esac
  shift
done
if [ "$mode" = window ] && [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
  say "There is no display: going on as with --headless."
  mode=headless
fi

make_rig
need "The build" "$BUILD_NEEDS"
need "The private session" "$SESSION_NEEDS"
sets="mail keyring"
display=none
case $mode in
  window) display=mine ;;
  screenshot)
    need "The picture" "$DESKTOP_NEEDS"
    sets="$sets desktop"
    display=virtual ;;
esac

# Installed inside of the build folder, so that the translations are there, too.
build=$top/build-try
if [ ! -e "$build/build.ninja" ]; then
  step "Setting up the build" meson setup --prefix "$build/installed" -Dtests=false "$build" "$top" ||
    exit 1
fi
step "Building (the first time about a minute)" meson install -C "$build" || exit 1
# shellcheck disable=SC2086  # a list
step "Getting and unpacking the private mail server and keyring" \
  sh "$top/tests/lib/unpack.sh" "$RIG" $sets || exit 1
MAIL_PASSWORDS=simple
export MAIL_PASSWORDS
step "Starting the mail server" bash "$top/tests/lib/mail.sh" start "$RIG" || exit 1
# shellcheck source=/dev/null
. "$RIG/mail/env"

export RIG PATH="$build/installed/bin:$PATH"
export XDG_DATA_DIRS="$build/installed/share:${XDG_DATA_DIRS:-/usr/local/share:/usr/share}"
set -- -k unlocked -x "$display"
[ "$mode" != screenshot ] || set -- "$@" -w -s 2000x800
run bash "$top/tests/lib/session.sh" "$@" -- sh "$top/data/try-session.sh" "$mode" "$picture"
