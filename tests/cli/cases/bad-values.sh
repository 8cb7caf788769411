# shellcheck shell=sh disable=SC2034,SC2154  # variables of run.sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Values that are refused, one after the other; the file stays as it was.
mopt add imap Work
mopt add imap Home
before=$(cat "$conf")
mopt add imap WORK
mopt add imap ''
mopt add imap '   '
mopt add imap "$(printf 'a\tb')"
mopt set work name=home
mopt set work "name=$(printf 'x\033[31m')"
mopt set work "incoming-user=$(printf 'a\r\nb')"
mopt set work "incoming-host=$(printf 'a\001b')"
mopt set work 'incoming-host=imap example'
mopt set work incoming-host=imap.example.com:993
mopt set work 'incoming-host=[::1]:993'
mopt set work 'outgoing-host=[::1'
mopt set work incoming-host=-bad-.example
mopt set work incoming-port=0
mopt set work incoming-port=65536
mopt set work incoming-port=99999999999999999999
mopt set work incoming-port=0143
mopt set work incoming-port=-1
mopt set work incoming-port=143x
mopt set work incoming-custom-port=true
mopt set work incoming-custom-port=yes
mopt set work incoming-security=sll
mopt set work incoming-security=
mopt set work outgoing-security=ssl-no-authentication
mopt set work from-legal=alice
mopt set work from-legal='*@*'
mopt set work from-use='*@example.com'
mopt set work from-default='a@b@c'
mopt set work from-user-address=false
mopt set --general address=alice
mopt set --general 'address=Alice <alice@example.com>'
mopt set --general 'address=*@example.com'
mopt set --general "name=$(printf 'A\nB')"
note "all or nothing"
mopt set work incoming-host=imap.example.com incoming-port=0 outgoing-host=x:25
mopt set --general name=Alice address=alice
note "POP is not IMAP"
mopt add pop Post incoming-security=tls
mopt add pop Post incoming-mailbox=INBOX
[ "$before" = "$(cat "$conf")" ] || note "THE FILE WAS CHANGED"
note "and some that are not refused"
mopt set work incoming-host=bücher.example outgoing-host='[::1]' from-legal='*@example.com;müller@bücher.example'
mopt set home incoming-host=192.0.2.1 outgoing-host=IMAP.Example.COM.
mopt show work incoming-host outgoing-host from-legal
