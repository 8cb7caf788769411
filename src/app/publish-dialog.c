/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/accessible-names.h"
#include "app/application.h"
#include "app/leaving.h"
#include "app/message-dialog.h"
#include "app/notice-bar.h"
#include "app/publish-dialog.h"
#include "app/publish-work.h"
#include "app/row-layout.h"
#include "app/text-row.h"
#include "app/wrap-layout.h"
#include "base/error.h"
#include "model/publication-keys.h"
#include "model/text.h"
#include "store/published-lint.h"

#define LOOK_DELAY_MS 400 /* of silence while a path is typed */

struct _MoptPublishDialog
{
  GtkWindow parent_instance;

  MoptNoticeBar *notice;
  GtkLabel *changes_heading;
  GtkLabel *changes;
  GtkWidget *checks_heading;
  GtkLabel *checks;
  MoptTextRow *reason;
  MoptTextRow *target;
  MoptTextRow *key;
  GtkWidget *passphrase_row;
  GtkEditable *passphrase;
  GtkWidget *command_box;
  GtkLabel *command;
  GtkWidget *publish;

  char *draft;
  MoptPublishPlan *plan; /* NULL until looked */
  gboolean may_write;    /* as was found by the look; TRUE until then */
  guint errors;          /* of the checks */
  guint timer;
  GCancellable *cancellable; /* of the look */
  gboolean busy;             /* it is being published */
  gboolean failed;           /* that went wrong: the notice says why, until it is tried again */
};

G_DEFINE_FINAL_TYPE (MoptPublishDialog, mopt_publish_dialog, GTK_TYPE_WINDOW)

enum
{
  PUBLISHED,
  CHECK,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* The key's path, NULL: not to be signed. */
static const char *
get_key (MoptPublishDialog *self)
{
  const char *path = mopt_text_row_get_text (self->key);

  return *path != '\0' ? path : NULL;
}

/* --- The look ---------------------------------------------------------------------------------------------------- */

/* "• one\n• two". Caller frees. */
static char *
list_lines (char **sentences)
{
  g_autofree char *lines = g_strjoinv ("\n• ", sentences);

  return sentences[0] != NULL ? g_strconcat ("• ", lines, NULL) : g_steal_pointer (&lines);
}

static void
show_changes (MoptPublishDialog *self, const MoptPublishLook *look)
{
  g_autofree char *lines = list_lines (look->changes);

  gtk_label_set_label (self->changes_heading, g_bytes_get_size (self->plan->target.text) == 0
                                                  ? _ ("Nothing is published there yet. What will be")
                                                  : _ ("What changes"));
  gtk_label_set_label (self->changes, *lines != '\0'     ? lines
                                      : self->plan->unchanged ? _ ("Nothing: this is what is published.")
                                                              : _ ("Nothing that a program reads."));
}

static void
show_checks (MoptPublishDialog *self, const MoptPublishLook *look)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < look->findings->len; i++)
    g_strv_builder_add (builder, ((MoptLintFinding *) look->findings->pdata[i])->text);
  g_auto (GStrv) sentences = g_strv_builder_end (builder);
  g_autofree char *lines = list_lines (sentences);

  self->errors = mopt_published_lint_count_errors (look->findings);
  gtk_label_set_label (self->checks, lines);
  gtk_widget_set_visible (GTK_WIDGET (self->checks), *lines != '\0');
  gtk_widget_set_visible (self->checks_heading, *lines != '\0');
}

static void
update_command (MoptPublishDialog *self)
{
  const char *target = mopt_text_row_get_text (self->target);
  const char *reason = mopt_text_row_get_text (self->reason);
  g_autofree char *command
      = mopt_publish_get_command (self->draft, target, get_key (self), *reason != '\0' ? reason : NULL);

  gtk_label_set_label (self->command, command);
  gtk_widget_set_visible (self->command_box, !self->may_write);
  gtk_widget_set_sensitive (self->publish, self->may_write && self->plan != NULL && self->errors == 0 && !self->busy);
}

