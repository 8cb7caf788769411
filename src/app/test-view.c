/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/accessible-names.h"
#include "app/application.h"
#include "app/field-label.h"
#include "app/leaving.h"
#include "app/message-dialog.h"
#include "app/row-layout.h"
#include "app/security-question.h"
#include "app/test-row.h"
#include "app/test-view.h"
#include "app/wrap-layout.h"

#define MARGIN 18 /* below the last part, as in style.css */

struct _MoptTestView
{
  GtkWindow parent_instance;

  GtkScrolledWindow *scroller;
  GtkListBox *incoming;
  GtkListBox *outgoing;
  GtkListBox *arrival;
  GtkWidget *incoming_side;
  GtkWidget *outgoing_side;
  GtkWidget *arrival_side;
  GtkWidget *result;
  GtkStack *result_mark;
  GtkImage *result_icon;
  GtkSpinner *result_spinner;
  GtkLabel *summary;
  GtkLabel *advice;
  GtkLabel *server_words;
  GtkButton *go_to;
  GtkButton *remedy; /* what the person may agree to, so that it goes on */
  GtkExpander *details;
  GtkTextView *transcript;
  GtkExpander *message;
  GtkTextView *message_text;
  GtkButton *copy_report;
  GtkButton *again;
  GtkButton *close;

  MoptTestRun *run;
};

G_DEFINE_FINAL_TYPE (MoptTestView, mopt_test_view, GTK_TYPE_WINDOW)

enum
{
  GO_TO_FIELD,
  TEST_AGAIN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static const struct
{
  const char *css_class;
  const char *icon;
} results[] = {
  [MOPT_RESULT_NONE] = { "running", NULL },
  [MOPT_RESULT_PASSED] = { "passed", "object-select-symbolic" },
  [MOPT_RESULT_FAILED] = { "failed", "dialog-error-symbolic" },
  [MOPT_RESULT_CANCELLED] = { "skipped", "list-remove-symbolic" },
};

static gboolean
is_running (MoptTestView *self)
{
  return self->run != NULL && mopt_test_run_get_result (self->run) == MOPT_RESULT_NONE;
}

static void
set_text (GtkLabel *label, const char *text)
{
  gtk_label_set_label (label, text);
  gtk_widget_set_visible (GTK_WIDGET (label), *text != '\0');
}

static void
set_button (GtkButton *button, const char *label)
{
  gtk_button_set_label (button, label);
  gtk_accessible_reset_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL);
}

static MoptSide
failed_side (MoptTestStage *stage)
{
  return mopt_test_stage_get_side (stage) == MOPT_TEST_SIDE_OUTGOING ? MOPT_SIDE_OUTGOING : MOPT_SIDE_INCOMING;
}

static void
show_failure (MoptTestView *self)
{
  MoptTestStage *stage = mopt_test_run_get_failed (self->run);
  const MoptFailure *failure = stage != NULL ? mopt_test_stage_get_failure (stage) : NULL;
  const char *field = failure != NULL && failure->property != NULL ? mopt_field_label (failure->property) : NULL;
  g_autofree char *words = failure != NULL ? mopt_failure_words_text (failure) : NULL;

  gboolean stopped = mopt_test_run_get_result (self->run) == MOPT_RESULT_CANCELLED;
  MoptRemedy remedy = failure != NULL && !stopped ? failure->remedy : MOPT_REMEDY_NONE;
  gboolean has_remedy = remedy != MOPT_REMEDY_NONE;

  set_text (self->server_words, words != NULL ? words : "");
  gtk_widget_set_visible (GTK_WIDGET (self->remedy), has_remedy);
  if (has_remedy)
    set_button (self->remedy,
                remedy == MOPT_REMEDY_TRUST ? _ ("_Trust This Certificate…") : _ ("_Go On Unencrypted…"));
  gtk_widget_set_visible (GTK_WIDGET (self->go_to), field != NULL);
  gtk_widget_set_visible (gtk_widget_get_parent (GTK_WIDGET (self->go_to)), field != NULL || has_remedy);
  if (field != NULL)
    {
      /* Translators: %s is the label of a field, “User Name” */
      g_autofree char *label = g_strdup_printf (_ ("_Go to “%s”"), field);

      set_button (self->go_to, label);
    }
}

