/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mopt from-check */
#include "config.h"

#include <glib/gi18n.h>

#include "check/from-check.h"
#include "check/worker.h"
#include "cli/cli.h"
#include "cli/online.h"
#include "cli/output.h"
#include "cli/prompt.h"

#define GOOD_BYE_MS 500

/* What the user asked for. */
typedef struct
{
  char *to;  /* nullable */
  int limit; /* seconds, MOPT_ONLINE_NO_LIMIT = the usual */
  MoptPromptOptions prompt;
  gboolean json;
  gboolean verbose;
  gboolean allow_unencrypted;
} Wish;

static void
wish_clear (Wish *self)
{
  g_free (self->to);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Wish, wish_clear)

static char **
parse (const char *const *args, Wish *wish)
{
  const GOptionEntry entries[] = {
    { "to", 0, 0, G_OPTION_ARG_STRING, &wish->to, N_ ("The recipient to ask about instead of your own address"),
      N_ ("ADDRESS") },
    { "limit", 0, 0, G_OPTION_ARG_INT, &wish->limit, N_ ("How long each step may take (30)"), N_ ("SECONDS") },
    MOPT_PROMPT_ENTRIES (wish->prompt),
    MOPT_ONLINE_ENTRY_UNENCRYPTED (wish->allow_unencrypted),
    { "json", 0, 0, G_OPTION_ARG_NONE, &wish->json, N_ ("For programs: an object a line"), NULL },
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &wish->verbose, N_ ("Show what was said, passwords masked"), NULL },
    { NULL },
  };
  g_auto (GStrv) words = mopt_cli_parse (args, entries, 0, 1);

  if (words == NULL || !mopt_prompt_check (&wish->prompt, args[0]) || !mopt_online_check_limit (wish->limit, args[0]))
    return NULL;
  if (wish->json && wish->verbose)
    {
      mopt_cli_misused (args[0], _ ("Only one of --json and --verbose can be given."));
      return NULL;
    }
  return g_steal_pointer (&words);
}

/* --- a line for each address --- */

static const struct
{
  const char *sign;
  const char *colour;
} states[] = {
  [MOPT_FROM_STATE_WAITING] = { " ", "" },           [MOPT_FROM_STATE_RUNNING] = { "…", "" },
  [MOPT_FROM_STATE_ACCEPTED] = { "✓", "\033[32m" },  [MOPT_FROM_STATE_REFUSED] = { "✗", "\033[31m" },
  [MOPT_FROM_STATE_NOT_CHECKED] = { "–", "\033[2m" },
};

typedef struct
{
  MoptFromCheck *check;
  char *words; /* printed last: what many addresses have in common is said once */
} Output;

/* The widest address, so that the times stand in a column. */
static guint
address_width (MoptFromCheck *check)
{
  guint width = 0;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (check)); i++)
    {
      g_autoptr (MoptFromResult) result = g_list_model_get_item (G_LIST_MODEL (check), i);
      g_autofree char *visible = mopt_output_visible (mopt_from_result_get_address (result));

      width = MAX (width, mopt_output_width (visible));
    }
  return width;
}

static void
print_words (Output *output, const char *words, guint indent)
{
  if (g_strcmp0 (output->words, words) != 0)
    mopt_output_below (words, indent);
  g_free (output->words);
  output->words = g_strdup (words);
}

static void
on_state (MoptFromResult *result, GParamSpec *pspec, Output *output)
{
  MoptFromState state = mopt_from_result_get_state (result);
  const MoptFailure *failure = mopt_from_result_get_failure (result);
  gboolean colour = mopt_output_wants_colour ();
  const char *title = mopt_from_result_get_title (result);
  guint title_width = MAX (mopt_output_width (_ ("Accepted")),
                           MAX (mopt_output_width (_ ("Refused")), mopt_output_width (_ ("Not checked"))));

  if (state <= MOPT_FROM_STATE_RUNNING)
    return;
  g_autofree char *address = mopt_output_visible (mopt_from_result_get_address (result));
  g_print ("%s%s ", colour ? states[state].colour : "", states[state].sign);
  mopt_output_padded (title, title_width);
  g_print ("%s", colour ? "\033[0m" : "");
  if (state == MOPT_FROM_STATE_NOT_CHECKED)
    g_print ("%s\n", address);
  else
    {
      mopt_output_padded (address, address_width (output->check));
      g_print ("%5u ms\n", mopt_from_result_get_ms (result));
    }
  if (failure != NULL && (failure->server_words != NULL || state == MOPT_FROM_STATE_REFUSED))
    {
      const char *said = failure->server_words != NULL ? failure->server_words : failure->sentence;
      g_autofree char *words = g_strjoin ("\n", said, failure->in_clear ? mopt_failure_in_clear_text () : NULL, NULL);

      print_words (output, words, 2 + title_width + 2);
    }
}

static void
on_state_json (MoptFromResult *result, GParamSpec *pspec, Output *output)
{
  MoptFromState state = mopt_from_result_get_state (result);
  const MoptFailure *failure = mopt_from_result_get_failure (result);

  if (state <= MOPT_FROM_STATE_RUNNING)
    return;
  g_autoptr (JsonBuilder) json = json_builder_new ();
  json_builder_begin_object (json);
  mopt_output_json_member (json, "address", mopt_from_result_get_address (result));
  mopt_output_json_member (json, "state", mopt_from_state_name (state));
  mopt_output_json_member (json, "code", failure != NULL ? failure->code : NULL);
  mopt_output_json_number (json, "ms", mopt_from_result_get_ms (result));
  mopt_output_json_member (json, "detail", failure != NULL ? failure->server_words : NULL);
  mopt_output_json_member (json, "advice", failure != NULL ? failure->advice : NULL);
  mopt_output_json_member (json, "field", failure != NULL ? failure->property : NULL);
  mopt_output_json_object (json);
}

