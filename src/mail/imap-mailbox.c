/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/imap-mailbox.h"

#include <string.h>

#include "mail/message.h"
#include "mail/utf7.h"

#define NAMES_BYTES_MAX (8 * 1024 * 1024) /* of all names together */

/* ---- EXAMINE ---- */

static void
on_listed (const char *response, gsize length, gpointer user_data)
{
  g_autofree char *name = NULL;

  if (mopt_imap_parse_list (response, length, &name))
    *(gboolean *) user_data = TRUE;
}

/* Why EXAMINE of @quoted was refused. Without a response code LIST tells whether the mailbox is there. */
static MoptError
examine_cause (MoptImap *self, const MoptImapStatus *status, const char *quoted)
{
  MoptError cause = mopt_imap_cause (MOPT_IMAP_STEP_MAILBOX, status, NULL);

  if (cause != MOPT_ERROR_MAILBOX_REFUSED || status->condition == MOPT_IMAP_BAD)
    return cause;

  g_autofree char *command = g_strdup_printf ("LIST \"\" %s", quoted);
  g_auto (MoptImapStatus) listed = { 0 };
  gboolean is_there = FALSE;

  if (!mopt_imap_run (self, command, on_listed, &is_there, FALSE, &listed, NULL) || listed.condition != MOPT_IMAP_OK)
    return MOPT_ERROR_MAILBOX_REFUSED;
  return is_there ? MOPT_ERROR_MAILBOX_REFUSED : MOPT_ERROR_MAILBOX_MISSING;
}

gboolean
mopt_imap_examine (MoptImap *self, const char *mailbox, guint64 *n_messages, GError **error)
{
  g_autofree char *encoded = mopt_utf7_encode (mailbox);
  /* some servers show, and want, names as they are */
  const char *const spellings[] = { encoded, strcmp (encoded, mailbox) != 0 ? mailbox : NULL, NULL };
  g_autoptr (GError) first = NULL;

  for (guint i = 0; spellings[i] != NULL; i++)
    {
      g_autofree char *quoted = mopt_imap_quote (spellings[i], TRUE);
      if (quoted == NULL) /* control bytes: as UTF-7 or not at all */
        break;

      g_auto (MoptImapStatus) status = { 0 };
      g_autofree char *command = g_strdup_printf ("EXAMINE %s", quoted);

      mopt_imap_forget_mailbox (self);
      if (!mopt_imap_run (self, command, NULL, NULL, FALSE, &status, first == NULL ? error : NULL))
        break;
      if (status.condition == MOPT_IMAP_OK && !mopt_imap_has_exists (self))
        {
          /* RFC 3501 §6.3.1 wants it: without, nothing has been opened */
          g_set_error (error, MOPT_ERROR, MOPT_ERROR_PROTOCOL, "EXAMINE: OK without EXISTS");
          return FALSE;
        }
      if (status.condition == MOPT_IMAP_OK)
        {
          *n_messages = mopt_imap_get_exists (self);
          return TRUE;
        }
      if (first == NULL)
        mopt_imap_fail (self, &status, examine_cause (self, &status, quoted), "EXAMINE", &first);
      if (!g_error_matches (first, MOPT_ERROR, MOPT_ERROR_MAILBOX_MISSING))
        break;
    }
  if (first != NULL)
    g_propagate_error (error, g_steal_pointer (&first));
  return FALSE;
}

/* ---- new messages ---- */

typedef struct
{
  const char *message_id; /* NULL: only the highest UID is wanted */
  guint64 first;          /* lower UIDs don't count: "n:*" always names the last message, too */
  guint64 highest;
  guint64 found;
} Search;

static void
on_headers (const char *response, gsize length, gpointer user_data)
{
  Search *search = user_data;
  g_autoptr (GBytes) headers = NULL;
  guint64 uid;

  if (!mopt_imap_parse_fetch (response, length, &uid, NULL, &headers) || uid < search->first)
    return;
  search->highest = MAX (search->highest, uid);
  if (headers == NULL || search->message_id == NULL)
    return;

  if (mopt_message_has_id (headers, search->message_id))
    search->found = uid;
}

typedef struct
{
  guint64 uid; /* the one that was asked for, */
  const char *message_id; /* and what it must be */
  GBytes **message;
} Body;

static void
on_body (const char *response, gsize length, gpointer user_data)
{
  Body *body = user_data;
  g_autoptr (GBytes) bytes = NULL;
  guint64 uid;

  /* what nobody asked for may be somebody else's mail */
  if (mopt_imap_parse_fetch (response, length, &uid, NULL, &bytes) && uid == body->uid && bytes != NULL
      && *body->message == NULL && mopt_message_has_id (bytes, body->message_id))
    *body->message = g_steal_pointer (&bytes);
}

/* A command that must be answered by OK. */
static gboolean
run_ok (MoptImap *self, const char *command, MoptImapFunc func, gpointer user_data, gboolean many, GError **error)
{
  g_auto (MoptImapStatus) status = { 0 };
  g_autofree char *verb = g_strndup (command, strcspn (command, " "));

  if (!mopt_imap_run (self, command, func, user_data, many, &status, error))
    return FALSE;
  if (status.condition != MOPT_IMAP_OK)
    return mopt_imap_refuse (self, &status, MOPT_IMAP_STEP_OTHER, verb, error);
  return TRUE;
}

