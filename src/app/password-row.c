/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The row keeps two keys: that of the account as it was opened (or saved last), and that of what is on the screen.
 * A password stored for the first does not follow to the second: the row says so and asks for it again. Where it was
 * the publisher who changed the server, the person need not type it: he may agree, and it is copied at once. */
#include "config.h"

#include <glib/gi18n.h>

#include "app/password-question.h"
#include "app/password-row.h"
#include "app/provenance.h"
#include "base/error.h"
#include "model/validate.h"

#define ASK_AFTER_MS 300 /* a pause in typing: then the keyring is asked about the new host, port or user */

struct _MoptPasswordRow
{
  MoptFieldRow parent_instance;

  MoptSection section;
  GtkWidget *entry;
  GtkWidget *menu;
  GSimpleActionGroup *actions;
  MoptPasswordQuestion *question;

  MoptPasswordRow *incoming; /* of the outgoing row; not owned: a row of the same window */
  char *needs;               /* as the .ui says */
  MoptSecretKey *first_key;  /* of the account as it was opened; NULL: incomplete */
  gboolean first_stored;
  MoptSecretKey *key; /* of what is on the screen; NULL: incomplete or malformed */
  MoptLoginPassword state;
  MoptSecretKey *other; /* with MOVED and ELSEWHERE: what it is stored for, else NULL */
  char *trouble;        /* why the state is not known, or the shared one cannot be used: a sentence, or NULL */
  gboolean pending;     /* the keyring has not answered yet */
  gboolean stale;       /* something but the key has changed that the state depends on */
  gboolean types;       /* he would rather type it than agree */
  gboolean session_only;
  gboolean forget;
  guint source; /* the pause in typing */
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (MoptPasswordRow, mopt_password_row, MOPT_TYPE_FIELD_ROW)

static guint changed_signal;

static gboolean
is_stored (MoptPasswordRow *self)
{
  return self->state == MOPT_LOGIN_PASSWORD_STORED || self->state == MOPT_LOGIN_PASSWORD_STORED_LOCKED
         || self->state == MOPT_LOGIN_PASSWORD_MOVED;
}

static gboolean
has_typed (MoptPasswordRow *self)
{
  return *gtk_editable_get_text (GTK_EDITABLE (self->entry)) != '\0';
}

/* Use Same Settings: the outgoing server logs on with the incoming user and password. */
static gboolean
follows_incoming (MoptPasswordRow *self)
{
  return self->incoming != NULL
         && g_str_equal (
             mopt_account_get (mopt_field_row_get_account (MOPT_FIELD_ROW (self)), MOPT_FIELD_OUTGOING_LOGIN), "same");
}

/* What is stored for the incoming server does not go to another server by itself: where the outgoing one has none
 * of its own yet, it is asked for here. */
static gboolean
must_be_typed_again (MoptPasswordRow *self)
{
  return follows_incoming (self) && self->key != NULL
         && (self->state == MOPT_LOGIN_PASSWORD_NONE || self->state == MOPT_LOGIN_PASSWORD_ELSEWHERE)
         && is_stored (self->incoming) && !has_typed (self->incoming);
}

static gboolean
has_edge_space (const char *text)
{
  if (*text == '\0')
    return FALSE;
  const char *last = g_utf8_prev_char (text + strlen (text));
  return g_unichar_isspace (g_utf8_get_char (text)) || g_unichar_isspace (g_utf8_get_char (last));
}

/* What is on the screen; NULL while something in it is malformed, which is the business of its own row. */
static MoptSettings *
current_settings (MoptPasswordRow *self)
{
  return mopt_settings_new (mopt_field_row_get_account (MOPT_FIELD_ROW (self)), NULL);
}

/* Nobody but the publisher gives this login a password, and he may type one to test it. With Use Same Settings it is
 * that of the incoming server. */
static gboolean
is_locked (MoptPasswordRow *self)
{
  MoptAccount *account = mopt_field_row_get_account (MOPT_FIELD_ROW (self));

  return !mopt_account_is_publishing (account)
         && mopt_account_is_locked (account, follows_incoming (self) ? MOPT_SECTION_INCOMING_ACCOUNT : self->section);
}

/* Whether the person is to say if a stored password may go to the publisher's new server. */
static gboolean
asks (MoptPasswordRow *self)
{
  return self->state == MOPT_LOGIN_PASSWORD_ELSEWHERE && !self->types && !has_typed (self) && !is_locked (self)
         && !(follows_incoming (self) && has_typed (self->incoming));
}

static char *
hint_text (MoptPasswordRow *self, const MoptSettings *settings)
{
  const char *typed = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  gboolean moved = self->first_key != NULL && self->first_stored && self->key != NULL
                   && !mopt_secret_key_equal (self->first_key, self->key) && self->state == MOPT_LOGIN_PASSWORD_NONE;

  if (has_edge_space (typed))
    return g_strdup (_ ("It begins or ends with a space. The space is part of the password."));
  if (*typed != '\0' && self->key == NULL)
    return g_strdup (_ ("It cannot be stored yet: enter the server and the user name that it is for."));
  if (*typed != '\0')
    return NULL;
  if (self->forget)
    return g_strdup (_ ("The stored password is forgotten when you press OK."));
  if (follows_incoming (self) && has_typed (self->incoming))
    return NULL;
  if (moved && g_strcmp0 (self->first_key->host, self->key->host) != 0)
    return g_strdup_printf (_ ("Stored for %s; type it again for %s."), self->first_key->host, self->key->host);
  if (moved && g_strcmp0 (self->first_key->user, self->key->user) != 0)
    return g_strdup_printf (_ ("Stored for the user %s; type it again for %s."), self->first_key->user,
                            self->key->user);
  if (moved)
    return g_strdup (_ ("Stored for another port; type it again for this one."));
  if (self->state == MOPT_LOGIN_PASSWORD_MOVED && settings != NULL)
    return mopt_login_password_moved_text (settings, self->key, self->other);
  if (must_be_typed_again (self) && !asks (self))
    return g_strdup_printf (_ ("Not stored for %s yet; type it again for this server."), self->key->host);
  if (self->trouble != NULL && !self->session_only && !follows_incoming (self))
    return g_strdup (self->trouble);
  if (is_locked (self) && self->state == MOPT_LOGIN_PASSWORD_NONE && !follows_incoming (self))
    return g_strdup_printf (_ ("No password is set for this account. Ask %s."),
                            mopt_provenance_whom_to_ask (mopt_field_row_get_account (MOPT_FIELD_ROW (self))));
  if (self->state == MOPT_LOGIN_PASSWORD_STORED_LOCKED)
    return g_strdup (_ ("The keyring is locked; it will ask when the password is needed."));
  return NULL;
}

static const char *
placeholder_text (MoptPasswordRow *self)
{
  if (self->forget)
    return _ ("will be forgotten");
  if (self->session_only)
    return _ ("kept for this session only – type to replace");
  if (self->state == MOPT_LOGIN_PASSWORD_SHARED)
    return _ ("set by administrator");
  if (asks (self))
    return _ ("stored for another server");
  if (is_stored (self))
    return is_locked (self) ? _ ("stored") : _ ("stored – type to replace");
  if (follows_incoming (self) && !must_be_typed_again (self))
    return _ ("as for incoming mail");
  return _ ("not set");
}

static void
update (MoptPasswordRow *self)
{
  g_autoptr (MoptSettings) settings = current_settings (self);
  g_autofree char *hint = hint_text (self, settings);
  gboolean typed = has_typed (self);
  const char *question;
  GtkEditable *text = gtk_editable_get_delegate (GTK_EDITABLE (self->entry));

  /* the eye shows only what was typed just now */
  if (!typed)
    gtk_text_set_visibility (GTK_TEXT (text), FALSE);
  gtk_password_entry_set_show_peek_icon (GTK_PASSWORD_ENTRY (self->entry), typed);
  g_object_set (self->entry, "placeholder-text", placeholder_text (self), NULL);
  mopt_password_question_ask (self->question, asks (self) ? settings : NULL, self->key, self->other);
  question = mopt_password_question_get_text (self->question);
  mopt_field_row_set_hint (MOPT_FIELD_ROW (self), hint, typed || self->state == MOPT_LOGIN_PASSWORD_SHARED);
  mopt_field_row_set_description (MOPT_FIELD_ROW (self), typed              ? NULL
                                                         : question != NULL ? question
                                                                            : placeholder_text (self));
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->actions), "forget")),
                               self->forget || is_stored (self) || self->session_only || self->first_stored);
  g_object_set (self, "needs", must_be_typed_again (self) ? "outgoing-requires-authentication=true" : self->needs,
                NULL);
  g_signal_emit (self, changed_signal, 0);
}

