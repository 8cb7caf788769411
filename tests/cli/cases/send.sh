# shellcheck shell=sh disable=SC2034,SC2154  # variables of run.sh
# SPDX-License-Identifier: GPL-3.0-or-later
# mopt send where no server is needed to say no.
printf 'To: a@example.com\n\nx\n' | mopt send -t
mopt send --account
mopt send -bp
mopt send --limit 0 a@example.com
mopt send --limit -1 a@example.com
for fd in -1 -2 4294967296 3x 9 0; do
  mopt send --password-fd "$fd" a@example.com
done
mopt test --password-fd -1
mopt set --general address=jo@example.com
mopt add imap Work incoming-host=imap.example.com incoming-user=jo
printf 'To: a@example.com\n\nx\n' | mopt send -t
mopt set Work outgoing-host=127.0.0.1 outgoing-custom-port=true outgoing-port=1 outgoing-security=basic from-legal=support@example.com
printf 'To: a@example.com\n\nx\n' | mopt send -t --account nobody
printf 'From: boss@example.com\n\nx\n' | mopt send a@example.com
printf 'Subject: x\n\nx\n' | mopt send -f boss@example.com a@example.com
printf 'Subject: x\n\nx\n' | mopt send
printf 'Subject: x\n\nx\n' | mopt send -t
printf 'To: <<\n\nx\n' | mopt send -t
printf 'Subject: a\001b\n\nx\n' | mopt send a@example.com
printf 'Subject: x\n\nx\n' | mopt send -i -oem -odb -B8BITMIME -d0 -N never -FJo a@example.com
# letters in one word, as people and programs write them
printf 'To: a@example.com\n\nx\n' | mopt send -vt
printf 'To: a@example.com\n\nx\n' | mopt send -Gvtioem
printf 'To: a@example.com\n\nx\n' | mopt send -itf boss@example.com
printf 'To: a@example.com\n\nx\n' | mopt send -tifboss@example.com
printf 'x\n' | mopt send -tX
printf 'x\n' | mopt send -vbp
printf 'x\n' | mopt send -vz
printf 'x\n' | mopt send -tf
printf 'Subject: x\n\nx\n' | mopt send -f '' a@example.com
