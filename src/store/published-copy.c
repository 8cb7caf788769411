/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The last line of a copy:
 *   # mail-options copy; length=1234; since=1700000000; former=0; signature=BASE64; etag="x"; origin=/a%20b
 * with a newline before and behind it. Values are escaped as in addresses. One file for text and signature, since two
 * could not be replaced in one step. */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/number.h"
#include "base/signature.h"
#include "store/published-private.h"

#define MARK "# mail-options copy"
#define NOTES_MAX 32768 /* bytes of the last line */

static void
add_note (GString *notes, const char *key, const char *value)
{
  g_string_append_printf (notes, "; %s=", key);
  g_string_append_uri_escaped (notes, value, "/:+=\"", FALSE);
}

GBytes *
mopt_published_copy_pack (const MoptPublishedPair *pair, const char *origin)
{
  gsize length;
  const char *text = g_bytes_get_data (pair->text, &length);
  g_autoptr (GString) notes = g_string_new ("\n" MARK);
  g_autofree char *signature = NULL;

  g_string_append_printf (notes, "; length=%" G_GSIZE_FORMAT "; since=%" G_GINT64_FORMAT "; former=%" G_GUINT64_FORMAT,
                          length, pair->since, pair->former);
  if (pair->signature != NULL)
    {
      signature = g_base64_encode (g_bytes_get_data (pair->signature, NULL), g_bytes_get_size (pair->signature));
      add_note (notes, "signature", signature);
    }
  if (pair->etag != NULL && strlen (pair->etag) <= NOTES_MAX / 16)
    add_note (notes, "etag", pair->etag);
  if (strlen (origin) <= NOTES_MAX / 4)
    add_note (notes, "origin", origin);
  g_string_append_c (notes, '\n');

  guint8 *copy = g_malloc (length + notes->len + 1);
  if (length > 0)
    memcpy (copy, text, length);
  memcpy (copy + length, notes->str, notes->len + 1);
  return g_bytes_new_take (copy, length + notes->len);
}

/* The value of @key among @notes, unescaped, or NULL. */
static char *
get_note (char **notes, const char *key)
{
  gsize length = strlen (key);

  for (char **note = notes; *note != NULL; note++)
    if (strncmp (*note, key, length) == 0 && (*note)[length] == '=')
      return g_uri_unescape_string (*note + length + 1, NULL);
  return NULL;
}

/* @fallback where it is no number. */
static guint64
get_number (char **notes, const char *key, guint64 fallback)
{
  g_autofree char *text = get_note (notes, key);
  guint64 number;

  return text != NULL && mopt_number (text, 0, G_MAXUINT64, &number) ? number : fallback;
}

/* @notes, the last line with a newline before and behind it, as words; NULL: it is none. */
static char **
split_notes (GBytes *notes)
{
  gsize size;
  const char *data = g_bytes_get_data (notes, &size);

  if (data == NULL || size < 2 || size > NOTES_MAX || data[size - 1] != '\n' || memrchr (data, '\n', size - 1) != data
      || memchr (data, '\0', size) != NULL)
    return NULL;
  g_autofree char *line = g_strndup (data + 1, size - 2);
  return g_strsplit (line, "; ", -1);
}

/* The copy that consists of @text and @notes, or NULL: it is none, or damaged. */
static MoptPublishedPair *
pair_new (GBytes *text, GBytes *notes)
{
  g_auto (GStrv) words = split_notes (notes);

  if (words == NULL || g_strcmp0 (words[0], MARK) != 0
      || get_number (words, "length", G_MAXUINT64) != g_bytes_get_size (text))
    return NULL;

  MoptPublishedPair *self = g_new0 (MoptPublishedPair, 1);
  g_autofree char *signature = get_note (words, "signature");
  self->text = g_bytes_ref (text);
  self->notes = g_bytes_ref (notes);
  self->since = (gint64) get_number (words, "since", 0);
  self->former = get_number (words, "former", 0);
  self->etag = get_note (words, "etag");
  if (signature != NULL)
    {
      gsize size;
      guchar *bytes = g_base64_decode (signature, &size);

      self->signature = g_bytes_new_take (bytes, size);
    }
  return self;
}

MoptPublishedPair *
mopt_published_copy_unpack (GBytes *copy)
{
  gsize size;
  const char *data = g_bytes_get_data (copy, &size);
  const char *end = size > 1 ? memrchr (data, '\n', size - 1) : NULL;

  if (end == NULL)
    return NULL;
  g_autoptr (GBytes) text = g_bytes_new_from_bytes (copy, 0, end - data);
  g_autoptr (GBytes) notes = g_bytes_new_from_bytes (copy, end - data, data + size - end);
  return pair_new (text, notes);
}

MoptPublishedPair *
mopt_published_copy_read (const char *path, GBytes *likely)
{
  g_autoptr (GBytes) notes = likely != NULL ? mopt_file_load_behind (path, likely, NOTES_MAX) : NULL;
  MoptPublishedPair *pair = notes != NULL ? pair_new (likely, notes) : NULL;

  if (pair != NULL)
    return pair;
  g_autoptr (GBytes) copy = mopt_file_load (path, MOPT_FILE_MAX, NULL, NULL);
  return copy != NULL ? mopt_published_copy_unpack (copy) : NULL;
}

/* Names the content of the file that @pair was read from. */
static char *
make_etag (const MoptPublishedPair *pair)
{
  g_autoptr (GByteArray) copy = g_byte_array_new ();

  g_byte_array_append (copy, g_bytes_get_data (pair->text, NULL), g_bytes_get_size (pair->text));
  g_byte_array_append (copy, g_bytes_get_data (pair->notes, NULL), g_bytes_get_size (pair->notes));
  return mopt_file_etag ((const char *) copy->data, copy->len);
}

gboolean
mopt_published_copy_write (const char *path, const MoptPublishedPair *pair, const char *origin,
                           const MoptPublishedPair *old, GError **error)
{
  g_autoptr (GBytes) copy = mopt_published_copy_pack (pair, origin);
  g_autofree char *etag = old != NULL ? make_etag (old) : NULL;

  /* nobody but us has anything to put there, and what a link leads to is not ours to write: root may be running this
   * in somebody's home */
  if (g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    unlink (path);
  return mopt_file_write (path, g_bytes_get_data (copy, NULL), g_bytes_get_size (copy), etag, NULL, error);
}
