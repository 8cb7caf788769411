/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What else decides: time, keys, try-outs, what was forgotten, damage to the copy, and who may write the files. */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "published-test.h"

#define NONE MOPT_PUBLISHED_NONE
#define CURRENT MOPT_PUBLISHED_CURRENT
#define LAST_GOOD MOPT_PUBLISHED_LAST_GOOD
#define WELL -1

static gboolean
warns (const MoptPublished *published, const char *words)
{
  for (char **warning = published->warnings; *warning != NULL; warning++)
    if (strstr (*warning, words) != NULL)
      return TRUE;
  return FALSE;
}

/* A pair that does not fit is being replaced for a minute from its last change on, then forged. */
static void
test_being_replaced (MoptPublishedTest *f, gconstpointer data)
{
  g_autofree char *next = mopt_published_test_text (2, 0);
  gint64 changed;

  mopt_published_test_source (f, FALSE, &f->public);
  mopt_published_test_serial (f, 1, f->key);
  mopt_published_test_assert (f, CURRENT, WELL, 1);

  mopt_published_test_put (f->path, next, strlen (next));
  changed = g_get_real_time () / G_USEC_PER_SEC;
  const struct
  {
    gint64 after; /* s, give or take the one in which the file was written */
    int code;
  } looks[] = {
    { 0, MOPT_ERROR_PUBLICATION_CHANGING },   { 58, MOPT_ERROR_PUBLICATION_CHANGING },
    { 61, MOPT_ERROR_PUBLICATION_FORGED },    { 1000000000, MOPT_ERROR_PUBLICATION_FORGED },
    { -58, MOPT_ERROR_PUBLICATION_CHANGING }, /* the share's clock is fast */
    { -62, MOPT_ERROR_PUBLICATION_FORGED },
  };
  for (guint i = 0; i < G_N_ELEMENTS (looks); i++)
    {
      f->now = changed + looks[i].after;
      mopt_published_test_assert (f, LAST_GOOD, looks[i].code, 1);
    }

  /* the last of the two changes counts: here the signature's, which came a second later */
  mopt_published_test_serial (f, 3, f->key);
  mopt_published_test_put (f->path, next, strlen (next));
  changed = g_get_real_time () / G_USEC_PER_SEC;
  g_usleep (1100000);
  mopt_published_test_put (f->signature_path, "x", 1);
  f->now = changed + 60;
  mopt_published_test_assert (f, LAST_GOOD, MOPT_ERROR_PUBLICATION_CHANGING, 1);

  /* the signature came first, the text follows */
  mopt_published_test_serial (f, 2, f->key);
  mopt_published_test_assert (f, CURRENT, WELL, 2);
}

/* The date ends what is accepted, not what is in force; and the clock may be wrong. */
static void
test_expiry (MoptPublishedTest *f, gconstpointer data)
{
  gint64 start = f->now, end = start + 30 * 24 * 3600;
  g_autofree char *text = mopt_published_test_text (1, end);

  mopt_published_test_source (f, FALSE, &f->public);
  mopt_published_test_publish (f, text, strlen (text), f->key);
  g_autoptr (MoptPublished) fresh = mopt_published_test_check (f, CURRENT, WELL, 1);
  g_assert_false (warns (fresh, "until"));
  f->now = end - 7 * 24 * 3600;
  g_autoptr (MoptPublished) late = mopt_published_test_check (f, CURRENT, WELL, 1);
  g_assert_true (warns (late, "until"));

  f->now = end;
  g_autoptr (MoptPublished) over = mopt_published_test_check (f, LAST_GOOD, MOPT_ERROR_PUBLICATION_EXPIRED, 1);
  g_assert_nonnull (strstr (over->problem, "clock"));
  g_assert_nonnull (strstr (over->problem, "stays in force"));
  g_assert_true (over->verified);

  /* on a new computer whose clock is wrong it says so, and comes in force when that is mended */
  g_assert_true (mopt_published_forget (NULL));
  g_autoptr (MoptPublished) new = mopt_published_test_check (f, NONE, MOPT_ERROR_PUBLICATION_EXPIRED, 0);
  g_assert_nonnull (strstr (new->problem, "clock"));
  f->now = start;
  mopt_published_test_assert (f, CURRENT, WELL, 1);
}

