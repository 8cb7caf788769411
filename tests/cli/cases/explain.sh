# shellcheck shell=sh disable=SC2034,SC2154  # variables of run.sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Where values come from, and the contract of --json.
write_conf <<'X'
# a comment

[Account pop]
Kind=pop
Name=Post
incoming-host=pop.example.com

# another
incoming-user=alice
outgoing-login=own
from-legal=a@example.com;"b\;c"@example.com;
from-use=a@example.com;
X
mopt explain
mopt explain post --json
mopt explain nobody --json
