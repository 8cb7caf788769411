/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/error.h"
#include "store/keyfile.h"

static MoptKeyfile *
scan (const char *text)
{
  return mopt_keyfile_new (text, strlen (text));
}

static void
assert_text (MoptKeyfile *file, const char *expected)
{
  gsize length;
  const char *text = mopt_keyfile_get_text (file, &length);

  g_assert_cmpstr (text, ==, expected);
  g_assert_cmpuint (length, ==, strlen (expected));
}

static void
test_scan (void)
{
  g_autoptr (MoptKeyfile) file = scan ("\xef\xbb\xbf# top\r\n\r\n[One]\r\nkey = a b \r\n  other=\r\n# c\n[Two] \t\nkey=x=y");

  g_assert_cmpuint (mopt_keyfile_get_n_groups (file), ==, 2);
  g_assert_cmpstr (mopt_keyfile_get_group (file, 0)->name, ==, "One");
  g_assert_cmpuint (mopt_keyfile_get_group (file, 0)->line, ==, 3);
  g_assert_null (mopt_keyfile_get_group (file, 0)->problem);
  g_assert_cmpuint (mopt_keyfile_get_group (file, 1)->line, ==, 7);
  g_assert_null (mopt_keyfile_get_group (file, 1)->problem);
  g_assert_null (mopt_keyfile_get_head_problem (file, NULL));
  g_assert_cmpint (mopt_keyfile_find (file, "Two"), ==, 1);
  g_assert_cmpint (mopt_keyfile_find (file, "two"), ==, -1);

  g_autofree char *spaced = mopt_keyfile_get_raw (file, 0, "key");
  g_assert_cmpstr (spaced, ==, "a b "); /* as GKeyFile: blanks at the end belong to the value */
  g_autofree char *empty = mopt_keyfile_get_raw (file, 0, "other");
  g_assert_cmpstr (empty, ==, "");
  g_autofree char *equals = mopt_keyfile_get_raw (file, 1, "key");
  g_assert_cmpstr (equals, ==, "x=y");
  g_assert_null (mopt_keyfile_get_raw (file, 1, "other"));
  g_assert_cmpuint (mopt_keyfile_get_line (file, 0, "other"), ==, 5);
  g_assert_cmpuint (mopt_keyfile_get_line (file, 1, "other"), ==, 0);
}

