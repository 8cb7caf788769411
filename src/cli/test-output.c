/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/output.h"
#include "cli/test-output.h"

#define TITLE_WIDTH 46 /* the times stand in a column where titles are not longer */

/* Each state has a sign, a colour and a word: the word is enough where neither of the others is seen. */
static const struct
{
  const char *sign;
  const char *colour;
  const char *word;
} states[] = {
  [MOPT_TEST_WAITING] = { " ", "", N_ ("waiting") },        [MOPT_TEST_RUNNING] = { "…", "", N_ ("running") },
  [MOPT_TEST_PASSED] = { "✓", "\033[32m", N_ ("passed") },  [MOPT_TEST_FAILED] = { "✗", "\033[31m", N_ ("failed") },
  [MOPT_TEST_SKIPPED] = { "–", "\033[2m", N_ ("skipped") },
};

static const char *const sides[] = { N_ ("incoming"), N_ ("outgoing"), N_ ("arrival") };

/* The longest of a column's words in this language. */
static guint
word_width (void)
{
  guint width = 0;

  for (guint i = MOPT_TEST_PASSED; i < G_N_ELEMENTS (states); i++)
    width = MAX (width, mopt_output_width (_ (states[i].word)));
  return width;
}

static guint
side_width (void)
{
  guint width = 0;

  for (guint i = 0; i < G_N_ELEMENTS (sides); i++)
    width = MAX (width, mopt_output_width (_ (sides[i])));
  return width;
}

static void
print_stage (MoptTestStage *stage)
{
  MoptTestState state = mopt_test_stage_get_state (stage);
  g_autofree char *title = mopt_output_visible (mopt_test_stage_get_title (stage));
  gboolean colour = mopt_output_wants_colour ();
  guint words = word_width (), names = side_width ();

  g_print ("%s%s ", colour ? states[state].colour : "", states[state].sign);
  mopt_output_padded (_ (states[state].word), words);
  g_print ("%s", colour ? "\033[0m" : "");
  mopt_output_padded (_ (sides[mopt_test_stage_get_side (stage)]), names);
  if (state == MOPT_TEST_SKIPPED)
    g_print ("%s\n", title);
  else
    {
      mopt_output_padded (title, TITLE_WIDTH);
      g_print ("%5u ms\n", mopt_test_stage_get_ms (stage));
    }
  if (state != MOPT_TEST_FAILED)
    return;
  mopt_output_below (mopt_test_stage_get_detail (stage), 2 + words + 2 + names + 2);
  if (mopt_test_stage_get_failure (stage)->in_clear)
    mopt_output_below (mopt_failure_in_clear_text (), 2 + words + 2 + names + 2);
}

/* --- what is going on, in the terminal's last line --- */

static guint
terminal_width (void)
{
  struct winsize size;

  return ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 10 ? size.ws_col : 80;
}

static void
clear_progress (void)
{
  if (mopt_output_is_terminal ())
    g_print ("\r\033[K");
}

static void
print_progress (MoptTestRun *run)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (!mopt_output_is_terminal ())
    return;
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (run)); i++)
    {
      g_autoptr (MoptTestStage) stage = g_list_model_get_item (G_LIST_MODEL (run), i);

      if (mopt_test_stage_get_state (stage) == MOPT_TEST_RUNNING)
        g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "… ", mopt_test_stage_get_title (stage));
    }
  g_autofree char *visible = mopt_output_visible (text->str);
  glong limit = terminal_width () - 1;
  g_autofree char *cut
      = g_utf8_strlen (visible, -1) > limit ? g_utf8_substring (visible, 0, limit) : g_strdup (visible);
  g_print ("%s", cut);
  fflush (stdout);
}


/* --- JSON --- */

