/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests.conf and from-check.conf: a group for each account, named by its id. The program's own notes: what cannot be
 * read is dropped. */
#include "config.h"

#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "base/paths.h"
#include "model/address.h"
#include "store/known.h"
#include "store/security.h"

#define TESTS "tests.conf"
#define FROM_CHECK "from-check.conf"
#define KEYS "keys.conf"

MoptLastTest *
mopt_last_test_copy (const MoptLastTest *self)
{
  MoptLastTest *copy = g_new (MoptLastTest, 1);

  copy->time = self->time;
  copy->result = g_strdup (self->result);
  copy->code = g_strdup (self->code);
  copy->summary = g_strdup (self->summary);
  copy->fingerprint = g_strdup (self->fingerprint);
  copy->passwords = self->passwords;
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

/* Each row of a list asks for itself, so the file that was read last is kept for as long as it looks the same. */
static struct
{
  GMutex mutex;
  char *path; /* NULL: none */
  struct stat info;
  GKeyFile *file;
} last;

static void
forget_last (void)
{
  g_clear_pointer (&last.path, g_free);
  g_clear_pointer (&last.file, g_key_file_unref);
}

/* Files are replaced, so that another text is another inode. */
static gboolean
is_last (const char *path)
{
  struct stat now;

  return g_strcmp0 (last.path, path) == 0 && stat (path, &now) == 0 && now.st_dev == last.info.st_dev
         && now.st_ino == last.info.st_ino && now.st_size == last.info.st_size
         && now.st_ctim.tv_sec == last.info.st_ctim.tv_sec && now.st_ctim.tv_nsec == last.info.st_ctim.tv_nsec;
}

/* The whole file @name, only to be read, or NULL where there is nothing about the account. */
static GKeyFile *
load (const char *name, const char *account_id)
{
  g_autofree char *path = mopt_paths_state (name);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&last.mutex);

  if (!is_last (path))
    {
      forget_last ();
      g_autoptr (GBytes) text = mopt_file_load (path, MOPT_FILE_MAX, &last.info, NULL);
      if (text == NULL)
        return NULL;
      last.path = g_steal_pointer (&path);
      last.file = parse (g_bytes_get_data (text, NULL), g_bytes_get_size (text));
    }
  return g_key_file_has_group (last.file, account_id) ? g_key_file_ref (last.file) : NULL;
}

typedef struct
{
  const char *account_id;
  void (*write) (GKeyFile *file, const char *account_id, gconstpointer value);
  gconstpointer value; /* NULL: forget */
} Note;

static char *
edit (const char *text, gsize length, gsize *new_length, gpointer user_data, GError **error)
{
  const Note *note = user_data;
  g_autoptr (GKeyFile) file = parse (text, length);

  if (!g_key_file_remove_group (file, note->account_id, NULL) && note->value == NULL)
    return NULL;
  if (note->value != NULL)
    note->write (file, note->account_id, note->value);
  return g_key_file_to_data (file, new_length, NULL);
}

/* Two writes can fall into one tick of the file system's clock: ours are known. */
static gboolean
update (const char *path, MoptFileEdit edit_text, gpointer user_data, GError **error)
{
  gboolean updated = mopt_file_update (path, MOPT_FILE_NO_SYNC, edit_text, user_data, error);

  g_mutex_lock (&last.mutex);
  forget_last ();
  g_mutex_unlock (&last.mutex);
  return updated;
}

static gboolean
save (const char *name, Note note, GError **error)
{
  g_autofree char *path = mopt_paths_state (name);

  return update (path, edit, &note, error);
}

/* --- the last test --- */

MoptLastTest *
mopt_known_get_last_test (const char *account_id)
{
  g_autoptr (GKeyFile) file = load (TESTS, account_id);

  if (file == NULL)
    return NULL;

  MoptLastTest *test = g_new (MoptLastTest, 1);
  test->time = g_key_file_get_int64 (file, account_id, "Time", NULL);
  test->result = get (file, account_id, "Result");
  test->code = get (file, account_id, "Code");
  test->summary = get (file, account_id, "Summary");
  test->fingerprint = get (file, account_id, "Fingerprint");
  test->passwords = MAX (test->time, g_key_file_get_int64 (file, account_id, "Passwords", NULL));
  return test;
}

