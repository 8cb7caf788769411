/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/password-row.h"

G_BEGIN_DECLS

/* Legal From Addresses: the list with its ticks and its default, and what can be done with it. "field" is
 * "from-legal", "also" "from-use from-default". Property "own-address": Your e-mail address, "" if not known. */
#define MOPT_TYPE_ADDRESS_LIST (mopt_address_list_get_type ())
G_DECLARE_FINAL_TYPE (MoptAddressList, mopt_address_list, MOPT, ADDRESS_LIST, MoptFieldRow)

/* Where the passwords come from that were typed just now: Check From Addresses logs in. */
void mopt_address_list_set_passwords (MoptAddressList *self, MoptPasswordRow *incoming, MoptPasswordRow *outgoing);

G_END_DECLS