static void
print_stage_json (MoptTestStage *stage)
{
  MoptTestState state = mopt_test_stage_get_state (stage);
  const MoptFailure *failure = mopt_test_stage_get_failure (stage);
  g_autoptr (JsonBuilder) json = json_builder_new ();

  json_builder_begin_object (json);
  mopt_output_json_member (json, "side", mopt_test_side_name (mopt_test_stage_get_side (stage)));
  mopt_output_json_member (json, "stage", mopt_stage_name (mopt_test_stage_get_stage (stage)));
  mopt_output_json_member (json, "state", mopt_test_state_name (state));
  mopt_output_json_member (json, "code", failure != NULL ? failure->code : NULL);
  mopt_output_json_number (json, "ms", mopt_test_stage_get_ms (stage));
  mopt_output_json_member (json, "detail", mopt_test_stage_get_detail (stage));
  mopt_output_json_member (json, "advice", failure != NULL ? failure->advice : NULL);
  mopt_output_json_member (json, "field", failure != NULL ? failure->property : NULL);
  mopt_output_json_object (json);
}

/* --- from beginning to end --- */

/* The connection that was made is told together with what came of it: only then it is known to be the one that Auto
 * goes on with. @side's, or NULL. */
static MoptTestStage *
find_connected (MoptTestRun *run, MoptTestSide side)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (run)); i++)
    {
      g_autoptr (MoptTestStage) stage = g_list_model_get_item (G_LIST_MODEL (run), i);

      if (mopt_test_stage_get_side (stage) == side && mopt_test_stage_get_stage (stage) == MOPT_STAGE_CONNECT)
        return mopt_test_stage_get_state (stage) == MOPT_TEST_PASSED ? stage : NULL; /* the run keeps it */
    }
  return NULL;
}

static gboolean
is_over (MoptTestStage *stage)
{
  return mopt_test_stage_get_state (stage) > MOPT_TEST_RUNNING;
}

static void
tell_state (MoptTestRun *run, MoptTestStage *stage, void (*tell) (MoptTestStage *stage))
{
  MoptStage which = mopt_test_stage_get_stage (stage);
  MoptTestStage *connected = NULL;

  /* a line that stays cannot be taken back: the window, which can, shows it at once */
  if (!is_over (stage) || (which == MOPT_STAGE_CONNECT && mopt_test_stage_get_state (stage) == MOPT_TEST_PASSED))
    return;
  if (which == MOPT_STAGE_SECURE)
    connected = find_connected (run, mopt_test_stage_get_side (stage));
  if (connected != NULL)
    tell (connected);
  tell (stage);
}

static void
on_state (MoptTestStage *stage, GParamSpec *pspec, MoptTestRun *run)
{
  clear_progress ();
  tell_state (run, stage, print_stage);
  print_progress (run);
}

static void
on_state_json (MoptTestStage *stage, GParamSpec *pspec, MoptTestRun *run)
{
  tell_state (run, stage, print_stage_json);
}

/* A run that was cancelled while it secured the connection had made it. */
static void
tell_the_rest (MoptTestRun *run, void (*tell) (MoptTestStage *stage))
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (run)); i++)
    {
      g_autoptr (MoptTestStage) stage = g_list_model_get_item (G_LIST_MODEL (run), i);
      MoptTestStage *connected = NULL;

      if (mopt_test_stage_get_stage (stage) == MOPT_STAGE_SECURE && !is_over (stage))
        connected = find_connected (run, mopt_test_stage_get_side (stage));
      if (connected != NULL)
        tell (connected);
    }
}

void
mopt_test_output_follow (MoptTestRun *run, MoptTestOutput output)
{
  GCallback callback = output == MOPT_TEST_OUTPUT_JSON ? G_CALLBACK (on_state_json) : G_CALLBACK (on_state);

  if (output == MOPT_TEST_OUTPUT_REPORT)
    return;
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (run)); i++)
    {
      g_autoptr (MoptTestStage) stage = g_list_model_get_item (G_LIST_MODEL (run), i);

      g_signal_connect_object (stage, "notify::state", callback, run, 0);
    }
}

