/* SPDX-License-Identifier: GPL-3.0-or-later */
/* withdrawn.conf: a group for each account that is gone, named by its id:
 *
 *   Date=1790000000      when (seconds since the epoch); not there: it was kept, the account is the user's own
 *   Name=My help desk
 *   NewId=UUID           under which it is the user's own, or would be
 *   Overlay=…            the text of its group in accounts.conf, "" for none; escaped as in addresses, since a comment
 *                        may hold bytes that are no text
 *   Own=…                the text of a group that makes it the user's own account, likewise */
#include "config.h"

#include "base/file.h"
#include "base/paths.h"
#include "store/withdrawn-notes.h"
#include "store/withdrawn.h"

/* NULL: it is damaged. */
static GKeyFile *
parse_notes (const char *text, gsize length)
{
  g_autoptr (GKeyFile) notes = g_key_file_new ();

  return g_key_file_load_from_data (notes, text, length, G_KEY_FILE_NONE, NULL) ? g_steal_pointer (&notes) : NULL;
}

GKeyFile *
mopt_withdrawn_notes_read (void)
{
  g_autofree char *path = mopt_paths_state ("withdrawn.conf");
  gsize length = 0;
  g_autofree char *text = mopt_file_read (path, &length, NULL, NULL);
  GKeyFile *notes = text != NULL ? parse_notes (text, length) : NULL;

  return notes != NULL ? notes : g_key_file_new ();
}

/* What cannot be read is somebody's work all the same: it is put aside before it is written over. */
static char *
notes_to_text (const char *text, gsize length, gsize *new_length, gpointer notes, GError **error)
{
  g_autoptr (GKeyFile) there = parse_notes (text, length);
  g_autofree char *aside = mopt_paths_state ("withdrawn.conf.damaged");

  if (there == NULL && !mopt_file_replace (aside, text, length, 0600, MOPT_FILE_OWN_GROUP, error))
    return NULL;
  return g_key_file_to_data (notes, new_length, NULL);
}

gboolean
mopt_withdrawn_notes_write (GKeyFile *notes, GError **error)
{
  g_autofree char *path = mopt_paths_state ("withdrawn.conf");

  return mopt_file_update (path, MOPT_FILE_DURABLE, notes_to_text, notes, error);
}

char *
mopt_withdrawn_notes_get (GKeyFile *notes, const char *id, const char *key)
{
  char *text = g_key_file_get_string (notes, id, key, NULL);

  return text != NULL ? text : g_strdup ("");
}

void
mopt_withdrawn_notes_set_bytes (GKeyFile *notes, const char *id, const char *key, GBytes *bytes)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  g_autofree char *escaped = g_uri_escape_bytes (data, length, NULL);

  g_key_file_set_string (notes, id, key, escaped);
}

/* Empty where there are none. */
GBytes *
mopt_withdrawn_notes_get_bytes (GKeyFile *notes, const char *id, const char *key)
{
  g_autofree char *escaped = mopt_withdrawn_notes_get (notes, id, key);
  GBytes *bytes = g_uri_unescape_bytes (escaped, -1, NULL, NULL);

  return bytes != NULL ? bytes : g_bytes_new_static ("", 0);
}

static void
withdrawn_free (gpointer data)
{
  MoptWithdrawn *self = data;

  g_free (self->id);
  g_free (self->new_id);
  g_free (self->name);
  g_free (self);
}

static int
by_date (gconstpointer a, gconstpointer b)
{
  const MoptWithdrawn *one = *(MoptWithdrawn *const *) a, *other = *(MoptWithdrawn *const *) b;

  return one->date < other->date ? 1 : one->date > other->date ? -1 : 0;
}

GPtrArray *
mopt_withdrawn_list (void)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (withdrawn_free);
  g_autoptr (GKeyFile) notes = mopt_withdrawn_notes_read ();
  g_auto (GStrv) ids = g_key_file_get_groups (notes, NULL);
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  for (guint i = 0; ids[i] != NULL; i++)
    {
      gint64 date = g_key_file_get_int64 (notes, ids[i], "Date", NULL);
      MoptWithdrawn *withdrawn;

      if (date == 0 || now - date > MOPT_WITHDRAWN_SECONDS)
        continue;
      withdrawn = g_new0 (MoptWithdrawn, 1);
      withdrawn->id = g_strdup (ids[i]);
      withdrawn->new_id = mopt_withdrawn_notes_get (notes, ids[i], "NewId");
      withdrawn->name = mopt_withdrawn_notes_get (notes, ids[i], "Name");
      withdrawn->date = date;
      withdrawn->until = date + MOPT_WITHDRAWN_SECONDS;
      g_ptr_array_add (list, withdrawn);
    }
  g_ptr_array_sort (list, by_date);
  return list;
}

void
mopt_withdrawn_forget (const char *id)
{
  g_autoptr (GKeyFile) notes = mopt_withdrawn_notes_read ();

  if (g_key_file_remove_group (notes, id, NULL))
    mopt_withdrawn_notes_write (notes, NULL); /* else it is offered once more, and found there already */
}
