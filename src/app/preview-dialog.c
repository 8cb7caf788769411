/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/accessible-names.h"
#include "app/application.h"
#include "app/leaving.h"
#include "app/message-dialog.h"
#include "app/preview-dialog.h"
#include "app/provenance.h"
#include "app/row-layout.h"
#include "app/text-row.h"
#include "app/wrap-layout.h"
#include "base/person.h"
#include "model/address.h"
#include "store/accounts.h"

struct _MoptPreviewDialog
{
  GtkWindow parent_instance;

  MoptTextRow *user;
  MoptTextRow *groups;
  GtkWidget *show;
  GtkBox *result;
  GtkWidget *next; /* line of the result to be used; NULL: a new one */

  char *draft;
  char *who;              /* that was asked for last; nullable */
  MoptAccounts *accounts; /* of that one; nullable */
};

G_DEFINE_FINAL_TYPE (MoptPreviewDialog, mopt_preview_dialog, GTK_TYPE_WINDOW)

/* --- Words ------------------------------------------------------------------------------------------------------- */

/* The value in effect, as a page shows it. Caller frees. */
static char *
describe_value (MoptAccount *account, MoptField field)
{
  const MoptFieldInfo *info = mopt_field_info (field);
  const char *text = mopt_account_get (account, field);
  const MoptChoice *choice = mopt_field_choice (field, mopt_account_get_kind (account), text);

  if (choice != NULL)
    return g_strdup (_ (choice->label));
  if (info->type == MOPT_TYPE_BOOLEAN)
    return g_strdup (g_str_equal (text, "true") ? _ ("yes") : _ ("no"));
  if (info->type == MOPT_TYPE_ADDRESSES || info->type == MOPT_TYPE_ADDRESS_PATTERNS)
    {
      g_auto (GStrv) entries = mopt_address_list_split (text);

      return g_strjoinv (", ", entries);
    }
  return g_strdup (text);
}

/* A line for each field of the section that says something. Caller frees. */
static char *
describe_section (MoptAccount *account, MoptSection section)
{
  g_autoptr (GString) lines = g_string_new (NULL);
  gboolean own_login = g_str_equal (mopt_account_get (account, MOPT_FIELD_OUTGOING_LOGIN), "own");

  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    {
      g_autofree char *value = NULL;

      if (mopt_field_info (i)->section != section || !mopt_field_has_kind (i, mopt_account_get_kind (account))
          || (i == MOPT_FIELD_OUTGOING_USER && !own_login))
        continue;
      value = describe_value (account, i);
      if (*value != '\0')
        /* Translators: a field and its value */
        g_string_append_printf (lines, _ ("%s: %s"), _ (mopt_field_info (i)->label), value);
      if (*value != '\0')
        g_string_append_c (lines, '\n');
    }
  if (lines->len > 0)
    g_string_truncate (lines, lines->len - 1);
  return g_string_free (g_steal_pointer (&lines), FALSE);
}

static char *
describe_rights (MoptRights rights)
{
  return g_strjoin ("\n",
                    rights & MOPT_RIGHT_SEND ? _ ("May send messages.") : _ ("May not send messages."),
                    rights & MOPT_RIGHT_ADD_ACCOUNTS ? _ ("May add accounts and customize these.")
                                                     : _ ("May neither add accounts nor customize these."),
                    rights & MOPT_RIGHT_OVERRIDE_LOCKED ? _ ("May change what is locked, but for From addresses.")
                                                        : _ ("May not change what is locked."),
                    NULL);
}

/* --- The page ---------------------------------------------------------------------------------------------------- */

static GtkWidget *
line_new (void)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  return label;
}

/* Lines stay when another user is shown, with other words: who just reads one, by ear, too, does not lose it. */
static void
add (MoptPreviewDialog *self, const char *text, const char *css_class, int margin)
{
  GtkWidget *label = self->next;

  if (label == NULL)
    {
      label = line_new ();
      gtk_box_append (self->result, label);
    }
  self->next = gtk_widget_get_next_sibling (label);
  gtk_label_set_label (GTK_LABEL (label), text);
  gtk_widget_set_margin_top (label, margin);
  gtk_widget_set_css_classes (label, (const char *[]){ css_class, NULL });
  gtk_widget_set_visible (label, TRUE);
}

static void
begin (MoptPreviewDialog *self)
{
  self->next = gtk_widget_get_first_child (GTK_WIDGET (self->result));
}

static void
end (MoptPreviewDialog *self)
{
  for (; self->next != NULL; self->next = gtk_widget_get_next_sibling (self->next))
    gtk_widget_set_visible (self->next, FALSE);
}

static void
add_account (MoptPreviewDialog *self, MoptAccount *account)
{
  g_autofree char *title = g_strdup_printf ("%s · %s", mopt_account_get_name (account),
                                            mopt_kind_label (mopt_account_get_kind (account)));

  add (self, title, "account-title", 12);
  if (mopt_account_get_problem (account, NULL) != NULL)
    {
      add (self, mopt_account_get_problem (account, NULL), "problem", 0);
      return;
    }
  for (guint i = 0; i < MOPT_N_SECTIONS; i++)
    {
      g_autoptr (MoptProvenance) is = mopt_provenance_new (account, i);
      g_autofree char *values = describe_section (account, i);

      add (self, _ (mopt_section_info (i)->label), "heading", 6);
      if (is != NULL)
        add (self, is->text, "helper", 0);
      if (*values != '\0')
        add (self, values, NULL, 0);
    }
}