gboolean
mopt_imap_next_uid (MoptImap *self, guint64 *next, GError **error)
{
  Search search = { .first = 0 };

  *next = MAX (mopt_imap_get_uid_next (self), 1);
  if (mopt_imap_get_uid_next (self) > 0 || mopt_imap_get_exists (self) == 0)
    return TRUE;
  /* a server that does not foretell it: one more than the last message has */
  if (!run_ok (self, "FETCH * (UID)", on_headers, &search, FALSE, error))
    return FALSE;
  *next = search.highest + 1;
  return TRUE;
}

gboolean
mopt_imap_find (MoptImap *self, const char *message_id, guint64 *next, GBytes **message, GError **error)
{
  Search search = { message_id, *next, 0, 0 };

  *message = NULL;
  /* NOOP lets the server tell what came. Headers instead of SEARCH: some servers index late. */
  if (!run_ok (self, "NOOP", NULL, NULL, FALSE, error))
    return FALSE;
  if (mopt_imap_get_exists (self) == 0)
    return TRUE;

  g_autofree char *headers
      = g_strdup_printf ("UID FETCH %" G_GUINT64_FORMAT ":* (UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])", *next);
  /* other people's mail, but for ours */
  mopt_dialogue_set_private (mopt_imap_get_dialogue (self), TRUE);
  gboolean ok = run_ok (self, headers, on_headers, &search, TRUE, error);
  mopt_dialogue_set_private (mopt_imap_get_dialogue (self), FALSE);
  if (!ok)
    return FALSE;
  *next = MAX (*next, search.highest + 1);
  if (search.found == 0)
    return TRUE;

  g_autofree char *body
      = g_strdup_printf ("UID FETCH %" G_GUINT64_FORMAT " (BODY.PEEK[]<0.%d>)", search.found, MOPT_MESSAGE_BYTES_MAX);
  if (run_ok (self, body, on_body, &(Body){ search.found, message_id, message }, FALSE, error))
    return TRUE;
  g_clear_pointer (message, g_bytes_unref);
  return FALSE;
}

/* ---- the newest message ---- */

typedef struct
{
  guint64 size;
  GBytes *message; /* NULL: not said yet */
} Newest;

static void
on_newest (const char *response, gsize length, gpointer user_data)
{
  Newest *newest = user_data;
  g_autoptr (GBytes) bytes = NULL;
  guint64 uid, size;

  if (newest->message == NULL && mopt_imap_parse_fetch (response, length, &uid, &size, &bytes) && bytes != NULL)
    {
      newest->message = g_steal_pointer (&bytes);
      newest->size = size;
    }
}

gboolean
mopt_imap_newest (MoptImap *self, guint64 *size, GBytes **message, GError **error)
{
  Newest newest = { 0, NULL };
  g_autofree char *command = g_strdup_printf ("FETCH * (RFC822.SIZE BODY.PEEK[]<0.%d>)", MOPT_MESSAGE_BYTES_MAX);

  *message = NULL;
  if (mopt_imap_get_exists (self) == 0)
    return TRUE;

  /* it may be anybody's mail */
  mopt_dialogue_set_private (mopt_imap_get_dialogue (self), TRUE);
  gboolean ok = run_ok (self, command, on_newest, &newest, FALSE, error);
  mopt_dialogue_set_private (mopt_imap_get_dialogue (self), FALSE);
  if (ok && newest.message == NULL)
    {
      g_set_error (error, MOPT_ERROR, MOPT_ERROR_PROTOCOL, "FETCH: no message");
      return FALSE;
    }
  if (!ok)
    {
      g_clear_pointer (&newest.message, g_bytes_unref);
      return FALSE;
    }
  *size = newest.size;
  *message = newest.message;
  return TRUE;
}

/* ---- LIST ---- */

typedef struct
{
  GPtrArray *names;
  gsize bytes;
  gboolean has_inbox;
} Names;

static void
on_mailbox (const char *response, gsize length, gpointer user_data)
{
  Names *names = user_data;
  g_autofree char *name = NULL;

  if (!mopt_imap_parse_list (response, length, &name) || name == NULL)
    return;
  if (g_str_equal (name, "INBOX"))
    names->has_inbox = TRUE;
  else if (names->names->len < MOPT_MAILBOXES_MAX - 1 && names->bytes + strlen (name) < NAMES_BYTES_MAX)
    {
      names->bytes += strlen (name);
      g_ptr_array_add (names->names, g_steal_pointer (&name));
    }
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return g_utf8_collate (*(const char *const *) a, *(const char *const *) b);
}

char **
mopt_imap_list (MoptImap *self, GError **error)
{
  g_autoptr (GPtrArray) array = g_ptr_array_new_with_free_func (g_free);
  Names names = { array, 0, FALSE };

  if (!run_ok (self, "LIST \"\" \"*\"", on_mailbox, &names, TRUE, error))
    return NULL;
  g_ptr_array_sort (array, compare_names);
  if (names.has_inbox)
    g_ptr_array_insert (array, 0, g_strdup ("INBOX"));
  g_ptr_array_add (array, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&array), FALSE);
}
