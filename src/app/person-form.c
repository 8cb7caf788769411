/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/application.h"
#include "app/person-form.h"
#include "app/row-layout.h"
#include "base/person.h"
#include "model/address.h"

struct _MoptPersonForm
{
  GtkBox parent_instance;

  GtkEditable *name;
  GtkEditable *address;
  GtkLabel *name_label;
  GtkLabel *address_label;
  GtkLabel *hint;

  MoptAccounts *accounts;
  GCancellable *cancellable;
  gboolean filling;      /* the program writes, not the person */
  gboolean name_touched; /* typed in since it was last filled */
  gboolean address_touched;
};

G_DEFINE_FINAL_TYPE (MoptPersonForm, mopt_person_form, GTK_TYPE_BOX)

enum
{
  SAVE_FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* The line below the address is always there: its text changes, nothing moves. */
static void
show_hint (MoptPersonForm *self, const GError *error)
{
  GtkAccessible *accessible = GTK_ACCESSIBLE (self->address);

  gtk_label_set_label (self->hint, error != NULL ? error->message : _ ("Test messages are sent here."));
  if (error != NULL)
    {
      gtk_widget_add_css_class (GTK_WIDGET (self->address), "error");
      gtk_widget_add_css_class (GTK_WIDGET (self->hint), "problem");
      gtk_accessible_update_state (accessible, GTK_ACCESSIBLE_STATE_INVALID, GTK_ACCESSIBLE_INVALID_TRUE, -1);
    }
  else
    {
      gtk_widget_remove_css_class (GTK_WIDGET (self->address), "error");
      gtk_widget_remove_css_class (GTK_WIDGET (self->hint), "problem");
      gtk_accessible_reset_state (accessible, GTK_ACCESSIBLE_STATE_INVALID);
    }
}

static void
fill (MoptPersonForm *self, GtkEditable *editable, const char *text)
{
  self->filling = TRUE;
  if (g_strcmp0 (gtk_editable_get_text (editable), text) != 0)
    gtk_editable_set_text (editable, text);
  self->filling = FALSE;
}

static void
on_applied (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MoptPersonForm) self = user_data;
  g_autoptr (GError) error = NULL;

  if (mopt_accounts_apply_finish (MOPT_ACCOUNTS (source), result, &error))
    return;
  if (self->accounts != NULL)
    g_signal_emit (self, signals[SAVE_FAILED], 0, error);
  else
    g_printerr ("%s\n", error->message); /* the window has gone */
}

/* The address that is typed, as it goes into the file; NULL + the reason shown. "" is fine. Caller frees. */
static char *
checked_address (MoptPersonForm *self)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (self->address)));
  g_autoptr (GError) error = NULL;

  if (*text == '\0')
    {
      show_hint (self, NULL);
      return g_steal_pointer (&text);
    }
  g_autoptr (MoptAddress) address = mopt_address_parse (text, &error);
  show_hint (self, error);
  if (address == NULL)
    return NULL;
  /* "Alice <alice@…>" was pasted: the name has its own field */
  if (address->name != NULL && *gtk_editable_get_text (self->name) == '\0')
    {
      gtk_editable_set_text (self->name, address->name);
    }
  return mopt_address_to_spec (address);
}

gboolean
mopt_person_form_save (MoptPersonForm *self, gboolean also_proposals)
{
  MoptChange change = { .what = MOPT_CHANGE_GENERAL };
  g_autofree char *address = NULL;
  g_autofree char *name = NULL;
  gboolean sound = TRUE;

  g_return_val_if_fail (MOPT_IS_PERSON_FORM (self), TRUE);

  if (self->accounts == NULL || !gtk_widget_get_sensitive (GTK_WIDGET (self)))
    return TRUE;
  if (self->address_touched || also_proposals)
    {
      address = checked_address (self);
      sound = address != NULL || !self->address_touched;
    }
  if (self->name_touched || also_proposals)
    name = g_strstrip (g_strdup (gtk_editable_get_text (self->name)));
  if (g_strcmp0 (name, mopt_accounts_get_own_name (self->accounts)) != 0)
    change.own_name = name;
  if (g_strcmp0 (address, mopt_accounts_get_own_address (self->accounts)) != 0)
    change.own_address = address;
  if (address != NULL)
    self->address_touched = FALSE;
  self->name_touched = FALSE;
  if (change.own_name != NULL || change.own_address != NULL)
    mopt_accounts_apply_async (self->accounts, &change, NULL, on_applied, g_object_ref (self));
  return sound;
}

static void
on_activate (GtkEntry *entry, MoptPersonForm *self)
{
  mopt_person_form_save (self, FALSE);
}