/* What a certificate that does not check out leaves to do; FALSE: that is not what failed. */
static gboolean
print_trust (MoptTestRun *run, MoptTestStage *failed)
{
  const MoptFailure *failure = mopt_test_stage_get_failure (failed);
  MoptTestSide side = mopt_test_stage_get_side (failed);

  if (failure->remedy == MOPT_REMEDY_TRUST)
    g_print (_ ("If the person who runs the server tells you the same fingerprint:\n"
                "mopt trust %s --side %s --sha256 %s\n"),
             mopt_test_run_get_settings (run)->account_id, mopt_test_side_name (side),
             mopt_test_run_get_tls (run, side)->sha256);
  return g_str_has_prefix (failure->code, mopt_error_word (MOPT_ERROR_CERTIFICATE));
}

/* Which field the failure is about, and how to change it. */
static void
print_field (MoptTestRun *run, MoptTestStage *failed)
{
  const char *id = mopt_test_run_get_settings (run)->account_id;
  const MoptFailure *failure = mopt_test_stage_get_failure (failed);
  const char *property = failure->property;

  /* nobody is led to a weaker Security by what may be an attack */
  if (g_str_equal (failure->code, mopt_error_word (MOPT_ERROR_UNENCRYPTED_NOT_AGREED)))
    return;
  if (g_str_equal (failure->code, mopt_error_word (MOPT_ERROR_TLS_GONE))
      || g_str_equal (failure->code, mopt_error_word (MOPT_ERROR_AUTH_WEAKER)))
    g_print (_ ("To forget what was reached before: mopt trust %s --side %s --forget-level\n"), id,
             mopt_test_side_name (mopt_test_stage_get_side (failed)));
  else if (g_str_equal (property, "incoming-password") || g_str_equal (property, "outgoing-password"))
    g_print (_ ("To store another password: mopt password %s --side %.8s\n"), id, property);
  else
    g_print (_ ("To change it: mopt set %s %s=…\n"), id, property);
}

static void
print_result (MoptTestRun *run)
{
  static const char *const results[] = {
    [MOPT_RESULT_PASSED] = N_ ("Passed."),
    [MOPT_RESULT_FAILED] = N_ ("Failed."),
    [MOPT_RESULT_CANCELLED] = N_ ("Cancelled."),
  };
  MoptTestStage *failed = mopt_test_run_get_failed (run);
  gboolean stopped = mopt_test_run_get_result (run) == MOPT_RESULT_CANCELLED;
  const MoptFailure *failure = failed != NULL && !stopped ? mopt_test_stage_get_failure (failed) : NULL;

  clear_progress ();
  tell_the_rest (run, print_stage);
  g_print ("\n%s ", _ (results[mopt_test_run_get_result (run)]));
  mopt_output_below (mopt_test_run_get_summary (run), 0);
  mopt_output_below (mopt_test_run_get_advice (run), 0);
  if (failure != NULL && !print_trust (run, failed) && failure->property != NULL)
    print_field (run, failed);
}

void
mopt_test_output_finish (MoptTestRun *run, MoptTestOutput output, gboolean verbose)
{
  if (output == MOPT_TEST_OUTPUT_JSON)
    {
      g_autoptr (JsonBuilder) json = json_builder_new ();

      tell_the_rest (run, print_stage_json);
      json_builder_begin_object (json);
      mopt_output_json_member (json, "result", mopt_test_result_name (mopt_test_run_get_result (run)));
      mopt_output_json_object (json);
      return;
    }
  if (output == MOPT_TEST_OUTPUT_REPORT)
    {
      g_autofree char *report = mopt_test_run_report (run);

      mopt_output_text (report);
      return;
    }
  print_result (run);
  if (verbose)
    {
      g_print ("\n");
      mopt_output_text (mopt_test_run_get_transcript (run));
    }
}
