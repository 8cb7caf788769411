/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window over a draft. An account that is published already is not simply taken out: desktops that have it must be
 * told what becomes of what its users made of it, so it stays in the file as withdrawn until it is removed for good. */
#include "config.h"

#include <glib/gi18n.h>

#include "app/account-dialog.h"
#include "app/accounts-window-private.h"
#include "app/message-dialog.h"
#include "check/worker.h"
#include "store/publish.h"

/* --- Deleting ---------------------------------------------------------------------------------------------------- */

/* What is asked, and of which account. */
typedef struct
{
  MoptAccountsWindow *window;
  MoptAccount *account;
} Question;

static void
question_free (Question *self)
{
  g_object_unref (self->window);
  g_object_unref (self->account);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

static void
on_applied (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MoptAccountsWindow) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!mopt_accounts_apply_finish (MOPT_ACCOUNTS (source), result, &error))
    mopt_accounts_window_failed (self, error);
  else if (self->accounts != NULL && gtk_window_get_focus (GTK_WINDOW (self)) == NULL)
    gtk_widget_grab_focus (GTK_WIDGET (self->list));
}

static void
apply (Question *question, const MoptChange *change)
{
  if (question->window->accounts != NULL)
    mopt_accounts_apply_async (question->window->accounts, change, NULL, on_applied, g_object_ref (question->window));
}

static void
withdraw (Question *question, const char *how)
{
  apply (question,
         &(MoptChange){ .what = MOPT_CHANGE_WITHDRAW, .account = question->account, .withdrawn = how });
}

static void
take_out (Question *question)
{
  apply (question, &(MoptChange){ .what = MOPT_CHANGE_DELETE, .account = question->account });
}

static void
on_withdraw_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Question) question = user_data;
  guint answer = mopt_ask_finish (result);

  if (answer > 0)
    withdraw (question, answer == 2 ? "keep" : "delete");
}

static void
on_withdrawn_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Question) question = user_data;
  guint answer = mopt_ask_finish (result);

  if (answer == 1)
    withdraw (question, NULL);
  else if (answer == 2)
    take_out (question);
}

static void
on_take_out_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Question) question = user_data;

  if (mopt_ask_finish (result) == 1)
    take_out (question);
}

static void
ask_withdrawn (Question *question)
{
  const MoptAnswer answers[] = { { _ ("_Cancel"), MOPT_ANSWER_NORMAL },
                                 { _ ("_Publish It Again"), MOPT_ANSWER_NORMAL },
                                 { _ ("_Remove for Good"), MOPT_ANSWER_DESTRUCTIVE },
                                 { NULL } };
  g_autofree char *title = g_strdup_printf (_ ("“%s” is withdrawn"), mopt_account_get_name (question->account));

  mopt_ask_async (GTK_WINDOW (question->window), title,
                  _ ("Remove it for good only when every desktop has seen that it is withdrawn: one that has not "
                     "takes it for merely gone."),
                  answers, on_withdrawn_answered, question);
}

static void
ask_withdraw (Question *question)
{
  const MoptAnswer answers[] = { { _ ("_Cancel"), MOPT_ANSWER_NORMAL },
                                 { _ ("_Delete Any User Customizations for the Account"), MOPT_ANSWER_DESTRUCTIVE },
                                 { _ ("_Keep User Accounts"), MOPT_ANSWER_SUGGESTED },
                                 { NULL } };
  g_autofree char *title
      = g_strdup_printf (_ ("Withdraw “%s” from all users?"), mopt_account_get_name (question->account));

  mopt_ask_async (GTK_WINDOW (question->window), title,
                  _ ("Kept, it becomes an account of each user\'s own. Deleted, it goes with all that users "
                     "changed of it. Either happens once this draft is published."),
                  answers, on_withdraw_answered, question);
}

static void
ask_take_out (Question *question)
{
  const MoptAnswer answers[]
      = { { _ ("_Cancel"), MOPT_ANSWER_NORMAL }, { _ ("_Delete"), MOPT_ANSWER_DESTRUCTIVE }, { NULL } };
  g_autofree char *title
      = g_strdup_printf (_ ("Delete “%s” from the draft?"), mopt_account_get_name (question->account));

  mopt_ask_async (GTK_WINDOW (question->window), title, _ ("It was never published."), answers, on_take_out_answered,
                  question);
}

/* In a thread: what is published may lie on a slow share. Whether desktops may have the account by now; so, too, where
 * that cannot be read. */
static void
look_at_target (gpointer data)
{
  GTask *task = data;
  char **words = g_task_get_task_data (task); /* the draft, the id */
  g_autofree char *target = NULL;
  g_autofree char *key = NULL;

  mopt_publish_recall (&target, &key);
  if (target == NULL)
    target = mopt_publish_default_target ();
  g_autoptr (MoptPublishPlan) plan = mopt_publish_plan_new (words[0], target, NULL);
  g_task_return_boolean (task, plan == NULL || mopt_published_text_get (plan->target.said, words[1]) != NULL);
}

