# shellcheck shell=sh disable=SC2034,SC2154  # variables of run.sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests that end before a server is asked, or at a port where none is.
mopt add imap Work
mopt test work
mopt test work --side outgoing
mopt check work --side incoming
mopt set work incoming-host=127.0.0.1 incoming-user=alice incoming-custom-port=true incoming-port=1 incoming-security=ssl
mopt set work outgoing-host=127.0.0.1 outgoing-custom-port=true outgoing-port=1 outgoing-security=basic
note "who is alice?"
mopt test work
mopt test work --to nonsense
mopt test work --to '*@example.com'
printf secret | mopt test work --side outgoing --to alice@example.com --password-stdin
mopt set --general address=alice@example.com
mopt set work from-user-address=false from-legal='*@example.com'
mopt test work
mopt unset work from-user-address
note "nobody there"
printf secret | mopt test work --side incoming --password-stdin
printf secret | mopt test --side incoming --json --password-stdin
printf secret | mopt check --side outgoing --password-stdin --verbose
printf secret | mopt from-check work --password-stdin
printf secret | mopt from-check --json --password-stdin
mopt from-check --to nonsense
printf secret | mopt check work --newest --password-stdin
printf secret | mopt check work --newest --json --password-stdin
mopt check work --newest --side outgoing
mopt test work --newest
mopt probe 127.0.0.1 --port 1
mopt probe 127.0.0.1 --port 1 --kind smtp --json
mopt probe 'no host'
mopt check --all
mopt check --all --json
note "nobody gets it unless that was agreed to"
mopt test work --to bob@example.com --subject Hello --side outgoing
mopt test work --to bob --subject Hello --yes
mopt test work --cc bob@example.com --message /nonexistent --yes
printf 'Hi\n' | mopt test work --to 'Bob <bob@example.com>' --bcc carol@example.com --message - --side outgoing --yes
note "both sides, in any order"
filter="sort"
printf secret | mopt test work --json --password-stdin
filter="cat"
mopt check nobody
mopt list
mopt list --json
