/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What administrators read of the formats leaves nothing out, and is right: test-formats PAGE EXAMPLE. */
#include <locale.h>
#include <string.h>

#include "model/audience.h"
#include "model/publication-keys.h"
#include "store/published-lint.h"

static char *page;    /* the man page's source, "\-" as "-" */
static char *example; /* published.conf */

/* Named in a line of its own, in bold. */
static void
assert_in_page (const char *word)
{
  g_autofree char *quoted = g_regex_escape_string (word, -1);
  g_autofree char *pattern = g_strdup_printf ("^\\.(B|BR) .*(?<![A-Za-z-])%s(?![A-Za-z-])", quoted);

  if (!g_regex_match_simple (pattern, page, G_REGEX_MULTILINE, 0))
    g_error ("the page does not name %s", word);
}

/* Set, or shown behind a "#". */
static void
assert_in_example (const char *key)
{
  g_autofree char *pattern = g_strdup_printf ("^#?%s=", key);

  if (!g_regex_match_simple (pattern, example, G_REGEX_MULTILINE, 0))
    g_error ("the example does not have %s", key);
}

static void
test_complete (void)
{
  for (guint i = 0; i < MOPT_N_PUBLICATION_KEYS; i++)
    {
      assert_in_page (mopt_publication_key_name (i));
      assert_in_example (mopt_publication_key_name (i));
    }
  for (guint i = 0; i < MOPT_N_RIGHTS; i++)
    {
      assert_in_page (mopt_right_name (i));
      assert_in_example (mopt_right_name (i));
    }
  for (guint i = 0; i < MOPT_N_TERMS; i++)
    {
      assert_in_page (mopt_term_info (i)->name);
      assert_in_example (mopt_term_info (i)->name);
    }
  for (guint i = 0; i < MOPT_N_SECTIONS; i++)
    assert_in_page (mopt_section_info (i)->name);
  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    {
      const MoptFieldInfo *info = mopt_field_info (i);

      assert_in_page (info->name);
      if (i != MOPT_FIELD_FROM_USE)
        assert_in_example (info->name);
      for (const MoptChoice *choice = info->choices; choice != NULL && choice->name != NULL; choice++)
        assert_in_page (choice->name);
    }
}

/* The defaults that the page names are those of the table. */
static void
test_defaults (void)
{
  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    {
      const MoptFieldInfo *info = mopt_field_info (i);
      g_autofree char *given = g_strdup_printf ("%s \" (%s)", info->name, info->fallback);
      g_autofree char *other = g_strdup_printf ("%s \" (", info->name);
      gboolean is_list = info->type == MOPT_TYPE_ADDRESSES || info->type == MOPT_TYPE_ADDRESS_PATTERNS;

      if (*info->fallback != '\0' || !is_list)
        g_assert_cmpint (strstr (page, other) != NULL, ==, *info->fallback != '\0');
      if (*info->fallback != '\0' && strstr (page, given) == NULL)
        g_error ("the page does not say that %s is %s", info->name, info->fallback);
    }
}

static void
assert_sound (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GPtrArray) findings = mopt_published_lint (bytes, "published.conf", MOPT_LINT_TEXT);

  for (guint i = 0; i < findings->len; i++)
    {
      const MoptLintFinding *finding = findings->pdata[i];

      g_test_message ("%u: %s: %s", finding->line, mopt_lint_severity_name (finding->severity), finding->text);
    }
  g_assert_cmpuint (mopt_published_lint_count_errors (findings), ==, 0);
}

/* As it stands there is nothing to find in it; with every option that it shows switched on there is no error. */
static void
test_example (void)
{
  g_autoptr (GRegex) option = g_regex_new ("^#(?=[A-Za-z-]+=)", G_REGEX_MULTILINE, 0, NULL);
  g_autofree char *all = g_regex_replace_literal (option, example, -1, 0, "", 0, NULL);
  g_autoptr (GBytes) bytes = g_bytes_new (example, strlen (example));
  g_autoptr (GPtrArray) findings = mopt_published_lint (bytes, "published.conf", MOPT_LINT_TEXT);

  assert_sound (example);
  g_assert_cmpuint (findings->len, ==, 0);
  g_assert_cmpstr (all, !=, example);
  assert_sound (all);
}

/* So is the short one in the page. */
static void
test_page_example (void)
{
  const char *start = strstr (page, "\n[Publication]\n");
  const char *end = start != NULL ? strstr (start, "\n.fi") : NULL;

  g_assert_nonnull (end);
  g_autofree char *text = g_strndup (start + 1, end - start);
  assert_sound (text);
}

int
main (int argc, char **argv)
{
  g_autofree char *source = NULL;

  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 3);
  g_assert_true (g_file_get_contents (argv[1], &source, NULL, NULL));
  g_assert_true (g_file_get_contents (argv[2], &example, NULL, NULL));
  g_auto (GStrv) pieces = g_strsplit (source, "\\-", -1);
  page = g_strjoinv ("-", pieces);

  g_test_add_func ("/formats/complete", test_complete);
  g_test_add_func ("/formats/defaults", test_defaults);
  g_test_add_func ("/formats/example", test_example);
  g_test_add_func ("/formats/page-example", test_page_example);
  int result = g_test_run ();
  g_free (page);
  g_free (example);
  return result;
}
