/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mopt validate */
#include "config.h"

#include <glib/gi18n.h>

#include "base/file.h"
#include "cli/cli.h"
#include "cli/output.h"
#include "cli/validate.h"
#include "store/published-lint.h"
#include "store/published.h"

JsonNode *
mopt_findings_to_json (GPtrArray *findings)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();

  json_builder_begin_array (json);
  for (guint i = 0; i < findings->len; i++)
    {
      const MoptLintFinding *finding = findings->pdata[i];

      json_builder_begin_object (json);
      json_builder_set_member_name (json, "severity");
      json_builder_add_string_value (json, mopt_lint_severity_name (finding->severity));
      json_builder_set_member_name (json, "file");
      json_builder_add_string_value (json, finding->file);
      if (finding->line > 0)
        mopt_output_json_number (json, "line", finding->line);
      else
        mopt_output_json_member (json, "line", NULL);
      json_builder_set_member_name (json, "code");
      json_builder_add_string_value (json, finding->code);
      json_builder_set_member_name (json, "text");
      json_builder_add_string_value (json, finding->text);
      json_builder_end_object (json);
    }
  json_builder_end_array (json);
  return json_builder_get_root (json);
}

/* "published.conf:12: error: …", as editors understand it. */
static void
print_findings (GPtrArray *findings)
{
  for (guint i = 0; i < findings->len; i++)
    {
      const MoptLintFinding *finding = findings->pdata[i];
      g_autofree char *file = mopt_output_visible (finding->file);
      g_autofree char *text = mopt_output_visible (finding->text);
      const char *severity = finding->severity == MOPT_LINT_ERROR ? _ ("error") : _ ("warning");

      if (finding->line > 0)
        g_print ("%s:%u: %s: %s [%s]\n", file, finding->line, severity, text, finding->code);
      else
        g_print ("%s: %s: %s [%s]\n", file, severity, text, finding->code);
    }
}

static void
print_sum (GPtrArray *findings, const char *path)
{
  guint errors = mopt_published_lint_count_errors (findings), warnings = findings->len - errors;
  g_autofree char *file = mopt_output_visible (path);
  g_autofree char *first = g_strdup_printf (ngettext ("%u error", "%u errors", errors), errors);
  g_autofree char *second = g_strdup_printf (ngettext ("%u warning", "%u warnings", warnings), warnings);

  if (findings->len == 0)
    g_print (_ ("%s: nothing is wrong.\n"), file);
  else
    /* Translators: a file; "2 errors"; "1 warning" */
    g_print (_ ("%s: %s, %s.\n"), file, first, second);
}

int
mopt_verb_validate (const char *const *args)
{
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("For programs"), NULL },
    { NULL },
  };
  g_auto (GStrv) words = mopt_cli_parse (args, entries, 1, 1);
  g_autoptr (GError) error = NULL;

  if (words == NULL)
    return MOPT_EXIT_USAGE;
  g_autofree char *path = g_filename_from_utf8 (words[0], -1, NULL, NULL, &error);
  g_autoptr (GBytes) text = path != NULL ? mopt_file_load (path, MOPT_PUBLISHED_MAX, NULL, &error) : NULL;
  if (text == NULL)
    return mopt_cli_fail (error);

  g_autoptr (GPtrArray) findings = mopt_published_lint (text, words[0], MOPT_LINT_SYSTEM);
  if (json)
    {
      g_autoptr (JsonNode) root = mopt_findings_to_json (findings);

      mopt_output_json (root, FALSE);
    }
  else
    {
      print_findings (findings);
      print_sum (findings, words[0]);
    }
  return mopt_published_lint_count_errors (findings) > 0 ? MOPT_EXIT_FAILED : MOPT_EXIT_DONE;
}
