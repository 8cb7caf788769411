/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/notice-bar.h"
#include "app/undo-bar.h"
#include "base/error.h"
#include "store/known.h"
#include "store/secrets.h"

#define UNDO_SECONDS 15 /* to read the bar, to think, and to reach it by keyboard */

struct _MoptUndoBar
{
  GtkWidget parent_instance;

  MoptNoticeBar *bar;
  MoptAccounts *accounts;
  GPtrArray *deleted; /* MoptAccount, in that order; they can be brought back. All personal, or none of them */
  char *deleting;     /* id, until it is out of the list; NULL: none */
  guint timeout;
};

G_DEFINE_FINAL_TYPE (MoptUndoBar, mopt_undo_bar, GTK_TYPE_WIDGET)

enum
{
  DELETED,
  RESTORED,
  FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* The account of an operation, and the bar if it is still there: the window may be gone by then. */
typedef struct
{
  GWeakRef bar;
  MoptAccount *account;
} Operation;

static Operation *
operation_new (MoptUndoBar *self, MoptAccount *account)
{
  Operation *operation = g_new0 (Operation, 1);

  g_weak_ref_init (&operation->bar, self);
  operation->account = g_object_ref (account);
  /* a program that still writes or forgets does not end */
  if (g_application_get_default () != NULL)
    g_application_hold (g_application_get_default ());
  return operation;
}

static void
operation_free (Operation *operation)
{
  if (g_application_get_default () != NULL)
    g_application_release (g_application_get_default ());
  g_weak_ref_clear (&operation->bar);
  g_object_unref (operation->account);
  g_free (operation);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Operation, operation_free)

static void
emit_failed (Operation *operation, GError *error)
{
  g_autoptr (MoptUndoBar) self = g_weak_ref_get (&operation->bar);

  if (self != NULL)
    g_signal_emit (self, signals[FAILED], 0, error);
  else
    g_warning ("%s", error->message); /* nobody is left to be told */
}

static void
on_forgotten (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Operation) operation = user_data;
  g_autoptr (GError) error = NULL;

  /* where there is no keyring there is no password in it */
  if (!mopt_secrets_forget_finish (result, &error) && !g_error_matches (error, MOPT_ERROR, MOPT_ERROR_KEYRING_NO_BUS)
      && !g_error_matches (error, MOPT_ERROR, MOPT_ERROR_KEYRING_NO_SERVICE))
    emit_failed (operation, error);
}

/* The person's changes to a published account have gone; what is stored for the published servers stays. */
static void
forget_others (MoptUndoBar *self, MoptAccount *account)
{
  static const MoptSection sections[] = { MOPT_SECTION_INCOMING_ACCOUNT, MOPT_SECTION_OUTGOING_ACCOUNT };
  g_autoptr (MoptSettings) settings = mopt_settings_new (account, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (sections) && settings != NULL; i++)
    {
      g_autoptr (MoptSecretKey) key = mopt_secret_key_new (settings, sections[i]);

      if (key != NULL) /* else nobody knows what it is not stored for */
        mopt_secrets_forget_async (mopt_account_get_id (account), sections[i], key, MOPT_SECRETS_PROMPT, NULL,
                                   on_forgotten, operation_new (self, account));
    }
}

static void
forget (MoptUndoBar *self, MoptAccount *account)
{
  const char *id = mopt_account_get_id (account);
  g_autoptr (GError) error = NULL;

  if (!mopt_account_is_personal (account))
    {
      forget_others (self, account);
      return;
    }
  mopt_secrets_forget_async (id, MOPT_SECTION_NONE, NULL, MOPT_SECRETS_PROMPT, NULL, on_forgotten,
                             operation_new (self, account));
  if (!mopt_known_forget (id, &error))
    g_signal_emit (self, signals[FAILED], 0, error);
}

/* What was deleted since the bar came; it goes. Transfer full. */
static GPtrArray *
take_deleted (MoptUndoBar *self)
{
  GPtrArray *deleted = self->deleted;

  self->deleted = g_ptr_array_new_with_free_func (g_object_unref);
  g_clear_handle_id (&self->timeout, g_source_remove);
  mopt_notice_bar_hide (self->bar);
  return deleted;
}

void
mopt_undo_bar_finish (MoptUndoBar *self)
{
  g_return_if_fail (MOPT_IS_UNDO_BAR (self));

  g_autoptr (GPtrArray) deleted = take_deleted (self);

  for (guint i = 0; i < deleted->len; i++)
    forget (self, deleted->pdata[i]);
}

static gboolean
on_timeout (gpointer user_data)
{
  MoptUndoBar *self = user_data;

  /* someone is about to press it */
  if (gtk_widget_get_focus_child (GTK_WIDGET (self->bar)) != NULL)
    return G_SOURCE_CONTINUE;
  self->timeout = 0;
  mopt_undo_bar_finish (self);
  return G_SOURCE_REMOVE;
}