static void
show_look (MoptPublishDialog *self, MoptPublishLook *look)
{
  g_clear_pointer (&self->plan, mopt_publish_plan_free);
  self->may_write = look->may_write;
  self->plan = g_steal_pointer (&look->plan);
  if (self->plan == NULL)
    {
      gtk_label_set_label (self->changes, "");
      mopt_notice_bar_show (self->notice, MOPT_NOTICE_ERROR, look->error->message, NULL);
      update_command (self);
      return;
    }
  show_changes (self, look);
  show_checks (self, look);
  if (self->errors > 0)
    mopt_notice_bar_show (self->notice, MOPT_NOTICE_ERROR, _ ("Correct the errors first."), _ ("_Show Them"));
  else if (self->plan->overtaken)
    {
      g_autofree char *serial
          = mopt_publication_get_text (self->plan->target.said->publication, MOPT_PUBLICATION_SERIAL);
      g_autofree char *text = g_strdup_printf (_ ("Somebody else has published meanwhile, with serial number %s. "
                                                  "Publishing this takes back what they changed."),
                                               serial);

      mopt_notice_bar_show (self->notice, MOPT_NOTICE_WARNING, text, NULL);
    }
  else if (!self->busy && !self->failed)
    mopt_notice_bar_hide (self->notice);
  mopt_text_row_set_hint (self->key, self->plan->signature != NULL && get_key (self) == NULL
                                         ? _ ("What is published is signed: give the private key (PEM).")
                                         : _ ("A private key (PEM). Left empty it is not signed."));
  update_command (self);
}

static void
on_looked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MoptPublishDialog) self = user_data;
  g_autoptr (MoptPublishLook) look = mopt_publish_look_finish (result, NULL);

  if (look != NULL) /* else another one is under way */
    show_look (self, look);
}

static void
stop_looking (MoptPublishDialog *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

static void
look (MoptPublishDialog *self)
{
  stop_looking (self);
  if (self->plan == NULL)
    gtk_label_set_label (self->changes, _ ("Reading what is published there…"));
  self->cancellable = g_cancellable_new ();
  mopt_publish_look_async (self->draft, mopt_text_row_get_text (self->target), self->cancellable, on_looked,
                           g_object_ref (self));
}

static gboolean
on_timer (gpointer user_data)
{
  MoptPublishDialog *self = user_data;

  self->timer = 0;
  look (self);
  return G_SOURCE_REMOVE;
}

static void
on_target (MoptPublishDialog *self)
{
  const char *path = mopt_text_row_get_text (self->target);

  self->failed = FALSE;
  mopt_notice_bar_hide (self->notice);
  stop_looking (self); /* what comes of it would be published, to the file that was typed before */
  g_clear_pointer (&self->plan, mopt_publish_plan_free);
  self->may_write = TRUE;
  gtk_label_set_label (self->changes, "");
  mopt_text_row_set_problem (self->target,
                             g_path_is_absolute (path) ? NULL : _ ("Enter a full path: it begins with “/”."));
  if (g_path_is_absolute (path))
    self->timer = g_timeout_add (LOOK_DELAY_MS, on_timer, self);
  update_command (self);
}

static void
on_text (MoptPublishDialog *self)
{
  mopt_text_row_set_problem (self->reason, NULL);
  mopt_text_row_set_problem (self->key, NULL);
  update_command (self);
}

/* --- Publishing -------------------------------------------------------------------------------------------------- */

static void
set_busy (MoptPublishDialog *self, gboolean busy)
{
  self->busy = busy;
  gtk_window_set_focus (GTK_WINDOW (self), NULL); /* an entry that cannot be used does not let go of it by itself */
  gtk_widget_set_sensitive (gtk_widget_get_parent (GTK_WIDGET (self->reason)), !busy); /* the whole form */
  update_command (self);
}

static void
on_worked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MoptPublishDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *sentence = mopt_publish_write_finish (result, &error);

  if (sentence != NULL)
    {
      g_signal_emit (self, signals[PUBLISHED], 0, sentence);
      gtk_window_destroy (GTK_WINDOW (self));
      return;
    }
  if (mopt_leaving_is_gone (self))
    return;
  self->failed = TRUE;
  set_busy (self, FALSE);
  if (g_error_matches (error, MOPT_ERROR, MOPT_ERROR_MISSING) && get_key (self) != NULL)
    gtk_widget_set_visible (self->passphrase_row, TRUE);
  gtk_widget_grab_focus (gtk_widget_get_visible (self->passphrase_row) ? GTK_WIDGET (self->passphrase)
                                                                       : GTK_WIDGET (self->reason));
  mopt_notice_bar_show (self->notice, MOPT_NOTICE_ERROR, error->message, NULL);
  look (self);
}

