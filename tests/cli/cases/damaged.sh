# shellcheck shell=sh disable=SC2034,SC2154  # variables of run.sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A file that hands have been at: what is sound works, what is not is named, and nothing is lost.
write_conf <<'X'
# my accounts
[Mail Options]
Format=1
Default=good

[Account good]
Kind=imap
Name=Good
incoming-host=imap.example.com
unknown-key=stays

[Account typo]
Kind=imap
Name=Typo
incoming-security=sll

[Account twice]
Kind=imap
Name=Twice
incoming-host=a.example
incoming-host=b.example

[Account line]
Kind=pop
Name=Line
this is no line

[Account future]
Kind=telepathy
Name=Future
thoughts=true

[Account kindless]
Name=Kindless

[Account a]
Kind=imap
Name=Same
[Account b]
Kind=pop
Name=same

[Account evil]
Kind=imap
Name=Evil\e[31m

[Unknown group]
what=ever
X
mopt list
mopt list --json
mopt show twice incoming-host
mopt show typo
mopt test typo
mopt default typo
note "a name that two have"
mopt show same
mopt show b name
note "what cannot be understood cannot be changed"
mopt set twice incoming-host=c.example
mopt set line incoming-host=c.example
mopt set future name=Past
note "a value can be mended"
mopt set typo incoming-security=ssl
mopt set good incoming-host=new.example.com
mopt list
show_conf
note "a file of a newer format"
write_conf <<'X'
[Mail Options]
Format=2

[Account good]
Kind=imap
Name=Good
X
mopt list
mopt set good incoming-host=a.example
mopt add imap More
mopt delete good
show_conf
note "a file that is none"
rm "$conf"
mkdir "$conf"
mopt list
mopt add imap Work
