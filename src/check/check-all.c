/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "check/check-all.h"
#include "check/checked-account.h"
#include "check/last-test.h"
#include "check/standing.h"

#define AT_ONCE 4 /* accounts; each has two servers, and threads are bounded */

struct _MoptCheckAll
{
  MoptRun parent_instance;

  GPtrArray *rows; /* of the parent; borrowed */
  guint next;      /* the first one not begun */
  guint n_running;
  guint limit_ms;
  gboolean no_prompt; /* the keyring's was closed once */
  char *note;         /* what could not be remembered first; nullable */
  char *summary;
};

G_DEFINE_FINAL_TYPE (MoptCheckAll, mopt_check_all, MOPT_TYPE_RUN)

static guint
count (MoptCheckAll *self, MoptTestState state)
{
  guint n = 0;

  for (guint i = 0; i < self->rows->len; i++)
    n += mopt_checked_account_get_state (g_ptr_array_index (self->rows, i)) == state;
  return n;
}

/* --- how it ends --- */

static char *
summarise (MoptCheckAll *self, MoptTestResult result)
{
  guint n_failed = count (self, MOPT_TEST_FAILED), n_passed = count (self, MOPT_TEST_PASSED);
  guint n_skipped = count (self, MOPT_TEST_SKIPPED);

  if (result == MOPT_RESULT_CANCELLED)
    return g_strdup (_ ("The check was stopped."));
  if (self->rows->len == 0)
    return g_strdup (_ ("There is no account to check."));
  if (n_failed > 0)
    /* Translators: how many accounts have a problem, of how many there are */
    return g_strdup_printf (ngettext ("%u of %u accounts cannot be reached or log in.",
                                      "%u of %u accounts cannot be reached or log in.", n_failed),
                            n_failed, self->rows->len);
  if (n_skipped > 0)
    return g_strdup_printf (ngettext ("%u of %u accounts are ready; the others could not be checked.",
                                      "%u of %u accounts are ready; the others could not be checked.", n_passed),
                            n_passed, self->rows->len);
  return g_strdup (_ ("All accounts are ready. No message was sent."));
}

static void
finish (MoptCheckAll *self, MoptTestResult result)
{
  g_autofree char *said = summarise (self, result);

  g_free (self->summary);
  self->summary = self->note != NULL ? g_strconcat (said, "\n", self->note, NULL) : g_steal_pointer (&said);
  mopt_run_finish (MOPT_RUN (self), result);
}

/* --- how it goes on --- */

static void go_on (MoptCheckAll *self);

static void
on_finished (MoptTestRun *run, MoptCheckAll *self)
{
  MoptTestStage *failed = mopt_test_run_get_failed (run);
  const MoptFailure *failure = failed != NULL ? mopt_test_stage_get_failure (failed) : NULL;
  g_autofree char *lost = mopt_last_test_keep (run);

  g_signal_handlers_disconnect_by_data (run, self);
  if (self->note == NULL)
    self->note = lost != NULL ? g_steal_pointer (&lost) : g_strdup (mopt_test_run_get_note (run));
  for (guint i = 0; i < self->rows->len; i++)
    {
      MoptCheckedAccount *row = g_ptr_array_index (self->rows, i);

      if (mopt_checked_account_get_run (row) != run)
        continue;
      self->no_prompt |= failure != NULL && g_str_equal (failure->code, mopt_error_word (MOPT_ERROR_KEYRING_DISMISSED));
      mopt_checked_account_end (row, failure != NULL ? MOPT_TEST_FAILED : MOPT_TEST_PASSED,
                                mopt_test_run_get_summary (run), failure != NULL ? failure->advice : NULL,
                                failure != NULL ? failure->code : NULL);
    }
  self->n_running--;
  go_on (self);
}

