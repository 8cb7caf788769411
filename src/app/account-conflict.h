/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What happened to an account while it was edited. */
typedef enum
{
  MOPT_CONFLICT_CHANGED,     /* another program changed the same of it */
  MOPT_CONFLICT_DELETED,     /* … or deleted it */
  MOPT_CONFLICT_UNPUBLISHED, /* nobody publishes it any more */
} MoptConflict;

/* Asks what is to become of the account @name; nothing has been written. mopt_ask_finish gives 0: keep editing,
 * 1: theirs, 2: mine. */
void mopt_ask_about_conflict_async (GtkWindow *parent, const char *name, MoptConflict conflict,
                                    GAsyncReadyCallback callback, gpointer user_data);

G_END_DECLS