static void
print_end (MoptFromCheck *check, const Wish *wish)
{
  if (wish->json)
    {
      g_autoptr (JsonBuilder) json = json_builder_new ();

      json_builder_begin_object (json);
      mopt_output_json_member (json, "result", mopt_test_result_name (mopt_from_check_get_result (check)));
      mopt_output_json_object (json);
      return;
    }
  if (g_list_model_get_n_items (G_LIST_MODEL (check)) > 0)
    g_print ("\n");
  mopt_output_below (mopt_from_check_get_summary (check), 0);
  mopt_output_below (mopt_from_check_get_advice (check), 0);
  if (wish->verbose)
    {
      g_print ("\n");
      mopt_output_text (mopt_from_check_get_transcript (check));
    }
}

/* --- the run --- */

static gboolean
on_signal (gpointer check)
{
  mopt_from_check_cancel (check);
  return G_SOURCE_CONTINUE;
}

static int
run (MoptFromCheck *check, const Wish *wish)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Output output = { check, NULL };

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (check)); i++)
    {
      g_autoptr (MoptFromResult) result = g_list_model_get_item (G_LIST_MODEL (check), i);

      g_signal_connect (result, "notify::state", wish->json ? G_CALLBACK (on_state_json) : G_CALLBACK (on_state),
                        &output);
    }
  g_signal_connect_swapped (check, "finished", G_CALLBACK (g_main_loop_quit), loop);
  mopt_cli_catch_signals (on_signal, check);
  mopt_from_check_start (check);
  g_main_loop_run (loop);
  mopt_cli_forget_signals ();

  print_end (check, wish);
  g_free (output.words);
  g_autofree char *note = mopt_from_check_remember (check);
  if (note != NULL)
    mopt_cli_complain (_ ("Note: %s"), note);
  if (mopt_from_check_get_result (check) == MOPT_RESULT_CANCELLED)
    return MOPT_EXIT_CANCELLED;
  mopt_worker_settle (GOOD_BYE_MS);
  return mopt_from_check_get_result (check) == MOPT_RESULT_PASSED ? MOPT_EXIT_DONE : MOPT_EXIT_FAILED;
}

/* Whether all of it ended at Auto's question, and there is a yes. */
static gboolean
agree_unencrypted (MoptFromCheck *check, const MoptSettings *settings)
{
  g_autoptr (MoptFromResult) first = g_list_model_get_item (G_LIST_MODEL (check), 0);

  return first != NULL
         && mopt_online_agree_unencrypted (mopt_from_result_get_failure (first), settings, MOPT_SIDE_OUTGOING);
}

static int
run_with (MoptAccounts *accounts, const MoptSettings *settings, const Wish *wish)
{
  g_autofree char *own_address = mopt_online_own_address (accounts, wish->to);
  gboolean given = mopt_prompt_is_given (&wish->prompt);
  g_autoptr (MoptPassword) password = NULL;
  g_autoptr (GError) error = NULL;

  if (!mopt_online_has_recipient (own_address, wish->to))
    return MOPT_EXIT_FAILED;
  if (given)
    password = mopt_prompt_from_options (&wish->prompt, &error);
  else
    mopt_online_ask_password (settings, MOPT_SIDE_OUTGOING, &password, &error);
  if (error != NULL)
    return mopt_cli_fail (error);

  const MoptFromCheckOptions options = {
    .settings = settings,
    .password = password,
    .no_keyring = given,
    .own_address = own_address,
    .to = wish->to,
    .limit_ms = (guint) MAX (wish->limit, 0) * 1000,
  };
  g_autoptr (MoptFromCheck) check = mopt_from_check_new (&options);
  int code = run (check, wish);
  if (wish->json || !agree_unencrypted (check, settings))
    return code;
  g_autoptr (MoptFromCheck) again = mopt_from_check_new (&options);
  return run (again, wish);
}

int
mopt_verb_from_check (const char *const *args)
{
  g_auto (Wish) wish = { .limit = MOPT_ONLINE_NO_LIMIT, .prompt = { .fd = MOPT_PROMPT_NO_FD } };
  g_auto (GStrv) words = parse (args, &wish);
  g_autoptr (MoptAccounts) accounts = NULL;
  g_autoptr (GError) error = NULL;
  int code;

  if (words == NULL)
    return MOPT_EXIT_USAGE;
  MoptAccount *account = mopt_cli_open (words[0], &accounts, &code);
  if (account == NULL)
    return code;
  g_autoptr (MoptSettings) settings = mopt_settings_new (account, &error);
  if (settings == NULL)
    return mopt_cli_fail (error);
  if (wish.allow_unencrypted)
    mopt_online_allow_unencrypted (settings);
  return mopt_online_is_complete (account, MOPT_SIDE_OUTGOING) ? run_with (accounts, settings, &wish)
                                                               : MOPT_EXIT_FAILED;
}
