#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The test servers themselves, with curl: what the other tests rely on.
# Messages go in by each way of SMTP and come out by IMAP and POP3, and each
# address of mail.sh misbehaves as it says there.
set -u

failures=0
here=$(dirname "$0")

# expect CURL-EXIT-CODE WORDS CURL-ARGUMENTS...
expect ()
{
  local code=$1 words=$2 got=0
  shift 2
  curl -sS -m 20 --cacert "$MAIL_CA" "$@" >"$out" 2>&1 || got=$?
  if [ "$got" != "$code" ]; then
    failures=$((failures + 1))
    echo "FAILED $words: curl ended with $got instead of $code"
    head -n 5 "$out"
  else
    echo "ok $words"
  fi
}

# shows PATTERN WORDS: in what the last command said
shows ()
{
  if ! grep -q -e "$1" "$out"; then
    failures=$((failures + 1))
    echo "FAILED $2: nothing matches $1"
    head -n 5 "$out"
  fi
}

new_message ()
{
  id=$RANDOM$RANDOM$RANDOM
  cat >"$message" <<X
From: Jo <jo@example.test>
To: ann@example.test
Subject: trip $id
Message-ID: <$id@example.test>
Date: $(LC_ALL=C date -R)

.hello $id
X
}

wait_for_it ()
{
  for _ in $(seq 250); do
    expect 0 "search for $id" --ssl-reqd "${ann[@]}" \
      "imap://localhost:$MAIL_IMAP/INBOX?SUBJECT%20$id" >/dev/null
    if grep -q '^\* SEARCH [0-9]' "$out"; then
      echo "ok $id arrived"
      return
    fi
    sleep 0.02
  done
  failures=$((failures + 1))
  echo "FAILED $id did not arrive within 5 s"
}

work=$(mktemp -d "$RIG/trip-XXXXXX")
trap 'rm -rf "$work"' EXIT
out=$work/out
message=$work/message
new_message
for user in ann jo; do
  # for curl's own quotes; not in the arguments, where others could see it
  printf 'user = "%s@example.test: %s %s "\n' "$user" "$user" "$(sed 's/["\\]/\\&/g' "$here/../lib/secret")" >"$work/$user"
done
ann=(-K "$work/ann")
jo=(-K "$work/jo")
send=(--crlf --mail-from jo@example.test --mail-rcpt ann@example.test --upload-file "$message")

expect 0 "send, STARTTLS" --ssl-reqd "${jo[@]}" "${send[@]}" "smtp://localhost:$MAIL_SMTP"
wait_for_it
expect 0 "read, IMAP STARTTLS" --ssl-reqd "${ann[@]}" "imap://localhost:$MAIL_IMAP/INBOX;MAILINDEX=*"
shows "^\.hello $id" "IMAP"
expect 0 "read, IMAPS" "${ann[@]}" "imaps://localhost:$MAIL_IMAPS/INBOX;MAILINDEX=*"
shows "^\.hello $id" "IMAPS"
expect 0 "list, POP3S" "${ann[@]}" "pop3s://localhost:$MAIL_POP3S/"
last=$(tail -n 1 "$out" | cut -d ' ' -f 1)
expect 0 "read, POP3 STLS" --ssl-reqd "${ann[@]}" "pop3://localhost:$MAIL_POP3/$last"
shows "^\.hello $id" "POP3"

new_message
expect 0 "send, TLS from the start" "${jo[@]}" "${send[@]}" "smtps://localhost:$MAIL_SMTPS"
wait_for_it
new_message
expect 0 "send without authentication" "${send[@]}" "smtp://localhost:$MAIL_MX"
wait_for_it

expect 0 "folders" --ssl-reqd "${ann[@]}" "imap://localhost:$MAIL_IMAP/" -X 'LIST "" "*"'
shows 'Entw&APw-rfe' "a folder with an umlaut"
shows 'R&-D' "a folder with an ampersand"

