/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/state-mark.h"

struct _MoptStateMark
{
  GtkWidget parent_instance;

  GtkStack *stack;
  GtkImage *icon;
  GtkSpinner *spinner;
};

G_DEFINE_FINAL_TYPE (MoptStateMark, mopt_state_mark, GTK_TYPE_WIDGET)

static const struct
{
  const char *css_class;
  const char *icon;
  const char *word;
} states[] = {
  [MOPT_TEST_WAITING] = { "waiting", NULL, N_ ("waiting") },
  [MOPT_TEST_RUNNING] = { "running", NULL, N_ ("running") },
  [MOPT_TEST_PASSED] = { "passed", "object-select-symbolic", N_ ("passed") },
  [MOPT_TEST_FAILED] = { "failed", "window-close-symbolic", N_ ("failed") },
  [MOPT_TEST_SKIPPED] = { "skipped", "list-remove-symbolic", N_ ("skipped") },
};

void
mopt_state_mark_set (MoptStateMark *self, MoptTestState state)
{
  const char *classes[] = { states[state].css_class, NULL };
  gboolean runs = state == MOPT_TEST_RUNNING;

  gtk_widget_set_css_classes (GTK_WIDGET (self), classes);
  gtk_image_set_from_icon_name (self->icon, states[state].icon);
  gtk_spinner_set_spinning (self->spinner, runs);
  gtk_stack_set_visible_child (self->stack, runs ? GTK_WIDGET (self->spinner) : GTK_WIDGET (self->icon));
}

const char *
mopt_state_mark_word (MoptTestState state)
{
  return _ (states[state].word);
}

const char *
mopt_state_mark_class (MoptTestState state)
{
  return states[state].css_class;
}

char *
mopt_state_mark_time (MoptTestState state, guint ms)
{
  if ((state != MOPT_TEST_PASSED && state != MOPT_TEST_FAILED) || ms == 0)
    return g_strdup ("");
  if (ms < 1000)
    return g_strdup_printf (_ ("%u ms"), ms);
  return g_strdup_printf (_ ("%.1f s"), ms / 1000.0);
}

static void
mopt_state_mark_dispose (GObject *object)
{
  g_clear_pointer ((GtkWidget **) &MOPT_STATE_MARK (object)->stack, gtk_widget_unparent);
  G_OBJECT_CLASS (mopt_state_mark_parent_class)->dispose (object);
}

static void
mopt_state_mark_class_init (MoptStateMarkClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mopt_state_mark_dispose;
  gtk_widget_class_set_css_name (widget_class, "state-mark");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static GtkWidget *
make_silent (GType type)
{
  return g_object_new (type, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
}

static void
mopt_state_mark_init (MoptStateMark *self)
{
  self->stack = GTK_STACK (gtk_stack_new ());
  self->icon = GTK_IMAGE (make_silent (GTK_TYPE_IMAGE));
  self->spinner = GTK_SPINNER (make_silent (GTK_TYPE_SPINNER));
  gtk_stack_add_child (self->stack, GTK_WIDGET (self->icon));
  gtk_stack_add_child (self->stack, GTK_WIDGET (self->spinner));
  gtk_widget_set_parent (GTK_WIDGET (self->stack), GTK_WIDGET (self));
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_START);
}

GtkWidget *
mopt_state_mark_new (void)
{
  return g_object_new (MOPT_TYPE_STATE_MARK, NULL);
}
