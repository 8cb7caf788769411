/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The only place where values reach widgets. Each kind of editor has one pair of transforms between the text of the
 * account and a property of the widget. Opening a dialog must change nothing, so a pair never writes back what it
 * cannot show: a drop-down gets its model before it is bound, and an item more for a value that it does not know. */
#include "config.h"

#include <glib/gi18n.h>

#include "app/field-editor.h"

#define ENTRY_CHARS 22 /* natural width of an entry; where it does not fit the label moves above it */
#define BOTH_WAYS (G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE)

char *
mopt_label_strip (const char *label)
{
  GString *text = g_string_new (NULL);

  for (const char *p = label; *p != '\0'; p++)
    {
      if (*p == '_' && *++p == '\0') /* of two underscores the second one stays */
        break;
      g_string_append_c (text, *p);
    }
  return g_string_free (text, FALSE);
}

/* --- check buttons ---------------------------------------------------------------------------------------------- */

static gboolean
text_to_boolean (GBinding *binding, const GValue *from, GValue *to, gpointer user_data)
{
  g_value_set_boolean (to, g_strcmp0 (g_value_get_string (from), "true") == 0);
  return TRUE;
}

static gboolean
boolean_to_text (GBinding *binding, const GValue *from, GValue *to, gpointer user_data)
{
  g_value_set_string (to, g_value_get_boolean (from) ? "true" : "false");
  return TRUE;
}

static GtkWidget *
check_button_new (const char *label, GtkAccessibleRole role)
{
  GtkWidget *check = g_object_new (GTK_TYPE_CHECK_BUTTON, "accessible-role", role, NULL);
  GtkWidget *words = gtk_label_new_with_mnemonic (label);

  gtk_label_set_wrap (GTK_LABEL (words), TRUE);
  gtk_label_set_xalign (GTK_LABEL (words), 0);
  gtk_label_set_mnemonic_widget (GTK_LABEL (words), check); /* names it, too, without the underscore */
  gtk_check_button_set_child (GTK_CHECK_BUTTON (check), words);
  return check;
}

GtkWidget *
mopt_check_button_new_bound (MoptAccount *account, const char *property, const char *label)
{
  GtkWidget *check = check_button_new (label, GTK_ACCESSIBLE_ROLE_CHECKBOX);

  g_object_bind_property_full (account, property, check, "active", BOTH_WAYS, text_to_boolean, boolean_to_text, NULL,
                               NULL);
  return check;
}

/* --- radio buttons: one for each value -------------------------------------------------------------------------- */

static gboolean
text_to_radio (GBinding *binding, const GValue *from, GValue *to, gpointer value)
{
  g_value_set_boolean (to, g_strcmp0 (g_value_get_string (from), value) == 0);
  return TRUE;
}

/* Only the button that is switched on writes; the other one goes off by itself. */
static gboolean
radio_to_text (GBinding *binding, const GValue *from, GValue *to, gpointer value)
{
  if (!g_value_get_boolean (from))
    return FALSE;
  g_value_set_string (to, value);
  return TRUE;
}

static GtkWidget *
radio_new (MoptAccount *account, const char *property, const char *label, const char *value, GtkCheckButton *group)
{
  GtkWidget *radio = check_button_new (label, GTK_ACCESSIBLE_ROLE_RADIO);

  gtk_check_button_set_group (GTK_CHECK_BUTTON (radio), group);
  g_object_bind_property_full (account, property, radio, "active", BOTH_WAYS, text_to_radio, radio_to_text,
                               g_strdup (value), g_free);
  return radio;
}

/* --- drop-downs ------------------------------------------------------------------------------------------------- */

/* @names: (element-type utf8) the values of the items */
static gboolean
text_to_selected (GBinding *binding, const GValue *from, GValue *to, gpointer names)
{
  GPtrArray *values = names;
  guint i;

  if (!g_ptr_array_find_with_equal_func (values, g_value_get_string (from), g_str_equal, &i))
    {
      /* not a choice of ours: kept, shown as it is written */
      g_autoptr (GtkDropDown) drop_down = GTK_DROP_DOWN (g_binding_dup_target (binding));

      i = values->len;
      g_ptr_array_add (values, g_value_dup_string (from));
      gtk_string_list_append (GTK_STRING_LIST (gtk_drop_down_get_model (drop_down)), g_value_get_string (from));
    }
  g_value_set_uint (to, i);
  return TRUE;
}

