/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mopt test, check */
#include "config.h"

#include <glib/gi18n.h>

#include "base/person.h"
#include "check/last-test.h"
#include "check/worker.h"
#include "cli/check-all.h"
#include "cli/cli.h"
#include "cli/newest.h"
#include "cli/online.h"
#include "cli/prompt.h"
#include "cli/test-mail.h"
#include "cli/test-output.h"
#include "model/from-policy.h"
#include "model/text.h"
#include "store/known.h"

#define GOOD_BYE_MS 500

/* What the user asked for. */
typedef struct
{
  MoptTestFlags flags;
  MoptSide sides;
  int limit; /* seconds, 0 = the usual */
  char *to;  /* nullable */
  MoptPromptOptions prompt;
  MoptTestOutput output;
  gboolean verbose;
  gboolean allow_unencrypted;
  gboolean newest; /* instead: show the newest message */
  gboolean all;    /* instead: all accounts */
  MoptTestMailWish mail;
} Wish;

static void
wish_clear (Wish *self)
{
  g_free (self->to);
  mopt_test_mail_wish_clear (&self->mail);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Wish, wish_clear)

/* NULL: it has been said what is wrong. */
static char **
parse (const char *const *args, Wish *wish)
{
  gboolean sends = (wish->flags & MOPT_TEST_SEND_MESSAGE) != 0;
  g_autofree char *side = NULL;
  int limit = MOPT_ONLINE_NO_LIMIT;
  gboolean json = FALSE, report = FALSE;
  const GOptionEntry entries[] = {
    { "side", 0, 0, G_OPTION_ARG_STRING, &side, N_ ("Only this side"), N_ ("incoming|outgoing") },
    { "limit", 0, 0, G_OPTION_ARG_INT, &limit, N_ ("How long each stage may take (30)"), N_ ("SECONDS") },
    MOPT_PROMPT_ENTRIES (wish->prompt),
    MOPT_ONLINE_ENTRY_UNENCRYPTED (wish->allow_unencrypted),
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("For programs: an object a line"), NULL },
    { "report", 0, 0, G_OPTION_ARG_NONE, &report, N_ ("Print a report to hand on instead; it holds no password"),
      NULL },
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &wish->verbose, N_ ("Show what was said, passwords masked"), NULL },
    { "all", 0, sends ? G_OPTION_FLAG_HIDDEN : 0, G_OPTION_ARG_NONE, &wish->all,
      N_ ("All accounts, a line for each"), NULL },
    MOPT_TEST_MAIL_ENTRIES (wish->mail, sends ? 0 : G_OPTION_FLAG_HIDDEN),
    { "newest", 0, sends ? G_OPTION_FLAG_HIDDEN : 0, G_OPTION_ARG_NONE, &wish->newest,
      N_ ("Show the newest message instead; it stays unread"), NULL },
    { "to", 0, sends ? 0 : G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, &wish->to,
      N_ ("Send the message to this address instead of your own"), N_ ("ADDRESS") },
    { NULL },
  };
  g_auto (GStrv) words = mopt_cli_parse (args, entries, 0, 1);

  if (words == NULL || !mopt_prompt_check (&wish->prompt, args[0]))
    return NULL;
  if (!mopt_online_read_side (side, args[0], &wish->sides) || !mopt_online_check_limit (limit, args[0]))
    return NULL;
  if (json + report + wish->verbose > 1)
    {
      mopt_cli_misused (args[0], _ ("Only one of --json, --report and --verbose can be given."));
      return NULL;
    }
  if ((wish->to != NULL || mopt_test_mail_is_wanted (&wish->mail)) && !sends)
    {
      mopt_cli_misused (args[0], _ ("Nothing is sent by this verb; --to belongs to “mopt test”."));
      return NULL;
    }
  if (wish->newest && (sends || wish->sides == MOPT_SIDE_OUTGOING || report || wish->verbose))
    {
      mopt_cli_misused (args[0], sends
                                     ? _ ("This verb sends a message; --newest belongs to “mopt check”.")
                                     : _ ("--newest is about the incoming side and has no other output than --json."));
      return NULL;
    }
  if (wish->newest)
    wish->sides = MOPT_SIDE_INCOMING;
  if (wish->all && (sends || words[0] != NULL || side != NULL || report || wish->verbose || wish->newest
                    || wish->allow_unencrypted || mopt_prompt_is_given (&wish->prompt)))
    {
      mopt_cli_misused (args[0], sends ? _ ("This verb sends a message; --all belongs to “mopt check”.")
                                       : _ ("Beside --all only --json and --limit can be given."));
      return NULL;
    }
  if (mopt_test_mail_is_wanted (&wish->mail) && wish->sides == MOPT_SIDE_INCOMING)
    {
      mopt_cli_misused (args[0], _ ("The incoming side alone sends nothing."));
      return NULL;
    }
  if (g_strcmp0 (wish->mail.message, "-") == 0 && wish->prompt.standard_input)
    {
      mopt_cli_misused (args[0], _ ("Standard input cannot be both the message and the password."));
      return NULL;
    }
  wish->limit = MAX (limit, 0);
  wish->output = json ? MOPT_TEST_OUTPUT_JSON : report ? MOPT_TEST_OUTPUT_REPORT : MOPT_TEST_OUTPUT_LINES;
  return g_steal_pointer (&words);
}