static void
on_state (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MoptSecretKey) other = NULL;
  MoptLoginPassword state = mopt_login_password_state_finish (result, &other, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* the row may be gone */
  MoptPasswordRow *self = user_data;

  self->pending = FALSE;
  self->state = state;
  self->other = g_steal_pointer (&other);
  self->trouble = error != NULL ? g_strdup (error->message) : NULL;
  self->session_only = self->key != NULL && mopt_secrets_is_session_only (self->key);
  if (self->first_key != NULL && self->key != NULL && mopt_secret_key_equal (self->first_key, self->key))
    self->first_stored = is_stored (self);
  update (self);
}

static void
ask_keyring (MoptPasswordRow *self)
{
  g_autoptr (MoptSettings) settings = current_settings (self);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->trouble, g_free);
  g_clear_pointer (&self->other, mopt_secret_key_free);
  self->state = MOPT_LOGIN_PASSWORD_UNKNOWN; /* until it answers */
  self->session_only = self->types = self->stale = FALSE;
  self->pending = self->key != NULL && settings != NULL;
  if (self->pending)
    {
      self->cancellable = g_cancellable_new ();
      mopt_login_password_state_async (settings, self->section, self->cancellable, on_state, self);
    }
  else
    update (self);
}

static MoptSecretKey *
current_key (MoptPasswordRow *self)
{
  g_autoptr (MoptSettings) settings = current_settings (self);

  return settings != NULL ? mopt_secret_key_new (settings, self->section) : NULL;
}

