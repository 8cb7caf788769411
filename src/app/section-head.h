/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "model/account.h"

G_BEGIN_DECLS

/* The head of a section: its heading; of a published account at its end the Custom box or a padlock with words, and
 * below where the values come from, with what can be done about it. Works on the account it is bound to. */
#define MOPT_TYPE_SECTION_HEAD (mopt_section_head_get_type ())
G_DECLARE_FINAL_TYPE (MoptSectionHead, mopt_section_head, MOPT, SECTION_HEAD, GtkBox)

GtkWidget *mopt_section_head_new (MoptSection section);
/* Shows how the section of @account stands, and follows it. Once. */
void mopt_section_head_bind (MoptSectionHead *self, MoptAccount *account);
/* All that the head says of the section, in one piece for a screen reader; "" if there is nothing. Caller frees. */
char *mopt_section_head_describe (MoptSectionHead *self);

G_END_DECLS