/* --- What a run needs --- */

/* Whether the person may send what he wants sent; else it has been said who decided that. */
static gboolean
may_send (MoptAccount *account, const Wish *wish)
{
  gboolean sends = (wish->flags & MOPT_TEST_SEND_MESSAGE) != 0 && (wish->sides & MOPT_SIDE_OUTGOING) != 0;
  g_autofree char *why_not = sends ? mopt_test_why_not_send (account) : NULL;

  if (why_not != NULL)
    mopt_cli_complain ("%s", why_not);
  return why_not == NULL;
}

/* Whether the message has somewhere to go and an address to come from; else it has been said what to do. */
static gboolean
can_send (const MoptSettings *settings, const char *own_address, const MoptTestMail *mail, const char *to)
{
  g_autofree char *from = mopt_from_policy_default (settings, own_address);

  if (mail == NULL && !mopt_online_has_recipient (own_address, to))
    return FALSE;
  if (from == NULL)
    {
      mopt_cli_complain (_ ("There is no address to send from. Set yours with “mopt set --general address=…”, or add "
                            "one to from-legal."));
      return FALSE;
    }
  return TRUE;
}

static gboolean
find_passwords (const Wish *wish, MoptTestOptions *options, GError **error)
{
  if (mopt_prompt_is_given (&wish->prompt))
    {
      options->incoming_password = mopt_prompt_from_options (&wish->prompt, error);
      if (options->incoming_password == NULL)
        return FALSE;
      options->outgoing_password = mopt_password_ref (options->incoming_password);
      options->no_keyring = TRUE;
      return TRUE;
    }
  if ((wish->sides & MOPT_SIDE_INCOMING) != 0
      && !mopt_online_ask_password (options->settings, MOPT_SIDE_INCOMING, &options->incoming_password, error))
    return FALSE;
  if ((wish->sides & MOPT_SIDE_OUTGOING) == 0 || (options->settings->same_login && options->incoming_password != NULL))
    return TRUE;
  return mopt_online_ask_password (options->settings, MOPT_SIDE_OUTGOING, &options->outgoing_password, error);
}

/* --- The run --- */

static gboolean
on_signal (gpointer run)
{
  mopt_test_run_cancel (run);
  return G_SOURCE_CONTINUE;
}

static int
run_test (const MoptTestOptions *options, const Wish *wish)
{
  g_autoptr (MoptTestRun) run = mopt_test_run_new (options);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  MoptTestResult result;

  mopt_test_output_follow (run, wish->output);
  g_signal_connect_swapped (run, "finished", G_CALLBACK (g_main_loop_quit), loop);
  mopt_cli_catch_signals (on_signal, run);
  mopt_test_run_start (run);
  g_main_loop_run (loop);
  mopt_cli_forget_signals ();

  mopt_test_output_finish (run, wish->output, wish->verbose);
  result = mopt_test_run_get_result (run);
  /* as the window does: the list then says when the account was tested */
  g_autofree char *lost = mopt_test_mail_is_wanted (&wish->mail) ? NULL : mopt_last_test_keep (run);
  const char *note = wish->output == MOPT_TEST_OUTPUT_JSON ? mopt_test_run_get_note (run) : NULL;
  if (lost != NULL || note != NULL)
    mopt_cli_complain (_ ("Note: %s"), lost != NULL ? lost : note);
  if (result == MOPT_RESULT_CANCELLED)
    return MOPT_EXIT_CANCELLED;
  mopt_worker_settle (GOOD_BYE_MS);
  if (wish->output == MOPT_TEST_OUTPUT_LINES && mopt_online_agree_run (run))
    return run_test (options, wish);
  return result == MOPT_RESULT_PASSED ? MOPT_EXIT_DONE : MOPT_EXIT_FAILED;
}

