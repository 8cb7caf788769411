/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/account-row.h"
#include "app/account-status.h"
#include "app/application.h"
#include "app/provenance.h"
#include "app/row-layout.h"
#include "base/harmful.h"

struct _MoptAccountRow
{
  GtkBox parent_instance;

  GtkWidget *first_line;
  GtkLabel *name;
  GtkWidget *default_mark; /* NULL: not needed yet, as detail */
  GtkLabel *kind;
  GtkWidget *status;
  GtkImage *status_icon;
  GtkLabel *status_text;
  GtkLabel *detail;

  MoptAccounts *accounts;
  MoptAccount *account;  /* nullable */
  GHashTable *stored;    /* of passwords; NULL: not known */
  char *spoken;          /* what the wrapping list item is called for readers; NULL: nothing yet */
  GSignalGroup *changes; /* of the account */
};

G_DEFINE_FINAL_TYPE (MoptAccountRow, mopt_account_row, GTK_TYPE_BOX)

static const char *const css_classes[] = { "passed", "failed", "attention" };

/* What hardly a row has: GtkListView makes two hundred rows, and each widget less in them is felt. */
static GtkWidget *
make_part (MoptAccountRow *self, const char *id, GtkWidget *box)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new ();
  g_autoptr (GError) error = NULL;

  if (gtk_builder_add_objects_from_resource (builder, MOPT_RESOURCES "account-row-parts.ui",
                                             (const char *[]){ id, NULL }, &error)
      == 0)
    g_error ("%s", error->message); /* it is built into the program */
  GtkWidget *part = GTK_WIDGET (gtk_builder_get_object (builder, id));
  gtk_box_append (GTK_BOX (box), part);
  return part;
}

static void
show_default_mark (MoptAccountRow *self, gboolean is_default)
{
  if (is_default && self->default_mark == NULL)
    self->default_mark = make_part (self, "default_mark", self->first_line);
  if (self->default_mark != NULL)
    gtk_widget_set_visible (self->default_mark, is_default);
}

static void
show_detail (MoptAccountRow *self, const MoptAccountStatus *status)
{
  if (status->is_problem && self->detail == NULL)
    self->detail = GTK_LABEL (make_part (self, "detail", GTK_WIDGET (self)));
  if (self->detail == NULL)
    return;
  gtk_label_set_label (self->detail, status->detail);
  gtk_widget_set_visible (GTK_WIDGET (self->detail), status->is_problem);
}

/* One sentence for the whole row: GTK 4.8 has no label for list items but on the widget that wraps the row. */
static void
name_for_readers (MoptAccountRow *self, gboolean is_default, const MoptAccountStatus *status)
{
  GtkWidget *item = gtk_widget_get_parent (GTK_WIDGET (self));
  g_autoptr (GString) text = g_string_new (gtk_label_get_label (self->name));

  if (item == NULL)
    return;
  g_string_append_printf (text, ", %s", gtk_label_get_label (self->kind));
  if (is_default)
    g_string_append_printf (text, ", %s", _ ("default account"));
  g_string_append_printf (text, ", %s", status->text);
  if (status->is_problem)
    g_string_append_printf (text, ": %s", status->detail);
  if (g_strcmp0 (self->spoken, text->str) == 0)
    return;
  g_free (self->spoken);
  self->spoken = g_strdup (text->str);
  gtk_accessible_update_property (GTK_ACCESSIBLE (item), GTK_ACCESSIBLE_PROPERTY_LABEL, text->str, -1);
}

static void
show_status (MoptAccountRow *self, const MoptAccountStatus *status)
{
  const char *tooltip = *status->detail != '\0' ? status->detail : NULL;

  /* GTK would style and measure again what stays as it is */
  for (guint i = 0; i < G_N_ELEMENTS (css_classes); i++)
    if (g_strcmp0 (css_classes[i], status->css_class) != 0)
      gtk_widget_remove_css_class (self->status, css_classes[i]);
  if (status->css_class != NULL)
    gtk_widget_add_css_class (self->status, status->css_class);
  if (g_strcmp0 (gtk_image_get_icon_name (self->status_icon), status->icon) != 0)
    gtk_image_set_from_icon_name (self->status_icon, status->icon);
  gtk_widget_set_visible (GTK_WIDGET (self->status_icon), status->icon != NULL);
  gtk_label_set_label (self->status_text, status->text);
  /* each change asks the display where the pointer is, and waits for the answer */
  if (g_strcmp0 (gtk_widget_get_tooltip_text (self->status), tooltip) != 0)
    gtk_widget_set_tooltip_text (self->status, tooltip);
  show_detail (self, status);
}

