#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The inner half of try.sh, inside the private session: sets up the sample
# account and shows it.   sh try-session.sh window|headless|screenshot [FILE]
set -eu

account='Sample account'
export SSL_CERT_FILE="$MAIL_CA"    # the private server's authority

mopt set --general name='Alex Example' address=alex@example.test
mopt add imap "$account" incoming-host=localhost incoming-security=ssl \
  incoming-custom-port=true incoming-port="$MAIL_IMAPS" incoming-user=alex@example.test \
  outgoing-host=localhost outgoing-security=tls \
  outgoing-custom-port=true outgoing-port="$MAIL_SMTP" \
  conversation-id-add=true >"$SESSION_DIR/log/add"
mopt default "$account"
echo alex-pass | mopt password "$account" --side incoming --password-stdin

case $1 in
  window)
    echo "The window is open; it ends this script when it is closed."
    exec mail-options ;;
  screenshot)
    /usr/bin/python3 "$(dirname "$0")/try-picture.py" "$2"
    echo "The picture is in $2." ;;
  headless)
    echo
    echo "$ mopt test '$account'"
    mopt test "$account"
    echo
    echo "The message as it lies in the mailbox:"
    echo
    find "$MAIL_BOXES/alex@example.test/Maildir/new" "$MAIL_BOXES/alex@example.test/Maildir/cur" \
      -type f -exec cat '{}' + ;;
esac