static void
on_target_seen (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Question) question = user_data;
  gboolean published = g_task_propagate_boolean (G_TASK (result), NULL);

  question->window->looks = FALSE;
  if (question->window->accounts == NULL) /* closed meanwhile */
    return;
  if (published)
    ask_withdraw (g_steal_pointer (&question));
  else
    ask_take_out (g_steal_pointer (&question));
}

void
mopt_draft_actions_delete (MoptAccountsWindow *self, MoptAccount *account)
{
  Question *question;

  if (self->looks) /* pressed once more meanwhile */
    return;
  question = g_new0 (Question, 1);
  question->window = g_object_ref (self);
  question->account = mopt_account_dup (account);
  if (*mopt_account_get_term (account, MOPT_TERM_WITHDRAWN) != '\0')
    {
      ask_withdrawn (question);
      return;
    }
  const char *words[] = { mopt_accounts_get_path (self->accounts), mopt_account_get_id (account), NULL };
  g_autoptr (GTask) task = g_task_new (NULL, NULL, on_target_seen, question);
  g_task_set_task_data (task, g_strdupv ((char **) words), (GDestroyNotify) g_strfreev);
  self->looks = TRUE;
  mopt_worker_run_apart ("draft-delete", task, look_at_target);
}

/* --- The window -------------------------------------------------------------------------------------------------- */

static void
on_go_to (MoptAccountsWindow *self, const char *id, const char *key)
{
  MoptAccount *account = mopt_accounts_get (self->accounts, id);

  if (account == NULL)
    return;
  mopt_account_list_select (self->list, account);
  mopt_accounts_actions_edit (self, account);
  if (self->dialog != NULL && key != NULL)
    mopt_account_dialog_go_to (MOPT_ACCOUNT_DIALOG (self->dialog), g_str_equal (key, "Name") ? "name" : key);
}

static void
on_published (MoptAccountsWindow *self, const char *sentence)
{
  mopt_notice_bar_show (self->save_notice, MOPT_NOTICE_INFO, sentence, NULL);
  mopt_accounts_look (self->accounts); /* the draft has its new serial number */
}

/* What the thread and the window share: the task holds it. */
typedef struct
{
  char *draft;
  gboolean ended;  /* guarded by the mutex */
  gboolean waited; /* main thread: the window did, and goes on by itself */
} Preparation;

static GMutex preparing;
static GCond prepared;

static void
preparation_free (Preparation *self)
{
  g_free (self->draft);
  g_free (self);
}

/* In a thread: what is published may lie on a slow share. */
static void
prepare (gpointer data)
{
  GTask *task = data;
  Preparation *self = g_task_get_task_data (task);
  g_autofree char *target = NULL;
  g_autofree char *key = NULL;

  mopt_publish_recall (&target, &key);
  if (target == NULL)
    target = mopt_publish_default_target ();
  /* where this fails the draft cannot be read or written, which its window says */
  if (mopt_publish_begin (self->draft, target, NULL))
    mopt_publish_adopt (self->draft, target, FALSE, NULL);
  g_mutex_lock (&preparing);
  self->ended = TRUE;
  g_cond_broadcast (&prepared);
  g_mutex_unlock (&preparing);
  g_task_return_boolean (task, TRUE);
}

static void
on_prepared (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MoptAccountsWindow) self = user_data;
  const Preparation *preparation = g_task_get_task_data (G_TASK (result));

  if (!preparation->waited && self->accounts != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.reload", NULL);
}

gboolean
mopt_draft_actions_prepare (MoptAccountsWindow *self, guint ms)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, on_prepared, g_object_ref (self));
  Preparation *preparation = g_new0 (Preparation, 1);
  gint64 until = g_get_monotonic_time () + ms * (gint64) 1000;

  preparation->draft = g_strdup (mopt_accounts_get_path (self->accounts));
  g_task_set_task_data (task, preparation, (GDestroyNotify) preparation_free);
  mopt_worker_run_task ("draft-prepare", task, prepare);

  g_mutex_lock (&preparing);
  while (!preparation->ended && g_cond_wait_until (&prepared, &preparing, until))
    ;
  preparation->waited = preparation->ended;
  g_mutex_unlock (&preparing);
  return preparation->waited;
}

void
mopt_draft_actions_bind (MoptAccountsWindow *self)
{
  gtk_window_set_title (GTK_WINDOW (self), _ ("Publish E-mail Accounts"));
  gtk_widget_set_visible (GTK_WIDGET (self->person_form), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->publish_bar), TRUE);
  mopt_publish_bar_set_accounts (self->publish_bar, self->accounts);
  g_signal_connect_object (self->publish_bar, "go-to", G_CALLBACK (on_go_to), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->publish_bar, "published", G_CALLBACK (on_published), self, G_CONNECT_SWAPPED);
}