static gboolean
on_pause (gpointer user_data)
{
  MoptPasswordRow *self = user_data;
  g_autoptr (MoptSecretKey) key = current_key (self);
  gboolean same = key == NULL ? self->key == NULL : self->key != NULL && mopt_secret_key_equal (key, self->key);

  self->source = 0;
  if (same && !self->stale)
    {
      update (self);
      return G_SOURCE_REMOVE;
    }
  g_clear_pointer (&self->key, mopt_secret_key_free);
  self->key = g_steal_pointer (&key);
  ask_keyring (self);
  return G_SOURCE_REMOVE;
}

static void
on_account (MoptPasswordRow *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
  self->source = g_timeout_add (ASK_AFTER_MS, on_pause, self);
}

/* A padlock, a Custom box, the publisher: the same server and user may be his or the user's own. */
static void
on_rule (MoptPasswordRow *self)
{
  self->stale = TRUE;
  on_account (self);
}

static void
on_text (MoptPasswordRow *self)
{
  if (has_typed (self))
    self->forget = FALSE;
  update (self);
}

static void
on_forget (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MoptPasswordRow *self = user_data;

  self->forget = !self->forget;
  if (self->forget)
    gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
  update (self);
}

/* --- The question ------------------------------------------------------------------------------------------------ */

static void
on_copied (MoptPasswordRow *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  /* The button is about to go, and with Use Same Settings the whole row becomes insensitive. */
  if (!follows_incoming (self))
    gtk_widget_grab_focus (self->entry);
  else if (GTK_IS_WINDOW (root) && gtk_window_get_default_widget (GTK_WINDOW (root)) != NULL)
    gtk_widget_grab_focus (gtk_window_get_default_widget (GTK_WINDOW (root)));
  ask_keyring (self);
}

static void
on_copy_failed (MoptPasswordRow *self, const char *sentence)
{
  mopt_field_row_set_hint (MOPT_FIELD_ROW (self), sentence, TRUE);
}

static void
on_declined (MoptPasswordRow *self)
{
  self->types = TRUE;
  gtk_widget_grab_focus (self->entry);
  update (self);
}

