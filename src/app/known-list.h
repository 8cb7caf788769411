/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "check/learned.h"

G_BEGIN_DECLS

/* What is remembered of a server, a line each with what takes it back: how secure it was, the consent to go on without
 * encryption, the certificates that are trusted by hand. Signal "changed" (): something was taken back. */
#define MOPT_TYPE_KNOWN_LIST (mopt_known_list_get_type ())
G_DECLARE_FINAL_TYPE (MoptKnownList, mopt_known_list, MOPT, KNOWN_LIST, GtkBox)

/* Shows, or shows anew, what is known of @side's server of @settings (copied). */
void mopt_known_list_show (MoptKnownList *self, const MoptSettings *settings, MoptSide side);

G_END_DECLS