static gboolean
selected_to_text (GBinding *binding, const GValue *from, GValue *to, gpointer names)
{
  GPtrArray *values = names;
  guint selected = g_value_get_uint (from);

  if (selected >= values->len)
    return FALSE;
  g_value_set_string (to, values->pdata[selected]);
  return TRUE;
}

/* What a screen reader says of a drop-down in GTK 4.8 is the name of the button inside. */
static void
on_selected (GtkDropDown *drop_down, GParamSpec *pspec, const char *label)
{
  GtkWidget *button = gtk_widget_get_first_child (GTK_WIDGET (drop_down));
  GtkStringObject *item = gtk_drop_down_get_selected_item (drop_down);
  g_autofree char *words = mopt_label_strip (label);
  g_autofree char *name = g_strdup_printf ("%s, %s", words, item != NULL ? gtk_string_object_get_string (item) : "");

  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
free_closure_data (gpointer data, GClosure *closure)
{
  g_free (data);
}

static GtkWidget *
drop_down_new (MoptAccount *account, MoptField field, const char *label)
{
  GtkStringList *labels = gtk_string_list_new (NULL);
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);

  for (const MoptChoice *c = mopt_field_info (field)->choices; c->name != NULL; c++)
    if ((c->kinds & mopt_account_get_kind (account)) != 0)
      {
        g_ptr_array_add (names, g_strdup (c->name));
        gtk_string_list_append (labels, _ (c->label));
      }
  GtkWidget *drop_down = gtk_drop_down_new (G_LIST_MODEL (labels), NULL);
  gtk_widget_set_hexpand (drop_down, TRUE);
  g_object_bind_property_full (account, mopt_field_info (field)->name, drop_down, "selected", BOTH_WAYS,
                               text_to_selected, selected_to_text, names, (GDestroyNotify) g_ptr_array_unref);
  g_signal_connect_data (drop_down, "notify::selected", G_CALLBACK (on_selected), g_strdup (label), free_closure_data,
                         0);
  on_selected (GTK_DROP_DOWN (drop_down), NULL, label);
  return drop_down;
}

/* --- entries ---------------------------------------------------------------------------------------------------- */

GtkWidget *
mopt_entry_new_bound (MoptAccount *account, const char *property)
{
  GtkWidget *entry = gtk_entry_new ();

  gtk_editable_set_max_width_chars (GTK_EDITABLE (entry), ENTRY_CHARS);
  gtk_widget_set_hexpand (entry, TRUE);
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  g_object_bind_property (account, property, entry, "text", BOTH_WAYS);
  return entry;
}

GtkWidget *
mopt_field_editor_new (MoptAccount *account, const char *property, const char *label, const char *value,
                       GtkCheckButton *group)
{
  MoptField field = mopt_field_by_name (property);
  MoptFieldType type = field != MOPT_FIELD_NONE ? mopt_field_info (field)->type : MOPT_TYPE_USER;

  if (value != NULL)
    return radio_new (account, property, label, value, group);
  if (type == MOPT_TYPE_BOOLEAN)
    return mopt_check_button_new_bound (account, property, label);
  if (type == MOPT_TYPE_CHOICE)
    return drop_down_new (account, field, label);

  GtkWidget *entry = mopt_entry_new_bound (account, property);
  if (type == MOPT_TYPE_HOST) /* read from left to right in every language */
    gtk_widget_set_direction (GTK_WIDGET (gtk_editable_get_delegate (GTK_EDITABLE (entry))), GTK_TEXT_DIR_LTR);
  return entry;
}

gboolean
mopt_field_editor_is_check (GtkWidget *editor)
{
  return GTK_IS_CHECK_BUTTON (editor);
}

GtkWidget *
mopt_text_new (const char *label)
{
  GtkWidget *text = gtk_label_new (NULL);
  g_autofree char *name = mopt_label_strip (label);

  gtk_label_set_selectable (GTK_LABEL (text), TRUE);
  gtk_label_set_wrap (GTK_LABEL (text), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (text), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (text), 0);
  gtk_accessible_update_property (GTK_ACCESSIBLE (text), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return text;
}