static void
say_what_is_deleted (MoptUndoBar *self)
{
  MoptAccount *last = self->deleted->pdata[self->deleted->len - 1];
  gboolean personal = mopt_account_is_personal (last);
  guint n = self->deleted->len;
  g_autofree char *text = NULL;

  if (n == 1)
    /* Translators: %s is the name of an account */
    text = g_strdup_printf (personal ? _ ("“%s” deleted") : _ ("Your changes to “%s” removed"),
                            mopt_account_get_name (last));
  else
    text = g_strdup_printf (personal ? ngettext ("%u account deleted", "%u accounts deleted", n)
                                     : ngettext ("Your changes to %u account removed",
                                                 "Your changes to %u accounts removed", n),
                            n);
  mopt_notice_bar_show (self->bar, MOPT_NOTICE_INFO, text, _ ("_Undo"));
}

static void
on_deleted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Operation) operation = user_data;
  g_autoptr (MoptUndoBar) self = g_weak_ref_get (&operation->bar);
  g_autoptr (GError) error = NULL;

  if (self != NULL)
    g_clear_pointer (&self->deleting, g_free);
  if (!mopt_accounts_apply_finish (MOPT_ACCOUNTS (source), result, &error))
    {
      emit_failed (operation, error);
      return;
    }
  if (self == NULL)
    return;

  /* Delete may be held down by mistake: one Undo brings all of them back */
  if (self->deleted->len > 0
      && mopt_account_is_personal (self->deleted->pdata[0]) != mopt_account_is_personal (operation->account))
    mopt_undo_bar_finish (self);
  g_ptr_array_add (self->deleted, g_object_ref (operation->account));
  say_what_is_deleted (self);
  g_clear_handle_id (&self->timeout, g_source_remove);
  self->timeout = g_timeout_add_seconds (UNDO_SECONDS, on_timeout, self);
  g_signal_emit (self, signals[DELETED], 0);
}

void
mopt_undo_bar_delete (MoptUndoBar *self, MoptAccounts *accounts, MoptAccount *account)
{
  MoptChange change = { .what = MOPT_CHANGE_DELETE, .account = account };

  g_return_if_fail (MOPT_IS_UNDO_BAR (self));

  if (g_strcmp0 (self->deleting, mopt_account_get_id (account)) == 0)
    return; /* it is on its way */
  g_free (self->deleting);
  self->deleting = g_strdup (mopt_account_get_id (account));
  g_set_object (&self->accounts, accounts);
  mopt_accounts_apply_async (accounts, &change, NULL, on_deleted, operation_new (self, account));
}

static void
on_restored (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Operation) operation = user_data;
  g_autoptr (MoptUndoBar) self = g_weak_ref_get (&operation->bar);
  g_autoptr (GError) error = NULL;

  if (!mopt_accounts_apply_finish (MOPT_ACCOUNTS (source), result, &error))
    emit_failed (operation, error);
  else if (self != NULL)
    g_signal_emit (self, signals[RESTORED], 0, operation->account);
}

void
mopt_undo_bar_undo (MoptUndoBar *self)
{
  g_return_if_fail (MOPT_IS_UNDO_BAR (self));

  g_autoptr (GPtrArray) deleted = take_deleted (self);

  /* each comes back to the place that it had: the last one first */
  for (guint i = deleted->len; i-- > 0;)
    {
      MoptChange change = { .what = MOPT_CHANGE_RESTORE, .account = deleted->pdata[i] };

      mopt_accounts_apply_async (self->accounts, &change, NULL, on_restored,
                                 operation_new (self, deleted->pdata[i]));
    }
}

static void
mopt_undo_bar_dispose (GObject *object)
{
  MoptUndoBar *self = MOPT_UNDO_BAR (object);

  if (self->bar != NULL)
    mopt_undo_bar_finish (self);
  g_clear_pointer ((GtkWidget **) &self->bar, gtk_widget_unparent);
  g_clear_pointer (&self->deleted, g_ptr_array_unref);
  g_clear_pointer (&self->deleting, g_free);
  g_clear_object (&self->accounts);
  G_OBJECT_CLASS (mopt_undo_bar_parent_class)->dispose (object);
}

static void
mopt_undo_bar_class_init (MoptUndoBarClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mopt_undo_bar_dispose;
  signals[DELETED]
      = g_signal_new ("deleted", MOPT_TYPE_UNDO_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[RESTORED] = g_signal_new ("restored", MOPT_TYPE_UNDO_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                    1, MOPT_TYPE_ACCOUNT);
  signals[FAILED] = g_signal_new ("failed", MOPT_TYPE_UNDO_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                  G_TYPE_ERROR);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "undobar");
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
mopt_undo_bar_init (MoptUndoBar *self)
{
  self->deleted = g_ptr_array_new_with_free_func (g_object_unref);
  self->bar = g_object_new (MOPT_TYPE_NOTICE_BAR, NULL);
  gtk_widget_set_parent (GTK_WIDGET (self->bar), GTK_WIDGET (self));
  g_signal_connect_swapped (self->bar, "action", G_CALLBACK (mopt_undo_bar_undo), self);
  g_signal_connect_swapped (self->bar, "dismissed", G_CALLBACK (mopt_undo_bar_finish), self);
}
