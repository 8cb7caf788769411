#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# sh tests/run.sh [options]    - build the project and run its tests
#
#   --list          name the suites and the passes, and end
#   --suite NAME    only this suite; may be given again
#   --pass NAME     only this pass; may be given again
#   --keep          leave the private folder with mailboxes and logs
#
# A pass is a build with its own compiler or checks.  Without options all
# suites run in all passes that are meant for them.  The last line counts the
# tests of all passes; the exit code is 0 if none failed.
set -u

top=$(cd "$(dirname "$0")/.." && pwd)
. "$top/tests/lib/common.sh"
. "$top/tests/lib/packages.sh"

list ()
{
  cat <<'X'
Suites:
  unit      functions and objects by themselves
  mail      the mail dialogues, against a server that follows a script
  app       the widgets of the window
  cli       mopt, by its output
  e2e       all of it: real mail servers, a real keyring, the window
  tree      rules for the source files
Passes:
  gcc       all suites, warnings are errors
  sanitize  gcc with the address and undefined behaviour sanitizers: unit, mail, cli
  valgrind  the unit tests of the gcc build without random input: memory errors, leaks
  clang     builds, warnings are errors
X
}

usage ()
{
  sed -n '4,13s/^# \{0,1\}//p' "$0" >&2
  exit 2
}

suites=
passes=
while [ $# -gt 0 ]; do
  case $1 in
    --list) list; exit 0 ;;
    --suite|--pass)
      [ $# -gt 1 ] || usage
      list | grep -q "^  $2  *[a-z]" || die "No '$2'; try --list."
      case $1 in
        --suite) suites="$suites $2" ;;
        *) passes="$passes $2" ;;
      esac
      shift ;;
    --keep) KEEP=yes ;;
    *) usage ;;
  esac
  shift
done

passed=0
failed=0
skipped=0

# count LOG: add what meson's summary at its end says
count ()
{
  number ()
  {
    sed -n "s/^$1: *\\([0-9]*\\) *\$/\\1/p" "$log" | tail -n 1 | grep . || echo 0
  }
  log=$1
  passed=$((passed + $(number Ok) + $(number 'Expected Fail')))
  failed=$((failed + $(number Fail) + $(number 'Unexpected Pass') + $(number Timeout)))
  skipped=$((skipped + $(number Skipped)))
}

# A build that fails counts as one failed test.
build ()   # NAME OPTION...
{
  name=$1
  shift
  dir=$top/build-$name
  if [ ! -e "$dir/build.ninja" ]; then
    step "Setting up the build '$name'" meson setup --werror "$@" "$dir" "$top" || return 1
  fi
  step "Building '$name'" ninja -C "$dir"
}

# test_pass NAME LOG ARGUMENTS...: meson's own output, also into LOG
test_pass ()
{
  log=$RIG/$1.log
  say "Testing '$1'"
  dir=$2
  shift 2
  run sh -c 'log=$1; shift; { "$@" 2>&1; echo $? >"$log.code"; } | tee "$log"; exit "$(cat "$log.code")"' \
    - "$log" meson test -C "$dir" --no-rebuild --print-errorlogs "$@"
  code=$?
  before=$failed
  count "$log"
  # Something went wrong that meson's summary does not know.
  [ "$code" = 0 ] || [ "$failed" -gt "$before" ] || failed=$((failed + 1))
}

wanted_pass ()
{
  case " $passes " in
    '  '|*" $1 "*) ;;
    *) return 1 ;;
  esac
}

# The suites for a pass, of those that were asked for.
suite_arguments ()
{
  for suite in "$@"; do
    case " $suites " in
      '  '|*" $suite "*) printf -- '--suite %s ' "$suite" ;;
    esac
  done
}

pass ()
{
  wanted_pass "$1" || return 0
  case $1 in
    gcc)
      arguments=$(suite_arguments unit mail app cli e2e tree)
      build gcc ;;
    sanitize)
      arguments=$(suite_arguments unit mail cli)
      build sanitize -Db_sanitize=address,undefined -Db_lundef=false ;;
    valgrind)
      arguments=$(suite_arguments unit)
      build gcc ;;
    clang)
      [ -z "$suites" ] || return 0
      # It counts a variable as unused that is there to free something in the end.
      CC=clang build clang -Dc_args=-Wno-unused-variable && passed=$((passed + 1)) ;;
  esac || { failed=$((failed + 1)); return 0; }
  # shellcheck disable=SC2086  # a list of options
  case $1 in
    clang) ;;
    valgrind)
      [ -z "$arguments" ] ||
        G_SLICE=always-malloc test_pass valgrind "$top/build-gcc" --timeout-multiplier 20 --wrapper \
          "valgrind --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite --quiet --suppressions=$top/tests/lib/valgrind.supp" \
          $arguments --no-suite fuzz ;;
    *) [ -z "$arguments" ] || test_pass "$1" "$top/build-$1" $arguments ;;
  esac
}

make_rig
need "The build" "$BUILD_NEEDS"
need "The tests" "$SESSION_NEEDS$DESKTOP_NEEDS$TEST_NEEDS"
step "Getting and unpacking the private servers" \
  sh "$top/tests/lib/unpack.sh" "$RIG" mail keyring web desktop clients || exit 1
step "Starting the mail servers" bash "$top/tests/lib/mail.sh" start "$RIG" || exit 1
# shellcheck source=/dev/null
. "$RIG/mail/env"
TMPDIR=$RIG/tmp      # what a failing test leaves goes, too
mkdir "$TMPDIR"
RIG_KEEPS=yes        # what tests write stays until it has been searched
export RIG RIG_KEEPS TMPDIR

# It goes when RIG goes, if not before.
/usr/bin/python3 "$top/tests/lib/secret_scan.py" "$RIG" "$top" >"$RIG/secret-scan.log" 2>&1 &
scan=$!

for name in gcc sanitize valgrind clang; do
  pass "$name"
done

kill -s TERM "$scan"
if wait "$scan"; then
  passed=$((passed + 1))
else
  failed=$((failed + 1))
fi
cat "$RIG/secret-scan.log"
if [ "$skipped" = 0 ]; then
  say "$passed passed, $failed failed"
else
  say "$passed passed, $failed failed, $skipped skipped"
fi
[ "$failed" = 0 ]