static void
publish (MoptPublishDialog *self)
{
  const char *typed = gtk_editable_get_text (self->passphrase);
  g_autofree char *reason = mopt_text_strip (mopt_text_row_get_text (self->reason));
  g_autoptr (MoptPassword) passphrase = *typed != '\0' ? mopt_password_new (typed) : NULL;

  set_busy (self, TRUE);
  mopt_notice_bar_show (self->notice, MOPT_NOTICE_INFO, _ ("It is being published."), NULL);
  mopt_publish_write_async (g_steal_pointer (&self->plan), self->draft, reason, get_key (self), passphrase, on_worked,
                            g_object_ref (self));
}

static void
on_overtake_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MoptPublishDialog) self = user_data;

  if (mopt_ask_finish (result) == 1 && self->plan != NULL)
    publish (self);
}

static void
on_publish (MoptPublishDialog *self)
{
  g_autofree char *reason = mopt_text_strip (mopt_text_row_get_text (self->reason));
  const MoptAnswer answers[] = { { _ ("_Keep Theirs"), MOPT_ANSWER_NORMAL },
                                 { _ ("_Publish Mine"), MOPT_ANSWER_DESTRUCTIVE },
                                 { NULL } };
  g_autoptr (GError) error = NULL;

  if (*reason == '\0' || !mopt_text_check (reason, &error))
    {
      mopt_text_row_set_problem (self->reason,
                                 error != NULL ? error->message : _ ("Say why: users read it with the change."));
      gtk_widget_grab_focus (GTK_WIDGET (self->reason));
    }
  else if (self->plan != NULL && self->plan->signature != NULL && get_key (self) == NULL)
    {
      mopt_text_row_set_problem (self->key, _ ("What is published is signed: give the private key (PEM)."));
      gtk_widget_grab_focus (GTK_WIDGET (self->key));
    }
  else if (self->plan != NULL && self->plan->overtaken)
    mopt_ask_async (GTK_WINDOW (self), _ ("Take back what somebody else has published?"),
                    _ ("Your draft was begun before. Their changes are lost if you publish it."), answers,
                    on_overtake_answered, g_object_ref (self));
  else if (self->plan != NULL)
    publish (self);
}

static void
on_notice_action (MoptPublishDialog *self)
{
  g_autoptr (MoptPublishDialog) alive = g_object_ref (self);

  g_signal_emit (self, signals[CHECK], 0);
  gtk_window_destroy (GTK_WINDOW (self));
}

static void
on_copy (MoptPublishDialog *self)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), gtk_label_get_label (self->command));
}

/* What is being written cannot be called back, and how it ends must be heard. */
static gboolean
mopt_publish_dialog_close_request (GtkWindow *window)
{
  return MOPT_PUBLISH_DIALOG (window)->busy;
}

/* --- Building ---------------------------------------------------------------------------------------------------- */

static void
on_left (gpointer self)
{
  stop_looking (self);
}