/* Fills the open ones of the texts below; long, so not before someone looks. */
static void
fill_texts (MoptTestView *self)
{
  GBytes *message = self->run != NULL ? mopt_test_run_get_message (self->run) : NULL;

  if (self->run != NULL && gtk_expander_get_expanded (self->details))
    gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->transcript), mopt_test_run_get_transcript (self->run),
                              -1);
  if (message != NULL && gtk_expander_get_expanded (self->message))
    {
      gsize size;
      const char *data = g_bytes_get_data (message, &size);
      g_autofree char *text = g_utf8_make_valid (data, size);

      gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->message_text), text, -1);
    }
}

/* Scrolls down so far that all of the part is in view, or its top where it is too high. */
static void
scroll_to (MoptTestView *self, GtkWidget *part)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
  graphene_rect_t bounds;

  if (!gtk_widget_compute_bounds (part, gtk_widget_get_parent (part), &bounds))
    return;
  double bottom = bounds.origin.y + bounds.size.height + MARGIN;
  double wanted = MIN (bounds.origin.y, bottom - gtk_adjustment_get_page_size (adjustment));
  if (wanted > gtk_adjustment_get_value (adjustment))
    gtk_adjustment_set_value (adjustment, wanted);
}

/* A tick comes before its frame's layout: the second one knows the new sizes. */
static gboolean
on_tick (GtkWidget *part, GdkFrameClock *clock, gpointer second)
{
  MoptTestView *self = MOPT_TEST_VIEW (gtk_widget_get_root (part));

  if (second)
    scroll_to (self, part);
  else
    gtk_widget_add_tick_callback (part, on_tick, GINT_TO_POINTER (TRUE), NULL);
  return G_SOURCE_REMOVE;
}

static void
scroll_to_later (GtkWidget *part)
{
  gtk_widget_add_tick_callback (part, on_tick, GINT_TO_POINTER (FALSE), NULL);
}

static void
on_expanded (MoptTestView *self, GParamSpec *pspec, GtkExpander *expander)
{
  fill_texts (self);
  if (gtk_expander_get_expanded (expander))
    scroll_to_later (GTK_WIDGET (expander));
}

static void
update (MoptTestView *self)
{
  MoptTestResult result = mopt_test_run_get_result (self->run);

  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    gtk_widget_remove_css_class (self->result, results[i].css_class);
  gtk_widget_add_css_class (self->result, results[result].css_class);
  gtk_image_set_from_icon_name (self->result_icon, results[result].icon);
  gtk_spinner_set_spinning (self->result_spinner, result == MOPT_RESULT_NONE);
  gtk_stack_set_visible_child (self->result_mark, result == MOPT_RESULT_NONE ? GTK_WIDGET (self->result_spinner)
                                                                             : GTK_WIDGET (self->result_icon));
  gtk_label_set_label (self->summary,
                       result == MOPT_RESULT_NONE ? _ ("Testing…") : mopt_test_run_get_summary (self->run));
  set_text (self->advice, result == MOPT_RESULT_NONE ? "" : mopt_test_run_get_advice (self->run));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->result), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  gtk_label_get_label (self->summary), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  gtk_label_get_label (self->advice), -1);
  show_failure (self);
  gtk_widget_set_visible (GTK_WIDGET (self->message), mopt_test_run_get_message (self->run) != NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->again), result != MOPT_RESULT_NONE);
  gtk_widget_set_sensitive (GTK_WIDGET (self->copy_report), result != MOPT_RESULT_NONE);
  set_button (self->copy_report, _ ("Copy _Report"));
  set_button (self->close, result == MOPT_RESULT_NONE ? _ ("_Cancel") : _ ("_Close"));
  fill_texts (self);
}