/* Each text has one damage in its group A; group B must not feel it. */
static void
test_damage (void)
{
  static const struct
  {
    const char *text;
    gsize length; /* 0: up to the NUL */
    guint line;   /* of the problem */
  } cases[] = {
    { "[A]\nk=1\njunk\n[B]\nk=1\n", 0, 3 },
    { "[A]\nk=1\n=2\n[B]\nk=1\n", 0, 3 },
    { "[A]\nk=1\nk=2\n[B]\nk=1\n", 0, 3 },
    { "[A]\nk=1\nk = 1\n[B]\nk=1\n", 0, 3 },
    { "[A]\nk=1\nj=\xff\n[B]\nk=1\n", 0, 3 },
    { "[A]\nk=1\nj=\0x\n[B]\nk=1\n", 21, 3 },
    { "[A\nk=1\n[B]\nk=1\n", 0, 1 },
    { "[A]x\nk=1\n[B]\nk=1\n", 0, 1 },
    { "[A]\nk=1\n[B]\nk=1\n[A]\nj=1\n", 0, 5 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize length = cases[i].length != 0 ? cases[i].length : strlen (cases[i].text);
      g_autoptr (MoptKeyfile) file = mopt_keyfile_new (cases[i].text, length);
      int a = mopt_keyfile_find (file, "A");
      int b = mopt_keyfile_find (file, "B");
      gsize kept;

      g_assert_cmpint (a, ==, 0);
      g_assert_cmpint (b, ==, 1);
      g_autofree char *value = mopt_keyfile_get_string (file, a, "k", NULL);
      g_assert_nonnull (mopt_keyfile_get_group (file, a)->problem);
      g_assert_cmpuint (mopt_keyfile_get_group (file, a)->problem_line, ==, cases[i].line);
      g_assert_null (mopt_keyfile_get_group (file, b)->problem);
      g_assert_cmpstr (value, ==, "1");
      const char *text = mopt_keyfile_get_text (file, &kept);
      g_assert_cmpmem (text, kept, cases[i].text, length);
    }

  g_autoptr (MoptKeyfile) head = scan ("# fine\nk=1\n[A]\n");
  guint line;
  g_assert_nonnull (mopt_keyfile_get_head_problem (head, &line));
  g_assert_cmpuint (line, ==, 2);
  g_assert_null (mopt_keyfile_get_group (head, 0)->problem);

  /* a line may hold a password that went astray: no problem repeats it */
  g_autoptr (MoptKeyfile) secret = scan ("[A]\nsesame\n");
  g_assert_null (strstr (mopt_keyfile_get_group (secret, 0)->problem, "sesame"));
}

static void
test_values (void)
{
  g_autoptr (MoptKeyfile) file
      = scan ("[A]\ns=\\s a\\\\b\\n\nl=a\\;b;c\none=x;\nnone=\nyes=true\nno=maybe\nbad=\\q\nend=\\q\\\n");
  g_autoptr (GError) error = NULL;

  g_autofree char *s = mopt_keyfile_get_string (file, 0, "s", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (s, ==, "  a\\b\n");
  g_auto (GStrv) l = mopt_keyfile_get_list (file, 0, "l", &error);
  g_assert_no_error (error);
  g_assert_cmpstrv (l, ((const char *const[]){ "a;b", "c", NULL }));
  g_auto (GStrv) one = mopt_keyfile_get_list (file, 0, "one", &error);
  g_assert_cmpuint (g_strv_length (one), ==, 1);
  g_auto (GStrv) none = mopt_keyfile_get_list (file, 0, "none", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (none), ==, 0);
  g_assert_null (mopt_keyfile_get_list (file, 0, "absent", &error));
  g_assert_null (mopt_keyfile_get_string (file, 0, "absent", &error));
  g_assert_no_error (error);

  g_assert_true (mopt_keyfile_get_boolean (file, 0, "yes", FALSE, &error));
  g_assert_true (mopt_keyfile_get_boolean (file, 0, "absent", TRUE, &error));
  g_assert_no_error (error);
  g_assert_true (mopt_keyfile_get_boolean (file, 0, "no", TRUE, &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_null (mopt_keyfile_get_string (file, 0, "bad", &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, "bad"));
  g_clear_error (&error);
  g_assert_null (mopt_keyfile_get_list (file, 0, "end", &error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_INVALID);
}

static void
test_edit (void)
{
  g_autoptr (MoptKeyfile) file = scan ("# c\n[A]\r\n  k = 1\r\n# in\r\nl=2 \r\n# after\r\n\r\n# of B\n[B]\nx=1");

  mopt_keyfile_set_string (file, 0, "k", " lead");
  assert_text (file, "# c\n[A]\r\n  k = \\slead\r\n# in\r\nl=2 \r\n# after\r\n\r\n# of B\n[B]\nx=1");
  mopt_keyfile_set_string (file, 0, "new", "");
  mopt_keyfile_set_string (file, 0, "l", NULL);
  mopt_keyfile_set_string (file, 0, "absent", NULL);
  assert_text (file, "# c\n[A]\r\n  k = \\slead\r\n# in\r\nnew=\n# after\r\n\r\n# of B\n[B]\nx=1");
  mopt_keyfile_set_list (file, 1, "y", (const char *const[]){ "a;b", "c", NULL });
  mopt_keyfile_set_list (file, 1, "z", (const char *const[]){ NULL });
  assert_text (file, "# c\n[A]\r\n  k = \\slead\r\n# in\r\nnew=\n# after\r\n\r\n# of B\n[B]\nx=1\ny=a\\;b;c;\nz=\n");
  g_assert_cmpuint (mopt_keyfile_append (file, "C"), ==, 2);
  g_assert_cmpuint (mopt_keyfile_prepend (file, "0"), ==, 0);
  assert_text (file, "[0]\n\n# c\n[A]\r\n  k = \\slead\r\n# in\r\nnew=\n# after\r\n\r\n# of B\n[B]\nx=1\ny=a\\;b;c;\n"
                     "z=\n\n[C]\n");

  g_autoptr (MoptKeyfile) empty = scan ("");
  mopt_keyfile_prepend (empty, "A");
  mopt_keyfile_set_string (empty, 0, "k", "v");
  mopt_keyfile_append (empty, "B");
  assert_text (empty, "[A]\nk=v\n\n[B]\n");

  /* line ends stay the file's own */
  g_autoptr (MoptKeyfile) dos = scan ("\xef\xbb\xbf[A]\r\nk=v\r\n");
  mopt_keyfile_set_string (dos, 0, "j", "w");
  mopt_keyfile_prepend (dos, "0");
  assert_text (dos, "\xef\xbb\xbf[0]\r\n\r\n[A]\r\nk=v\r\nj=w\r\n");
}

/* What goes with a group and what stays. */
static void
test_remove (void)
{
  static const char *const text
      = "# top\n\n# of A\n# and more\n[A]\nk=1\n#j=2\n\n# alone\n\n# of B\n[B]\njunk\n\n[C]\nk=1";
  static const struct
  {
    int group;
    const char *left, *removed;
  } cases[] = {
    { 0, "# top\n\n# alone\n\n# of B\n[B]\njunk\n\n[C]\nk=1", "# of A\n# and more\n[A]\nk=1\n#j=2\n\n" },
    { 1, "# top\n\n# of A\n# and more\n[A]\nk=1\n#j=2\n\n# alone\n\n[C]\nk=1", "# of B\n[B]\njunk\n\n" },
    { 2, "# top\n\n# of A\n# and more\n[A]\nk=1\n#j=2\n\n# alone\n\n# of B\n[B]\njunk\n\n", "[C]\nk=1" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (MoptKeyfile) file = scan (text);
      g_autoptr (GBytes) removed = mopt_keyfile_remove (file, cases[i].group);

      g_assert_cmpmem (g_bytes_get_data (removed, NULL), g_bytes_get_size (removed), cases[i].removed,
                       strlen (cases[i].removed));
      assert_text (file, cases[i].left);
      mopt_keyfile_insert (file, cases[i].group < 2 ? cases[i].group : -1, removed);
      if (cases[i].group == 1)
        assert_text (file, text);
      g_assert_cmpuint (mopt_keyfile_get_n_groups (file), ==, 3);
      g_assert_cmpint (mopt_keyfile_find (file, "A"), ==, 0);
      g_assert_cmpint (mopt_keyfile_find (file, "C"), ==, 2);
    }
}

/* Whatever GKeyFile reads we read the same way, and what we write it reads. */
/* Groups that are changed alone and put back together: nothing else moves, and all is found again. */
static void
test_parts (void)
{
  g_autoptr (MoptKeyfile) file = scan ("\xef\xbb\xbf# top\r\n [A]\r\nk=1\r\n# of B\n[B]\nk=2\nj=3\n\n[C]\nk=4");
  MoptKeyfile *parts[3] = { NULL };

  mopt_keyfile_put_parts (file, parts);
  assert_text (file, "\xef\xbb\xbf# top\r\n [A]\r\nk=1\r\n# of B\n[B]\nk=2\nj=3\n\n[C]\nk=4");
  for (guint i = 0; i < 3; i++)
    {
      parts[i] = mopt_keyfile_get_part (file, i);
      g_assert_cmpuint (mopt_keyfile_get_n_groups (parts[i]), ==, 1);
    }
  mopt_keyfile_set_string (parts[0], 0, "new", "x");
  mopt_keyfile_set_string (parts[1], 0, "k", NULL);
  mopt_keyfile_set_string (parts[2], 0, "new", "y");
  mopt_keyfile_put_parts (file, parts);
  assert_text (file, "\xef\xbb\xbf# top\r\n [A]\r\nk=1\r\nnew=x\r\n# of B\n[B]\nj=3\n\n[C]\nk=4\nnew=y\n");
  g_assert_cmpuint (mopt_keyfile_get_line (file, mopt_keyfile_find (file, "C"), "new"), ==, 11);
  for (guint i = 0; i < 3; i++)
    mopt_keyfile_free (parts[i]);
}

static void
test_like_gkeyfile (void)
{
  static const char alphabet[] = "ab=;\\[]# \t\n\rsn";
  guint sound = 0;

  for (guint round = 0; round < 20000; round++)
    {
      g_autoptr (GString) text = g_string_new ("[A]\nk=");
      guint length = g_test_rand_int_range (0, 12);

      for (guint i = 0; i < length; i++)
        g_string_append_c (text, alphabet[g_test_rand_int_range (0, sizeof alphabet - 1)]);
      g_string_append (text, "\n[B]\nk=1\n");

      g_autoptr (MoptKeyfile) file = mopt_keyfile_new (text->str, text->len);
      g_autoptr (GKeyFile) theirs = g_key_file_new ();
      g_assert_cmpint (mopt_keyfile_find (file, "A"), ==, 0);
      if (mopt_keyfile_get_group (file, 0)->problem != NULL
          || !g_key_file_load_from_data (theirs, text->str, text->len, G_KEY_FILE_NONE, NULL))
        continue;
      sound++;
      g_autoptr (GError) error = NULL;
      g_autofree char *mine = mopt_keyfile_get_string (file, 0, "k", &error);
      g_assert_true ((mine == NULL) == (error != NULL));
      if (mine == NULL) /* GKeyFile is not asked: it warns where two escapes are wrong */
        {
          g_autofree char *raw = mopt_keyfile_get_raw (file, 0, "k");
          g_assert_nonnull (strchr (raw, '\\'));
          continue;
        }
      g_autofree char *other = g_key_file_get_string (theirs, "A", "k", &error);
      g_assert_no_error (error);
      g_assert_cmpstr (mine, ==, other);
      mopt_keyfile_set_string (file, 0, "k", mine);
      const char *saved = mopt_keyfile_get_text (file, NULL);
      g_assert_true (g_key_file_load_from_data (theirs, saved, -1, G_KEY_FILE_NONE, NULL));
      g_autofree char *again = g_key_file_get_string (theirs, "A", "k", NULL);
      g_assert_cmpstr (again, ==, mine);
    }
  g_assert_cmpuint (sound, >, 2000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/keyfile/scan", test_scan);
  g_test_add_func ("/keyfile/damage", test_damage);
  g_test_add_func ("/keyfile/values", test_values);
  g_test_add_func ("/keyfile/edit", test_edit);
  g_test_add_func ("/keyfile/remove", test_remove);
  g_test_add_func ("/keyfile/parts", test_parts);
  g_test_add_func ("/keyfile/like-gkeyfile", test_like_gkeyfile);
  return g_test_run ();
}
