/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "check/test-run.h"

/* Copy Report. Its words are stable English, so that whoever helps can read and search it; only the sentences that
 * the person saw are in her language. No secret can be in it: passwords are not part of the settings, and the
 * transcript never gets one. */

static const char *const side_names[] = { "incoming", "outgoing", "arrival" };
static const char *const state_names[] = { "waiting", "running", "passed", "failed", "skipped" };
static const char *const result_names[] = { "running", "passed", "failed", "cancelled" };

const char *
mopt_test_side_name (MoptTestSide side)
{
  return side_names[side];
}

const char *
mopt_test_state_name (MoptTestState state)
{
  return state_names[state];
}

const char *
mopt_test_result_name (MoptTestResult result)
{
  return result_names[result];
}

static void
add_server (GString *text, const char *name, const MoptServer *server)
{
  g_string_append_printf (text, "%s: %s %s security=%s", name, mopt_protocol_name (server->protocol), server->host,
                          mopt_security_name (server->security));
  if (server->custom_port != 0)
    g_string_append_printf (text, " custom-port=%u", server->custom_port);
  if (!server->authenticate)
    g_string_append (text, " no-authentication");
  g_string_append_c (text, '\n');
}

/* What servers say may have several lines; the later ones are set in. */
static void
add_indented (GString *text, const char *label, const char *words)
{
  g_auto (GStrv) lines = g_strsplit (words, "\n", -1);
  g_autofree char *joined = g_strjoinv ("\n    ", lines);

  g_string_append_printf (text, "    %s%s\n", label, joined);
}

static void
add_stage (GString *text, MoptTestStage *stage)
{
  const MoptFailure *failure = mopt_test_stage_get_failure (stage);
  const char *detail = mopt_test_stage_get_detail (stage);

  g_string_append_printf (text, "  %-9s %-16s %-8s %6u ms", side_names[mopt_test_stage_get_side (stage)],
                          mopt_stage_name (mopt_test_stage_get_stage (stage)),
                          state_names[mopt_test_stage_get_state (stage)], mopt_test_stage_get_ms (stage));
  if (failure != NULL)
    g_string_append_printf (text, "  %s", failure->code);
  g_string_append_c (text, '\n');
  if (*detail != '\0')
    add_indented (text, "", detail);
  if (failure != NULL)
    {
      add_indented (text, "sentence: ", failure->sentence);
      if (failure->property != NULL)
        add_indented (text, "field: ", failure->property);
    }
}

char *
mopt_test_run_report (MoptTestRun *self)
{
  const MoptSettings *settings = mopt_test_run_get_settings (self);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *time = g_date_time_format_iso8601 (now);
  g_autofree char *system = g_get_os_info (G_OS_INFO_KEY_PRETTY_NAME);
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "E-mail Options report, %s\n", time);
  g_string_append_printf (text, "version: mail-options %s, GLib %u.%u.%u, %s\n", MOPT_VERSION, glib_major_version,
                          glib_minor_version, glib_micro_version, system != NULL ? system : "unknown system");
  g_string_append_printf (text, "account: %s, %s\n", settings->account_id,
                          settings->incoming.protocol == MOPT_PROTOCOL_POP3 ? "pop" : "imap");
  add_server (text, "incoming", &settings->incoming);
  add_server (text, "outgoing", &settings->outgoing);
  g_string_append_printf (text, "result: %s\n", result_names[mopt_test_run_get_result (self)]);
  if (*mopt_test_run_get_summary (self) != '\0')
    g_string_append_printf (text, "%s %s\n", mopt_test_run_get_summary (self), mopt_test_run_get_advice (self));

  g_string_append (text, "\nstages:\n");
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self)); i++)
    {
      g_autoptr (MoptTestStage) stage = g_list_model_get_item (G_LIST_MODEL (self), i);

      add_stage (text, stage);
    }
  g_string_append_printf (text, "\ndialogue (secrets masked):\n%s\n", mopt_test_run_get_transcript (self));
  return g_string_free (text, FALSE);
}
