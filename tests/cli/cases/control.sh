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
mopt list --json
# shellcheck disable=SC2059  # octal bytes: C1 controls (U+0080 to U+009F) and U+202A to U+202E
if LC_ALL=C grep -q "$(printf '\\(\302[\200-\237]\\|\342\200[\252-\256]\\)')" "$record"; then
  note "A CONTROL CHARACTER CAME THROUGH"
fi
if LC_ALL=C grep -q "$(printf '[\001-\010\013-\037\177]')" "$record"; then
  note "A CONTROL CHARACTER CAME THROUGH"
fi