for mechanism in PLAIN LOGIN CRAM-MD5; do
  expect 0 "IMAP $mechanism" --ssl-reqd "${jo[@]}" --login-options "AUTH=$mechanism" \
    "imap://localhost:$MAIL_IMAP/" -X NOOP
  expect 0 "SMTP $mechanism" --ssl-reqd "${jo[@]}" --login-options "AUTH=$mechanism" \
    "${send[@]}" "smtp://localhost:$MAIL_SMTP"
done
expect 0 "POP3 APOP" --ssl-reqd "${jo[@]}" --login-options AUTH=+APOP "pop3://localhost:$MAIL_POP3/"
expect 0 "what IMAP offers" --ssl-reqd -v "${jo[@]}" "imap://localhost:$MAIL_IMAP/" -X NOOP
shows 'AUTH=SCRAM-SHA-256' "SCRAM"

# Each address as it is meant to be.  60 certificate, 64 no TLS, 67 login refused
read_by=("${jo[@]}" -X NOOP)
for bad in 2 3 4 7 8; do
  expect 60 "certificate of 127.0.0.$bad, IMAP" --ssl-reqd "${read_by[@]}" "imap://127.0.0.$bad:$MAIL_IMAP/"
  expect 60 "certificate of 127.0.0.$bad, POP3S" "${jo[@]}" "pop3s://127.0.0.$bad:$MAIL_POP3S/"
  expect 60 "certificate of 127.0.0.$bad, SMTP" --ssl-reqd "${jo[@]}" "${send[@]}" "smtp://127.0.0.$bad:$MAIL_SMTP"
done
expect 64 "127.0.0.5 has no TLS, IMAP" --ssl-reqd "${read_by[@]}" "imap://127.0.0.5:$MAIL_IMAP/"
expect 64 "127.0.0.5 has no TLS, POP3" --ssl-reqd "${jo[@]}" "pop3://127.0.0.5:$MAIL_POP3/"
expect 64 "127.0.0.5 has no TLS, SMTP" --ssl-reqd "${jo[@]}" "${send[@]}" "smtp://127.0.0.5:$MAIL_SMTP"
for open in 5 6; do
  expect 0 "127.0.0.$open in clear, IMAP" "${read_by[@]}" "imap://127.0.0.$open:$MAIL_IMAP/"
  expect 0 "127.0.0.$open in clear, SMTP" "${jo[@]}" "${send[@]}" "smtp://127.0.0.$open:$MAIL_SMTP"
done
expect 67 "127.0.0.9 wants TLS first" --login-options AUTH=PLAIN "${read_by[@]}" "imap://127.0.0.9:$MAIL_IMAP/"
expect 67 "wrong password, IMAP" --ssl-reqd -u jo@example.test:nope -X NOOP "imap://localhost:$MAIL_IMAP/"
expect 67 "wrong password, POP3" --ssl-reqd -u jo@example.test:nope "pop3://localhost:$MAIL_POP3/"
expect 67 "wrong password, SMTP" --ssl-reqd -u jo@example.test:nope "${send[@]}" "smtp://localhost:$MAIL_SMTP"
expect 55 "unknown recipient" --ssl-reqd "${jo[@]}" "${send[@]}" --mail-rcpt nobody@example.test "smtp://localhost:$MAIL_SMTP"
expect 55 "nothing goes outside" --ssl-reqd "${jo[@]}" "${send[@]}" --mail-rcpt x@elsewhere.test "smtp://localhost:$MAIL_SMTP"
expect 55 "somebody else's address" --ssl-reqd "${jo[@]}" "${send[@]}" --mail-from ann@example.test "smtp://localhost:$MAIL_SMTP"
expect 0 "an alias" --ssl-reqd "${jo[@]}" "${send[@]}" --mail-from jo.alias@example.test "smtp://localhost:$MAIL_SMTP"

echo "$failures failures"
[ "$failures" = 0 ]
