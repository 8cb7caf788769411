/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/accessible-names.h"
#include "app/address-check.h"
#include "app/address-item.h"
#include "app/application.h"
#include "app/row-layout.h"
#include "base/when.h"
#include "check/fingerprint.h"
#include "check/from-check.h"
#include "model/validate.h"

#define WORDS_MAX 160 /* characters of the server's words that a line shows; the tooltip has all */

struct _MoptAddressCheck
{
  GtkWidget parent_instance;

  GtkButton *button;
  GtkWidget *result;
  GtkLabel *summary;
  GtkLabel *advice;

  MoptAccount *account;
  GListModel *items;
  MoptPasswordRow *incoming; /* not owned: rows of the same window */
  MoptPasswordRow *outgoing;
  char *own_address; /* never NULL */

  MoptFromCheck *check; /* while it runs, or NULL */
  GHashTable *said;     /* key of an address -> Said; empty: the server was never asked */
  GHashTable *by_key;   /* key -> MoptAddressItem of items, borrowed; NULL: to be made */
  char *fingerprint;    /* of the server and login that said it; NULL: none */
  gboolean is_stale;    /* they are others now */
};

G_DEFINE_FINAL_TYPE (MoptAddressCheck, mopt_address_check, GTK_TYPE_WIDGET)

/* What the server said of one address. */
typedef struct
{
  MoptTestState state;
  char *words;
  char *detail;
} Said;

static void
said_free (gpointer data)
{
  Said *said = data;

  g_free (said->words);
  g_free (said->detail);
  g_free (said);
}

/* --- at the addresses ------------------------------------------------------------------------------------------- */

static void
show_item (MoptAddressCheck *self, MoptAddressItem *item)
{
  const Said *said = self->is_stale ? NULL : g_hash_table_lookup (self->said, mopt_address_item_get_key (item));

  if (said != NULL)
    mopt_address_item_say (item, said->state, said->words, said->detail);
  else if (self->is_stale || g_hash_table_size (self->said) == 0 || mopt_address_item_is_pattern (item))
    mopt_address_item_say (item, MOPT_TEST_WAITING, "", "");
  else
    mopt_address_item_say (item, MOPT_TEST_WAITING, _ ("Not checked"), "");
}

static void
show_items (MoptAddressCheck *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (self->items); i++)
    {
      g_autoptr (MoptAddressItem) item = g_list_model_get_item (self->items, i);

      show_item (self, item);
    }
}

static MoptAddressItem *
find_item (MoptAddressCheck *self, const char *key)
{
  if (self->by_key == NULL)
    {
      self->by_key = g_hash_table_new (g_str_hash, g_str_equal);
      for (guint i = 0; i < g_list_model_get_n_items (self->items); i++)
        {
          g_autoptr (MoptAddressItem) item = g_list_model_get_item (self->items, i);

          g_hash_table_insert (self->by_key, (char *) mopt_address_item_get_key (item), item);
        }
    }
  return g_hash_table_lookup (self->by_key, key);
}

static void
on_items_changed (MoptAddressCheck *self)
{
  g_clear_pointer (&self->by_key, g_hash_table_unref);
  show_items (self);
}

/* "Refused: 550 5.7.1 Not yours"; the server's words as they are, in their own direction, cut. */
static char *
refusal (const char *words)
{
  if (words == NULL || *words == '\0')
    return g_strdup (_ ("Refused"));

  gboolean is_long = g_utf8_strlen (words, -1) > WORDS_MAX;
  g_autofree char *start = is_long ? g_utf8_substring (words, 0, WORDS_MAX) : g_strdup (words);
  /* U+2068 and U+2069 keep foreign words from turning ours round */
  g_autofree char *said = g_strconcat ("\u2068", start, is_long ? "…\u2069" : "\u2069", NULL);
  /* Translators: %s is what a mail server answered, word for word */
  return g_strdup_printf (_ ("Refused: %s"), said);
}

/* @sentence, @words: nullable. */
static void
put (MoptAddressCheck *self, const char *address, const char *state, const char *sentence, const char *words,
     gboolean in_clear)
{
  Said *said = g_new0 (Said, 1);
  g_autofree char *quoted = mopt_failure_said_text (words, in_clear);
  gboolean has_both = sentence != NULL && *sentence != '\0' && quoted != NULL;

  said->detail = g_strconcat (sentence != NULL ? sentence : "", has_both ? "\n" : "", quoted, NULL);
  if (g_str_equal (state, mopt_from_state_name (MOPT_FROM_STATE_ACCEPTED)))
    {
      said->state = MOPT_TEST_PASSED;
      said->words = g_strdup (_ ("Accepted"));
    }
  else if (g_str_equal (state, mopt_from_state_name (MOPT_FROM_STATE_REFUSED)))
    {
      said->state = MOPT_TEST_FAILED;
      said->words = refusal (words);
    }
  else if (g_str_equal (state, mopt_from_state_name (MOPT_FROM_STATE_NOT_CHECKED)))
    {
      said->state = MOPT_TEST_SKIPPED;
      said->words = g_strdup (_ ("Not checked"));
    }
  else
    {
      said->state = MOPT_TEST_RUNNING;
      said->words = g_strdup (_ ("Checking…"));
    }
  g_hash_table_replace (self->said, mopt_address_item_make_key (address), said);
}

