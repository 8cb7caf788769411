# shellcheck shell=sh disable=SC2034,SC2154  # variables of run.sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Which publication is in force.
export MAIL_OPTIONS_SOURCE="$PWD/etc/source.conf"
mkdir etc
mopt publication
mopt publication --json
mopt publication forget

# publish SERIAL
publish ()
{
  cat >etc/published.conf <<EOF
[Publication]
Organization=Example Corp
Contact=help@example.com
Serial=$1
Expires=2099-12-31T00:00:00Z
Reason=Moved to the new mail server

[Account helpdesk]
Kind=imap
Name=Help desk
incoming-host=imap.example.com
EOF
}

note "published"
publish 12
mopt publication
mopt publication show --json
mopt publication forget

note "an older one"
publish 11
mopt publication

note "everyone may write it"
chmod 666 etc/published.conf
mopt publication
chmod 644 etc/published.conf

note "broken"
echo junk >etc/published.conf
mopt publication
mopt publication --json

note "gone"
rm etc/published.conf
mopt publication
mopt publication forget
mopt publication
mopt publication forget

note "signed"
"$program" keygen key >"$work/quiet"
printf '[Source]\nPublicKey=%s\n' "$PWD/key.pub" >etc/source.conf
publish 20
mopt sign etc/published.conf --key key
mopt publication
publish 19
mopt publication
mopt sign etc/published.conf --key key
mopt publication
mopt publication forget
mopt publication

note "source.conf is broken"
echo 'Publickey=x' >>etc/source.conf
mopt publication
mopt publication --json
mopt publication forget
rm etc/source.conf

note "a try-out"
publish 1
mv etc/published.conf draft.conf
mopt --published draft.conf publication
mopt publication --published draft.conf --json
mopt --published nowhere.conf publication
mopt --published
mopt publication

note "wrong usage"
mopt publication hide
mopt publication forget --json