/* Without a signature an older one is accepted, and that is told as long as it is in force. */
static void
test_older_unsigned (MoptPublishedTest *f, gconstpointer data)
{
  mopt_published_test_source (f, FALSE, NULL);
  mopt_published_test_serial (f, 7, NULL);
  g_autoptr (MoptPublished) first = mopt_published_test_check (f, CURRENT, WELL, 7);
  g_assert_false (warns (first, "older"));
  mopt_published_test_serial (f, 3, NULL);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (MoptPublished) older = mopt_published_test_check (f, CURRENT, WELL, 3);

      g_assert_true (warns (older, "7"));
    }
  mopt_published_test_serial (f, 8, NULL);
  g_autoptr (MoptPublished) newer = mopt_published_test_check (f, CURRENT, WELL, 8);
  g_assert_false (warns (newer, "older"));
}

/* Another key: what the former one signed counts no more, neither the file nor the copy. */
static void
test_other_key (MoptPublishedTest *f, gconstpointer data)
{
  mopt_published_test_source (f, FALSE, &f->public);
  mopt_published_test_serial (f, 5, f->key);
  mopt_published_test_assert (f, CURRENT, WELL, 5);

  mopt_published_test_source (f, FALSE, &f->other_public);
  mopt_published_test_assert (f, NONE, MOPT_ERROR_PUBLICATION_FORGED, 0);
  g_remove (f->path);
  mopt_published_test_assert (f, NONE, WELL, 0);

  /* a serial of the former publisher does not hinder the new one */
  mopt_published_test_serial (f, 1, f->other_key);
  mopt_published_test_assert (f, CURRENT, WELL, 1);

  /* the same text, signed anew: the copy has the new signature */
  mopt_published_test_source (f, FALSE, &f->public);
  mopt_published_test_serial (f, 1, f->key);
  mopt_published_test_assert (f, CURRENT, WELL, 1);
  g_remove (f->path);
  mopt_published_test_assert (f, LAST_GOOD, MOPT_ERROR_PUBLICATION_GONE, 1);
}

/* An unsigned publication was in force before signatures were asked for: its copy is none. */
static void
test_key_comes (MoptPublishedTest *f, gconstpointer data)
{
  mopt_published_test_source (f, FALSE, NULL);
  mopt_published_test_serial (f, 5, NULL);
  g_autoptr (MoptPublished) before = mopt_published_test_check (f, CURRENT, WELL, 5);
  g_assert_false (before->verified);
  mopt_published_test_source (f, FALSE, &f->public);
  mopt_published_test_assert (f, NONE, MOPT_ERROR_PUBLICATION_FORGED, 0);
  mopt_published_test_serial (f, 1, f->key);
  g_autoptr (MoptPublished) now = mopt_published_test_check (f, CURRENT, WELL, 1);
  g_assert_true (now->said->publication->verified);

  /* what was read before, unsigned, is not taken for signed, nor the other way round */
  mopt_published_test_source (f, FALSE, NULL);
  g_autoptr (MoptPublished) open = mopt_published_reload (now);
  g_assert_true (now->said->publication->verified);
  g_assert_false (open->said->publication->verified);
  mopt_published_test_source (f, FALSE, &f->public);
  g_autoptr (MoptPublished) again = mopt_published_reload (open);
  g_assert_false (open->said->publication->verified);
  g_assert_true (again->said->publication->verified);
}

/* A source.conf that is not understood opens no door, not even to what was good before. */
static void
test_broken_source (MoptPublishedTest *f, gconstpointer data)
{
  mopt_published_test_source (f, FALSE, &f->public);
  mopt_published_test_serial (f, 5, f->key);
  mopt_published_test_assert (f, CURRENT, WELL, 5);

  mopt_published_test_put (f->source_path, "[Source]\nPublickey=x\n", 21);
  g_autoptr (MoptPublished) published = mopt_published_load ();
  g_assert_cmpint (published->state, ==, NONE);
  g_assert_error (published->error, MOPT_ERROR, MOPT_ERROR_SOURCE_BROKEN);
  g_assert_null (published->text);
  g_assert_nonnull (strstr (published->problem, "source.conf, line 2: "));
  g_assert_cmpstr (published->origin, ==, f->source_path);
  g_assert_false (mopt_published_forget (NULL));
  g_autofree char *watched = mopt_published_get_watched ();
  g_assert_cmpstr (watched, ==, f->path);

  /* once it is mended all is as before */
  mopt_published_test_source (f, FALSE, &f->public);
  mopt_published_test_assert (f, CURRENT, WELL, 5);
}

