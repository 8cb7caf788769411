/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/application.h"
#include "app/state-mark.h"
#include "app/test-row.h"

struct _MoptTestRow
{
  GtkListBoxRow parent_instance;

  GtkWidget *box;
  MoptStateMark *mark;
  GtkLabel *title;
  GtkLabel *time;

  MoptTestStage *stage;
};

G_DEFINE_FINAL_TYPE (MoptTestRow, mopt_test_row, GTK_TYPE_LIST_BOX_ROW)

static void
update (MoptTestRow *self)
{
  MoptTestState state = mopt_test_stage_get_state (self->stage);
  const char *title = mopt_test_stage_get_title (self->stage);
  const MoptFailure *failure = mopt_test_stage_get_failure (self->stage);
  g_autofree char *words = failure != NULL ? mopt_failure_words_text (failure) : NULL;
  const char *detail = words != NULL ? words : mopt_test_stage_get_detail (self->stage);
  g_autofree char *time = mopt_state_mark_time (state, mopt_test_stage_get_ms (self->stage));
  g_autofree char *sentence = g_strdup_printf ("%s, %s", title, mopt_state_mark_word (state));

  for (MoptTestState i = MOPT_TEST_WAITING; i <= MOPT_TEST_SKIPPED; i++)
    gtk_widget_remove_css_class (self->box, mopt_state_mark_class (i));
  gtk_widget_add_css_class (self->box, mopt_state_mark_class (state));
  mopt_state_mark_set (self->mark, state);
  gtk_label_set_label (self->title, title);
  gtk_label_set_label (self->time, time);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), *detail != '\0' ? detail : NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, sentence,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, detail, -1);
}

static void
mopt_test_row_dispose (GObject *object)
{
  g_clear_object (&MOPT_TEST_ROW (object)->stage);
  G_OBJECT_CLASS (mopt_test_row_parent_class)->dispose (object);
}

static void
mopt_test_row_class_init (MoptTestRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mopt_test_row_dispose;
  g_type_ensure (MOPT_TYPE_STATE_MARK);
  gtk_widget_class_set_template_from_resource (widget_class, MOPT_RESOURCES "test-row.ui");
  gtk_widget_class_bind_template_child (widget_class, MoptTestRow, box);
  gtk_widget_class_bind_template_child (widget_class, MoptTestRow, mark);
  gtk_widget_class_bind_template_child (widget_class, MoptTestRow, title);
  gtk_widget_class_bind_template_child (widget_class, MoptTestRow, time);
}

static void
mopt_test_row_init (MoptTestRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
mopt_test_row_new (MoptTestStage *stage)
{
  MoptTestRow *self = g_object_new (MOPT_TYPE_TEST_ROW, NULL);

  self->stage = g_object_ref (stage);
  g_signal_connect_object (stage, "notify::state", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}
