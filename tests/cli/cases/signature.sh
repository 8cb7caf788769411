# shellcheck shell=sh disable=SC2034,SC2154  # variables of run.sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Keys and signatures, and that the openssl program agrees.
printf '[Publication]\nSerial=1\n' >published.conf

mopt keygen publisher
stat -c '%A %n' publisher publisher.pub >>"$record"
mopt keygen publisher
mopt keygen nowhere/publisher
mopt sign published.conf --key publisher
mopt verify published.conf --key publisher.pub
mopt verify published.conf --key "$(openssl pkey -in publisher -pubout | sed '/---/d')"
note "the same by openssl: $(openssl pkeyutl -verify -pubin -inkey publisher.pub -rawin -in published.conf \
  -sigfile published.conf.sig)"

note "signed by openssl"
openssl pkeyutl -sign -inkey publisher -rawin -in published.conf -out published.conf.sig
mopt verify published.conf --key publisher.pub

note "changed afterwards"
printf '# more\n' >>published.conf
mopt verify published.conf --key publisher.pub
mopt sign published.conf --key publisher
mopt verify published.conf --key publisher.pub
mopt keygen other
mopt verify published.conf --key other.pub
printf x >>published.conf.sig
mopt verify published.conf --key publisher.pub

note "wrong files"
chmod 640 publisher
mopt sign published.conf --key publisher
mopt sign published.conf --key publisher.pub
mopt sign published.conf --key nowhere
mopt sign nowhere --key publisher
mopt sign published.conf
mopt verify published.conf --key publisher
mopt verify published.conf --key nowhere.pub
mopt verify published.conf
rm published.conf.sig
mopt verify published.conf --key publisher.pub
mkfifo fifo
mopt sign fifo --key publisher
mopt sign published.conf --key fifo

note "a passphrase"
printf 'long and secret\n' >passphrase
mopt keygen protected --password-stdin <passphrase
head -1 protected >>"$record"
mopt sign published.conf --key protected --password-stdin <passphrase
mopt verify published.conf --key protected.pub
printf 'another\n' | mopt sign published.conf --key protected --password-stdin
note "opened by openssl: $(openssl pkey -in protected -passin file:passphrase -noout && echo yes)"

note "the key of this computer"
printf '[Source]\nPublicKey=%s\n' "$PWD/protected.pub" >source.conf
MAIL_OPTIONS_SOURCE=$PWD/source.conf mopt verify published.conf