static int
run_with (MoptAccounts *accounts, MoptSettings *settings, const Wish *wish)
{
  gboolean sends = (wish->flags & MOPT_TEST_SEND_MESSAGE) != 0 && (wish->sides & MOPT_SIDE_OUTGOING) != 0;
  g_autofree char *own_address
      = sends ? mopt_online_own_address (accounts, mopt_test_mail_is_wanted (&wish->mail) ? NULL : wish->to)
              : g_strdup ("");
  g_autofree char *own_name = *mopt_accounts_get_own_name (accounts) != '\0'
                                  ? g_strdup (mopt_accounts_get_own_name (accounts))
                                  : mopt_person_real_name ();
  g_autoptr (GError) error = NULL;
  MoptTestOptions options = {
    .settings = settings,
    .sides = wish->sides,
    .flags = wish->flags | (mopt_accounts_writes_html (accounts) ? MOPT_TEST_HTML : 0),
    .own_name = own_name != NULL ? own_name : "",
    .own_address = own_address,
    .to = wish->to,
    .limit_ms = wish->limit * 1000,
    .arrival_ms = wish->limit * 1000,
  };
  g_autoptr (MoptTestMail) mail = NULL;
  int code;

  if (mopt_test_mail_is_wanted (&wish->mail))
    {
      mail = mopt_test_mail_from_wish (&wish->mail, wish->to);
      if (mail == NULL || !mopt_test_mail_confirm (&wish->mail, mail))
        return MOPT_EXIT_FAILED;
      options.mail = mail;
    }
  if (sends && !can_send (settings, own_address, mail, wish->to))
    return MOPT_EXIT_FAILED;
  if (!find_passwords (wish, &options, &error))
    code = mopt_cli_fail (error);
  else if (wish->newest)
    code = mopt_newest_show (settings, options.incoming_password, options.no_keyring, options.limit_ms,
                             wish->output == MOPT_TEST_OUTPUT_JSON);
  else
    code = run_test (&options, wish);
  g_clear_pointer (&options.incoming_password, mopt_password_unref);
  g_clear_pointer (&options.outgoing_password, mopt_password_unref);
  return code;
}

static int
run (const char *const *args, MoptTestFlags flags)
{
  g_auto (Wish) wish = { .flags = flags, .prompt = { .fd = MOPT_PROMPT_NO_FD } };
  g_auto (GStrv) words = parse (args, &wish);
  int code;
  g_autoptr (GError) error = NULL;

  if (words == NULL)
    return MOPT_EXIT_USAGE;

  g_autoptr (MoptAccounts) accounts = NULL;
  if (wish.all)
    {
      accounts = mopt_cli_load ();
      return accounts != NULL ? mopt_check_all_show (accounts, (guint) wish.limit * 1000,
                                                     wish.output == MOPT_TEST_OUTPUT_JSON)
                              : MOPT_EXIT_FAILED;
    }
  MoptAccount *account = mopt_cli_open (words[0], &accounts, &code);
  if (account == NULL)
    return code;
  g_autoptr (MoptSettings) settings = mopt_settings_new (account, &error);
  if (settings == NULL)
    return mopt_cli_fail (error);
  if (wish.allow_unencrypted)
    mopt_online_allow_unencrypted (settings);
  if (!mopt_online_is_complete (account, wish.sides) || !may_send (account, &wish))
    return MOPT_EXIT_FAILED;
  return run_with (accounts, settings, &wish);
}

int
mopt_verb_test (const char *const *args)
{
  return run (args, MOPT_TEST_SEND_MESSAGE);
}

int
mopt_verb_check (const char *const *args)
{
  return run (args, 0);
}
