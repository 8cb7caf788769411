/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/conversation-preview.h"
#include "check/worker.h"
#include "model/conversation-id.h"
#include "store/counter.h"

#define EXAMPLE_PREFIX "ABCD" /* of one who has none yet */

struct _MoptConversationPreview
{
  MoptFieldRow parent_instance;

  GtkWidget *text;
  char *prefix;     /* the person's own; NULL: not known */
  gboolean is_asked; /* for it */
};

G_DEFINE_FINAL_TYPE (MoptConversationPreview, mopt_conversation_preview, MOPT_TYPE_FIELD_ROW)

/* @text as markup, with @id standing out. */
static char *
mark_up (const char *text, const char *id)
{
  g_autofree char *safe = g_markup_escape_text (text, -1);
  g_autofree char *bold = g_strdup_printf ("<b>%s</b>", id);
  g_auto (GStrv) parts = g_strsplit (safe, id, -1);

  return g_strjoinv (bold, parts);
}

static void update (MoptConversationPreview *self);

static void
peek_thread (gpointer task)
{
  g_autofree char *prefix = NULL;
  guint64 number;
  GError *error = NULL;

  if (mopt_counter_peek (&prefix, &number, &error))
    g_task_return_pointer (task, g_steal_pointer (&prefix), g_free);
  else
    g_task_return_error (task, error);
}

static void
on_peeked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MoptConversationPreview) self = user_data;

  /* what is wrong with the state is said when an ID is wanted: here the example stays */
  self->prefix = g_task_propagate_pointer (G_TASK (result), NULL);
  if (self->prefix != NULL && mopt_field_row_get_account (MOPT_FIELD_ROW (self)) != NULL) /* else it has gone */
    update (self);
}

/* It is drawn once per person, and written: only for one who wants IDs. */
static void
ask_for_prefix (MoptConversationPreview *self)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, on_peeked, g_object_ref (self));

  self->is_asked = TRUE;
  g_task_set_source_tag (task, ask_for_prefix);
  mopt_worker_run_task ("prefix", task, peek_thread);
}

static void
update (MoptConversationPreview *self)
{
  MoptAccount *account = mopt_field_row_get_account (MOPT_FIELD_ROW (self));
  gboolean add = mopt_account_get_boolean (account, MOPT_FIELD_CONVERSATION_ID_ADD);
  gboolean in_body = g_str_equal (mopt_account_get (account, MOPT_FIELD_CONVERSATION_ID_PLACE), "body");
  const MoptPublication *publication = mopt_account_get_publication (account);
  gboolean published = publication != NULL && *publication->prefix != '\0';
  const char *own = self->prefix != NULL ? self->prefix : EXAMPLE_PREFIX;
  g_autofree char *id = mopt_conversation_id_format (published ? publication->prefix : own, 1234);
  /* Translators: the subject and the body of a sample message; the line "-- " begins the signature */
  g_autofree char *subject = g_strdup (_ ("Re: Printer is on fire"));
  g_autofree char *body = g_strdup (_ ("The fire is out.\n-- \nHelp desk"));

  if (add && !in_body)
    {
      char *with_id = mopt_conversation_id_add_to_subject (subject, id);
      g_free (subject);
      subject = with_id;
    }
  if (add && in_body)
    {
      char *with_id = mopt_conversation_id_add_to_body (body, id);
      g_free (body);
      body = with_id;
    }
  g_autofree char *subject_markup = mark_up (subject, id);
  g_autofree char *body_markup = mark_up (g_strstrip (body), id);
  g_autofree char *markup = g_strdup_printf ("%s\n\n%s", subject_markup, body_markup);
  gtk_label_set_markup (GTK_LABEL (self->text), markup);
  if (add && !published && !self->is_asked)
    ask_for_prefix (self);
}

static void
mopt_conversation_preview_bind (MoptFieldRow *row, MoptAccount *account)
{
  MoptConversationPreview *self = MOPT_CONVERSATION_PREVIEW (row);

  self->text = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->text), 0);
  gtk_label_set_wrap (GTK_LABEL (self->text), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (self->text), 20);
  gtk_label_set_selectable (GTK_LABEL (self->text), TRUE);
  gtk_widget_set_hexpand (self->text, TRUE);
  gtk_widget_add_css_class (self->text, "preview");
  mopt_field_row_set_editor (row, self->text, self->text);
  gtk_widget_set_valign (gtk_widget_get_first_child (GTK_WIDGET (self)), GTK_ALIGN_START); /* beside the first line */
  g_signal_connect_object (account, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

static char *
mopt_conversation_preview_describe (MoptFieldRow *row)
{
  return g_strdup (gtk_label_get_text (GTK_LABEL (MOPT_CONVERSATION_PREVIEW (row)->text)));
}

static void
mopt_conversation_preview_finalize (GObject *object)
{
  g_free (MOPT_CONVERSATION_PREVIEW (object)->prefix);
  G_OBJECT_CLASS (mopt_conversation_preview_parent_class)->finalize (object);
}

static void
mopt_conversation_preview_class_init (MoptConversationPreviewClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mopt_conversation_preview_finalize;
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "conversation-preview");
  MOPT_FIELD_ROW_CLASS (klass)->bind = mopt_conversation_preview_bind;
  MOPT_FIELD_ROW_CLASS (klass)->describe = mopt_conversation_preview_describe;
}

static void
mopt_conversation_preview_init (MoptConversationPreview *self)
{
}