static GtkWidget *
make_question (MoptPasswordRow *self)
{
  GtkWidget *question = mopt_password_question_new ();

  self->question = MOPT_PASSWORD_QUESTION (question);
  g_signal_connect_object (question, "copied", G_CALLBACK (on_copied), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (question, "failed", G_CALLBACK (on_copy_failed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (question, "declined", G_CALLBACK (on_declined), self, G_CONNECT_SWAPPED);
  return question;
}

/* --- What the dialog asks ---------------------------------------------------------------------------------------- */

MoptPassword *
mopt_password_row_dup_typed (MoptPasswordRow *self)
{
  return has_typed (self) ? mopt_password_new (gtk_editable_get_text (GTK_EDITABLE (self->entry))) : NULL;
}

gboolean
mopt_password_row_get_forget (MoptPasswordRow *self)
{
  return self->forget;
}

char *
mopt_password_row_dup_missing (MoptPasswordRow *self)
{
  MoptAccount *account = mopt_field_row_get_account (MOPT_FIELD_ROW (self));
  gboolean shared = self->state == MOPT_LOGIN_PASSWORD_SHARED && self->trouble == NULL;

  if (has_typed (self) || self->session_only || self->pending || shared || (is_stored (self) && !self->forget)
      || (follows_incoming (self) && has_typed (self->incoming)))
    return NULL;
  if (self->state == MOPT_LOGIN_PASSWORD_SHARED)
    return g_strdup (self->trouble);
  if (asks (self))
    return g_strdup_printf (_ ("Say whether your stored password may be used for %s."), self->key->host);
  if (is_locked (self))
    return g_strdup_printf (_ ("The password is missing. Ask %s."), mopt_provenance_whom_to_ask (account));
  if (self->section == MOPT_SECTION_OUTGOING_ACCOUNT)
    return g_strdup (_ ("Enter the password of the outgoing server."));
  return g_strdup (_ ("Enter the password."));
}

void
mopt_password_row_add_missing (MoptPasswordRow *self, const char *property, GPtrArray *problems)
{
  g_autofree char *sentence = mopt_password_row_dup_missing (self);

  if (sentence == NULL)
    return;
  MoptProblem *problem = g_new0 (MoptProblem, 1);
  problem->property = property;
  problem->error = g_error_new_literal (MOPT_ERROR, MOPT_ERROR_MISSING, sentence);
  g_ptr_array_add (problems, problem);
}

void
mopt_password_row_reset (MoptPasswordRow *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
  self->forget = FALSE;
  gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
  g_clear_pointer (&self->key, mopt_secret_key_free);
  g_clear_pointer (&self->first_key, mopt_secret_key_free);
  self->key = current_key (self);
  self->first_key = self->key != NULL ? mopt_secret_key_copy (self->key) : NULL;
  self->first_stored = FALSE;
  ask_keyring (self);
}

void
mopt_password_row_set_incoming (MoptPasswordRow *self, MoptPasswordRow *incoming)
{
  self->incoming = incoming;
  g_signal_connect_object (incoming, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

static void
mopt_password_row_bind (MoptFieldRow *row, MoptAccount *account)
{
  static const GActionEntry entries[] = { { "forget", on_forget } };
  MoptPasswordRow *self = MOPT_PASSWORD_ROW (row);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  g_autoptr (GMenu) menu = g_menu_new ();

  self->section = g_str_equal (mopt_field_row_get_field (row), "outgoing-password") ? MOPT_SECTION_OUTGOING_ACCOUNT
                                                                                    : MOPT_SECTION_INCOMING_ACCOUNT;
  self->needs = g_strdup (mopt_field_row_get_needs (row));
  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "password", G_ACTION_GROUP (self->actions));
  g_menu_append (menu, _ ("_Forget Stored Password"), "password.forget");

  self->entry = gtk_password_entry_new ();
  gtk_editable_set_max_width_chars (GTK_EDITABLE (self->entry), 16);
  gtk_widget_set_hexpand (self->entry, TRUE);
  g_object_set (self->entry, "activates-default", TRUE, NULL);
  gtk_password_entry_set_extra_menu (GTK_PASSWORD_ENTRY (self->entry), G_MENU_MODEL (menu));
  self->menu = gtk_menu_button_new ();
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (self->menu), "view-more-symbolic");
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (self->menu), G_MENU_MODEL (menu));
  gtk_widget_set_tooltip_text (self->menu, _ ("More about the password"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->menu), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("More about the password"), -1);
  gtk_box_append (GTK_BOX (line), self->entry);
  gtk_box_append (GTK_BOX (line), self->menu);
  mopt_field_row_set_editor (row, line, self->entry);
  mopt_field_row_add_below (row, make_question (self));

  g_signal_connect_object (self->entry, "notify::text", G_CALLBACK (on_text), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (account, "notify", G_CALLBACK (on_account), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (account, "rule-changed", G_CALLBACK (on_rule), self, G_CONNECT_SWAPPED);
  mopt_password_row_reset (self);
}

static char *
mopt_password_row_describe (MoptFieldRow *row)
{
  return g_strdup (placeholder_text (MOPT_PASSWORD_ROW (row)));
}

static void
mopt_password_row_dispose (GObject *object)
{
  MoptPasswordRow *self = MOPT_PASSWORD_ROW (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->source, g_source_remove);
  g_clear_object (&self->actions);
  G_OBJECT_CLASS (mopt_password_row_parent_class)->dispose (object);
}

static void
mopt_password_row_finalize (GObject *object)
{
  MoptPasswordRow *self = MOPT_PASSWORD_ROW (object);

  g_clear_pointer (&self->first_key, mopt_secret_key_free);
  g_clear_pointer (&self->key, mopt_secret_key_free);
  g_clear_pointer (&self->other, mopt_secret_key_free);
  g_free (self->needs);
  g_free (self->trouble);
  G_OBJECT_CLASS (mopt_password_row_parent_class)->finalize (object);
}

static void
mopt_password_row_class_init (MoptPasswordRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mopt_password_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = mopt_password_row_finalize;
  MOPT_FIELD_ROW_CLASS (klass)->bind = mopt_password_row_bind;
  MOPT_FIELD_ROW_CLASS (klass)->describe = mopt_password_row_describe;
  changed_signal
      = g_signal_new ("changed", MOPT_TYPE_PASSWORD_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
mopt_password_row_init (MoptPasswordRow *self)
{
}
