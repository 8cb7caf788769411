/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/pop-mailbox.h"

#include <string.h>

#include "mail/message.h"

#define MESSAGES_MAX 500000 /* of a maildrop */
#define ID_MAX 70           /* bytes of a unique id (RFC 1939 §7) */
#define BODY_LINES_MAX 5000 /* of a message that is looked for */
#define NEWEST_LINES_MAX 2000 /* of one that is shown */

gboolean
mopt_pop_stat (MoptPop *self, guint64 *n_messages, GError **error)
{
  g_autofree char *text = NULL;

  if (!mopt_pop_run (self, "STAT", MOPT_POP_STEP_MAILBOX, &text, error))
    return FALSE;
  if (!g_ascii_isdigit (text[0]))
    {
      g_set_error (error, MOPT_ERROR, MOPT_ERROR_PROTOCOL, "STAT: no number");
      return FALSE;
    }
  *n_messages = g_ascii_strtoull (text, NULL, 10);
  return TRUE;
}

/* Message number -> unique id, by UIDL; an array with the number of entry i in numbers[i]. */
typedef struct
{
  GPtrArray *ids;
  GArray *numbers;
} Listing;

static void
listing_clear (Listing *listing)
{
  g_clear_pointer (&listing->ids, g_ptr_array_unref);
  g_clear_pointer (&listing->numbers, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Listing, listing_clear)

static void
listing_add (Listing *listing, guint64 number, const char *id)
{
  g_array_append_val (listing->numbers, number);
  g_ptr_array_add (listing->ids, g_strdup (id));
}

/* Without UIDL the numbers have to serve: nothing is deleted by us, so they mostly stay. */
static gboolean
list_numbers (MoptPop *self, Listing *listing, GError **error)
{
  guint64 n;

  if (!mopt_pop_stat (self, &n, error))
    return FALSE;
  for (guint64 i = 1; i <= MIN (n, MESSAGES_MAX); i++)
    {
      g_autofree char *id = g_strdup_printf ("#%" G_GUINT64_FORMAT, i);

      listing_add (listing, i, id);
    }
  return TRUE;
}

static gboolean
list_ids (MoptPop *self, Listing *listing, GError **error)
{
  g_autoptr (GError) cause = NULL;

  *listing = (Listing){ g_ptr_array_new_with_free_func (g_free), g_array_new (FALSE, FALSE, sizeof (guint64)) };
  if (!mopt_pop_run (self, "UIDL", MOPT_POP_STEP_OTHER, NULL, &cause))
    {
      if (mopt_error_is (cause, MOPT_ERROR_COMMAND_REFUSED))
        return list_numbers (self, listing, error);
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }
  for (;;)
    {
      gsize length;
      char *id;
      g_autofree char *line = mopt_pop_read_line (self, TRUE, &length, &cause);

      if (line == NULL && cause != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&cause));
          return FALSE;
        }
      if (line == NULL)
        return TRUE;

      guint64 number = g_ascii_strtoull (line, &id, 10);
      id += strspn (id, " ");
      if (number == 0 || *id == '\0' || strlen (id) > ID_MAX || listing->ids->len >= MESSAGES_MAX)
        {
          g_set_error (error, MOPT_ERROR, MOPT_ERROR_PROTOCOL, "UIDL: not a number and an id");
          return FALSE;
        }
      listing_add (listing, number, id);
    }
}

GHashTable *
mopt_pop_get_ids (MoptPop *self, GError **error)
{
  g_autoptr (GHashTable) ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_auto (Listing) listing = { 0 };

  if (!list_ids (self, &listing, error))
    return NULL;
  for (guint i = 0; i < listing.ids->len; i++)
    g_hash_table_add (ids, g_strdup (listing.ids->pdata[i]));
  return g_steal_pointer (&ids);
}

/* The reply to @command, which is TOP or RETR. */
static GBytes *
retrieve (MoptPop *self, const char *command, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GError) cause = NULL;
  g_autofree char *line = NULL;
  gsize length;

  if (!mopt_pop_run (self, command, MOPT_POP_STEP_OTHER, NULL, error))
    return NULL;
  /* the newest mail need not be ours */
  mopt_pop_set_private (self, TRUE);
  while ((line = mopt_pop_read_line (self, FALSE, &length, &cause)) != NULL)
    {
      g_byte_array_append (bytes, (const guint8 *) line, length);
      g_byte_array_append (bytes, (const guint8 *) "\r\n", 2);
      g_clear_pointer (&line, g_free);
    }
  mopt_pop_set_private (self, FALSE);
  if (cause != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return NULL;
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

/* The header section and @n_lines of the body: by TOP, because RETR marks a message as read on some servers. */
static GBytes *
read_top (MoptPop *self, guint64 number, guint n_lines, GError **error)
{
  g_autofree char *top = g_strdup_printf ("TOP %" G_GUINT64_FORMAT " %u", number, n_lines);
  g_autofree char *retr = g_strdup_printf ("RETR %" G_GUINT64_FORMAT, number);
  g_autoptr (GError) cause = NULL;
  GBytes *bytes = retrieve (self, top, &cause);

  if (bytes == NULL && mopt_error_is (cause, MOPT_ERROR_COMMAND_REFUSED))
    return retrieve (self, retr, error);
  if (bytes == NULL)
    g_propagate_error (error, g_steal_pointer (&cause));
  return bytes;
}

gboolean
mopt_pop_find (MoptPop *self, const char *message_id, GHashTable *seen, GBytes **message, GError **error)
{
  g_auto (Listing) listing = { 0 };

  *message = NULL;
  if (!list_ids (self, &listing, error))
    return FALSE;
  /* the newest first */
  for (guint i = listing.ids->len; i-- > 0;)
    {
      guint64 number = g_array_index (listing.numbers, guint64, i);

      if (!g_hash_table_add (seen, g_strdup (listing.ids->pdata[i])))
        continue;

      g_autoptr (GBytes) headers = read_top (self, number, 0, error);
      if (headers == NULL)
        return FALSE;
      if (!mopt_message_has_id (headers, message_id))
        continue;
      g_autoptr (GBytes) whole = read_top (self, number, BODY_LINES_MAX, error);
      if (whole == NULL)
        return FALSE;
      /* the second answer must be the same message as the first */
      if (!mopt_message_has_id (whole, message_id))
        continue;
      *message = g_steal_pointer (&whole);
      return TRUE;
    }
  return TRUE;
}

gboolean
mopt_pop_newest (MoptPop *self, guint64 n_messages, guint64 *size, GBytes **message, GError **error)
{
  g_autofree char *list = g_strdup_printf ("LIST %" G_GUINT64_FORMAT, n_messages);
  g_autofree char *top = g_strdup_printf ("TOP %" G_GUINT64_FORMAT " %u", n_messages, NEWEST_LINES_MAX);
  g_autofree char *text = NULL;

  *message = NULL;
  if (n_messages == 0)
    return TRUE;
  if (!mopt_pop_run (self, list, MOPT_POP_STEP_OTHER, &text, error))
    return FALSE;

  const char *number = text + strcspn (text, " "); /* "7 1204": the message, its size */
  *size = g_ascii_strtoull (number, NULL, 10);
  *message = retrieve (self, top, error);
  return *message != NULL;
}