static void
write_test (GKeyFile *file, const char *account_id, gconstpointer value)
{
  const MoptLastTest *test = value;

  g_key_file_set_int64 (file, account_id, "Time", test->time);
  g_key_file_set_string (file, account_id, "Result", test->result);
  g_key_file_set_string (file, account_id, "Code", test->code);
  g_key_file_set_string (file, account_id, "Summary", test->summary);
  g_key_file_set_string (file, account_id, "Fingerprint", test->fingerprint);
  g_key_file_set_int64 (file, account_id, "Passwords", test->passwords);
}

gboolean
mopt_known_set_last_test (const char *account_id, const MoptLastTest *test, GError **error)
{
  return save (TESTS, (Note){ account_id, write_test, test }, error);
}

gboolean
mopt_known_outdate_last_test (const char *account_id, GError **error)
{
  g_autoptr (MoptLastTest) test = mopt_known_get_last_test (account_id);

  if (test == NULL)
    return TRUE;
  g_free (test->fingerprint);
  test->fingerprint = g_strdup ("");
  return mopt_known_set_last_test (account_id, test, error);
}

/* --- the servers' certificates --- */

typedef struct
{
  const char *account_id;
  const char *server;
  const char *sha256;
  gboolean changed; /* out: there was another one */
} Key;

static char *
edit_key (const char *text, gsize length, gsize *new_length, gpointer user_data, GError **error)
{
  Key *key = user_data;
  g_autoptr (GKeyFile) file = parse (text, length);
  g_autofree char *before = get (file, key->account_id, key->server);

  if (g_str_equal (before, key->sha256))
    return NULL;
  key->changed = *before != '\0';
  g_key_file_set_string (file, key->account_id, key->server, key->sha256);
  return g_key_file_to_data (file, new_length, NULL);
}

static char *
edit_stale (const char *text, gsize length, gsize *new_length, gpointer account_id, GError **error)
{
  g_autoptr (GKeyFile) file = parse (text, length);

  if (!g_key_file_has_group (file, account_id))
    return NULL;
  g_key_file_set_string (file, account_id, "Fingerprint", "");
  return g_key_file_to_data (file, new_length, NULL);
}

/* Read outside of the lock. */
static gboolean
is_noted (const char *path, const Key *key)
{
  gsize length;
  g_autofree char *text = mopt_file_read (path, &length, NULL, NULL);
  g_autoptr (GKeyFile) file = text != NULL ? parse (text, length) : g_key_file_new ();
  g_autofree char *before = get (file, key->account_id, key->server);

  return g_str_equal (before, key->sha256);
}

gboolean
mopt_known_note_key (const char *account_id, const char *server, const char *sha256, GError **error)
{
  g_autofree char *keys = mopt_paths_state (KEYS);
  g_autofree char *tests = mopt_paths_state (TESTS);
  Key key = { account_id, server, sha256, FALSE };

  /* as nearly always: without the lock, which the other side of a test may hold just now */
  if (is_noted (keys, &key))
    return TRUE;
  if (!update (keys, edit_key, &key, error))
    return FALSE;
  return !key.changed || update (tests, edit_stale, (gpointer) account_id, error);
}

/* --- From addresses: lists of the same length, an entry for each address --- */

static void
note_free (gpointer data)
{
  MoptFromNote *note = data;

  g_free (note->address);
  g_free (note->state);
  g_free (note->code);
  g_free (note->sentence);
  g_free (note->words);
  g_free (note);
}

MoptLastFromCheck *
mopt_last_from_check_new (void)
{
  MoptLastFromCheck *self = g_new0 (MoptLastFromCheck, 1);

  self->notes = g_ptr_array_new_with_free_func (note_free);
  return self;
}

void
mopt_last_from_check_free (MoptLastFromCheck *self)
{
  if (self == NULL)
    return;
  g_free (self->fingerprint);
  g_ptr_array_unref (self->notes);
  g_free (self);
}

void
mopt_last_from_check_add (MoptLastFromCheck *self, const MoptFromNote *note)
{
  MoptFromNote *copy = g_new (MoptFromNote, 1);

  copy->address = g_strdup (note->address != NULL ? note->address : "");
  copy->state = g_strdup (note->state != NULL ? note->state : "");
  copy->code = g_strdup (note->code != NULL ? note->code : "");
  copy->sentence = g_strdup (note->sentence != NULL ? note->sentence : "");
  copy->words = g_strdup (note->words != NULL ? note->words : "");
  copy->in_clear = note->in_clear;
  g_ptr_array_add (self->notes, copy);
}

