/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "check/test-run.h"
#include "model/account.h"

G_BEGIN_DECLS

/* What the list of From addresses shows and does, without widgets: a line for the person's own address (where it is
 * allowed), one for each legal address or pattern, one for each address in use that only a pattern allows. */

typedef enum
{
  MOPT_ADDRESS_OWN,    /* Your e-mail address: allowed by its check box, not by the list */
  MOPT_ADDRESS_LEGAL,  /* of from-legal */
  MOPT_ADDRESS_PICKED, /* of from-use alone */
} MoptAddressOrigin;

/* A line; "changed" is emitted when used or default differ, or what the server said of it. */
#define MOPT_TYPE_ADDRESS_ITEM (mopt_address_item_get_type ())
G_DECLARE_FINAL_TYPE (MoptAddressItem, mopt_address_item, MOPT, ADDRESS_ITEM, GObject)

const char *mopt_address_item_get_text (MoptAddressItem *self);
MoptAddressOrigin mopt_address_item_get_origin (MoptAddressItem *self);
gboolean mopt_address_item_is_pattern (MoptAddressItem *self); /* stands for many: cannot be used itself */
gboolean mopt_address_item_is_used (MoptAddressItem *self);
gboolean mopt_address_item_is_default (MoptAddressItem *self);

/* Equal for two ways to write one address. make: of any text, caller frees. */
const char *mopt_address_item_get_key (MoptAddressItem *self);
char *mopt_address_item_make_key (const char *text);

/* What the server said of it: @said in a few words, "" for nothing, with a mark; @detail in full. */
void mopt_address_item_say (MoptAddressItem *self, MoptTestState state, const char *said, const char *detail);
MoptTestState mopt_address_item_get_state (MoptAddressItem *self);
const char *mopt_address_item_get_said (MoptAddressItem *self);
const char *mopt_address_item_get_detail (MoptAddressItem *self);

/* Makes @items (of MoptAddressItem) show what @account says; lines that stay keep their object and place.
 * @own_address: "" if not known. */
void mopt_address_items_update (GListStore *items, MoptAccount *account, const char *own_address);

/* Ticks or unticks. FALSE: it is the last one in use, nothing is changed. */
gboolean mopt_address_items_use (GListStore *items, MoptAccount *account, MoptAddressItem *item, gboolean use);
void mopt_address_items_make_default (MoptAccount *account, MoptAddressItem *item);
/* Adds the addresses in @text, separated as people do (comma, semicolon, line). @n_added (out): how many were new.
 * FALSE + a sentence about the first that is no address: then with @all_or_none nothing is added, else the others. */
gboolean mopt_address_items_add (MoptAccount *account, const char *text, gboolean all_or_none, guint *n_added,
                                 GError **error);
/* The same where the legal addresses are not the person's to change: adds concrete addresses that they allow, by a
 * pattern say, to those that he uses. MOPT_ERROR_FROM_NOT_ALLOWED with a list of those that are. */
gboolean mopt_address_items_pick (MoptAccount *account, const char *text, const char *own_address,
                                  gboolean all_or_none, guint *n_added, GError **error);
/* Whether there can be such addresses that are not in the list yet. */
gboolean mopt_address_items_can_pick (MoptAccount *account);
/* Replaces the text of a legal address, also where it is in use or the default. */
gboolean mopt_address_items_edit (MoptAccount *account, MoptAddressItem *item, const char *text, GError **error);
/* Takes the line away: not for MOPT_ADDRESS_OWN. */
void mopt_address_items_remove (MoptAccount *account, MoptAddressItem *item);

G_END_DECLS
