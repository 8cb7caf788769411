/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mopt fetch */
#include "config.h"

#include <glib/gi18n.h>

#include "check/refresh.h"
#include "check/worker.h"
#include "cli/cli.h"
#include "cli/output.h"

static void
run_in_thread (gpointer data)
{
  GTask *task = data;
  GError *error = NULL;
  MoptRefresh *refresh
      = mopt_refresh_run (GPOINTER_TO_UINT (g_task_get_task_data (task)), g_task_get_cancellable (task), &error);

  if (refresh != NULL)
    g_task_return_pointer (task, refresh, (GDestroyNotify) mopt_refresh_free);
  else
    g_task_return_error (task, error);
}

/* NULL + error: cancelled. */
static MoptRefresh *
fetch (MoptRefreshFlags flags, GError **error)
{
  g_auto (MoptWait) wait = { 0 };

  mopt_cli_wait_init (&wait);
  g_autoptr (GTask) task = g_task_new (NULL, wait.cancellable, mopt_cli_wait_done, &wait);
  g_task_set_task_data (task, GUINT_TO_POINTER (flags), NULL);
  mopt_worker_run_task ("fetch", task, run_in_thread);
  return g_task_propagate_pointer (G_TASK (mopt_cli_wait (&wait)), error);
}

static gboolean
is_good (const MoptRefresh *refresh)
{
  return refresh->result != MOPT_REFRESH_FAILED && refresh->result != MOPT_REFRESH_BEING_REPLACED
         && refresh->result != MOPT_REFRESH_BUSY;
}

static void
add_text (JsonBuilder *json, const char *name, const char *text)
{
  json_builder_set_member_name (json, name);
  if (text != NULL)
    json_builder_add_string_value (json, text);
  else
    json_builder_add_null_value (json);
}

static void
print_json (const MoptRefresh *refresh)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  g_autofree char *serial = refresh->serial != 0 ? g_strdup_printf ("%" G_GUINT64_FORMAT, refresh->serial) : NULL;

  json_builder_begin_object (json);
  add_text (json, "result", mopt_refresh_result_name (refresh->result));
  add_text (json, "serial", serial);
  add_text (json, "code", refresh->code);
  add_text (json, "sentence", refresh->sentence);
  add_text (json, "advice", refresh->advice);
  add_text (json, "detail", refresh->detail);
  mopt_output_json_number (json, "next", refresh->next);
  json_builder_end_object (json);

  g_autoptr (JsonNode) root = json_builder_get_root (json);
  mopt_output_json (root, FALSE);
}

static void
print_failure (const MoptRefresh *refresh)
{
  g_autofree char *serial = g_strdup_printf ("%" G_GUINT64_FORMAT, refresh->serial);
  g_autoptr (GString) text = g_string_new (refresh->sentence);

  if (*refresh->advice != '\0')
    g_string_append_printf (text, " %s", refresh->advice);
  mopt_cli_complain ("%s", text->str);
  if (refresh->detail != NULL)
    mopt_cli_complain (_ ("Details: %s"), refresh->detail);
  if (refresh->serial != 0)
    mopt_cli_complain (_ ("What came before stays in force: serial number %s."), serial);
}

int
mopt_verb_fetch (const char *const *args)
{
  gboolean force = FALSE, if_due = FALSE, back_online = FALSE, json = FALSE;
  const GOptionEntry entries[] = {
    { "force", 0, 0, G_OPTION_ARG_NONE, &force, N_ ("Have the file sent again even if it has not changed"), NULL },
    { "if-due", 0, 0, G_OPTION_ARG_NONE, &if_due,
      N_ ("Only if it is time; print nothing but the seconds until it is next"), NULL },
    { "back-online", 0, 0, G_OPTION_ARG_NONE, &back_online,
      N_ ("Like --if-due, when there is a network again: what failed without one is due"), NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("For programs"), NULL },
    { NULL },
  };
  g_auto (GStrv) words = mopt_cli_parse (args, entries, 0, 0);
  g_autoptr (GError) error = NULL;

  if (words == NULL)
    return MOPT_EXIT_USAGE;
  if ((if_due || back_online) && (force || json))
    return mopt_cli_misused (args[0], _ ("--if-due and --back-online go with no other option."));
  if_due |= back_online;

  g_autoptr (MoptRefresh) refresh
      = fetch ((force ? MOPT_REFRESH_WHOLE : 0) | (if_due ? MOPT_REFRESH_IF_DUE : 0)
                   | (back_online ? MOPT_REFRESH_BACK_ONLINE : 0),
               &error);
  if (refresh == NULL)
    return mopt_cli_fail (error);
  if (if_due)
    {
      if (refresh->next > 0)
        g_print ("%" G_GINT64_FORMAT "\n", refresh->next);
      return is_good (refresh) ? MOPT_EXIT_DONE : MOPT_EXIT_FAILED;
    }
  if (json)
    print_json (refresh);
  else if (is_good (refresh))
    g_print ("%s\n", refresh->sentence);
  else
    print_failure (refresh);
  for (char **warning = refresh->warnings; !json && *warning != NULL; warning++)
    mopt_cli_complain (_ ("Note: %s"), *warning);
  return is_good (refresh) ? MOPT_EXIT_DONE : MOPT_EXIT_FAILED;
}