/* A try-out needs no signature and leaves the real one alone, though it be the same file. */
static void
test_tryout (MoptPublishedTest *f, gconstpointer data)
{
  mopt_published_test_source (f, FALSE, &f->public);
  mopt_published_test_serial (f, 5, f->key);
  mopt_published_test_assert (f, CURRENT, WELL, 5);

  mopt_published_test_serial (f, 9, NULL);
  g_setenv ("MAIL_OPTIONS_PUBLISHED", f->path, TRUE);
  g_autoptr (MoptPublished) tryout = mopt_published_test_check (f, CURRENT, WELL, 9);
  g_assert_true (tryout->is_tryout);
  g_assert_false (tryout->verified);
  g_autofree char *watched = mopt_published_get_watched ();
  g_assert_cmpstr (watched, ==, f->path);
  mopt_published_test_serial (f, 8, NULL);
  mopt_published_test_assert (f, CURRENT, WELL, 8);
  g_remove (f->path);
  mopt_published_test_assert (f, LAST_GOOD, MOPT_ERROR_PUBLICATION_GONE, 8);
  g_assert_true (mopt_published_forget (NULL));
  mopt_published_test_assert (f, NONE, MOPT_ERROR_PUBLICATION_GONE, 0); /* it was named, so it should be there */

  g_unsetenv ("MAIL_OPTIONS_PUBLISHED");
  mopt_published_test_assert (f, LAST_GOOD, MOPT_ERROR_PUBLICATION_GONE, 5);
  mopt_published_test_serial (f, 6, f->key);
  mopt_published_test_assert (f, CURRENT, WELL, 6);
}

/* The same for the file of the system itself, and for one that another source.conf stands for. */
static void
test_apart (MoptPublishedTest *f, gconstpointer data)
{
  g_autoptr (GHashTable) keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  g_unsetenv ("MAIL_OPTIONS_SOURCE");
  g_autoptr (MoptPublishedPlace) system = mopt_published_place_new_for (g_new0 (MoptSourceFile, 1));
  g_assert_false (system->is_tryout);
  g_assert_true (g_hash_table_add (keys, g_strdup (system->key)));

  g_setenv ("MAIL_OPTIONS_PUBLISHED", system->origin, TRUE);
  g_autoptr (MoptPublishedPlace) tryout = mopt_published_place_new (NULL);
  g_assert_cmpstr (tryout->origin, ==, system->origin);
  g_assert_true (tryout->is_tryout);
  g_assert_true (g_hash_table_add (keys, g_strdup (tryout->key)));
  g_unsetenv ("MAIL_OPTIONS_PUBLISHED");

  g_autofree char *folder = g_path_get_dirname (system->origin);
  g_autofree char *other = g_build_filename (folder, "other.conf", NULL);
  g_setenv ("MAIL_OPTIONS_SOURCE", other, TRUE);
  MoptSourceFile *source = g_new0 (MoptSourceFile, 1);
  source->path = g_strdup (other);
  g_autoptr (MoptPublishedPlace) beside = mopt_published_place_new_for (source);
  g_assert_cmpstr (beside->origin, ==, system->origin);
  g_assert_true (beside->is_tryout);
  g_assert_true (g_hash_table_add (keys, g_strdup (beside->key)));
}

/* Any byte of the two files flipped, and either of them cut short: never in force. */
static void
test_flipped (MoptPublishedTest *f, gconstpointer data)
{
  mopt_published_test_source (f, FALSE, &f->public);
  mopt_published_test_serial (f, 1, f->key);
  mopt_published_test_assert (f, CURRENT, WELL, 1);
  mopt_published_test_serial (f, 2, f->key);

  const char *const paths[] = { f->path, f->signature_path };
  for (guint file = 0; file < G_N_ELEMENTS (paths); file++)
    {
      g_autofree char *bytes = NULL;
      gsize length;

      g_assert_true (g_file_get_contents (paths[file], &bytes, &length, NULL));
      for (gsize i = 0; i < length; i++)
        {
          bytes[i] ^= 1 << i % 8;
          mopt_published_test_put (paths[file], bytes, length);
          mopt_published_test_assert (f, LAST_GOOD, MOPT_ERROR_PUBLICATION_FORGED, 1);
          bytes[i] ^= 1 << i % 8;
          mopt_published_test_put (paths[file], bytes, i);
          mopt_published_test_assert (f, LAST_GOOD, MOPT_ERROR_PUBLICATION_FORGED, 1);
        }
      mopt_published_test_put (paths[file], bytes, length);
    }
  mopt_published_test_assert (f, CURRENT, WELL, 2);
}

