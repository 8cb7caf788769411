#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# bash keyring.sh MOPT    - mopt with real mail servers and a real keyring
#
# Wants the environment of with-servers.sh.  Runs itself in sessions with
# a keyring that is open, locked, or not there at all.
set -u

mopt=$(realpath "$1")
here=$(realpath "$(dirname "$0")")
state=${2:-}
failures=0
secret=" alex $(cat "$here/../lib/secret") "   # see mail.sh
jo_secret=" jo $(cat "$here/../lib/secret") "

check ()   # WORDS COMMAND...
{
  local words=$1
  shift
  if "$@"; then
    echo "ok $words"
  else
    failures=$((failures + 1))
    echo "FAILED $words"
    cat "$out"
  fi
}

# try CODE WORDS MOPT-WORDS...: standard output and error go to $out
try ()
{
  local code=$1 words=$2 got=0
  shift 2
  timeout 60 "$mopt" "$@" >"$out" 2>&1 || got=$?
  cat "$out" >>"$all"
  check "$words ($got)" [ "$got" = "$code" ]
}

says ()
{
  check "  and says: $1" grep -q -e "$1" "$out"
}

finish ()
{
  # The secret is where it belongs and nowhere else.
  check "no password in any output" bash -c "! grep -qF -f '$here/../lib/secret' '$all'"
  check "no password in any file" bash -c "! grep -rlIF --exclude-dir=keyrings -f '$here/../lib/secret' '$HOME'"
  echo "$failures failures"
  [ "$failures" = 0 ]
  exit
}

if [ -z "$state" ]; then
  code=0
  for state in unlocked locked none; do
    echo "--- keyring: $state"
    bash "$here/../lib/session.sh" -k "$state" -- bash "$0" "$mopt" "$state" || code=1
  done
  exit "$code"
fi

out=$SESSION_DIR/out
all=$SESSION_DIR/all
export SSL_CERT_FILE=$MAIL_CA LC_ALL=C.UTF-8
unset LANGUAGE
servers=(incoming-host=localhost incoming-security=tls incoming-custom-port=true "incoming-port=$MAIL_IMAP"
  incoming-user=alex@example.test outgoing-host=localhost outgoing-security=tls outgoing-custom-port=true
  "outgoing-port=$MAIL_SMTP" conversation-id-add=true)
try 0 "own address" set --general address=alex@example.test 'name=Alex Sample'
try 0 "add" add imap Lab "${servers[@]}"
id=$(cat "$out")

case $state in
  unlocked)
    try 1 "a test without a password" test lab
    says "No password"
    try 0 "store" password lab --password-stdin <<<"$secret"
    try 0 "explain" explain lab --json
    check "  both are stored" [ "$(grep -c '"stored"' "$out")" = 2 ]
    try 0 "test" test lab
    says "^✓ passed   arrival   Message arrived"
    says "^✓ passed   arrival   Conversation ID"
    try 0 "the list remembers" list
    says "Test passed, "
    try 0 "test, JSON" test lab --json
    check "  its last line" [ "$(tail -n 1 "$out")" = '{"result":"passed"}' ]
    check "  each line an object" /usr/bin/python3 -c '
