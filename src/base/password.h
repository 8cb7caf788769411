/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* A secret: counted, immutable, in memory that is locked where the system allows it, wiped at the last unref.
 * Never a GObject property, never in a hash table, never printed. The bytes may hold anything but NUL, and are
 * never trimmed. */
typedef struct _MoptPassword MoptPassword;

#define MOPT_TYPE_PASSWORD (mopt_password_get_type ())
GType mopt_password_get_type (void);

/* Copies @text; the caller wipes his own. */
MoptPassword *mopt_password_new (const char *text);
/* As above, @length bytes. */
MoptPassword *mopt_password_new_bytes (const char *bytes, gsize length);
/* Reads the file @fd to its end without a copy elsewhere, at most @max bytes; one newline at the end is not part of it.
 * NULL: errno in @failure, EMSGSIZE where there is more. Blocks. */
MoptPassword *mopt_password_read (int fd, gsize max, int *failure);
MoptPassword *mopt_password_ref (MoptPassword *self);
void mopt_password_unref (MoptPassword *self);

/* The text, NUL-terminated; borrowed, never to be copied into memory that is not wiped. */
const char *mopt_password_peek (const MoptPassword *self);
gsize mopt_password_length (const MoptPassword *self);
gboolean mopt_password_equal (const MoptPassword *a, const MoptPassword *b);

/* No core file of this process from here on: beside MoptPassword a password lies in entries, and for a moment in what
 * is sent. For main (), before there is any. */
void mopt_password_forbid_core (void);

/* Overwrites @length bytes so that the compiler cannot leave it out. @memory may be NULL. */
void mopt_wipe (gpointer memory, gsize length);
/* Wipes and frees a text that held something secret. @text may be NULL. */
void mopt_wipe_free (char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptPassword, mopt_password_unref)

/* A text that is wiped when it goes out of scope: mopt_autowipe char *line = NULL; */
static inline void
mopt_wipe_free_indirect (char **text)
{
  mopt_wipe_free (*text);
}
#define mopt_autowipe __attribute__ ((cleanup (mopt_wipe_free_indirect)))

G_END_DECLS
