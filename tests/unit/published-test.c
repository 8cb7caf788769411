/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "published-test.h"

#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>

static char *state_folder;

void
mopt_published_test_init (int *argc, char ***argv)
{
  setlocale (LC_ALL, "");
  state_folder = g_dir_make_tmp ("mopt-XXXXXX", NULL);
  g_setenv ("XDG_STATE_HOME", state_folder, TRUE);
  g_test_init (argc, argv, NULL);
}

int
mopt_published_test_run (void)
{
  int code = g_test_run ();

  mopt_published_test_remove (state_folder);
  g_free (state_folder);
  return code;
}

void
mopt_published_test_remove (const char *path)
{
  g_autoptr (GDir) dir = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      mopt_published_test_remove (child);
    }
  g_remove (path);
}

static MoptPrivateKey *
make_key (MoptPublishedTest *f, MoptPublicKey *public)
{
  g_autofree char *path = g_build_filename (f->folder, "key", NULL);
  g_autofree char *public_path = g_build_filename (f->folder, "key.pub", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (mopt_private_key_generate (path, NULL, public, &error));
  g_assert_no_error (error);
  MoptPrivateKey *key = mopt_private_key_read (path, NULL, &error);
  g_assert_no_error (error);
  g_remove (path);
  g_remove (public_path);
  return key;
}

void
mopt_published_test_set_up (MoptPublishedTest *f, gconstpointer data)
{
  f->folder = g_dir_make_tmp ("mopt-XXXXXX", NULL);
  f->path = g_build_filename (f->folder, "published.conf", NULL);
  f->signature_path = g_strconcat (f->path, ".sig", NULL);
  f->source_path = g_build_filename (f->folder, "source.conf", NULL);
  f->key = make_key (f, &f->public);
  f->other_key = make_key (f, &f->other_public);
  f->now = g_get_real_time () / G_USEC_PER_SEC + 90;
  g_setenv ("MAIL_OPTIONS_SOURCE", f->source_path, TRUE);
  g_unsetenv ("MAIL_OPTIONS_PUBLISHED");
}

void
mopt_published_test_tear_down (MoptPublishedTest *f, gconstpointer data)
{
  mopt_published_test_remove (f->folder);
  g_free (f->folder);
  g_free (f->path);
  g_free (f->signature_path);
  g_free (f->source_path);
  mopt_private_key_free (f->key);
  mopt_private_key_free (f->other_key);
}

void
mopt_published_test_put (const char *path, const void *bytes, gsize length)
{
  g_autoptr (GError) error = NULL;

  mopt_published_test_remove (path);
  g_file_set_contents_full (path, bytes, length, G_FILE_SET_CONTENTS_NONE, 0644, &error);
  g_assert_no_error (error);
}

void
mopt_published_test_source (MoptPublishedTest *f, gboolean url, const MoptPublicKey *key)
{
  g_autofree char *base64 = key != NULL ? mopt_public_key_to_text (key) : NULL;
  g_autofree char *text = g_strdup_printf ("[Source]\n%s%s%s\n", url ? "Url=" TEST_URL "\n" : "",
                                           key != NULL ? "PublicKey=" : "", key != NULL ? base64 : "");

  mopt_published_test_put (f->source_path, text, strlen (text));
}

char *
mopt_published_test_text (guint serial, gint64 expires)
{
  g_autoptr (GDateTime) end = g_date_time_new_from_unix_utc (expires);
  g_autofree char *end_text = g_date_time_format_iso8601 (end);

  return g_strdup_printf ("[Publication]\nFormat=1\nOrganization=Example Corp\nContact=help@example.com\nSerial=%u\n"
                          "%s%s\n\n[Account helpdesk]\nKind=imap\nName=Help desk\nincoming-host=imap.example.com\n",
                          serial, expires != 0 ? "Expires=" : "", expires != 0 ? end_text : "");
}

void
mopt_published_test_publish (MoptPublishedTest *f, const char *text, gsize length, MoptPrivateKey *key)
{
  mopt_published_test_remove (f->signature_path);
  if (key != NULL)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (text, length);
      g_autoptr (GBytes) signature = mopt_signature_sign (key, bytes, NULL);

      mopt_published_test_put (f->signature_path, g_bytes_get_data (signature, NULL), g_bytes_get_size (signature));
    }
  mopt_published_test_put (f->path, text, length);
}

void
mopt_published_test_serial (MoptPublishedTest *f, guint serial, MoptPrivateKey *key)
{
  g_autofree char *text = mopt_published_test_text (serial, 0);

  mopt_published_test_publish (f, text, strlen (text), key);
}

/* Reads the serial from the text itself, by other means than the program. */
static guint
serial_of (GBytes *text)
{
  g_autofree char *copy = g_strndup (g_bytes_get_data (text, NULL), g_bytes_get_size (text));
  const char *found = strstr (copy, "\nSerial=");

  g_assert_nonnull (found);
  return (guint) g_ascii_strtoull (found + strlen ("\nSerial="), NULL, 10);
}

MoptPublished *
mopt_published_test_check (MoptPublishedTest *f, MoptPublishedState state, int code, guint serial)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MoptPublishedPlace) place = mopt_published_place_new (&error);
  g_assert_no_error (error);
  MoptPublished *found = mopt_published_load_at (place, NULL, f->now);

  if (found->problem != NULL)
    g_test_message ("%s", found->problem);
  g_assert_cmpint (found->state, ==, state);
  if (code < 0)
    {
      g_assert_no_error (found->error);
      g_assert_null (found->problem);
    }
  else
    {
      g_assert_error (found->error, MOPT_ERROR, code);
      g_assert_true (g_str_has_prefix (found->problem, found->error->message));
      g_assert_true (g_str_has_suffix (found->problem, "."));
    }
  g_assert_true ((found->text == NULL) == (serial == 0));
  g_assert_true ((found->file == NULL) == (serial == 0));
  g_assert_true ((found->retry > 0)
                 == (code == MOPT_ERROR_PUBLICATION_CHANGING || code == MOPT_ERROR_PUBLICATION_SILENT));
  if (serial != 0)
    {
      g_autofree char *text = NULL;

      g_assert_cmpuint (serial_of (found->text), ==, serial);
      /* the file that is named has this text, and its lines count from its first */
      g_assert_true (g_file_get_contents (found->file, &text, NULL, NULL));
      g_assert_cmpmem (text, MIN (strlen (text), g_bytes_get_size (found->text)), g_bytes_get_data (found->text, NULL),
                       g_bytes_get_size (found->text));
    }
  return found;
}

void
mopt_published_test_assert (MoptPublishedTest *f, MoptPublishedState state, int code, guint serial)
{
  mopt_published_unref (mopt_published_test_check (f, state, code, serial));
}