/* --- beside the button ------------------------------------------------------------------------------------------ */

static void
say (MoptAddressCheck *self, const char *summary, const char *advice, const char *tooltip)
{
  gtk_label_set_label (self->summary, summary);
  gtk_label_set_label (self->advice, advice);
  gtk_widget_set_visible (GTK_WIDGET (self->advice), *advice != '\0');
  gtk_widget_set_tooltip_text (self->result, tooltip);
  gtk_widget_set_focusable (self->result, *summary != '\0');
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->result), GTK_ACCESSIBLE_PROPERTY_LABEL, summary,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, advice, -1);
}

static void
name_button (MoptAddressCheck *self)
{
  gtk_button_set_label (self->button, self->check != NULL ? _ ("Stop C_hecking") : _ ("C_heck From Addresses"));
  gtk_accessible_reset_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL);
}

/* What is known from the last time. */
static void
recall (MoptAddressCheck *self)
{
  g_autoptr (MoptSettings) settings = mopt_settings_new (self->account, NULL);
  g_autoptr (MoptLastFromCheck) last = settings != NULL ? mopt_from_check_recall (settings) : NULL;

  if (last == NULL)
    return;
  for (guint i = 0; i < last->notes->len; i++)
    {
      const MoptFromNote *note = last->notes->pdata[i];

      put (self, note->address, note->state, note->sentence, note->words, note->in_clear);
    }
  g_autofree char *when = mopt_when_relative (last->time, g_get_real_time () / G_USEC_PER_SEC);
  g_autofree char *exactly = mopt_when_absolute (last->time);
  /* Translators: %s is a time such as “3 minutes ago” */
  g_autofree char *text = g_strdup_printf (_ ("Checked %s"), when);
  self->fingerprint = g_strdup (last->fingerprint);
  say (self, text, "", exactly);
}

/* --- the check -------------------------------------------------------------------------------------------------- */

static void
drop_check (MoptAddressCheck *self)
{
  if (self->check == NULL)
    return;
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->check)); i++)
    {
      g_autoptr (MoptFromResult) result = g_list_model_get_item (G_LIST_MODEL (self->check), i);

      g_signal_handlers_disconnect_by_data (result, self);
    }
  g_signal_handlers_disconnect_by_data (self->check, self);
  mopt_from_check_cancel (self->check);
  g_clear_object (&self->check);
}

static void
on_result (MoptFromResult *result, GParamSpec *pspec, MoptAddressCheck *self)
{
  const MoptFailure *failure = mopt_from_result_get_failure (result);
  const char *address = mopt_from_result_get_address (result);
  g_autofree char *key = mopt_address_item_make_key (address);
  MoptAddressItem *item = find_item (self, key);

  put (self, address, mopt_from_state_name (mopt_from_result_get_state (result)),
       failure != NULL ? failure->sentence : NULL, failure != NULL ? failure->server_words : NULL,
       failure != NULL && failure->in_clear);
  if (item != NULL)
    show_item (self, item);
}

static void
on_finished (MoptFromCheck *check, MoptAddressCheck *self)
{
  g_autoptr (MoptFromCheck) ended = g_object_ref (check);

  drop_check (self);
  name_button (self);
  g_autofree char *note = mopt_from_check_remember (ended);
  g_autofree char *advice = g_strjoin (note != NULL ? "\n" : "", mopt_from_check_get_advice (ended), note, NULL);
  say (self, mopt_from_check_get_summary (ended), advice, NULL);
  /* a screen reader says what has the focus; whoever does something else meanwhile goes on with it */
  if (gtk_widget_has_focus (GTK_WIDGET (self->button)))
    gtk_widget_grab_focus (self->result);
}

/* Why the server cannot be asked yet: the first thing that is missing, or NULL. */
static char *
find_missing (MoptAddressCheck *self, const MoptSettings *settings)
{
  g_autoptr (GPtrArray) problems = mopt_validate_complete (self->account, MOPT_SIDE_OUTGOING);
  MoptPasswordRow *row = settings->same_login ? self->incoming : self->outgoing;

  if (problems->len > 0)
    return g_strdup (((MoptProblem *) problems->pdata[0])->error->message);
  return settings->outgoing.authenticate && row != NULL ? mopt_password_row_dup_missing (row) : NULL;
}

