/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/application.h"
#include "app/test-row.h"

struct _MoptTestRow
{
  GtkListBoxRow parent_instance;

  GtkWidget *box;
  GtkStack *mark;
  GtkImage *icon;
  GtkSpinner *spinner;
  GtkLabel *title;
  GtkLabel *time;

  MoptTestStage *stage;
};

G_DEFINE_FINAL_TYPE (MoptTestRow, mopt_test_row, GTK_TYPE_LIST_BOX_ROW)

static const struct
{
  const char *css_class;
  const char *icon;
  const char *word; /* for screen readers */
} states[] = {
  [MOPT_TEST_WAITING] = { "waiting", NULL, N_ ("waiting") },
  [MOPT_TEST_RUNNING] = { "running", NULL, N_ ("running") },
  [MOPT_TEST_PASSED] = { "passed", "object-select-symbolic", N_ ("passed") },
  [MOPT_TEST_FAILED] = { "failed", "window-close-symbolic", N_ ("failed") },
  [MOPT_TEST_SKIPPED] = { "skipped", "list-remove-symbolic", N_ ("skipped") },
};

/* "4 ms", "1.2 s"; "" where nothing was done. */
static char *
time_text (MoptTestState state, guint ms)
{
  if ((state != MOPT_TEST_PASSED && state != MOPT_TEST_FAILED) || ms == 0)
    return g_strdup ("");
  if (ms < 1000)
    return g_strdup_printf (_ ("%u ms"), ms);
  return g_strdup_printf (_ ("%.1f s"), ms / 1000.0);
}

static void
update (MoptTestRow *self)
{
  MoptTestState state = mopt_test_stage_get_state (self->stage);
  const char *title = mopt_test_stage_get_title (self->stage);
  const char *detail = mopt_test_stage_get_detail (self->stage);
  g_autofree char *time = time_text (state, mopt_test_stage_get_ms (self->stage));
  g_autofree char *sentence = g_strdup_printf ("%s, %s", title, _ (states[state].word));

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    gtk_widget_remove_css_class (self->box, states[i].css_class);
  gtk_widget_add_css_class (self->box, states[state].css_class);
  gtk_image_set_from_icon_name (self->icon, states[state].icon);
  gtk_spinner_set_spinning (self->spinner, state == MOPT_TEST_RUNNING);
  gtk_stack_set_visible_child (self->mark,
                               state == MOPT_TEST_RUNNING ? GTK_WIDGET (self->spinner) : GTK_WIDGET (self->icon));
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
  gtk_widget_class_set_template_from_resource (widget_class, MOPT_RESOURCES "test-row.ui");
  gtk_widget_class_bind_template_child (widget_class, MoptTestRow, box);
  gtk_widget_class_bind_template_child (widget_class, MoptTestRow, mark);
  gtk_widget_class_bind_template_child (widget_class, MoptTestRow, icon);
  gtk_widget_class_bind_template_child (widget_class, MoptTestRow, spinner);
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
