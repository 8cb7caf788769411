/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/password-row.h"

G_BEGIN_DECLS

/* Mailbox: an entry with a drop-down of the server's mailboxes, which are asked for when it is opened for the first
 * time, or with its refresh button: never by opening the dialog. What was typed or stored stays whatever comes. */
#define MOPT_TYPE_MAILBOX_ROW (mopt_mailbox_row_get_type ())
G_DECLARE_FINAL_TYPE (MoptMailboxRow, mopt_mailbox_row, MOPT, MAILBOX_ROW, MoptFieldRow)

/* Where the password comes from that was typed just now. */
void mopt_mailbox_row_set_password (MoptMailboxRow *self, MoptPasswordRow *password);

G_END_DECLS