static void
begin (MoptAddressCheck *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MoptSettings) settings = mopt_settings_new (self->account, &error);
  g_autofree char *missing = settings != NULL ? find_missing (self, settings) : g_strdup (error->message);

  if (missing != NULL)
    {
      say (self, _ ("The server cannot be asked yet."), missing, NULL);
      return;
    }
  MoptPasswordRow *row = settings->same_login ? self->incoming : self->outgoing;
  g_autoptr (MoptPassword) password = row != NULL ? mopt_password_row_dup_typed (row) : NULL;
  g_autofree char *asking = g_strdup_printf (_ ("Asking %s…"), settings->outgoing.host);
  const MoptFromCheckOptions options = {
    .settings = settings,
    .password = password,
    .own_address = self->own_address,
  };
  self->check = mopt_from_check_new (&options);
  g_hash_table_remove_all (self->said);
  g_free (self->fingerprint);
  self->fingerprint = mopt_fingerprint_outgoing (settings);
  self->is_stale = FALSE;
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->check)); i++)
    {
      g_autoptr (MoptFromResult) result = g_list_model_get_item (G_LIST_MODEL (self->check), i);

      put (self, mopt_from_result_get_address (result), mopt_from_state_name (MOPT_FROM_STATE_WAITING), NULL, NULL,
           FALSE);
      g_signal_connect (result, "notify::state", G_CALLBACK (on_result), self);
    }
  g_signal_connect (self->check, "finished", G_CALLBACK (on_finished), self);
  show_items (self);
  name_button (self);
  say (self, asking, "", NULL);
  mopt_from_check_start (self->check);
}

static void
on_clicked (MoptAddressCheck *self)
{
  if (self->check != NULL)
    mopt_from_check_cancel (self->check);
  else
    begin (self);
}

/* What the server said counts for this server and login alone. */
static void
on_account (MoptAccount *account, GParamSpec *pspec, MoptAddressCheck *self)
{
  if (self->fingerprint == NULL || g_str_has_prefix (pspec->name, "from-"))
    return;
  g_autoptr (MoptSettings) settings = mopt_settings_new (account, NULL);
  g_autofree char *fingerprint = settings != NULL ? mopt_fingerprint_outgoing (settings) : NULL;
  gboolean is_stale = g_strcmp0 (fingerprint, self->fingerprint) != 0;

  if (self->is_stale == is_stale)
    return;
  self->is_stale = is_stale;
  if (self->check != NULL)
    mopt_from_check_cancel (self->check);
  else
    say (self, is_stale ? _ ("Not checked since the outgoing server or its login has changed.") : "", "", NULL);
  show_items (self);
}

void
mopt_address_check_bind (MoptAddressCheck *self, MoptAccount *account, GListModel *items)
{
  self->account = g_object_ref (account);
  self->items = g_object_ref (items);
  recall (self);
  g_signal_connect_object (items, "items-changed", G_CALLBACK (on_items_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (account, "notify", G_CALLBACK (on_account), self, 0);
  show_items (self);
}

void
mopt_address_check_set_passwords (MoptAddressCheck *self, MoptPasswordRow *incoming, MoptPasswordRow *outgoing)
{
  self->incoming = incoming;
  self->outgoing = outgoing;
}

void
mopt_address_check_set_own_address (MoptAddressCheck *self, const char *own_address)
{
  g_free (self->own_address);
  self->own_address = g_strdup (own_address);
}

static void
mopt_address_check_dispose (GObject *object)
{
  MoptAddressCheck *self = MOPT_ADDRESS_CHECK (object);
  GtkWidget *child;

  drop_check (self);
  g_clear_object (&self->account);
  g_clear_object (&self->items);
  g_clear_pointer (&self->by_key, g_hash_table_unref);
  gtk_widget_dispose_template (GTK_WIDGET (self), MOPT_TYPE_ADDRESS_CHECK);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (mopt_address_check_parent_class)->dispose (object);
}

static void
mopt_address_check_finalize (GObject *object)
{
  MoptAddressCheck *self = MOPT_ADDRESS_CHECK (object);

  g_hash_table_unref (self->said);
  g_free (self->own_address);
  g_free (self->fingerprint);
  G_OBJECT_CLASS (mopt_address_check_parent_class)->finalize (object);
}

static void
mopt_address_check_class_init (MoptAddressCheckClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mopt_address_check_dispose;
  G_OBJECT_CLASS (klass)->finalize = mopt_address_check_finalize;
  g_type_ensure (MOPT_TYPE_ROW_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, MOPT_RESOURCES "address-check.ui");
  gtk_widget_class_bind_template_child (widget_class, MoptAddressCheck, button);
  gtk_widget_class_bind_template_child (widget_class, MoptAddressCheck, result);
  gtk_widget_class_bind_template_child (widget_class, MoptAddressCheck, summary);
  gtk_widget_class_bind_template_child (widget_class, MoptAddressCheck, advice);
  gtk_widget_class_bind_template_callback (widget_class, on_clicked);
}

static void
mopt_address_check_init (MoptAddressCheck *self)
{
  self->own_address = g_strdup ("");
  self->said = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, said_free);
  gtk_widget_init_template (GTK_WIDGET (self));
  mopt_mend_accessible_names (GTK_WIDGET (self));
  /* its window goes; something may hold that longer */
  g_signal_connect (self, "unrealize", G_CALLBACK (drop_check), NULL);
}