static void
on_finished (MoptTestView *self)
{
  update (self);
  /* a screen reader says what has the focus; GTK 4.8 has no other way to speak up */
  gtk_widget_grab_focus (self->result);
  scroll_to_later (self->result);
  gtk_window_set_default_widget (GTK_WINDOW (self), GTK_WIDGET (self->close));
}

static void
on_go_to (MoptTestView *self)
{
  g_autoptr (MoptTestView) alive = g_object_ref (self);
  const char *property = mopt_test_stage_get_failure (mopt_test_run_get_failed (self->run))->property;

  gtk_window_destroy (GTK_WINDOW (self));
  g_signal_emit (self, signals[GO_TO_FIELD], 0, property);
}

static void
on_copy_report (MoptTestView *self)
{
  g_autofree char *report = mopt_test_run_report (self->run);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), report);
  /* the button is the place where one looks */
  set_button (self->copy_report, _ ("_Report Copied"));
}

static void
on_again (MoptTestView *self)
{
  g_signal_emit (self, signals[TEST_AGAIN], 0);
}

static void
cancel_or_close (MoptTestView *self)
{
  if (is_running (self))
    mopt_test_run_cancel (self->run);
  else
    gtk_window_close (GTK_WINDOW (self));
}

static void
on_agreed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MoptTestView) self = user_data;

  if (mopt_security_ask_finish (result) && self->run != NULL)
    on_again (self);
}

static void
on_remedy (MoptTestView *self)
{
  MoptTestStage *stage = mopt_test_run_get_failed (self->run);
  gboolean trusts = mopt_test_stage_get_failure (stage)->remedy == MOPT_REMEDY_TRUST;

  mopt_security_ask_async (GTK_WINDOW (self), trusts ? MOPT_ASK_TRUST : MOPT_ASK_UNENCRYPTED,
                           mopt_test_run_get_settings (self->run), failed_side (stage),
                           mopt_test_run_get_tls (self->run, mopt_test_stage_get_side (stage)), on_agreed,
                           g_object_ref (self));
}

static gboolean
on_escape (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  cancel_or_close (MOPT_TEST_VIEW (widget));
  return TRUE;
}

static void
drop_run (MoptTestView *self)
{
  if (self->run == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->run, self);
  if (is_running (self))
    mopt_test_run_cancel (self->run);
  g_clear_object (&self->run);
}

static void
clear (GtkListBox *box)
{
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (GTK_WIDGET (box))) != NULL)
    gtk_list_box_remove (box, row);
}

void
mopt_test_view_set_run (MoptTestView *self, MoptTestRun *run)
{
  GtkListBox *boxes[] = { self->incoming, self->outgoing, self->arrival };
  GtkWidget *sides[] = { self->incoming_side, self->outgoing_side, self->arrival_side };

  g_return_if_fail (MOPT_IS_TEST_VIEW (self) && MOPT_IS_TEST_RUN (run));

  drop_run (self);
  self->run = g_object_ref (run);
  for (guint i = 0; i < G_N_ELEMENTS (boxes); i++)
    clear (boxes[i]);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (run)); i++)
    {
      g_autoptr (MoptTestStage) stage = g_list_model_get_item (G_LIST_MODEL (run), i);

      gtk_list_box_append (boxes[mopt_test_stage_get_side (stage)], mopt_test_row_new (stage));
    }
  for (guint i = 0; i < G_N_ELEMENTS (sides); i++)
    gtk_widget_set_visible (sides[i], gtk_list_box_get_row_at_index (boxes[i], 0) != NULL);

  g_signal_connect_swapped (run, "finished", G_CALLBACK (on_finished), self);
  update (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->close));
  mopt_test_run_start (run);
}

static void
on_left (gpointer self)
{
  drop_run (self);
}

static void
mopt_test_view_dispose (GObject *object)
{
  drop_run (MOPT_TEST_VIEW (object));
  G_OBJECT_CLASS (mopt_test_view_parent_class)->dispose (object);
}