static void
begin (MoptCheckAll *self, MoptCheckedAccount *row)
{
  MoptAccount *account = mopt_checked_account_get_account (row);
  g_autofree char *reason = NULL;
  MoptStanding standing = mopt_standing (account, NULL, NULL, &reason);
  g_autoptr (MoptSettings) settings = standing == MOPT_STANDING_UNTESTED ? mopt_settings_new (account, NULL) : NULL;

  if (settings == NULL)
    {
      mopt_checked_account_end (row, MOPT_TEST_SKIPPED,
                                reason != NULL ? reason : _ ("Your user name or password is still missing."), NULL,
                                mopt_standing_name (standing));
      return;
    }

  const MoptTestOptions options = {
    .settings = settings,
    .sides = MOPT_SIDE_BOTH,
    .own_name = "",
    .own_address = "",
    .no_prompt = self->no_prompt,
    .limit_ms = self->limit_ms,
  };
  g_autoptr (MoptTestRun) run = mopt_test_run_new (&options);
  self->n_running++;
  mopt_checked_account_begin (row, run);
  g_signal_connect (run, "finished", G_CALLBACK (on_finished), self);
  mopt_test_run_start (run);
}

static void
go_on (MoptCheckAll *self)
{
  while (mopt_run_get_result (MOPT_RUN (self)) == MOPT_RESULT_NONE && self->n_running < AT_ONCE
         && self->next < self->rows->len)
    begin (self, g_ptr_array_index (self->rows, self->next++));
  if (mopt_run_get_result (MOPT_RUN (self)) == MOPT_RESULT_NONE && self->n_running == 0)
    finish (self, count (self, MOPT_TEST_FAILED) == 0 && count (self, MOPT_TEST_PASSED) > 0 ? MOPT_RESULT_PASSED
                                                                                            : MOPT_RESULT_FAILED);
}

void
mopt_check_all_start (MoptCheckAll *self)
{
  g_return_if_fail (mopt_run_get_result (MOPT_RUN (self)) == MOPT_RESULT_NONE && self->next == 0);

  go_on (self);
}

/* The runs that have not ended; they notify nobody any more. */
static void
stop (MoptCheckAll *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      MoptTestRun *run = mopt_checked_account_get_run (g_ptr_array_index (self->rows, i));

      if (run == NULL)
        continue;
      g_signal_handlers_disconnect_by_data (run, self);
      mopt_test_run_cancel (run);
    }
}

void
mopt_check_all_cancel (MoptCheckAll *self)
{
  if (mopt_run_get_result (MOPT_RUN (self)) != MOPT_RESULT_NONE)
    return;
  stop (self);
  for (guint i = 0; i < self->rows->len; i++)
    {
      MoptCheckedAccount *row = g_ptr_array_index (self->rows, i);

      if (mopt_checked_account_get_state (row) <= MOPT_TEST_RUNNING)
        mopt_checked_account_end (row, MOPT_TEST_SKIPPED, NULL, NULL, NULL);
    }
  finish (self, MOPT_RESULT_CANCELLED);
}

MoptCheckAll *
mopt_check_all_new (GListModel *accounts, guint limit_ms)
{
  MoptCheckAll *self = g_object_new (MOPT_TYPE_CHECK_ALL, NULL);

  self->limit_ms = limit_ms;
  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (MoptAccount) account = g_list_model_get_item (accounts, i);

      g_ptr_array_add (self->rows, mopt_checked_account_new (account));
    }
  return self;
}

MoptTestResult
mopt_check_all_get_result (MoptCheckAll *self)
{
  return mopt_run_get_result (MOPT_RUN (self));
}

const char *
mopt_check_all_get_summary (MoptCheckAll *self)
{
  return self->summary;
}

static void
mopt_check_all_dispose (GObject *object)
{
  stop (MOPT_CHECK_ALL (object));
  G_OBJECT_CLASS (mopt_check_all_parent_class)->dispose (object);
}

static void
mopt_check_all_finalize (GObject *object)
{
  MoptCheckAll *self = MOPT_CHECK_ALL (object);

  g_free (self->note);
  g_free (self->summary);
  G_OBJECT_CLASS (mopt_check_all_parent_class)->finalize (object);
}

static void
mopt_check_all_class_init (MoptCheckAllClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = mopt_check_all_dispose;
  object_class->finalize = mopt_check_all_finalize;
  MOPT_RUN_CLASS (klass)->item_type = MOPT_TYPE_CHECKED_ACCOUNT;
}

static void
mopt_check_all_init (MoptCheckAll *self)
{
  self->rows = mopt_run_get_rows (MOPT_RUN (self));
  self->summary = g_strdup ("");
}
