/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/row-notes.h"

struct _MoptRowNotes
{
  GtkBox parent_instance;

  GtkWidget *hint; /* mark and label */
  GtkWidget *hint_mark;
  GtkLabel *hint_label;
  gboolean has_action; /* at the end of the hint */
  GtkRevealer *problem;
  GtkLabel *problem_label;
};

G_DEFINE_FINAL_TYPE (MoptRowNotes, mopt_row_notes, GTK_TYPE_BOX)

void
mopt_row_notes_add (MoptRowNotes *self, GtkWidget *child)
{
  gtk_box_prepend (GTK_BOX (self), child);
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
}

void
mopt_row_notes_set_hint (MoptRowNotes *self, const char *hint, gboolean warns)
{
  gboolean has_hint = hint != NULL && *hint != '\0';

  gtk_label_set_label (self->hint_label, has_hint ? hint : "");
  gtk_widget_set_visible (self->hint_mark, warns);
  gtk_widget_set_visible (self->hint, has_hint || self->has_action);
  if (has_hint)
    gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
}

void
mopt_row_notes_add_action (MoptRowNotes *self, GtkWidget *button)
{
  gtk_widget_add_css_class (button, "in-line");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (self->hint), button);
  self->has_action = TRUE;
  gtk_widget_set_visible (self->hint, TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
}

void
mopt_row_notes_set_problem (MoptRowNotes *self, const char *problem)
{
  if (problem != NULL) /* else the words stay while they fold up */
    {
      gtk_label_set_label (self->problem_label, problem);
      gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
    }
  gtk_revealer_set_reveal_child (self->problem, problem != NULL);
}

const char *
mopt_row_notes_get_problem (MoptRowNotes *self)
{
  return gtk_revealer_get_reveal_child (self->problem) ? gtk_label_get_label (self->problem_label) : NULL;
}

const char *
mopt_row_notes_get_words (MoptRowNotes *self)
{
  const char *problem = mopt_row_notes_get_problem (self);
  const char *hint = gtk_label_get_label (self->hint_label);

  return problem != NULL ? problem : *hint != '\0' ? hint : NULL;
}

GtkWidget *
mopt_row_notes_new (void)
{
  return g_object_new (MOPT_TYPE_ROW_NOTES, NULL);
}

static void
mopt_row_notes_class_init (MoptRowNotesClass *klass)
{
}

/* A line: mark and text. */
static GtkWidget *
line_new (const char *css_class, GtkWidget **mark, GtkLabel **label)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  *mark = gtk_image_new_from_icon_name ("dialog-warning-symbolic");
  gtk_widget_set_valign (*mark, GTK_ALIGN_START);
  *label = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (*label, TRUE);
  gtk_label_set_wrap_mode (*label, PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (*label, 0);
  gtk_widget_set_hexpand (GTK_WIDGET (*label), TRUE);
  gtk_box_append (GTK_BOX (line), *mark);
  gtk_box_append (GTK_BOX (line), GTK_WIDGET (*label));
  gtk_widget_add_css_class (line, css_class);
  return line;
}

static void
mopt_row_notes_init (MoptRowNotes *self)
{
  GtkWidget *mark;

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 3);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);

  self->hint = line_new ("row-hint", &self->hint_mark, &self->hint_label);
  gtk_widget_set_visible (self->hint, FALSE);
  self->problem = GTK_REVEALER (gtk_revealer_new ());
  gtk_revealer_set_child (self->problem, line_new ("row-problem", &mark, &self->problem_label));
  gtk_box_append (GTK_BOX (self), self->hint);
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->problem));
}