static void
on_leave (GtkEventControllerFocus *controller, MoptPersonForm *self)
{
  mopt_person_form_save (self, FALSE);
}

static void
on_name_changed (GtkEditable *editable, MoptPersonForm *self)
{
  if (!self->filling)
    self->name_touched = TRUE;
}

static void
on_address_changed (GtkEditable *editable, MoptPersonForm *self)
{
  if (self->filling)
    return;
  self->address_touched = TRUE;
  /* what was wrong is being mended: judged anew when the field is left */
  show_hint (self, NULL);
}

/* The file says something else now; what is being typed stays. */
static void
on_general_changed (MoptPersonForm *self)
{
  const char *name = mopt_accounts_get_own_name (self->accounts);
  const char *address = mopt_accounts_get_own_address (self->accounts);

  if (!self->name_touched && *name != '\0')
    fill (self, self->name, name);
  if (!self->address_touched && *address != '\0')
    fill (self, self->address, address);
  gtk_widget_set_sensitive (GTK_WIDGET (self), !mopt_accounts_is_read_only (self->accounts));
}

static void
on_address_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MoptPersonForm) self = user_data;
  g_autofree char *address = mopt_person_find_address_finish (result);

  if (address != NULL && !g_cancellable_is_cancelled (self->cancellable) && !self->address_touched
      && *gtk_editable_get_text (self->address) == '\0')
    fill (self, self->address, address);
}

static void
find_name_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_task_return_pointer (task, mopt_person_real_name (), g_free);
}

static void
on_name_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
  MoptPersonForm *self = MOPT_PERSON_FORM (source);
  g_autofree char *name = g_task_propagate_pointer (G_TASK (result), NULL);

  if (name != NULL && !self->name_touched && *gtk_editable_get_text (self->name) == '\0')
    fill (self, self->name, name);
}

/* Later than the first frame: nobody waits for NSS or a bus. */
static gboolean
ask_system (gpointer user_data)
{
  MoptPersonForm *self = user_data;

  if (g_cancellable_is_cancelled (self->cancellable) || self->accounts == NULL)
    return G_SOURCE_REMOVE;
  if (*mopt_accounts_get_own_name (self->accounts) == '\0')
    {
      g_autoptr (GTask) task = g_task_new (self, self->cancellable, on_name_found, NULL);

      g_task_run_in_thread (task, find_name_thread);
    }
  if (*mopt_accounts_get_own_address (self->accounts) == '\0')
    mopt_person_find_address_async (self->cancellable, on_address_found, g_object_ref (self));
  return G_SOURCE_REMOVE;
}

void
mopt_person_form_set_accounts (MoptPersonForm *self, MoptAccounts *accounts)
{
  g_return_if_fail (MOPT_IS_PERSON_FORM (self) && self->accounts == NULL);

  self->accounts = g_object_ref (accounts);
  g_signal_connect_object (accounts, "notify", G_CALLBACK (on_general_changed), self, G_CONNECT_SWAPPED);
  on_general_changed (self);
  g_idle_add_full (G_PRIORITY_LOW, ask_system, g_object_ref (self), g_object_unref);
}

static void
mopt_person_form_dispose (GObject *object)
{
  MoptPersonForm *self = MOPT_PERSON_FORM (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->accounts);
  G_OBJECT_CLASS (mopt_person_form_parent_class)->dispose (object);
}

static void
mopt_person_form_finalize (GObject *object)
{
  MoptPersonForm *self = MOPT_PERSON_FORM (object);

  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (mopt_person_form_parent_class)->finalize (object);
}

static void
mopt_person_form_class_init (MoptPersonFormClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mopt_person_form_dispose;
  G_OBJECT_CLASS (klass)->finalize = mopt_person_form_finalize;
  signals[SAVE_FAILED] = g_signal_new ("save-failed", MOPT_TYPE_PERSON_FORM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 1, G_TYPE_ERROR);

  g_type_ensure (MOPT_TYPE_ROW_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, MOPT_RESOURCES "person-form.ui");
  gtk_widget_class_bind_template_child (widget_class, MoptPersonForm, name);
  gtk_widget_class_bind_template_child (widget_class, MoptPersonForm, address);
  gtk_widget_class_bind_template_child (widget_class, MoptPersonForm, name_label);
  gtk_widget_class_bind_template_child (widget_class, MoptPersonForm, address_label);
  gtk_widget_class_bind_template_child (widget_class, MoptPersonForm, hint);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_leave);
  gtk_widget_class_bind_template_callback (widget_class, on_name_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_address_changed);
}

static void
mopt_person_form_init (MoptPersonForm *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->cancellable = g_cancellable_new ();
}
