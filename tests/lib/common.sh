# shellcheck shell=sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What data/try.sh and tests/run.sh share: words to the user, a private folder
# that goes when the script goes, long steps with a sign of life.  POSIX sh.
#
# The caller sets $top to the top of the source tree before it reads this file.
# shellcheck disable=SC2154

# The certificate overrides of a build machine must not reach what is tested.
unset SSL_CERT_FILE SSL_CERT_DIR CURL_CA_BUNDLE

# A bare container has no locale at all, and would turn each umlaut into "?".
if [ -z "${LC_ALL:-}${LC_CTYPE:-}${LANG:-}" ]; then
  LC_CTYPE=C.UTF-8
  export LC_CTYPE
fi

say ()
{
  printf '%s\n' "$*"
}

die ()
{
  printf '%s\n' "$*" >&2
  exit 1
}

RIG=
CHILD=
KEEP=

# make_rig: make the private folder $RIG, and see to its end.  Its name has
# sixteen characters, as many as /usr/lib/dovecot (see unpack.sh), and it is
# not below the clone, which user nobody may not be able to read.
make_rig ()
{
  umask 022
  RIG=$(mktemp -d /tmp/mopt-XXXXXX) || die "Cannot make a folder below /tmp."
  trap 'rc=$?; trap - EXIT; trap "" HUP INT TERM; drop_rig; exit "$rc"' EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  chmod 755 "$RIG"
}

drop_rig ()
{
  end_child
  if [ -e "$RIG/mail/env" ]; then
    bash "$top/tests/lib/mail.sh" stop "$RIG" >/dev/null
  fi
  if [ -n "$KEEP" ]; then
    say "Kept: $RIG (the programs in it have ended)."
  else
    rm -rf "$RIG"
  fi
}

# A child is started as leader of its own process group, so that all it
# started can be ended together, and nothing else.
end_child ()
{
  [ -n "$CHILD" ] || return 0
  kill -s TERM -- "-$CHILD" 2>/dev/null || true
  tries=0
  while kill -s 0 -- "-$CHILD" 2>/dev/null && [ "$tries" -lt 50 ]; do
    sleep 0.1
    tries=$((tries + 1))
  done
  kill -s KILL -- "-$CHILD" 2>/dev/null || true
  CHILD=
}

# run COMMAND...: run it in the foreground of this script, but so that a signal
# to the script is felt at once.
run ()
{
  setsid "$@" </dev/null &
  CHILD=$!
  rc=0
  wait "$CHILD" || rc=$?
  CHILD=
  return "$rc"
}

# step WORDS COMMAND...: the same for something long whose output is only of
# interest when it fails; meanwhile its last line is shown every ten seconds.
step ()
{
  say "$1"
  shift
  log=$RIG/step.log
  setsid "$@" >"$log" 2>&1 </dev/null &
  CHILD=$!
  (
    seconds=0
    while sleep 1 && kill -0 "$CHILD" 2>/dev/null; do
      seconds=$((seconds + 1))
      if [ $((seconds % 10)) = 0 ]; then
        printf '  %4d s  %s\n' "$seconds" "$(tail -n 1 "$log" | cut -c 1-66)"
      fi
    done
  ) &
  rc=0
  wait "$CHILD" || rc=$?
  CHILD=
  [ "$rc" = 0 ] || tail -n 40 "$log" >&2
  return "$rc"
}
