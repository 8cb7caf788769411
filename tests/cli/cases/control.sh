# shellcheck shell=sh disable=SC2034,SC2154  # variables of run.sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Nothing in the file may play tricks on the terminal.
printf '[Account a]\nKind=imap\nName=Red \033[31m\302\233\342\200\256 text\n\n[Account b]\nKind=pop\nName=two\\nlines\nincoming-user=tab\\there\n\n[Account c]\nKind=imap\nName=raw \377 byte\n' |
  write_conf
mopt list
mopt show a
mopt show b name
mopt explain b
mopt default
if LC_ALL=C grep -q "$(printf '[\001-\010\013-\037\177]')" "$record"; then
  note "A CONTROL CHARACTER CAME THROUGH"
fi
