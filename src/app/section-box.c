/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/field-row.h"
#include "app/section-box.h"

struct _MoptSectionBox
{
  GtkBox parent_instance;

  MoptSection section;
  MoptAccount *account; /* owned; NULL until bound */
  GtkWidget *heading;
  GtkWidget *padlock; /* icon and word, seen while the section is locked */
};

G_DEFINE_FINAL_TYPE (MoptSectionBox, mopt_section_box, GTK_TYPE_BOX)

enum
{
  PROP_SECTION = 1,
};

/* Whether other fields have the values that @row needs: "field=value field=value". */
static gboolean
is_needed (MoptSectionBox *self, MoptFieldRow *row)
{
  const char *needs = mopt_field_row_get_needs (row);
  g_auto (GStrv) conditions = g_strsplit (needs != NULL ? needs : "", " ", -1);

  for (guint i = 0; conditions[i] != NULL; i++)
    {
      g_auto (GStrv) sides = g_strsplit (conditions[i], "=", 2);
      MoptField field = mopt_field_by_name (sides[0]);

      g_return_val_if_fail (field != MOPT_FIELD_NONE && sides[1] != NULL, TRUE);
      if (!g_str_equal (mopt_account_get (self->account, field), sides[1]))
        return FALSE;
    }
  return TRUE;
}

void
mopt_section_box_update (MoptSectionBox *self)
{
  MoptState state = mopt_account_get_state (self->account, self->section);
  gboolean editable = state == MOPT_STATE_OWN || state == MOPT_STATE_CUSTOMISED;
  gboolean locked = !editable && mopt_account_is_locked (self->account, self->section);

  gtk_widget_set_visible (self->padlock, locked);
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (MOPT_IS_FIELD_ROW (child))
      {
        /* a locked row stays readable whatever the other rows say */
        mopt_field_row_set_locked (MOPT_FIELD_ROW (child), locked);
        gtk_widget_set_sensitive (child, locked || (editable && is_needed (self, MOPT_FIELD_ROW (child))));
      }
}

void
mopt_section_box_bind (MoptSectionBox *self, MoptAccount *account)
{
  g_return_if_fail (self->account == NULL);

  self->account = g_object_ref (account);
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      if (!MOPT_IS_FIELD_ROW (child))
        continue;
      MoptField field = mopt_field_by_name (mopt_field_row_get_field (MOPT_FIELD_ROW (child)));

      mopt_field_row_bind (MOPT_FIELD_ROW (child), account);
      gtk_widget_set_visible (child,
                              field == MOPT_FIELD_NONE || mopt_field_has_kind (field, mopt_account_get_kind (account)));
      g_signal_connect_object (child, "notify::needs", G_CALLBACK (mopt_section_box_update), self, G_CONNECT_SWAPPED);
    }
  g_signal_connect_object (account, "notify", G_CALLBACK (mopt_section_box_update), self, G_CONNECT_SWAPPED);
  mopt_section_box_update (self);
}

static void
mopt_section_box_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  MoptSectionBox *self = MOPT_SECTION_BOX (object);

  self->section = mopt_section_by_name (g_value_get_string (value));
  g_return_if_fail (self->section != MOPT_SECTION_NONE);
  const char *label = _ (mopt_section_info (self->section)->label);
  gtk_label_set_label (GTK_LABEL (self->heading), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void
mopt_section_box_dispose (GObject *object)
{
  g_clear_object (&MOPT_SECTION_BOX (object)->account);
  G_OBJECT_CLASS (mopt_section_box_parent_class)->dispose (object);
}

static void
mopt_section_box_class_init (MoptSectionBoxClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = mopt_section_box_set_property;
  object_class->dispose = mopt_section_box_dispose;
  g_object_class_install_property (
      object_class, PROP_SECTION,
      g_param_spec_string ("section", NULL, NULL, NULL, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS));
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
mopt_section_box_init (MoptSectionBox *self)
{
  GtkWidget *header = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 6);

  self->heading = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->heading), 0);
  gtk_label_set_wrap (GTK_LABEL (self->heading), TRUE);
  gtk_widget_set_hexpand (self->heading, TRUE);
  gtk_widget_add_css_class (self->heading, "heading");
  gtk_box_append (GTK_BOX (header), self->heading);

  self->padlock = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_box_append (GTK_BOX (self->padlock), gtk_image_new_from_icon_name ("changes-prevent-symbolic"));
  gtk_box_append (GTK_BOX (self->padlock), gtk_label_new (_ ("Locked")));
  gtk_box_append (GTK_BOX (header), self->padlock);
  gtk_box_append (GTK_BOX (self), header);
}
