#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# bash dialog-passwords.sh PROGRAM    - the account dialog with a keyring, and without (test-dialog-passwords.c)
set -u

here=$(dirname "$0")
code=0
for keyring in unlocked none; do
  # Warnings of the keyring's own must not end it.
  env -u G_DEBUG bash "$here/../lib/session.sh" -k "$keyring" -x virtual -- \
    env G_DEBUG="${G_DEBUG-}" "$1" -p "/dialog-passwords/$keyring" || code=1
done
exit "$code"
