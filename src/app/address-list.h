/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/field-row.h"

G_BEGIN_DECLS

/* Legal From Addresses: the list with its ticks and its default, and what can be done with it. "field" is
 * "from-legal", "also" "from-use from-default". Property "own-address": Your e-mail address, "" if not known. */
#define MOPT_TYPE_ADDRESS_LIST (mopt_address_list_get_type ())
G_DECLARE_FINAL_TYPE (MoptAddressList, mopt_address_list, MOPT, ADDRESS_LIST, MoptFieldRow)

G_END_DECLS