static void
mopt_publish_dialog_dispose (GObject *object)
{
  MoptPublishDialog *self = MOPT_PUBLISH_DIALOG (object);

  stop_looking (self);
  g_clear_pointer (&self->plan, mopt_publish_plan_free);
  g_clear_pointer (&self->draft, g_free);
  G_OBJECT_CLASS (mopt_publish_dialog_parent_class)->dispose (object);
}

static void
mopt_publish_dialog_class_init (MoptPublishDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mopt_publish_dialog_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = mopt_publish_dialog_close_request;
  signals[PUBLISHED] = g_signal_new ("published", MOPT_TYPE_PUBLISH_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[CHECK]
      = g_signal_new ("check", MOPT_TYPE_PUBLISH_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (MOPT_TYPE_NOTICE_BAR);
  g_type_ensure (MOPT_TYPE_ROW_LAYOUT);
  g_type_ensure (MOPT_TYPE_TEXT_ROW);
  g_type_ensure (MOPT_TYPE_WRAP_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, MOPT_RESOURCES "publish-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, MoptPublishDialog, notice);
  gtk_widget_class_bind_template_child (widget_class, MoptPublishDialog, changes_heading);
  gtk_widget_class_bind_template_child (widget_class, MoptPublishDialog, changes);
  gtk_widget_class_bind_template_child (widget_class, MoptPublishDialog, checks_heading);
  gtk_widget_class_bind_template_child (widget_class, MoptPublishDialog, checks);
  gtk_widget_class_bind_template_child (widget_class, MoptPublishDialog, reason);
  gtk_widget_class_bind_template_child (widget_class, MoptPublishDialog, target);
  gtk_widget_class_bind_template_child (widget_class, MoptPublishDialog, key);
  gtk_widget_class_bind_template_child (widget_class, MoptPublishDialog, passphrase_row);
  gtk_widget_class_bind_template_child (widget_class, MoptPublishDialog, passphrase);
  gtk_widget_class_bind_template_child (widget_class, MoptPublishDialog, command_box);
  gtk_widget_class_bind_template_child (widget_class, MoptPublishDialog, command);
  gtk_widget_class_bind_template_child (widget_class, MoptPublishDialog, publish);
  gtk_widget_class_bind_template_callback (widget_class, on_copy);
  gtk_widget_class_bind_template_callback (widget_class, on_notice_action);
  gtk_widget_class_bind_template_callback (widget_class, on_publish);
  gtk_widget_class_bind_template_callback (widget_class, on_target);
  gtk_widget_class_bind_template_callback (widget_class, on_text);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
mopt_publish_dialog_init (MoptPublishDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_window_set_default_widget (GTK_WINDOW (self), self->publish);
  mopt_mend_accessible_names (GTK_WIDGET (self));
  mopt_leaving_init (GTK_WINDOW (self), on_left);
}

GtkWindow *
mopt_publish_dialog_new (GtkWindow *parent, const char *draft)
{
  MoptPublishDialog *self = g_object_new (MOPT_TYPE_PUBLISH_DIALOG, "transient-for", parent, NULL);
  g_autoptr (GtkSizeGroup) labels = gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL);
  g_autoptr (GtkSizeGroup) entries = gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL);
  MoptTextRow *const rows[] = { self->reason, self->target, self->key };
  g_autofree char *target = NULL;
  g_autofree char *key = NULL;
  g_autofree char *usual = mopt_publish_default_target ();

  self->draft = g_strdup (draft);
  self->may_write = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    mopt_text_row_align (rows[i], labels, entries);
  mopt_publish_recall (&target, &key);
  mopt_text_row_set_text (self->key, key != NULL ? key : "");
  mopt_text_row_set_text (self->target, target != NULL ? target : usual);
  look (self); /* the timer of the target goes with it */
  gtk_widget_grab_focus (GTK_WIDGET (self->reason));
  return GTK_WINDOW (self);
}
