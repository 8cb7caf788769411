/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sanity of the table: each line of fields.def says something that can be true. */
#include <string.h>

#include "base/error.h"
#include "model/field.h"

static void
test_names (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    {
      const MoptFieldInfo *info = mopt_field_info (i);

      g_assert_true (g_hash_table_add (seen, (gpointer) info->name));
      g_assert_cmpint (mopt_field_by_name (info->name), ==, i);
      g_assert_cmpuint (strspn (info->name, "abcdefghijklmnopqrstuvwxyz-"), ==, strlen (info->name));
      g_assert_cmpstr (info->label, !=, "");
    }
  g_assert_cmpint (mopt_field_by_name ("no-such-field"), ==, MOPT_FIELD_NONE);
}

static void
test_choices (void)
{
  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    {
      const MoptFieldInfo *info = mopt_field_info (i);

      g_assert_true ((info->type == MOPT_TYPE_CHOICE) == (info->choices != NULL));
      if (info->choices == NULL)
        continue;
      /* the default must be there for every kind */
      g_assert_nonnull (mopt_field_choice (i, MOPT_KIND_POP, info->fallback));
      g_assert_nonnull (mopt_field_choice (i, MOPT_KIND_IMAP, info->fallback));
    }
  g_assert_null (mopt_field_choice (MOPT_FIELD_INCOMING_SECURITY, MOPT_KIND_POP, "tls"));
  g_assert_null (mopt_field_choice (MOPT_FIELD_INCOMING_SECURITY, MOPT_KIND_POP, "ssl-no-authentication"));
  g_assert_nonnull (mopt_field_choice (MOPT_FIELD_INCOMING_SECURITY, MOPT_KIND_IMAP, "tls"));
  g_assert_null (mopt_field_choice (MOPT_FIELD_OUTGOING_SECURITY, MOPT_KIND_IMAP, "ssl-no-authentication"));
}

static void
test_error_words (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < MOPT_N_ERRORS; i++)
    g_assert_true (g_hash_table_add (seen, (gpointer) mopt_error_word (i)));

  g_autoptr (GError) error = mopt_error_new_with_words (MOPT_ERROR_AUTH_REFUSED, "no\x1b[1m \342\200\256way\xff", "x %d", 1);
  g_autoptr (GError) copy = g_error_copy (error);
  g_assert_cmpstr (mopt_error_get_server_words (copy), ==, "no [1m  way\357\277\275");
  g_assert_cmpstr (copy->message, ==, "x 1");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/field/names", test_names);
  g_test_add_func ("/field/choices", test_choices);
  g_test_add_func ("/error/words", test_error_words);
  return g_test_run ();
}
