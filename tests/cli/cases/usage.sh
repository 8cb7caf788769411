# shellcheck shell=sh disable=SC2034,SC2154  # variables of run.sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What mopt says of itself, and of wrong command lines.
mopt
mopt --help
mopt --version
mopt lsit
mopt tset
mopt frobnicate
mopt ''
for verb in list show explain add set unset customize copy delete default password test check probe from-check send conversation-id fetch publication keygen sign verify; do
  mopt $verb --help
done
mopt list --bad
mopt list more
mopt add
mopt add imap
mopt add exchange Work
mopt add imap Work incoming-hots=imap.example.com
mopt add imap Work incoming-host
mopt add imap Work incoming-port=1 incoming-port=2
mopt add imap Work name=Other
mopt set
mopt set --general
mopt set --general colour=red
mopt set --general name=a name=b
mopt unset --general
mopt copy
mopt copy a b c
mopt delete
mopt default a b
mopt password
mopt test --side sideways
mopt test --limit 0
mopt test --limit 3601
mopt test --limit soon
mopt test --json --report
mopt check --to a@example.com
mopt from-check --json -v
mopt from-check --limit 0
mopt probe
mopt probe a --account b
mopt probe a --kind nntp
mopt probe a --port 70000
mopt probe --account b --port 1
mopt check --all work
mopt check --all --verbose
mopt test --all
mopt check --subject x
mopt test --side incoming --subject x
mopt test --message - --password-stdin
mopt test --password-fd -7
mopt test --password-fd 0 --password-stdin
mopt show a "$(printf 'b\377c')"
mopt fetch everything
mopt fetch --if-due --json
