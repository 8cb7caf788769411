/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mopt check --all */
#include "config.h"

#include "check/check-all.h"
#include "check/worker.h"
#include "cli/check-all.h"
#include "cli/cli.h"
#include "cli/online.h"
#include "cli/output.h"

#define GOOD_BYE_MS 500
#define NAME_WIDTH 24 /* what is said stands in a column where names are not longer */

static void
on_state (MoptCheckedAccount *row, GParamSpec *pspec, gpointer user_data)
{
  static const char *const signs[] = { " ", "…", "✓", "✗", "–" };
  static const char *const colours[] = { "", "", "\033[32m", "\033[31m", "\033[2m" };
  MoptTestState state = mopt_checked_account_get_state (row);
  gboolean colour = mopt_output_wants_colour ();

  if (state <= MOPT_TEST_RUNNING)
    return;
  g_autofree char *name = mopt_output_visible (mopt_account_get_name (mopt_checked_account_get_account (row)));
  g_print ("%s%s%s ", colour ? colours[state] : "", signs[state], colour ? "\033[0m" : "");
  mopt_output_padded (name, NAME_WIDTH);
  mopt_output_below (mopt_checked_account_get_line (row), 0);
}

static void
on_state_json (MoptCheckedAccount *row, GParamSpec *pspec, gpointer user_data)
{
  MoptTestState state = mopt_checked_account_get_state (row);
  MoptAccount *account = mopt_checked_account_get_account (row);
  g_autoptr (JsonBuilder) json = NULL;

  if (state <= MOPT_TEST_RUNNING)
    return;
  json = json_builder_new ();
  json_builder_begin_object (json);
  mopt_output_json_member (json, "id", mopt_account_get_id (account));
  mopt_output_json_member (json, "name", mopt_account_get_name (account));
  mopt_output_json_member (json, "state", mopt_test_state_name (state));
  mopt_output_json_member (json, "code", mopt_checked_account_get_code (row));
  mopt_output_json_number (json, "ms", mopt_checked_account_get_ms (row));
  mopt_output_json_member (json, "sentence", mopt_checked_account_get_line (row));
  mopt_output_json_member (json, "advice", mopt_checked_account_get_advice (row));
  mopt_output_json_object (json);
}

/* Auto's question, for each server that left it to the person. TRUE: there is a yes, so once more. */
static gboolean
agree_unencrypted (MoptCheckAll *all)
{
  gboolean agreed = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (all)); i++)
    {
      g_autoptr (MoptCheckedAccount) row = g_list_model_get_item (G_LIST_MODEL (all), i);
      MoptTestRun *run = mopt_checked_account_get_run (row);

      agreed = (run != NULL && mopt_online_agree_run (run)) || agreed;
    }
  return agreed;
}

static gboolean
on_signal (gpointer all)
{
  mopt_check_all_cancel (all);
  return G_SOURCE_CONTINUE;
}

static void
print_end (MoptCheckAll *all, gboolean json)
{
  g_autoptr (JsonBuilder) builder = NULL;

  if (!json)
    {
      if (g_list_model_get_n_items (G_LIST_MODEL (all)) > 0)
        g_print ("\n");
      mopt_output_below (mopt_check_all_get_summary (all), 0);
      return;
    }
  builder = json_builder_new ();
  json_builder_begin_object (builder);
  mopt_output_json_member (builder, "result", mopt_test_result_name (mopt_check_all_get_result (all)));
  mopt_output_json_object (builder);
}

int
mopt_check_all_show (MoptAccounts *accounts, guint limit_ms, gboolean json)
{
  g_autoptr (MoptCheckAll) all = mopt_check_all_new (G_LIST_MODEL (accounts), limit_ms);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (all)); i++)
    {
      g_autoptr (MoptCheckedAccount) row = g_list_model_get_item (G_LIST_MODEL (all), i);

      g_signal_connect (row, "notify::state", json ? G_CALLBACK (on_state_json) : G_CALLBACK (on_state), NULL);
    }
  g_signal_connect_swapped (all, "finished", G_CALLBACK (g_main_loop_quit), loop);
  mopt_cli_catch_signals (on_signal, all);
  mopt_check_all_start (all);
  g_main_loop_run (loop);
  mopt_cli_forget_signals ();

  print_end (all, json);
  if (mopt_check_all_get_result (all) == MOPT_RESULT_CANCELLED)
    return MOPT_EXIT_CANCELLED;
  mopt_worker_settle (GOOD_BYE_MS);
  if (!json && agree_unencrypted (all))
    return mopt_check_all_show (accounts, limit_ms, json);
  return mopt_check_all_get_result (all) == MOPT_RESULT_PASSED ? MOPT_EXIT_DONE : MOPT_EXIT_FAILED;
}
