/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The file that store/withdrawn notes things in: STATE/withdrawn.conf. */

#define MOPT_WITHDRAWN_SECONDS (MOPT_WITHDRAWN_DAYS * (gint64) 24 * 60 * 60)

/* Empty where there are none, or where they are damaged. Transfer full. */
GKeyFile *mopt_withdrawn_notes_read (void);
/* Puts what was damaged aside first. MOPT_ERROR_NOT_WRITTEN. */
gboolean mopt_withdrawn_notes_write (GKeyFile *notes, GError **error);
/* Never NULL; caller frees. */
char *mopt_withdrawn_notes_get (GKeyFile *notes, const char *id, const char *key);
/* A group's text, which may hold bytes that are no text. Empty where there are none. Transfer full. */
GBytes *mopt_withdrawn_notes_get_bytes (GKeyFile *notes, const char *id, const char *key);
void mopt_withdrawn_notes_set_bytes (GKeyFile *notes, const char *id, const char *key, GBytes *bytes);

G_END_DECLS
