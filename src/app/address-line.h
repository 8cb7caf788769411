/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/address-item.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Somebody ticks or unticks the line of @item; it shows what the item says afterwards. */
typedef void (*MoptAddressUse) (MoptAddressItem *item, gboolean use, gpointer user_data);

/* Makes the lines of the list of From addresses: tick, address, its mark, and what the server said of it, at the end or
 * below where there is no room. Transfer full. */
GtkListItemFactory *mopt_address_line_factory_new (MoptAddressUse use, gpointer user_data);

G_END_DECLS