static char *
get_copy_path (void)
{
  g_autoptr (MoptPublishedPlace) place = mopt_published_place_new (NULL);

  return mopt_published_place_get_copy_path (place);
}

/* A link in the place of the copy is replaced; what it leads to is nobody's to write. */
static void
test_linked_copy (MoptPublishedTest *f, gconstpointer data)
{
  g_autofree char *other = g_build_filename (f->folder, "other", NULL);
  g_autofree char *path = NULL, *left = NULL;

  mopt_published_test_source (f, FALSE, &f->public);
  mopt_published_test_serial (f, 1, f->key);
  mopt_published_test_assert (f, CURRENT, WELL, 1);
  path = get_copy_path ();
  mopt_published_test_remove (path);
  mopt_published_test_put (other, "precious", 8);
  g_assert_cmpint (symlink (other, path), ==, 0);
  mopt_published_test_assert (f, CURRENT, WELL, 1);
  g_assert_false (g_file_test (path, G_FILE_TEST_IS_SYMLINK));
  g_assert_true (g_file_get_contents (other, &left, NULL, NULL));
  g_assert_cmpstr (left, ==, "precious");
  mopt_published_test_remove (other);
  mopt_published_test_remove (f->path);
  mopt_published_test_assert (f, LAST_GOOD, MOPT_ERROR_PUBLICATION_GONE, 1);
}

/* The same for the copy: it is never in force unless every byte that counts is right. */
static void
test_damaged_copy (MoptPublishedTest *f, gconstpointer data)
{
  g_autofree char *text = mopt_published_test_text (1, 0);
  g_autofree char *path = NULL, *bytes = NULL;
  gsize length;

  mopt_published_test_source (f, FALSE, &f->public);
  mopt_published_test_serial (f, 1, f->key);
  mopt_published_test_assert (f, CURRENT, WELL, 1);
  path = get_copy_path ();
  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  g_remove (f->path);
  mopt_published_test_assert (f, LAST_GOOD, MOPT_ERROR_PUBLICATION_GONE, 1);

  for (gsize i = 0; i < length; i++)
    {
      g_autoptr (MoptPublishedPlace) place = mopt_published_place_new (NULL);

      mopt_published_test_put (path, bytes, i);
      g_autoptr (MoptPublished) cut = mopt_published_load_at (place, NULL, f->now);
      g_assert_cmpint (cut->state, ==, NONE);

      bytes[i] ^= 1 << i % 7;
      mopt_published_test_put (path, bytes, length);
      bytes[i] ^= 1 << i % 7;
      g_autoptr (MoptPublished) flipped = mopt_published_load_at (place, NULL, f->now);
      if (flipped->state == NONE)
        continue;
      /* only a note that nobody signs */
      g_assert_cmpuint (i, >, strlen (text));
      g_assert_cmpmem (g_bytes_get_data (flipped->text, NULL), g_bytes_get_size (flipped->text), text, strlen (text));
    }

  /* a damaged copy does not hinder the next publication */
  mopt_published_test_put (path, "junk", 4);
  mopt_published_test_serial (f, 1, f->key);
  mopt_published_test_assert (f, CURRENT, WELL, 1);
  g_remove (f->path);
  mopt_published_test_assert (f, LAST_GOOD, MOPT_ERROR_PUBLICATION_GONE, 1);
}

/* The copy is written where the content changed, and only there; where it cannot be written that is told. */
static void
test_writes (MoptPublishedTest *f, gconstpointer data)
{
  g_autofree char *path = NULL;
  struct stat first, second;

  mopt_published_test_source (f, FALSE, NULL);
  mopt_published_test_serial (f, 1, NULL);
  mopt_published_test_assert (f, CURRENT, WELL, 1);
  path = get_copy_path ();
  g_assert_cmpint (g_stat (path, &first), ==, 0);
  g_assert_cmpint (first.st_mode & 0777, ==, 0600);
  mopt_published_test_serial (f, 1, NULL); /* another file with the same text */
  mopt_published_test_assert (f, CURRENT, WELL, 1);
  g_assert_cmpint (g_stat (path, &second), ==, 0);
  g_assert_cmpint (first.st_ino, ==, second.st_ino);
  g_assert_cmpint (first.st_ctim.tv_sec, ==, second.st_ctim.tv_sec);
  g_assert_cmpint (first.st_ctim.tv_nsec, ==, second.st_ctim.tv_nsec);

  g_remove (path);
  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  mopt_published_test_serial (f, 2, NULL);
  g_autoptr (MoptPublished) unkept = mopt_published_test_check (f, CURRENT, WELL, 2);
  g_assert_true (warns (unkept, "No copy"));
  g_rmdir (path);
}