void
mopt_account_row_refresh (MoptAccountRow *self)
{
  g_return_if_fail (MOPT_IS_ACCOUNT_ROW (self));

  if (self->account == NULL)
    return;

  const char *id = mopt_account_get_id (self->account);
  g_autoptr (MoptLastTest) last = mopt_known_get_last_test (id);
  g_autoptr (MoptAccountStatus) status
      = mopt_account_status_new (self->account, last, self->stored, g_get_real_time () / G_USEC_PER_SEC);
  gboolean is_default = mopt_accounts_get_default (self->accounts) == self->account;
  /* what is wrong with a broken account may be its name */
  g_autofree char *shown = mopt_accounts_get_shown_name (self->accounts, self->account);
  g_autofree char *name = mopt_clean_words (shown, -1);
  g_autofree char *kind = NULL;
  g_autofree char *whose = mopt_provenance_of_account (self->account);

  if (mopt_account_get_kind (self->account) == MOPT_KIND_UNKNOWN)
    kind = mopt_clean_words (mopt_account_get_kind_name (self->account), -1);
  else
    /* Translators: kind of account and whose it is, “IMAP · Personal” */
    kind = g_strdup_printf (_ ("%s · %s"), mopt_kind_label (mopt_account_get_kind (self->account)), whose);
  gtk_label_set_label (self->name, *name != '\0' ? name : _ ("Without a name"));
  gtk_label_set_label (self->kind, kind);
  show_default_mark (self, is_default);
  show_status (self, status);
  name_for_readers (self, is_default, status);
}

void
mopt_account_row_set_account (MoptAccountRow *self, MoptAccount *account)
{
  g_return_if_fail (MOPT_IS_ACCOUNT_ROW (self));

  if (!g_set_object (&self->account, account))
    return;
  g_signal_group_set_target (self->changes, account);
  mopt_account_row_refresh (self);
}

void
mopt_account_row_set_stored (MoptAccountRow *self, GHashTable *stored)
{
  g_return_if_fail (MOPT_IS_ACCOUNT_ROW (self));

  if (self->stored == stored)
    return;
  g_clear_pointer (&self->stored, g_hash_table_unref);
  self->stored = stored != NULL ? g_hash_table_ref (stored) : NULL;
}

MoptAccount *
mopt_account_row_get_account (MoptAccountRow *self)
{
  g_return_val_if_fail (MOPT_IS_ACCOUNT_ROW (self), NULL);

  return self->account;
}

static void
mopt_account_row_dispose (GObject *object)
{
  MoptAccountRow *self = MOPT_ACCOUNT_ROW (object);

  g_clear_object (&self->changes);
  g_clear_object (&self->account);
  g_clear_pointer (&self->stored, g_hash_table_unref);
  g_clear_object (&self->accounts);
  g_clear_pointer (&self->spoken, g_free);
  G_OBJECT_CLASS (mopt_account_row_parent_class)->dispose (object);
}

static void
mopt_account_row_class_init (MoptAccountRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mopt_account_row_dispose;
  g_type_ensure (MOPT_TYPE_ROW_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, MOPT_RESOURCES "account-row.ui");
  gtk_widget_class_bind_template_child (widget_class, MoptAccountRow, first_line);
  gtk_widget_class_bind_template_child (widget_class, MoptAccountRow, name);
  gtk_widget_class_bind_template_child (widget_class, MoptAccountRow, kind);
  gtk_widget_class_bind_template_child (widget_class, MoptAccountRow, status);
  gtk_widget_class_bind_template_child (widget_class, MoptAccountRow, status_icon);
  gtk_widget_class_bind_template_child (widget_class, MoptAccountRow, status_text);
}

static void
mopt_account_row_init (MoptAccountRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->changes = g_signal_group_new (MOPT_TYPE_ACCOUNT);
  g_signal_group_connect_swapped (self->changes, "notify", G_CALLBACK (mopt_account_row_refresh), self);
  g_signal_group_connect_swapped (self->changes, "rule-changed", G_CALLBACK (mopt_account_row_refresh), self);
}

GtkWidget *
mopt_account_row_new (MoptAccounts *accounts)
{
  MoptAccountRow *self = g_object_new (MOPT_TYPE_ACCOUNT_ROW, NULL);

  self->accounts = g_object_ref (accounts);
  return GTK_WIDGET (self);
}
