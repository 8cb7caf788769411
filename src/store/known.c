/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests.conf: a group for each account, named by its id. The program's own notes: what cannot be read is dropped. */
#include "config.h"

#include "base/error.h"
#include "base/file.h"
#include "base/paths.h"
#include "store/known.h"
#include "store/security.h"

MoptLastTest *
mopt_last_test_copy (const MoptLastTest *self)
{
  MoptLastTest *copy = g_new (MoptLastTest, 1);

  copy->time = self->time;
  copy->result = g_strdup (self->result);
  copy->code = g_strdup (self->code);
  copy->summary = g_strdup (self->summary);
  copy->fingerprint = g_strdup (self->fingerprint);
  return copy;
}

void
mopt_last_test_free (MoptLastTest *self)
{
  if (self == NULL)
    return;
  g_free (self->result);
  g_free (self->code);
  g_free (self->summary);
  g_free (self->fingerprint);
  g_free (self);
}

static GKeyFile *
parse (const char *text, gsize length)
{
  GKeyFile *file = g_key_file_new ();

  if (!g_key_file_load_from_data (file, text, length, G_KEY_FILE_NONE, NULL))
    {
      g_key_file_unref (file);
      file = g_key_file_new ();
    }
  return file;
}

/* Never NULL. */
static char *
get (GKeyFile *file, const char *account_id, const char *key)
{
  char *text = g_key_file_get_string (file, account_id, key, NULL);

  return text != NULL ? text : g_strdup ("");
}

MoptLastTest *
mopt_known_get_last_test (const char *account_id)
{
  g_autofree char *path = mopt_paths_state ("tests.conf");
  gsize length;
  g_autofree char *text = mopt_file_read (path, &length, NULL, NULL);

  if (text == NULL)
    return NULL;
  g_autoptr (GKeyFile) file = parse (text, length);
  if (!g_key_file_has_group (file, account_id))
    return NULL;

  MoptLastTest *test = g_new (MoptLastTest, 1);
  test->time = g_key_file_get_int64 (file, account_id, "Time", NULL);
  test->result = get (file, account_id, "Result");
  test->code = get (file, account_id, "Code");
  test->summary = get (file, account_id, "Summary");
  test->fingerprint = get (file, account_id, "Fingerprint");
  return test;
}

typedef struct
{
  const char *account_id;
  const MoptLastTest *test; /* NULL: forget */
} Note;

static char *
edit (const char *text, gsize length, gsize *new_length, gpointer user_data, GError **error)
{
  const Note *note = user_data;
  g_autoptr (GKeyFile) file = parse (text, length);

  if (!g_key_file_remove_group (file, note->account_id, NULL) && note->test == NULL)
    return NULL;
  if (note->test != NULL)
    {
      g_key_file_set_int64 (file, note->account_id, "Time", note->test->time);
      g_key_file_set_string (file, note->account_id, "Result", note->test->result);
      g_key_file_set_string (file, note->account_id, "Code", note->test->code);
      g_key_file_set_string (file, note->account_id, "Summary", note->test->summary);
      g_key_file_set_string (file, note->account_id, "Fingerprint", note->test->fingerprint);
    }
  return g_key_file_to_data (file, new_length, NULL);
}

gboolean
mopt_known_set_last_test (const char *account_id, const MoptLastTest *test, GError **error)
{
  g_autofree char *path = mopt_paths_state ("tests.conf");
  Note note = { account_id, test };

  return mopt_file_update (path, MOPT_FILE_NO_SYNC, edit, &note, error);
}

gboolean
mopt_known_forget (const char *account_id, GError **error)
{
  gboolean ok = mopt_known_set_last_test (account_id, NULL, error);

  return mopt_security_forget (account_id, ok ? error : NULL) && ok;
}
