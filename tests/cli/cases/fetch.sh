# shellcheck shell=sh disable=SC2034,SC2154  # variables of run.sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Fetching where nothing can be fetched; with a web server it is in ../e2e.
unset https_proxy HTTPS_PROXY all_proxy ALL_PROXY
export MAIL_OPTIONS_SOURCE="$work/source.conf" GIO_USE_PROXY_RESOLVER=dummy
note "no source.conf"
mopt fetch
mopt fetch --if-due
mopt fetch --json

note "published.conf, no address"
printf '[Source]\nFormat=1\n' >"$MAIL_OPTIONS_SOURCE"
mopt fetch

note "a slip of the pen"
printf '[Source]\nUrl=https://127.0.0.1:1/published.conf\nPublikKey=x\n' >"$MAIL_OPTIONS_SOURCE"
mopt fetch
mopt fetch --if-due

note "an address that must not be used"
printf '[Source]\nUrl=http://127.0.0.1:1/published.conf\n' >"$MAIL_OPTIONS_SOURCE"
mopt fetch

note "a server that is not there"
printf '[Source]\nUrl=https://127.0.0.1:1/published.conf\n' >"$MAIL_OPTIONS_SOURCE"
mopt fetch
mopt fetch --json
mopt fetch --if-due

note "a file that is tried out goes before"
MAIL_OPTIONS_PUBLISHED=$work/other.conf
export MAIL_OPTIONS_PUBLISHED
mopt fetch

sed -E -i -e 's/after [0-9]+ ms/after N ms/' -e 's/("next" : "|^)[1-9][0-9]*("?)$/\1SECONDS\2/' "$record"
