/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/field-row.h"
#include "app/password-row.h"
#include "app/section-box.h"
#include "app/section-head.h"
#include "model/draft.h"

struct _MoptSectionBox
{
  GtkBox parent_instance;

  MoptSection section;
  MoptAccount *account; /* owned; NULL until bound */
  MoptSectionHead *head;
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

/* Whether the user name, which the publisher left blank, is for this person to enter: typing it ticks Custom. */
static gboolean
may_begin_typing (MoptSectionBox *self, MoptFieldRow *row)
{
  MoptField field = mopt_field_by_name (mopt_field_row_get_field (row));

  return field != MOPT_FIELD_NONE && mopt_field_info (field)->type == MOPT_TYPE_USER
         && *mopt_account_get (self->account, field) == '\0' && is_needed (self, row)
         && mopt_account_get_state (self->account, self->section) == MOPT_STATE_INHERITED
         && mopt_account_may_customise (self->account, self->section);
}

/* Where the section cannot be changed all of it is text, but the password of a section without a padlock: that is
 * each user's own, and typing it customises nothing. */
static gboolean
is_locked (MoptSectionBox *self, MoptFieldRow *row)
{
  if (MOPT_IS_PASSWORD_ROW (row))
    return mopt_account_is_locked (self->account, self->section) && !mopt_account_is_publishing (self->account);
  return !mopt_account_may_edit (self->account, self->section) && !may_begin_typing (self, row);
}

/* A login that nobody uses, and that this person cannot begin to use: there is nothing to say about it. */
static gboolean
is_moot (MoptSectionBox *self, MoptFieldRow *row)
{
  MoptField field = mopt_field_by_name (mopt_field_row_get_field (row));
  gboolean is_login
      = MOPT_IS_PASSWORD_ROW (row) || (field != MOPT_FIELD_NONE && mopt_field_info (field)->type == MOPT_TYPE_USER);

  return is_login && !is_needed (self, row) && !mopt_account_may_edit (self->account, self->section)
         && !mopt_account_may_customise (self->account, self->section);
}

static gboolean
has_kind (MoptSectionBox *self, MoptFieldRow *row)
{
  MoptField field = mopt_field_by_name (mopt_field_row_get_field (row));

  return field == MOPT_FIELD_NONE || mopt_field_has_kind (field, mopt_account_get_kind (self->account));
}

/* Who types in a row that cannot be used any more goes to the one before, which decides over it: else no key would do
 * anything. */
static void
set_row_sensitive (GtkWidget *row, gboolean sensitive)
{
  gboolean has_focus = (gtk_widget_get_state_flags (row) & GTK_STATE_FLAG_FOCUS_WITHIN) != 0;

  for (GtkWidget *before = gtk_widget_get_prev_sibling (row); !sensitive && has_focus && before != NULL;
       before = gtk_widget_get_prev_sibling (before))
    if (MOPT_IS_FIELD_ROW (before) && gtk_widget_is_sensitive (before) && gtk_widget_grab_focus (before))
      break;
  gtk_widget_set_sensitive (row, sensitive);
}

static void
update (MoptSectionBox *self)
{
  g_autofree char *description = mopt_section_head_describe (self->head);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description, -1);
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (MOPT_IS_FIELD_ROW (child))
      {
        gboolean locked = is_locked (self, MOPT_FIELD_ROW (child));
        gboolean moot = is_moot (self, MOPT_FIELD_ROW (child));

        /* a locked row stays readable whatever the other rows say */
        mopt_field_row_set_locked (MOPT_FIELD_ROW (child), locked);
        set_row_sensitive (child, !moot && (locked || is_needed (self, MOPT_FIELD_ROW (child))));
        gtk_widget_set_visible (child, has_kind (self, MOPT_FIELD_ROW (child)) && !moot);
      }
}

static void
on_typed (MoptFieldRow *row, const char *text, MoptSectionBox *self)
{
  if (*text == '\0' || !may_begin_typing (self, row))
    return;
  g_autofree char *typed = g_strdup (text);
  mopt_account_begin (self->account);
  mopt_draft_customise (self->account, self->section);
  mopt_account_set (self->account, mopt_field_by_name (mopt_field_row_get_field (row)), typed);
  mopt_account_end (self->account);
}

void
mopt_section_box_bind (MoptSectionBox *self, MoptAccount *account)
{
  g_return_if_fail (self->account == NULL);

  self->account = g_object_ref (account);
  mopt_section_head_bind (self->head, account);
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      if (!MOPT_IS_FIELD_ROW (child))
        continue;
      mopt_field_row_bind (MOPT_FIELD_ROW (child), account);
      g_signal_connect_object (child, "notify::needs", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (child, "typed", G_CALLBACK (on_typed), self, 0);
    }
  g_signal_connect_object (account, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (account, "rule-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

static void
mopt_section_box_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  MoptSectionBox *self = MOPT_SECTION_BOX (object);

  self->section = mopt_section_by_name (g_value_get_string (value));
  g_return_if_fail (self->section != MOPT_SECTION_NONE);
  self->head = MOPT_SECTION_HEAD (mopt_section_head_new (self->section));
  gtk_box_prepend (GTK_BOX (self), GTK_WIDGET (self->head));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ (mopt_section_info (self->section)->label), -1);
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
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 6);
}
