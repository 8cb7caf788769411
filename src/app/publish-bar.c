/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/accessible-names.h"
#include "app/application.h"
#include "app/check-dialog.h"
#include "app/preview-dialog.h"
#include "app/publication-dialog.h"
#include "app/publish-bar.h"
#include "app/publish-dialog.h"
#include "app/wrap-layout.h"
#include "model/audience.h"
#include "model/publication-keys.h"
#include "store/publish.h"

struct _MoptPublishBar
{
  GtkBox parent_instance;

  GtkLabel *label;

  MoptAccounts *accounts; /* NULL until set */
  GtkWindow *dialog;      /* weak: one at a time */
};

G_DEFINE_FINAL_TYPE (MoptPublishBar, mopt_publish_bar, GTK_TYPE_BOX)

enum
{
  GO_TO,
  PUBLISHED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static guint
count (MoptPublishBar *self)
{
  GListModel *list = G_LIST_MODEL (self->accounts);
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (MoptAccount) account = g_list_model_get_item (list, i);

      n += *mopt_account_get_term (account, MOPT_TERM_WITHDRAWN) == '\0';
    }
  return n;
}

static void
update (MoptPublishBar *self)
{
  const MoptPublication *publication = mopt_accounts_get_publication (self->accounts);
  guint64 serial = publication != NULL ? publication->serial : 0;
  guint n = count (self);
  g_autofree char *target = NULL;
  g_autofree char *key = NULL;
  g_autofree char *accounts = g_strdup_printf (ngettext ("%u account", "%u accounts", n), n);
  g_autofree char *digits = g_strdup_printf ("%" G_GUINT64_FORMAT, serial);
  g_autofree char *number
      = serial != 0 ? g_strdup_printf (_ ("serial %s"), digits) : g_strdup (_ ("never published"));

  mopt_publish_recall (&target, &key);
  if (target == NULL)
    target = mopt_publish_default_target ();
  g_autofree char *name = g_path_get_basename (target);
  /* Translators: a file, "3 accounts", "serial 12", "signed" */
  g_autofree char *text = g_strdup_printf (_ ("Publishing to %s — %s, %s, %s"), name, accounts, number,
                                           key != NULL ? _ ("signed") : _ ("not signed"));
  gtk_label_set_label (self->label, text);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->label), target);
}

/* --- The windows ------------------------------------------------------------------------------------------------- */

static const char *
draft_of (MoptPublishBar *self)
{
  return mopt_accounts_get_path (self->accounts);
}

static GtkWindow *
get_window (MoptPublishBar *self)
{
  return GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
}

static void
present (MoptPublishBar *self, GtkWindow *dialog)
{
  g_set_weak_pointer (&self->dialog, dialog);
  gtk_window_present (dialog);
}

static gboolean
is_busy (MoptPublishBar *self)
{
  if (self->dialog != NULL && gtk_widget_get_visible (GTK_WIDGET (self->dialog)))
    gtk_window_present (self->dialog);
  return self->dialog != NULL && gtk_widget_get_visible (GTK_WIDGET (self->dialog));
}

static void
on_publication (MoptPublishBar *self)
{
  if (!is_busy (self))
    present (self, mopt_publication_dialog_new (get_window (self), self->accounts));
}

/* What is not of an account is of the publication. */
static void
on_go_to (MoptPublishBar *self, const char *account, const char *key)
{
  if (account != NULL)
    {
      g_signal_emit (self, signals[GO_TO], 0, account, key);
      return;
    }
  on_publication (self);
  if (key != NULL && self->dialog != NULL)
    mopt_publication_dialog_go_to (MOPT_PUBLICATION_DIALOG (self->dialog), key);
}

static void
on_check (MoptPublishBar *self)
{
  if (is_busy (self))
    return;
  GtkWindow *dialog = mopt_check_dialog_new (get_window (self), draft_of (self));
  g_signal_connect_object (dialog, "go-to", G_CALLBACK (on_go_to), self, G_CONNECT_SWAPPED);
  present (self, dialog);
}

static void
on_preview (MoptPublishBar *self)
{
  if (!is_busy (self))
    present (self, mopt_preview_dialog_new (get_window (self), draft_of (self)));
}

static void
on_published (MoptPublishBar *self, const char *sentence)
{
  update (self); /* the target and the key are remembered now */
  g_signal_emit (self, signals[PUBLISHED], 0, sentence);
}

static gboolean
on_check_later (gpointer self)
{
  on_check (self);
  return G_SOURCE_REMOVE;
}

/* The window that asks for it is about to go. */
static void
on_show_errors (MoptPublishBar *self)
{
  g_clear_weak_pointer (&self->dialog);
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, on_check_later, g_object_ref (self), g_object_unref);
}

static void
on_publish (MoptPublishBar *self)
{
  if (is_busy (self))
    return;
  GtkWindow *dialog = mopt_publish_dialog_new (get_window (self), draft_of (self));
  g_signal_connect_object (dialog, "published", G_CALLBACK (on_published), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (dialog, "check", G_CALLBACK (on_show_errors), self, G_CONNECT_SWAPPED);
  present (self, dialog);
}

void
mopt_publish_bar_set_accounts (MoptPublishBar *self, MoptAccounts *accounts)
{
  g_return_if_fail (self->accounts == NULL);

  self->accounts = g_object_ref (accounts);
  g_signal_connect_object (accounts, "items-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (accounts, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

static void
mopt_publish_bar_dispose (GObject *object)
{
  MoptPublishBar *self = MOPT_PUBLISH_BAR (object);

  g_clear_weak_pointer (&self->dialog);
  g_clear_object (&self->accounts);
  gtk_widget_dispose_template (GTK_WIDGET (self), MOPT_TYPE_PUBLISH_BAR);
  G_OBJECT_CLASS (mopt_publish_bar_parent_class)->dispose (object);
}

static void
mopt_publish_bar_class_init (MoptPublishBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mopt_publish_bar_dispose;
  signals[GO_TO] = g_signal_new ("go-to", MOPT_TYPE_PUBLISH_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                 G_TYPE_STRING, G_TYPE_STRING);
  signals[PUBLISHED] = g_signal_new ("published", MOPT_TYPE_PUBLISH_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, G_TYPE_STRING);
  g_type_ensure (MOPT_TYPE_WRAP_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, MOPT_RESOURCES "publish-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, MoptPublishBar, label);
  gtk_widget_class_bind_template_callback (widget_class, on_check);
  gtk_widget_class_bind_template_callback (widget_class, on_preview);
  gtk_widget_class_bind_template_callback (widget_class, on_publication);
  gtk_widget_class_bind_template_callback (widget_class, on_publish);
}

static void
mopt_publish_bar_init (MoptPublishBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  mopt_mend_accessible_names (GTK_WIDGET (self));
}
