/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/application.h"
#include "app/row-layout.h"
#include "app/text-row.h"

struct _MoptTextRow
{
  GtkWidget parent_instance;

  GtkLabel *label;
  GtkEntry *entry;
  GtkLabel *line;
  char *hint;
  gboolean has_problem;
};

G_DEFINE_FINAL_TYPE (MoptTextRow, mopt_text_row, GTK_TYPE_WIDGET)

enum
{
  PROP_LABEL = 1,
  PROP_HINT,
  PROP_PLACEHOLDER,
  PROP_TEXT,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

const char *
mopt_text_row_get_text (MoptTextRow *self)
{
  return gtk_editable_get_text (GTK_EDITABLE (self->entry));
}

void
mopt_text_row_set_text (MoptTextRow *self, const char *text)
{
  if (!g_str_equal (mopt_text_row_get_text (self), text)) /* the cursor of who types stays */
    gtk_editable_set_text (GTK_EDITABLE (self->entry), text);
}

static void
set_line (MoptTextRow *self, const char *text)
{
  gtk_label_set_label (self->line, text);
  gtk_widget_set_visible (GTK_WIDGET (self->line), *text != '\0');
}

void
mopt_text_row_set_hint (MoptTextRow *self, const char *hint)
{
  char *copy = g_strdup (hint != NULL ? hint : "");

  g_free (self->hint);
  self->hint = copy;
  if (!self->has_problem)
    set_line (self, copy);
}

void
mopt_text_row_set_problem (MoptTextRow *self, const char *problem)
{
  self->has_problem = problem != NULL;
  set_line (self, problem != NULL ? problem : self->hint);
  if (problem != NULL)
    {
      gtk_widget_add_css_class (GTK_WIDGET (self->entry), "error");
      gtk_widget_add_css_class (GTK_WIDGET (self->line), "problem");
      gtk_accessible_update_state (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_STATE_INVALID,
                                   GTK_ACCESSIBLE_INVALID_TRUE, -1);
    }
  else
    {
      gtk_widget_remove_css_class (GTK_WIDGET (self->entry), "error");
      gtk_widget_remove_css_class (GTK_WIDGET (self->line), "problem");
      gtk_accessible_reset_state (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_STATE_INVALID);
    }
}

gboolean
mopt_text_row_has_problem (MoptTextRow *self)
{
  return self->has_problem;
}

void
mopt_text_row_align (MoptTextRow *self, GtkSizeGroup *labels, GtkSizeGroup *entries)
{
  gtk_size_group_add_widget (labels, GTK_WIDGET (self->label));
  gtk_size_group_add_widget (entries, GTK_WIDGET (self->entry));
}

static void
on_changed (MoptTextRow *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TEXT]);
}

static void
mopt_text_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MoptTextRow *self = MOPT_TEXT_ROW (object);

  if (id == PROP_TEXT)
    g_value_set_string (value, mopt_text_row_get_text (self));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
mopt_text_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  MoptTextRow *self = MOPT_TEXT_ROW (object);
  const char *text = g_value_get_string (value) != NULL ? g_value_get_string (value) : "";

  switch (id)
    {
    case PROP_LABEL:
      gtk_label_set_label (self->label, text);
      break;
    case PROP_HINT:
      mopt_text_row_set_hint (self, text);
      break;
    case PROP_PLACEHOLDER:
      gtk_entry_set_placeholder_text (self->entry, text);
      break;
    case PROP_TEXT:
      mopt_text_row_set_text (self, text);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static gboolean
mopt_text_row_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (MOPT_TEXT_ROW (widget)->entry));
}

static void
mopt_text_row_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), MOPT_TYPE_TEXT_ROW);
  G_OBJECT_CLASS (mopt_text_row_parent_class)->dispose (object);
}

static void
mopt_text_row_finalize (GObject *object)
{
  g_free (MOPT_TEXT_ROW (object)->hint);
  G_OBJECT_CLASS (mopt_text_row_parent_class)->finalize (object);
}

static void
mopt_text_row_class_init (MoptTextRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = mopt_text_row_get_property;
  object_class->set_property = mopt_text_row_set_property;
  object_class->dispose = mopt_text_row_dispose;
  object_class->finalize = mopt_text_row_finalize;
  widget_class->grab_focus = mopt_text_row_grab_focus;
  props[PROP_LABEL] = g_param_spec_string ("label", NULL, NULL, "", G_PARAM_WRITABLE | flags);
  props[PROP_HINT] = g_param_spec_string ("hint", NULL, NULL, "", G_PARAM_WRITABLE | flags);
  props[PROP_PLACEHOLDER] = g_param_spec_string ("placeholder", NULL, NULL, "", G_PARAM_WRITABLE | flags);
  props[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, "", G_PARAM_READWRITE | flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  g_type_ensure (MOPT_TYPE_ROW_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, MOPT_RESOURCES "text-row.ui");
  gtk_widget_class_bind_template_child (widget_class, MoptTextRow, label);
  gtk_widget_class_bind_template_child (widget_class, MoptTextRow, entry);
  gtk_widget_class_bind_template_child (widget_class, MoptTextRow, line);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
}

static void
mopt_text_row_init (MoptTextRow *self)
{
  self->hint = g_strdup ("");
  gtk_widget_init_template (GTK_WIDGET (self));
}