static void
mopt_test_view_class_init (MoptTestViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mopt_test_view_dispose;
  signals[GO_TO_FIELD] = g_signal_new ("go-to-field", MOPT_TYPE_TEST_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[TEST_AGAIN]
      = g_signal_new ("test-again", MOPT_TYPE_TEST_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (MOPT_TYPE_ROW_LAYOUT);
  g_type_ensure (MOPT_TYPE_WRAP_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_DIALOG);
  gtk_widget_class_set_template_from_resource (widget_class, MOPT_RESOURCES "test-view.ui");
  gtk_widget_class_bind_template_child (widget_class, MoptTestView, scroller);
  gtk_widget_class_bind_template_child (widget_class, MoptTestView, incoming);
  gtk_widget_class_bind_template_child (widget_class, MoptTestView, outgoing);
  gtk_widget_class_bind_template_child (widget_class, MoptTestView, arrival);
  gtk_widget_class_bind_template_child (widget_class, MoptTestView, incoming_side);
  gtk_widget_class_bind_template_child (widget_class, MoptTestView, outgoing_side);
  gtk_widget_class_bind_template_child (widget_class, MoptTestView, arrival_side);
  gtk_widget_class_bind_template_child (widget_class, MoptTestView, result);
  gtk_widget_class_bind_template_child (widget_class, MoptTestView, result_mark);
  gtk_widget_class_bind_template_child (widget_class, MoptTestView, result_icon);
  gtk_widget_class_bind_template_child (widget_class, MoptTestView, result_spinner);
  gtk_widget_class_bind_template_child (widget_class, MoptTestView, summary);
  gtk_widget_class_bind_template_child (widget_class, MoptTestView, advice);
  gtk_widget_class_bind_template_child (widget_class, MoptTestView, server_words);
  gtk_widget_class_bind_template_child (widget_class, MoptTestView, go_to);
  gtk_widget_class_bind_template_child (widget_class, MoptTestView, remedy);
  gtk_widget_class_bind_template_child (widget_class, MoptTestView, details);
  gtk_widget_class_bind_template_child (widget_class, MoptTestView, transcript);
  gtk_widget_class_bind_template_child (widget_class, MoptTestView, message);
  gtk_widget_class_bind_template_child (widget_class, MoptTestView, message_text);
  gtk_widget_class_bind_template_child (widget_class, MoptTestView, copy_report);
  gtk_widget_class_bind_template_child (widget_class, MoptTestView, again);
  gtk_widget_class_bind_template_child (widget_class, MoptTestView, close);
  gtk_widget_class_bind_template_callback (widget_class, cancel_or_close);
  gtk_widget_class_bind_template_callback (widget_class, on_again);
  gtk_widget_class_bind_template_callback (widget_class, on_copy_report);
  gtk_widget_class_bind_template_callback (widget_class, on_expanded);
  gtk_widget_class_bind_template_callback (widget_class, on_go_to);
  gtk_widget_class_bind_template_callback (widget_class, on_remedy);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, on_escape, NULL);
}

static void
mopt_test_view_init (MoptTestView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  mopt_leaving_init (GTK_WINDOW (self), on_left);
  /* protocols are written from left to right */
  gtk_widget_set_direction (GTK_WIDGET (self->transcript), GTK_TEXT_DIR_LTR);
  gtk_widget_set_direction (GTK_WIDGET (self->message_text), GTK_TEXT_DIR_LTR);
  mopt_mend_accessible_names (GTK_WIDGET (self));
}

GtkWindow *
mopt_test_view_new (GtkWindow *parent, const char *account_name, MoptTestRun *run)
{
  g_autofree char *title = g_strdup_printf (_ ("Test Account: %s"), account_name);
  MoptTestView *self = g_object_new (MOPT_TYPE_TEST_VIEW, "transient-for", parent, "title", title, NULL);

  mopt_test_view_set_run (self, run);
  return GTK_WINDOW (self);
}