/* What has not changed is not parsed again; what has, is. */
static void
test_reload (MoptPublishedTest *f, gconstpointer data)
{
  mopt_published_test_source (f, FALSE, NULL);
  mopt_published_test_serial (f, 1, NULL);
  g_autoptr (MoptPublished) first = mopt_published_load ();
  g_assert_cmpuint (first->said->publication->serial, ==, 1);
  g_assert_nonnull (mopt_published_text_get (first->said, "helpdesk"));
  g_autoptr (MoptPublished) same = mopt_published_reload (first);
  g_assert_true (same->said == first->said);
  mopt_published_test_serial (f, 2, NULL);
  g_autoptr (MoptPublished) second = mopt_published_reload (same);
  g_assert_true (second->said != first->said);
  g_assert_cmpuint (second->said->publication->serial, ==, 2);
  g_assert_cmpuint (second->serial, ==, 2);
  g_remove (f->path);
  g_autoptr (MoptPublished) last = mopt_published_reload (second);
  g_assert_cmpint (last->state, ==, LAST_GOOD);
  g_autoptr (MoptPublished) still = mopt_published_reload (last);
  g_assert_true (still->said == last->said);
  g_assert_true (mopt_published_forget (NULL));
  g_autoptr (MoptPublished) none = mopt_published_reload (last);
  g_assert_null (none->said);
  g_assert_cmpuint (none->serial, ==, 0);
}

