/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/password-row.h"

G_BEGIN_DECLS

/* Check From Addresses: the button, and beside it what came of it. It shows at the items of the list what the server
 * said of each address; when the dialog opens, what it said the last time, as long as the outgoing server and login
 * are the same. What is on the screen counts; no message is sent, and nothing goes on once the widget is gone. */
#define MOPT_TYPE_ADDRESS_CHECK (mopt_address_check_get_type ())
G_DECLARE_FINAL_TYPE (MoptAddressCheck, mopt_address_check, MOPT, ADDRESS_CHECK, GtkWidget)

/* @account: the working copy. @items: of MoptAddressItem, may change. Once. */
void mopt_address_check_bind (MoptAddressCheck *self, MoptAccount *account, GListModel *items);
/* Where passwords come from that were typed just now. */
void mopt_address_check_set_passwords (MoptAddressCheck *self, MoptPasswordRow *incoming, MoptPasswordRow *outgoing);
/* "" if it is not known. */
void mopt_address_check_set_own_address (MoptAddressCheck *self, const char *own_address);

G_END_DECLS
