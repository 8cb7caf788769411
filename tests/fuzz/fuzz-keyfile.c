/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people may write into accounts.conf: it is read whatever it is, and an edit changes what it says it does. */
#include <string.h>

#include "fuzz.h"
#include "store/accounts-text.h"

const char *const mopt_fuzz_seeds[] = {
  "[Mail Options]\nFormat=1\nName=Alice\nDefault=a\n\n# mine\n[Account a]\nKind=pop\nName=Home\n"
  "incoming-host=pop.example.net\nfrom-legal=a@example.com;b\\;c@example.com;\n"
  "x=a\\;\ny=;\nz=;;a\\n;\\s\nw=\\\\;\\\\\n",
  "\xef\xbb\xbf[Account a]\r\nKind=imap\r\nincoming-security=sll\r\n\r\n[Account b]\r\nPublished=true\r\nKind=imap",
  "stray=1\n[Account x\nKind=imap\n[Account x]\nName=a\\sb\\\\\\q\nName=\n=\njunk\n#\n[]\n[Account ]\n",
  NULL,
};

static GBytes *
text_of (MoptKeyfile *file)
{
  gsize length;
  const char *text = mopt_keyfile_get_text (file, &length);

  return g_bytes_new (text, length);
}

/* A text that is set is the text that is read, in that group and no other. */
static void
check_set (MoptKeyfile *file, guint group)
{
  guint n = mopt_keyfile_get_n_groups (file);
  guint other = group == 0 ? n - 1 : 0;
  g_autofree char *before = mopt_keyfile_get_raw (file, other, "Name");

  mopt_keyfile_set_string (file, group, "Name", " a\\b\n;\r ");
  g_autofree char *name = mopt_keyfile_get_string (file, group, "Name", NULL);
  g_assert_cmpstr (name, ==, " a\\b\n;\r ");
  g_assert_cmpuint (mopt_keyfile_get_n_groups (file), ==, n);
  g_autofree char *after = mopt_keyfile_get_raw (file, other, "Name");
  if (other != group)
    g_assert_cmpstr (after, ==, before);

  /* once more is no news */
  g_autoptr (GBytes) once = text_of (file);
  mopt_keyfile_set_string (file, group, "Name", " a\\b\n;\r ");
  g_autoptr (GBytes) twice = text_of (file);
  g_assert_true (g_bytes_equal (once, twice));
}

/* What we decode is what GKeyFile makes of the same value. (Where we find an error it may find none, as it warns of a
 * bug when there are two: so it is not asked.) */
static void
check_values (MoptKeyfile *file, guint group)
{
  const char *key;
  guint line = 0;

  while ((key = mopt_keyfile_next_key (file, group, &line)) != NULL)
    {
      g_autoptr (GKeyFile) theirs = g_key_file_new ();
      g_autofree char *raw = mopt_keyfile_raw_at (file, line);
      g_autofree char *string = mopt_keyfile_string_at (file, line, NULL);
      g_auto (GStrv) list = mopt_keyfile_list_at (file, line, NULL);
      g_autofree char *lines = mopt_keyfile_lines_at (file, line, NULL);

      g_key_file_set_value (theirs, "group", "value", raw);
      if (string != NULL)
        {
          g_autofree char *their_string = g_key_file_get_string (theirs, "group", "value", NULL);

          g_assert_cmpstr (string, ==, their_string);
        }
      g_assert_cmpint (list != NULL, ==, lines != NULL);
      if (list != NULL)
        {
          g_auto (GStrv) their_list = g_key_file_get_string_list (theirs, "group", "value", NULL, NULL);
          g_autofree char *joined = g_strjoinv ("\n", list);

          g_assert_cmpstrv (list, their_list);
          g_assert_cmpstr (lines, ==, joined);
        }
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (MoptKeyfile) file = mopt_keyfile_new ((const char *) data, size);
  g_autoptr (MoptAccountsText) said = mopt_accounts_text_new (file, "/accounts.conf");
  g_autoptr (GBytes) text = text_of (file);
  guint n = mopt_keyfile_get_n_groups (file);

  /* reading leaves every byte */
  g_assert_cmpmem (g_bytes_get_data (text, NULL), g_bytes_get_size (text), data, size);

  /* no account is hidden, but what was made of published ones */
  for (guint i = 0; i < n; i++)
    {
      const char *name = mopt_keyfile_get_group (file, i)->name;

      if (g_str_has_prefix (name, "Account ") && mopt_accounts_text_get (said, name + strlen ("Account ")) == NULL)
        g_assert_true (mopt_keyfile_get_boolean (file, mopt_keyfile_find (file, name), "Published", FALSE, NULL));
    }

  for (guint i = 0; i < n; i++)
    check_values (file, i);

  if (n == 0)
    {
      mopt_keyfile_append (file, "A");
      g_assert_cmpuint (mopt_keyfile_get_n_groups (file), ==, 1);
      return 0;
    }
  check_set (file, n / 2);

  /* what is taken out and put back is all there again */
  g_autofree char *name = g_strdup (mopt_keyfile_get_group (file, n / 2)->name);
  g_autoptr (GBytes) whole = text_of (file);
  g_autoptr (GBytes) removed = mopt_keyfile_remove (file, n / 2);
  g_assert_cmpuint (mopt_keyfile_get_n_groups (file), ==, n - 1);
  mopt_keyfile_insert (file, n / 2 < n - 1 ? (int) n / 2 : -1, removed);
  g_assert_cmpuint (mopt_keyfile_get_n_groups (file), ==, n);
  g_assert_cmpstr (mopt_keyfile_get_group (file, n / 2)->name, ==, name);
  gsize length;
  mopt_keyfile_get_text (file, &length);
  g_assert_cmpuint (length, >=, g_bytes_get_size (whole));

  mopt_keyfile_prepend (file, "New");
  g_assert_cmpstr (mopt_keyfile_get_group (file, 0)->name, ==, "New");
  g_assert_cmpuint (mopt_keyfile_get_n_groups (file), ==, n + 1);
  return 0;
}
