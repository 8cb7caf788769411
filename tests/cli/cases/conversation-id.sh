# shellcheck shell=sh disable=SC2034,SC2154  # variables of run.sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Conversation IDs: how they look, and that they are drawn once.
own_id='s/\{CMI:\s[B-Z]{4}[1-9][0-9]{11}\}/OWNID/;s/^(Prefix\s+)[A-Z]{4}$/\1OWN/;s/("prefix".*")[A-Z]{4}"/\1OWN"/'
filter="sed -E $own_id"

mopt conversation-id
write_conf <<'X'
[Account home]
Kind=pop
Name=Home
incoming-host=pop.example.net

[Account work]
Kind=imap
Name=Work
conversation-id-add=true
conversation-id-place=body
X
note "the user's own"
mopt conversation-id home
mopt conversation-id work
mopt conversation-id work --json
mopt conversation-id work --draw
first=$("$program" conversation-id work --draw)
second=$("$program" conversation-id home --draw)
first=${first%\}} second=${second%\}}
note "the next one: $((${second##*[A-Z]} - ${first##*[A-Z]})) more"

note "published, with a shared number"
filter='sed -E s/[1-9][0-9]{11}\}/NUMBER}/;s/(A1B,\s)[B-Z]{4}$/\1OWN/;s/^(\s+")[B-Z]{4}"$/\1OWN"/'
counter=$work/counter
printf '7\n' >"$counter"
export MAIL_OPTIONS_PUBLISHED="$work/published.conf"
cat >"$MAIL_OPTIONS_PUBLISHED" <<X
[Publication]
Format=1
ConversationPrefix=ABCD
PreviousConversationPrefixes=WXYZ;A1B;
ConversationCounter=$counter

[Account helpdesk]
Kind=imap
Name=Help desk
conversation-id-add=true
X
mopt conversation-id helpdesk
mopt conversation-id helpdesk --json
mopt conversation-id helpdesk --draw
mopt conversation-id helpdesk --draw --json
note "the file: $(cat "$counter")"
note "out of reach"
rm "$counter"
mopt conversation-id helpdesk
mopt conversation-id helpdesk --draw
mopt conversation-id helpdesk --draw --json

note "in a message"
printf 'Subject: Re: Printer =?utf-8?q?=7BCMI=3A_WXYZ?=\n =?utf-8?q?42=7D?=\n\nHello\n' >message
mopt conversation-id helpdesk --find message
mopt conversation-id helpdesk --find - <message
mopt conversation-id helpdesk --find message --json
mopt conversation-id home --find message
mopt conversation-id home --find message --json
printf 'Hello\n{CMI: \nABCD7}\n' | mopt conversation-id helpdesk --find - --json
printf 'Subject: {CMI: ABCD\0337}\n\n' | mopt conversation-id helpdesk --find -
mopt conversation-id helpdesk --find nowhere
mopt conversation-id helpdesk --find .

note "wrong usage"
mopt conversation-id helpdesk --find message --draw
mopt conversation-id nobody
mopt conversation-id helpdesk more
mopt conversation-id --frobnicate
