#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# sh reply.sh ADDRESS SUBJECT [MESSAGE-ID] <TEXT    - answer a customer of the service desk
#
# Sends TEXT (UTF-8) through the default account of E-mail Options.  Who it is
# from, the server, the password and the Conversation ID are the account's: a
# subject that has an ID keeps it, else the account puts one in.  MESSAGE-ID is
# that of the message that is answered, with its angle brackets.
#
# mopt says on standard error what went wrong, and ends as sendmail does: 75
# where it may pass later.  Nothing is kept here, so try again then.
set -eu

case $#:$* in
  [23]:*[[:cntrl:]]* | [!23]:*)    # a line break would begin a header field of its own
    echo "usage: sh reply.sh ADDRESS SUBJECT [MESSAGE-ID] <TEXT" >&2
    exit 64 ;;
esac

# A header holds ASCII; anything else is a word as RFC 2047 has it.
encoded ()
{
  case $1 in
    *[!\ -~]*) printf '=?UTF-8?B?%s?=' "$(printf %s "$1" | base64 | tr -d '\n')" ;;
    *) printf %s "$1" ;;
  esac
}

{
  printf 'To: %s\nSubject: %s\n' "$1" "$(encoded "$2")"
  [ -z "${3:-}" ] || printf 'In-Reply-To: %s\nReferences: %s\n' "$3" "$3"
  printf 'MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n'
  cat
} | exec mopt send --from-header
