# shellcheck shell=sh disable=SC2034,SC2154  # variables of run.sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The life of accounts, from the empty list on.
mopt list
mopt list --json
mopt show
mopt explain
mopt default
mopt test
note "add"
mopt add imap Work incoming-host=imap.example.com incoming-user=alice outgoing-host=smtp.example.com
mopt add pop ' Haus Süd ' incoming-host=pop.example.net incoming-security=ssl
mopt list
mopt list --json
mopt show work
mopt show WORK incoming-host incoming-security name
mopt show 'haus süd'
note "set"
mopt set work incoming-security=tls 'from-legal=a@example.com, "B, C" <b@example.com>' from-legal=c@example.com
mopt set work name=Office 'incoming-mailbox=Entwürfe & mehr' incoming-custom-port=true incoming-port=1143
mopt set office outgoing-port=25
mopt set office -- 'incoming-user=-alice '
mopt show office incoming-user incoming-mailbox incoming-port from-legal
show_conf
note "unset"
mopt unset office from-legal incoming-mailbox incoming-custom-port incoming-port
mopt show office from-legal incoming-mailbox incoming-port
note "the default"
mopt default
mopt default 'haus süd'
mopt default
note "your name and address"
mopt show --general
mopt set --general 'name=Alice Example' address=alice@example.com
mopt show --general
mopt show --general address
mopt unset --general name
mopt show --general
note "copy"
mopt copy office
mopt copy office
mopt copy office Third
mopt list
note "delete"
mopt delete third </dev/null
mopt delete 'haus süd' --yes
mopt delete nobody
mopt delete '' --yes
mopt list
show_conf
note "a full disk behind standard output, and none at all"
"$program" list >/dev/full 2>>"$record" || note "-> $?"
"$program" list >&- 2>>"$record" && note "-> $?"
note "a folder that is not absolute is none"
(XDG_CONFIG_HOME=here && export XDG_CONFIG_HOME && mopt add pop Elsewhere)
note "$(find . -name accounts.conf)"
