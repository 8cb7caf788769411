/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/accessible-names.h"
#include "app/application.h"
#include "app/tried-row.h"

struct _MoptTriedRow
{
  GtkListBoxRow parent_instance;

  GtkWidget *box;
  GtkImage *icon;
  GtkLabel *title;
  GtkLabel *time;
  GtkLabel *sentence;
  GtkWidget *details; /* expander */
  GtkGrid *facts;
  int n_facts;
};

G_DEFINE_FINAL_TYPE (MoptTriedRow, mopt_tried_row, GTK_TYPE_LIST_BOX_ROW)

static const struct
{
  const char *css_class;
  const char *icon;
} states[] = {
  [MOPT_PROBE_CHOSEN] = { "passed", "object-select-symbolic" },
  [MOPT_PROBE_WORKS] = { "passed", "list-add-symbolic" },
  [MOPT_PROBE_FAILED] = { "failed", "window-close-symbolic" },
  [MOPT_PROBE_ABANDONED] = { "skipped", "list-remove-symbolic" },
};

/* What a protocol says is written from left to right, whatever the language; and selectable, to be pasted. */
static void
add_fact (MoptTriedRow *self, const char *name, const char *value)
{
  if (value == NULL || *value == '\0')
    return;
  GtkWidget *label = gtk_label_new (name);
  GtkWidget *text = gtk_label_new (value);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_valign (label, GTK_ALIGN_START);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (text), 0);
  gtk_label_set_wrap (GTK_LABEL (text), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (text), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (text), TRUE);
  gtk_widget_set_hexpand (text, TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (text), GTK_ACCESSIBLE_PROPERTY_LABEL, value,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, name, -1);
  gtk_grid_attach (self->facts, label, 0, self->n_facts, 1, 1);
  gtk_grid_attach (self->facts, text, 1, self->n_facts++, 1, 1);
}

static void
add_facts (MoptTriedRow *self, const MoptProbeRow *row)
{
  g_autofree char *size = row->size > 0 ? g_format_size (row->size) : NULL;
  gboolean starts_tls = row->tried->attempt.tls == MOPT_TLS_STARTTLS;

  add_fact (self, _ ("Address"), row->tried->peer);
  add_fact (self, _ ("Encryption"), row->encryption);
  add_fact (self, _ ("Certificate"), row->certificate);
  if (starts_tls)
    add_fact (self, _ ("Logins before encryption"), row->before);
  add_fact (self, _ ("Logins"), row->mechanisms);
  add_fact (self, _ ("Largest message"), size);
  add_fact (self, _ ("Offers"), row->capabilities);
  add_fact (self, _ ("The server said"), row->server_words);
  /* Translators: before a warning about what a server said */
  add_fact (self, _ ("Careful"), row->in_clear ? mopt_failure_in_clear_text () : NULL);
  add_fact (self, _ ("Code"), row->code);
  gtk_widget_set_visible (self->details, self->n_facts > 0);
}

static void
mopt_tried_row_class_init (MoptTriedRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class, MOPT_RESOURCES "tried-row.ui");
  gtk_widget_class_bind_template_child (widget_class, MoptTriedRow, box);
  gtk_widget_class_bind_template_child (widget_class, MoptTriedRow, icon);
  gtk_widget_class_bind_template_child (widget_class, MoptTriedRow, title);
  gtk_widget_class_bind_template_child (widget_class, MoptTriedRow, time);
  gtk_widget_class_bind_template_child (widget_class, MoptTriedRow, sentence);
  gtk_widget_class_bind_template_child (widget_class, MoptTriedRow, details);
  gtk_widget_class_bind_template_child (widget_class, MoptTriedRow, facts);
}

static void
mopt_tried_row_init (MoptTriedRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  mopt_mend_accessible_names (GTK_WIDGET (self));
}

GtkWidget *
mopt_tried_row_new (const MoptProbeRow *row)
{
  MoptTriedRow *self = g_object_new (MOPT_TYPE_TRIED_ROW, NULL);

  gtk_widget_add_css_class (self->box, states[row->state].css_class);
  gtk_image_set_from_icon_name (self->icon, states[row->state].icon);
  gtk_label_set_label (self->title, row->title);
  gtk_label_set_label (self->sentence, row->sentence);
  if (row->tried->ms > 0)
    {
      g_autofree char *time = g_strdup_printf (_ ("%u ms"), row->tried->ms);

      gtk_label_set_label (self->time, time);
    }
  add_facts (self, row);
  g_autofree char *name = g_strdup_printf ("%s: %s", row->title, row->sentence);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return GTK_WIDGET (self);
}