/* Another process accepted a newer one while we judged: we look again, and never put an older copy in its place. */
static void
test_together (MoptPublishedTest *f, gconstpointer data)
{
  g_auto (MoptPublishedLook) look = { 0 };
  g_autoptr (GStrvBuilder) warnings = g_strv_builder_new ();
  g_autoptr (GError) error = NULL;

  mopt_published_test_source (f, FALSE, &f->public);
  mopt_published_test_serial (f, 1, f->key);
  mopt_published_test_assert (f, CURRENT, WELL, 1);

  g_autoptr (MoptPublishedPlace) place = mopt_published_place_new (NULL);
  mopt_published_test_serial (f, 2, f->key);
  mopt_published_look_around (&look, place, f->now, warnings);
  g_assert_no_error (look.error);
  mopt_published_test_serial (f, 3, f->key);
  mopt_published_test_assert (f, CURRENT, WELL, 3); /* as the other would */
  g_assert_false (mopt_published_look_keep (&look, place, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_CHANGED);
  mopt_published_test_serial (f, 2, f->key);
  mopt_published_test_assert (f, LAST_GOOD, MOPT_ERROR_PUBLICATION_ROLLED_BACK, 3);
}

/* The largest text there may be, and one byte more. */
static void
test_largest (MoptPublishedTest *f, gconstpointer data)
{
  g_autofree char *head = mopt_published_test_text (1, 0);
  g_autofree char *text = g_malloc (MOPT_PUBLISHED_MAX + 1);

  memset (text, '\n', MOPT_PUBLISHED_MAX + 1);
  for (gsize i = strlen (head); i + 1024 < MOPT_PUBLISHED_MAX; i += 1024)
    memset (text + i, '#', 1023); /* comments: fewer lines are quicker */
  memcpy (text, head, strlen (head));
  mopt_published_test_source (f, FALSE, NULL);
  mopt_published_test_publish (f, text, MOPT_PUBLISHED_MAX, NULL);
  mopt_published_test_assert (f, CURRENT, WELL, 1);
  mopt_published_test_publish (f, text, MOPT_PUBLISHED_MAX + 1, NULL);
  g_autoptr (MoptPublished) last = mopt_published_test_check (f, LAST_GOOD, MOPT_ERROR_PUBLICATION_UNREADABLE, 1);
  g_assert_cmpuint (g_bytes_get_size (last->text), ==, MOPT_PUBLISHED_MAX);
  g_assert_true (mopt_published_forget (NULL));
}

static void
test_owners (MoptPublishedTest *f, gconstpointer data)
{
  mopt_published_test_source (f, FALSE, NULL);
  mopt_published_test_serial (f, 1, NULL);
  g_autoptr (MoptPublished) sound = mopt_published_test_check (f, CURRENT, WELL, 1);
  g_assert_cmpuint (g_strv_length (sound->warnings), ==, 0);

  g_chmod (f->path, 0666);
  g_autoptr (MoptPublished) file = mopt_published_test_check (f, CURRENT, WELL, 1);
  g_assert_cmpuint (g_strv_length (file->warnings), ==, 1);
  g_assert_true (warns (file, "Everyone can change"));
  g_chmod (f->path, 0644);

  g_chmod (f->folder, 0777);
  g_autoptr (MoptPublished) folder = mopt_published_test_check (f, CURRENT, WELL, 1);
  g_assert_true (warns (folder, "Everyone can replace"));
  g_chmod (f->folder, 01777);
  g_autoptr (MoptPublished) sticky = mopt_published_test_check (f, CURRENT, WELL, 1);
  g_assert_cmpuint (g_strv_length (sticky->warnings), ==, 0);
  g_chmod (f->folder, 0700);

  /* the folder behind a link counts, too */
  g_autofree char *behind = g_build_filename (f->folder, "behind", NULL);
  g_autofree char *target = g_build_filename (behind, "target", NULL);
  g_assert_cmpint (g_mkdir (behind, 0700), ==, 0);
  g_chmod (behind, 0777);
  g_assert_cmpint (g_rename (f->path, target), ==, 0);
  g_assert_cmpint (symlink (target, f->path), ==, 0);
  g_autoptr (MoptPublished) linked = mopt_published_test_check (f, CURRENT, WELL, 1);
  g_assert_cmpuint (g_strv_length (linked->warnings), ==, 1);
  g_assert_true (warns (linked, "behind"));
  g_chmod (behind, 0700);
  g_autoptr (MoptPublished) mended = mopt_published_test_check (f, CURRENT, WELL, 1);
  g_assert_cmpuint (g_strv_length (mended->warnings), ==, 0);

  g_chmod (f->source_path, 0666);
  g_autoptr (MoptPublished) source = mopt_published_test_check (f, CURRENT, WELL, 1);
  g_assert_true (warns (source, "source.conf"));
  g_chmod (f->source_path, 0644);

  if (chown (f->path, 65534, 65534) != 0)
    {
      g_test_skip ("no right to give files away");
      return;
    }
  g_autoptr (MoptPublished) foreign = mopt_published_test_check (f, CURRENT, WELL, 1);
  g_assert_cmpuint (g_strv_length (foreign->warnings), ==, 1);
  g_assert_true (warns (foreign, "should belong to root"));
}

int
main (int argc, char **argv)
{
  mopt_published_test_init (&argc, &argv);
  MOPT_PUBLISHED_TEST ("/published-rules/being-replaced", NULL, test_being_replaced);
  MOPT_PUBLISHED_TEST ("/published-rules/expiry", NULL, test_expiry);
  MOPT_PUBLISHED_TEST ("/published-rules/older-unsigned", NULL, test_older_unsigned);
  MOPT_PUBLISHED_TEST ("/published-rules/other-key", NULL, test_other_key);
  MOPT_PUBLISHED_TEST ("/published-rules/key-comes", NULL, test_key_comes);
  MOPT_PUBLISHED_TEST ("/published-rules/broken-source", NULL, test_broken_source);
  MOPT_PUBLISHED_TEST ("/published-rules/tryout", NULL, test_tryout);
  MOPT_PUBLISHED_TEST ("/published-rules/apart", NULL, test_apart);
  MOPT_PUBLISHED_TEST ("/published-rules/flipped", NULL, test_flipped);
  MOPT_PUBLISHED_TEST ("/published-rules/damaged-copy", NULL, test_damaged_copy);
  MOPT_PUBLISHED_TEST ("/published-rules/linked-copy", NULL, test_linked_copy);
  MOPT_PUBLISHED_TEST ("/published-rules/writes", NULL, test_writes);
  MOPT_PUBLISHED_TEST ("/published-rules/reload", NULL, test_reload);
  MOPT_PUBLISHED_TEST ("/published-rules/together", NULL, test_together);
  MOPT_PUBLISHED_TEST ("/published-rules/largest", NULL, test_largest);
  MOPT_PUBLISHED_TEST ("/published-rules/owners", NULL, test_owners);
  return mopt_published_test_run ();
}