static void
fill (MoptPreviewDialog *self)
{
  GListModel *list = G_LIST_MODEL (self->accounts);
  guint n = g_list_model_get_n_items (list);
  g_autofree char *rights = describe_rights (mopt_accounts_get_rights (self->accounts));
  /* Translators: a user */
  g_autofree char *title = g_strdup_printf (ngettext ("%s sees %u account", "%s sees %u accounts", n),
                                            self->who, n);

  add (self, title, "heading", 0);
  add (self, rights, NULL, 0);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MoptAccount) account = g_list_model_get_item (list, i);

      add_account (self, account);
    }
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MoptPreviewDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean ok = mopt_accounts_load_finish (MOPT_ACCOUNTS (source), result, &error);

  if (mopt_leaving_is_gone (self) || self->accounts != MOPT_ACCOUNTS (source)) /* asked again */
    return;
  begin (self);
  if (!ok)
    add (self, error->message, "problem", 0);
  else if (mopt_accounts_get_publication_problem (self->accounts) != NULL)
    add (self, mopt_accounts_get_publication_problem (self->accounts), "problem", 0);
  else
    fill (self);
  end (self);
  gtk_widget_grab_focus (gtk_widget_get_first_child (GTK_WIDGET (self->result)));
}

/* The groups that are typed, as --as takes them: "alice:helpdesk,it"; without any those that NSS knows. */
static MoptIdentity *
read_identity (MoptPreviewDialog *self, GError **error)
{
  g_auto (GStrv) typed = g_strsplit_set (mopt_text_row_get_text (self->groups), " ,;@\t", -1);
  g_autofree char *lines = mopt_address_list_join ((const char *const *) typed);
  g_auto (GStrv) groups = mopt_address_list_split (lines);
  g_autofree char *list = g_strjoinv (",", groups);
  g_autofree char *user = g_strstrip (g_strdup (mopt_text_row_get_text (self->user)));
  g_autofree char *words = *list != '\0' ? g_strconcat (user, ":", list, NULL) : g_strdup (user);
  gboolean given;

  return mopt_identity_parse (words, &given, error);
}

static void
groups_thread (GTask *task, gpointer source, gpointer user, GCancellable *cancellable)
{
  g_task_return_pointer (task, mopt_person_groups (user), (GDestroyNotify) g_strfreev);
}

static void
load (MoptPreviewDialog *self, const MoptIdentity *who)
{
  g_clear_object (&self->accounts);
  self->accounts = mopt_accounts_new_preview (self->draft, who);
  mopt_accounts_load_async (self->accounts, NULL, on_loaded, g_object_ref (self));
}

static void
on_groups (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MoptPreviewDialog) self = user_data;
  g_auto (GStrv) groups = g_task_propagate_pointer (G_TASK (result), NULL);
  g_autoptr (MoptIdentity) who
      = mopt_identity_new (g_task_get_task_data (G_TASK (result)), (const char *const *) groups, NULL);

  /* else it came late: another was asked for since */
  if (!mopt_leaving_is_gone (self) && g_str_equal (who->user, self->who))
    load (self, who);
}

static void
on_show (MoptPreviewDialog *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MoptIdentity) who = read_identity (self, &error);

  mopt_text_row_set_problem (self->user, error != NULL ? error->message : NULL);
  if (who == NULL)
    {
      gtk_widget_grab_focus (GTK_WIDGET (self->user));
      return;
    }
  g_free (self->who);
  self->who = g_strdup (who->user);
  if (who->groups[0] != NULL)
    {
      load (self, who);
      return;
    }
  g_autoptr (GTask) task = g_task_new (self, NULL, on_groups, g_object_ref (self));
  g_task_set_task_data (task, g_strdup (who->user), g_free);
  g_task_run_in_thread (task, groups_thread);
}

static void
mopt_preview_dialog_dispose (GObject *object)
{
  MoptPreviewDialog *self = MOPT_PREVIEW_DIALOG (object);

  g_clear_object (&self->accounts);
  g_clear_pointer (&self->draft, g_free);
  g_clear_pointer (&self->who, g_free);
  G_OBJECT_CLASS (mopt_preview_dialog_parent_class)->dispose (object);
}

static void
mopt_preview_dialog_class_init (MoptPreviewDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mopt_preview_dialog_dispose;
  g_type_ensure (MOPT_TYPE_ROW_LAYOUT);
  g_type_ensure (MOPT_TYPE_TEXT_ROW);
  g_type_ensure (MOPT_TYPE_WRAP_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, MOPT_RESOURCES "preview-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, MoptPreviewDialog, user);
  gtk_widget_class_bind_template_child (widget_class, MoptPreviewDialog, groups);
  gtk_widget_class_bind_template_child (widget_class, MoptPreviewDialog, show);
  gtk_widget_class_bind_template_child (widget_class, MoptPreviewDialog, result);
  gtk_widget_class_bind_template_callback (widget_class, on_show);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
mopt_preview_dialog_init (MoptPreviewDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_window_set_default_widget (GTK_WINDOW (self), self->show);
  mopt_mend_accessible_names (GTK_WIDGET (self));
  mopt_leaving_init (GTK_WINDOW (self), NULL);
}

GtkWindow *
mopt_preview_dialog_new (GtkWindow *parent, const char *draft)
{
  MoptPreviewDialog *self = g_object_new (MOPT_TYPE_PREVIEW_DIALOG, "transient-for", parent, NULL);
  g_autoptr (GtkSizeGroup) labels = gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL);
  g_autoptr (GtkSizeGroup) entries = gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL);
  g_autofree char *me = mopt_person_user_name ();

  self->draft = g_strdup (draft);
  mopt_text_row_align (self->user, labels, entries);
  mopt_text_row_align (self->groups, labels, entries);
  mopt_text_row_set_text (self->user, me);
  gtk_widget_grab_focus (GTK_WIDGET (self->user));
  return GTK_WINDOW (self);
}
