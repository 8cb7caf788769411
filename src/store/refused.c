/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line for each: "DIGEST STORED REFUSED", both times in seconds since the epoch. */
#include "store/refused.h"

#include <string.h>

#include "base/file.h"
#include "base/number.h"
#include "base/paths.h"

static char *
digest_of (const MoptSecretKey *key)
{
  g_autofree char *text = g_strdup_printf ("%s\n%s\n%s\n%u\n%s", key->account_id, mopt_protocol_name (key->protocol),
                                           key->host, key->port, key->user);

  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
}

typedef struct
{
  const char *digest;
  guint64 stored;
  gint64 refused;
} Line;

/* FALSE: it says nothing any more, or never did. @words: holds what it points to. */
static gboolean
read_line (const char *text, gint64 now, char ***words, Line *line)
{
  guint64 refused;

  *words = g_strsplit (text, " ", -1);
  if (g_strv_length (*words) != 3 || !mopt_number ((*words)[1], 0, G_MAXUINT64, &line->stored)
      || !mopt_number ((*words)[2], 0, G_MAXINT64, &refused))
    return FALSE;
  line->digest = (*words)[0];
  line->refused = (gint64) refused;
  /* nor does one from the future, of a clock that went wrong */
  return line->refused <= now && now - line->refused < MOPT_REFUSED_SECONDS;
}

typedef struct
{
  const char *digest;
  guint64 modified;
  gint64 now;
} Note;

/* What is out of date goes. */
static char *
on_note (const char *text, gsize length, gsize *new_length, gpointer user_data, GError **error)
{
  const Note *note = user_data;
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GString) now = g_string_new (NULL);

  for (char **l = lines; *l != NULL; l++)
    {
      g_auto (GStrv) words = NULL;
      Line line;

      if (read_line (*l, note->now, &words, &line) && !g_str_equal (line.digest, note->digest))
        g_string_append_printf (now, "%s\n", *l);
    }
  g_string_append_printf (now, "%s %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT "\n", note->digest, note->modified,
                          note->now);
  *new_length = now->len;
  return g_string_free (g_steal_pointer (&now), FALSE);
}

gboolean
mopt_refused_note (const MoptSecretKey *key, guint64 modified, gint64 now, GError **error)
{
  g_autofree char *path = mopt_paths_state ("refused");
  g_autofree char *digest = digest_of (key);
  Note note = { digest, modified, now };

  return mopt_file_update (path, MOPT_FILE_NO_SYNC, on_note, &note, error);
}

gint64
mopt_refused_until (const MoptSecretKey *key, gint64 now, guint64 *modified)
{
  g_autofree char *path = mopt_paths_state ("refused");
  gsize length;
  g_autofree char *text = mopt_file_read (path, &length, NULL, NULL);

  if (text == NULL || length == 0)
    return 0;

  g_autofree char *digest = digest_of (key);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (char **l = lines; *l != NULL; l++)
    {
      g_auto (GStrv) words = NULL;
      Line line;

      if (!read_line (*l, now, &words, &line) || !g_str_equal (line.digest, digest))
        continue;
      *modified = line.stored;
      return line.refused + MOPT_REFUSED_SECONDS;
    }
  return 0;
}