import json, sys
stages = [json.loads(line) for line in open(sys.argv[1])][:-1]
assert len(stages) == 15 and all(s["state"] == "passed" for s in stages)
assert all(set(s) == {"side", "stage", "state", "code", "ms", "detail", "advice", "field"} for s in stages)' "$out"
    try 0 "check" check lab --verbose
    says "AUTHENTICATE"
    try 0 "report" check lab --report
    says "^result: passed"
    try 1 "a wrong password by standard input" test lab --password-stdin <<<"not the $secret"
    says "Login refused"
    try 0 "the right one by a file descriptor" test lab --password-fd 4 4<<<"$secret"
    try 0 "one side" test lab --side outgoing
    try 0 "the list knows that it failed before" list
    says "Test passed, "
    try 0 "copy" copy lab
    copy=$(cat "$out")
    try 0 "the copy has its own password" test "$copy" --to alex@example.test
    try 0 "another user" set lab incoming-user=jo@example.test
    says "stored password was for alex@example.test on localhost"
    try 1 "his password is not there" check lab --side incoming
    try 0 "back" set lab incoming-user=alex@example.test
    try 0 "which makes the old one good again" check lab --side incoming
    try 0 "as does a copy" copy lab Locked
    locked=$(cat "$out")
    try 0 "forget" password lab --delete
    try 1 "forgotten" check lab --side incoming
    try 0 "delete the copy" delete "$copy"
    try 0 "a POP account" add pop Post incoming-host=localhost incoming-security=ssl incoming-custom-port=true \
      "incoming-port=$MAIL_POP3S" incoming-user=alex@example.test "${servers[@]:5}"
    try 0 "its password" password post --password-stdin <<<"$secret"
    try 0 "its test" test post
    says "^✓ passed   arrival   Message arrived"
    check "  no password is left" [ -z "$(secret-tool search --all account "$copy" 2>/dev/null)" ]
    try 0 "two logins" set lab outgoing-login=own outgoing-user=jo@example.test
    try 0 "one password" password lab --side incoming --password-stdin <<<"$secret"
    try 0 "the other" password lab --side outgoing --password-stdin <<<"$jo_secret"
    try 0 "both are used" check lab
    # A published account waits for the password that only this person knows.
    printf '[Publication]\nFormat=1\n\n[Account desk]\nKind=imap\nName=Desk\n%s\n%s\n%s\n' incoming-host=localhost \
      incoming-user=alex outgoing-host=localhost >"$SESSION_DIR/published.conf"
    export MAIL_OPTIONS_PUBLISHED=$SESSION_DIR/published.conf
    try 0 "a published account" list --json
    says '"status" : "needs-password"'
    try 0 "in words" list
    says "Needs your password"
    try 0 "its password" password desk --password-stdin <<<"$secret"
    try 0 "now it only waits to be tested" list --json
    check "  nothing is needed" bash -c "! grep -q needs- '$out'"
    unset MAIL_OPTIONS_PUBLISHED
    # A server that says nothing, and somebody who has seen enough.
    /usr/bin/python3 -c 'import socket, sys, time
s = socket.create_server (("127.0.0.1", 0))
print (s.getsockname ()[1], flush=True)
time.sleep (60)' >"$SESSION_DIR/port" &
    silent=$!
    while [ ! -s "$SESSION_DIR/port" ]; do sleep 0.05; done
    try 0 "a silent server" set lab incoming-host=127.0.0.1 "incoming-port=$(cat "$SESSION_DIR/port")"
    for output in --verbose --json; do
      # Not by bash in the background, which would have it ignore SIGINT.
      /usr/bin/python3 -c 'import os, signal, subprocess, sys, time
p = subprocess.Popen (sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
p.stdin.write ("x\n")
p.stdin.flush ()
for line in p.stdout:
    if "ound" in line or "find" in line:   # it connects now, and waits for the server
        break
start = time.monotonic ()
p.send_signal (signal.SIGINT)
print (p.stdout.read (), end="")
code = p.wait ()
print ("after", "less than 1 s" if time.monotonic () - start < 1 else "too long")
sys.exit (code)' "$mopt" check lab --side incoming --limit 20 --password-stdin $output >"$out" 2>&1
      check "Ctrl+C ends with 130" [ $? = 130 ]
      says "after less than 1 s"
    done
    check "  and the last line is the result" grep -q '^{"result":"cancelled"}' "$out"
    try 1 "a limit" check lab --side incoming --limit 1 --password-stdin <<<x
    says "says nothing"
    kill "$silent"
    # Nobody can answer the keyring's question here: it counts as closed.
    gdbus call --session -d org.freedesktop.secrets -o /org/freedesktop/secrets \
      -m org.freedesktop.Secret.Service.Lock "[objectpath '/org/freedesktop/secrets/aliases/default']" >"$out"
    try 0 "explain does not unlock" explain "$locked"
    says "incoming  stored  The keyring is locked"
    try 1 "a check would" check "$locked"
    says "keyring stayed locked"
    try 0 "a copy comes without password" copy "$locked"
    says "password is not copied"
    try 1 "forgetting wants it open" password "$locked" --delete
    says "keyring stayed locked"
    try 1 "deleting deletes, and says what stays" delete "$locked"
    says "deleted, but not its stored passwords"
    ;;
  locked)
    try 0 "explain without unlocking" explain lab --json
    # Nobody answers the keyring's prompt; time is limited by `timeout`.
    try 0 "a given password needs no keyring" test lab --password-stdin <<<"$secret"
    ;;
  none)
    try 1 "store" password lab --password-stdin <<<"$secret"
    says "not stored"
    try 0 "explain" explain lab
    says "incoming  unknown"
    try 1 "a test says what is missing" check lab
    says "keyring"
    try 0 "a given password needs no keyring" test lab --password-stdin <<<"$secret"
    try 0 "delete" delete "$id"
    ;;
esac
finish
