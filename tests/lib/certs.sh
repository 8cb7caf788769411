#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# bash certs.sh DIR    - an authority of our own and the certificates of the servers
#
#   ca.pem        the authority that the tests trust
#   valid         for localhost and 127.0.0.1, .2, .5, .6, .9
#   expired       not-yet       the same, at the wrong time
#   wrong-host    for mail.example.test
#   self-signed   unknown-ca    signed by nobody we trust
#   chain         like valid, signed by an authority in between that it brings along
#
# Each has NAME.pem and NAME.key.
set -eu
unset OPENSSL_CONF
mkdir -p "$1"
cd "$1"
[ ! -e complete ] || exit 0

key ()
{
  openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"
  chmod 600 "$1.key"
}

authority ()   # NAME SUBJECT
{
  key "$1"
  openssl req -new -x509 -key "$1.key" -out "$1.pem" -days 3650 -subj "/CN=$2" \
    -addext basicConstraints=critical,CA:TRUE \
    -addext keyUsage=critical,keyCertSign,cRLSign
}

# NAME AUTHORITY COMMON-NAME ALTERNATIVE-NAMES NOT-BEFORE NOT-AFTER [EXTENSIONS]
leaf ()
{
  key "$1"
  openssl req -new -key "$1.key" -subj "/CN=$3" -out "$1.csr"
  printf 'subjectAltName=%s\n%s\n' "$4" "${7:-basicConstraints=CA:FALSE
keyUsage=digitalSignature
extendedKeyUsage=serverAuth}" >"$1.ext"
  : >"$1.index"
  cat >"$1.conf" <<X
[ca]
default_ca=d
[d]
database=$1.index
new_certs_dir=.
rand_serial=yes
default_md=sha256
policy=p
email_in_dn=no
unique_subject=no
[p]
commonName=supplied
X
  openssl ca -batch -notext -config "$1.conf" -cert "$2.pem" -keyfile "$2.key" \
    -startdate "$5" -enddate "$6" -extfile "$1.ext" -in "$1.csr" -out "$1.pem"
}

{
  since=$(date -u -d '-1 hour' +%Y%m%d%H%M%SZ)
  until=$(date -u -d '+2 years' +%Y%m%d%H%M%SZ)
  names=DNS:localhost,DNS:mail.localhost,IP:::1,IP:192.0.2.2
  for last in 1 2 4 5 6 7 8 9; do names=$names,IP:127.0.0.$last; done

  authority ca "Mail Options Test Root"
  authority other-ca "Unrelated Root"
  leaf valid ca localhost "$names" "$since" "$until"
  leaf expired ca localhost "$names" 20200101000000Z 20210101000000Z
  leaf not-yet ca localhost "$names" 20990101000000Z 21000101000000Z
  leaf wrong-host ca mail.example.test DNS:mail.example.test "$since" "$until"
  leaf unknown-ca other-ca localhost "$names" "$since" "$until"
  leaf middle ca "Mail Options Test Intermediate" DNS:middle.example.test \
    "$since" "$until" basicConstraints=critical,CA:TRUE
  leaf chain middle localhost "$names" "$since" "$until"
  cat middle.pem >>chain.pem
  key self-signed
  openssl req -new -x509 -key self-signed.key -out self-signed.pem -days 365 \
    -subj /CN=localhost -addext "subjectAltName=$names"
} >log 2>&1 || { cat log >&2; exit 1; }
rm -f ./*.csr ./*.ext ./*.index* ./*.conf ./*.attr ./[0-9A-F]*.pem
: >complete
