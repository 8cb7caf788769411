/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/account-status.h"
#include "app/application.h"
#include "app/test-status.h"
#include "check/last-test.h"
#include "check/standing.h"
#include "store/secrets.h"

#define REFRESH_S 20 /* how often "3 minutes ago" is looked at */

struct _MoptTestStatus
{
  GtkWidget parent_instance;

  GtkWidget *content;
  GtkImage *icon;
  GtkLabel *words;

  MoptAccount *account;
  char *missing;            /* see mopt_test_status_show */
  MoptLastTest *last;       /* NULL: never tested */
  gboolean is_kept;         /* the list knows of it, too */
  GCancellable *cancellable; /* of the look into the keyring */
  guint timer;
};

G_DEFINE_FINAL_TYPE (MoptTestStatus, mopt_test_status, GTK_TYPE_WIDGET)

static void
say (MoptTestStatus *self, const char *icon, const char *css_class, const char *text, const char *tooltip)
{
  const char *classes[] = { css_class, NULL };

  gtk_image_set_from_icon_name (self->icon, icon);
  gtk_widget_set_visible (GTK_WIDGET (self->icon), icon != NULL);
  gtk_widget_set_css_classes (self->content, classes);
  gtk_label_set_label (self->words, text);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->words), tooltip);
}

static void
update (MoptTestStatus *self)
{
  if (self->missing != NULL)
    {
      say (self, NULL, NULL, self->missing, NULL);
      return;
    }
  g_autoptr (MoptAccountStatus) status
      = mopt_account_status_new (self->account, self->last, NULL, g_get_real_time () / G_USEC_PER_SEC);

  say (self, status->icon, status->css_class, status->text, status->detail);
}

static gboolean
on_timer (gpointer user_data)
{
  update (user_data);
  return G_SOURCE_CONTINUE;
}

void
mopt_test_status_show (MoptTestStatus *self, const char *missing)
{
  g_autofree char *before = self->missing;

  self->missing = g_strdup (missing);
  update (self);
}

static void
make_stale (MoptTestStatus *self)
{
  g_free (self->last->fingerprint);
  self->last->fingerprint = g_strdup ("");
}

void
mopt_test_status_outdate (MoptTestStatus *self)
{
  if (self->last == NULL)
    return;
  make_stale (self);
  self->is_kept = FALSE;
}

gboolean
mopt_test_status_take (MoptTestStatus *self, MoptLastTest *last)
{
  if (last == NULL || !mopt_last_test_counts (last, self->last))
    {
      mopt_last_test_free (last);
      return FALSE;
    }
  mopt_last_test_free (self->last);
  self->last = last;
  self->is_kept = FALSE;
  update (self);
  return TRUE;
}

char *
mopt_test_status_keep (MoptTestStatus *self)
{
  g_autoptr (GError) error = NULL;

  if (self->last == NULL || self->is_kept)
    return NULL;
  self->last->passwords = g_get_real_time () / G_USEC_PER_SEC;
  self->is_kept = TRUE; /* or told once that it is not */
  return mopt_known_set_last_test (mopt_account_get_id (self->account), self->last, &error)
             ? NULL
             : mopt_last_test_lost_text (error);
}

static void
on_stored_listed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) stored = mopt_secrets_list_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* it has gone */
  MoptTestStatus *self = user_data;

  /* without a keyring the rows of the passwords say so */
  if (stored == NULL || self->last == NULL || !self->is_kept
      || !mopt_standing_has_other_password (self->account, self->last, stored))
    return;
  make_stale (self);
  update (self);
}

void
mopt_test_status_bind (MoptTestStatus *self, MoptAccount *account)
{
  self->account = g_object_ref (account);
  self->last = mopt_known_get_last_test (mopt_account_get_id (account));
  self->is_kept = TRUE;
  self->timer = g_timeout_add_seconds (REFRESH_S, on_timer, self);
  self->cancellable = g_cancellable_new ();
  if (self->last != NULL)
    mopt_secrets_list_async (self->cancellable, on_stored_listed, self);
}

static void
mopt_test_status_dispose (GObject *object)
{
  MoptTestStatus *self = MOPT_TEST_STATUS (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->account);
  g_clear_pointer (&self->content, gtk_widget_unparent);
  G_OBJECT_CLASS (mopt_test_status_parent_class)->dispose (object);
}

static void
mopt_test_status_finalize (GObject *object)
{
  MoptTestStatus *self = MOPT_TEST_STATUS (object);

  g_free (self->missing);
  g_clear_pointer (&self->last, mopt_last_test_free);
  G_OBJECT_CLASS (mopt_test_status_parent_class)->finalize (object);
}

static void
mopt_test_status_class_init (MoptTestStatusClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mopt_test_status_dispose;
  G_OBJECT_CLASS (klass)->finalize = mopt_test_status_finalize;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, MOPT_RESOURCES "test-status.ui");
  gtk_widget_class_bind_template_child (widget_class, MoptTestStatus, content);
  gtk_widget_class_bind_template_child (widget_class, MoptTestStatus, icon);
  gtk_widget_class_bind_template_child (widget_class, MoptTestStatus, words);
}

static void
mopt_test_status_init (MoptTestStatus *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
