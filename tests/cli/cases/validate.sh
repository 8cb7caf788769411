# shellcheck shell=sh disable=SC2034,SC2154  # variables of run.sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A file of published accounts, checked before it is published.
cat >sound.conf <<'X'
[Publication]
Format=1
Organization=Example Corp
Serial=12
Expires=2999-11-21T00:00:00Z
Domain=example.com;
ConversationPrefix=ABCD
Default=helpdesk

[Rights]
send=everyone
add-accounts=@root;root

[Account helpdesk]
Kind=imap
Name=Help desk
AvailableTo=@root;root;
incoming-host=imap.example.com
incoming-user=%EMAILADDRESS%
outgoing-host=smtp.example.com
conversation-id-add=true
from-legal=support@example.com;*@support.example.com;
X
mopt validate sound.conf
mopt validate --json sound.conf

note 'Warnings alone are no failure.'
sed -e '/^Serial/d' -e 's/^Default=.*/Default=other/' -e 's/^outgoing-host/outgoing-hosts/' sound.conf >odd.conf
mopt validate odd.conf

note 'Errors are, and a secret is never repeated.'
cat >wrong.conf <<'X'
[Publication]
Format=1
Serial=12
Expires=2020-01-01T00:00:00Z
[Rights]
sned=nobody
[Account a]
Kind=imap
incoming-host=imap.example.com
incoming-host=imap.example.org
incoming-security=sll
incoming-user=%HOME%
smtp-password=hunter2
Locked=incoming-sever;
X
mopt validate wrong.conf
mopt validate --json wrong.conf

note 'What is no publication at all.'
printf '<html>\n' >page.html
mopt validate page.html
printf '[Publication]\nFormat=7\n' >newer.conf
mopt validate newer.conf
mopt validate not-there.conf
mopt validate .
mopt validate