const MoptFromNote *
mopt_last_from_check_find (const MoptLastFromCheck *self, const char *address)
{
  g_autoptr (MoptAddress) wanted = mopt_address_parse (address, NULL);

  for (guint i = 0; wanted != NULL && i < self->notes->len; i++)
    {
      const MoptFromNote *note = g_ptr_array_index (self->notes, i);

      if (mopt_address_matches (wanted, note->address))
        return note;
    }
  return NULL;
}

/* The lists of the file, and where each goes. */
static const struct
{
  const char *key;
  gsize offset;
} lists[] = {
  { "Addresses", G_STRUCT_OFFSET (MoptFromNote, address) },  { "States", G_STRUCT_OFFSET (MoptFromNote, state) },
  { "Codes", G_STRUCT_OFFSET (MoptFromNote, code) },         { "Sentences", G_STRUCT_OFFSET (MoptFromNote, sentence) },
  { "ServerWords", G_STRUCT_OFFSET (MoptFromNote, words) },
};

MoptLastFromCheck *
mopt_known_get_from_check (const char *account_id)
{
  g_autoptr (GKeyFile) file = load (FROM_CHECK, account_id);
  char **columns[G_N_ELEMENTS (lists)] = { NULL };
  gsize n = 0, n_clear = 0;

  if (file == NULL)
    return NULL;

  g_autofree gboolean *in_clear = g_key_file_get_boolean_list (file, account_id, "InClear", &n_clear, NULL);
  MoptLastFromCheck *check = mopt_last_from_check_new ();
  check->time = g_key_file_get_int64 (file, account_id, "Time", NULL);
  check->fingerprint = get (file, account_id, "Fingerprint");
  for (guint column = 0; column < G_N_ELEMENTS (lists); column++)
    {
      gsize length = 0;

      columns[column] = g_key_file_get_string_list (file, account_id, lists[column].key, &length, NULL);
      n = column == 0 ? length : MIN (n, length);
    }
  for (gsize i = 0; i < n; i++)
    {
      MoptFromNote note = { .in_clear = i < n_clear && in_clear[i] };

      for (guint column = 0; column < G_N_ELEMENTS (lists); column++)
        G_STRUCT_MEMBER (char *, &note, lists[column].offset) = columns[column][i];
      mopt_last_from_check_add (check, &note);
    }
  for (guint column = 0; column < G_N_ELEMENTS (lists); column++)
    g_strfreev (columns[column]);
  return check;
}

static void
write_from_check (GKeyFile *file, const char *account_id, gconstpointer value)
{
  const MoptLastFromCheck *check = value;
  g_autofree const char **cells = g_new0 (const char *, check->notes->len + 1);

  g_key_file_set_int64 (file, account_id, "Time", check->time);
  g_key_file_set_string (file, account_id, "Fingerprint", check->fingerprint);
  for (guint column = 0; column < G_N_ELEMENTS (lists); column++)
    {
      for (guint i = 0; i < check->notes->len; i++)
        cells[i] = G_STRUCT_MEMBER (char *, g_ptr_array_index (check->notes, i), lists[column].offset);
      g_key_file_set_string_list (file, account_id, lists[column].key, cells, check->notes->len);
    }
  g_autofree gboolean *in_clear = g_new0 (gboolean, check->notes->len + 1);
  for (guint i = 0; i < check->notes->len; i++)
    in_clear[i] = ((const MoptFromNote *) g_ptr_array_index (check->notes, i))->in_clear;
  g_key_file_set_boolean_list (file, account_id, "InClear", in_clear, check->notes->len);
}

gboolean
mopt_known_set_from_check (const char *account_id, const MoptLastFromCheck *check, GError **error)
{
  return save (FROM_CHECK, (Note){ account_id, write_from_check, check }, error);
}

gboolean
mopt_known_forget (const char *account_id, GError **error)
{
  gboolean ok = mopt_known_set_last_test (account_id, NULL, error);

  ok = mopt_known_set_from_check (account_id, NULL, ok ? error : NULL) && ok;
  ok = save (KEYS, (Note){ account_id, NULL, NULL }, ok ? error : NULL) && ok;
  return mopt_security_forget (account_id, ok ? error : NULL) && ok;
}
