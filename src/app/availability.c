/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/accessible-names.h"
#include "app/application.h"
#include "app/availability.h"
#include "app/text-row.h"
#include "model/address.h"

struct _MoptAvailability
{
  GtkBox parent_instance;

  GtkCheckButton *available;
  GtkWidget *audience;
  GtkCheckButton *everyone;
  GtkCheckButton *some;
  MoptTextRow *words;
  GtkCheckButton *encrypted;
  GtkCheckButton *trust;
  MoptTextRow *incoming_file;
  MoptTextRow *outgoing_file;
  MoptTextRow *incoming_previous;
  MoptTextRow *outgoing_previous;
  GtkLabel *id;

  MoptAccount *account;
  gboolean filling; /* the program writes, not the person */
};

G_DEFINE_FINAL_TYPE (MoptAvailability, mopt_availability, GTK_TYPE_BOX)

#define EVERYONE "everyone"

/* "@it, bob" -> "@it\nbob". Caller frees. */
static char *
words_to_term (const char *typed)
{
  g_autofree char *lines = g_strdelimit (g_strdup (typed), " ,;\t", '\n');
  g_auto (GStrv) words = mopt_address_list_split (lines); /* without blank ones */

  return mopt_address_list_join ((const char *const *) words);
}

static char *
term_to_words (const char *term)
{
  g_auto (GStrv) words = mopt_address_list_split (term);

  return g_strjoinv (", ", words);
}

/* FALSE: @term is malformed, and @row says so. */
static gboolean
check (MoptAvailability *self, MoptTerm term, MoptTextRow *row)
{
  const char *text = mopt_account_get_term (self->account, term);
  g_autoptr (GError) error = NULL;
  gboolean sound = *text == '\0' || mopt_term_validate (term, text, &error);

  mopt_text_row_set_problem (row, sound ? NULL : error->message);
  return sound;
}

static void
say_how_to_write (MoptAvailability *self, MoptTerm term, MoptTextRow *row, const char *side)
{
  gboolean given = *mopt_account_get_term (self->account, term) != '\0';
  /* Translators: the id of an account, "incoming" or "outgoing" */
  g_autofree char *how = g_strdup_printf (_ ("Written with: mopt password %s --shared --side %s --group GROUP"),
                                          mopt_account_get_id (self->account), side);

  mopt_text_row_set_hint (row, given ? how : _ ("None: each user enters a password of his or her own."));
}

static const struct
{
  MoptTerm term;
  gsize row;
  const char *side; /* of a file */
} texts[] = {
  { MOPT_TERM_AVAILABLE_TO, G_STRUCT_OFFSET (MoptAvailability, words), NULL },
  { MOPT_TERM_INCOMING_PASSWORD_FILE, G_STRUCT_OFFSET (MoptAvailability, incoming_file), "incoming" },
  { MOPT_TERM_OUTGOING_PASSWORD_FILE, G_STRUCT_OFFSET (MoptAvailability, outgoing_file), "outgoing" },
  { MOPT_TERM_INCOMING_HOST_PREVIOUS, G_STRUCT_OFFSET (MoptAvailability, incoming_previous), NULL },
  { MOPT_TERM_OUTGOING_HOST_PREVIOUS, G_STRUCT_OFFSET (MoptAvailability, outgoing_previous), NULL },
};

#define ROW(self, i) (G_STRUCT_MEMBER (MoptTextRow *, (self), texts[i].row))

gboolean
mopt_availability_check (MoptAvailability *self)
{
  MoptTextRow *wrong = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (!check (self, texts[i].term, ROW (self, i)) && wrong == NULL)
      wrong = ROW (self, i);
  if (wrong != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (wrong));
  return wrong == NULL;
}

/* --- From the account to the page -------------------------------------------------------------------------------- */

static gboolean
is_term (MoptAvailability *self, MoptTerm term, const char *value)
{
  return g_str_equal (mopt_account_get_term (self->account, term), value);
}

/* What is just being typed stays as it is typed. */
static void
fill_list (MoptTextRow *row, const char *term)
{
  g_autofree char *typed = words_to_term (mopt_text_row_get_text (row));
  g_autofree char *words = term_to_words (term);

  if (!g_str_equal (typed, term))
    mopt_text_row_set_text (row, words);
}

/* Who is in what is shut goes where it is decided: else no key would do anything. */
static void
set_open (GtkWidget *widget, gboolean open, GtkCheckButton *decides)
{
  if (!open && (gtk_widget_get_state_flags (widget) & GTK_STATE_FLAG_FOCUS_WITHIN) != 0)
    gtk_widget_grab_focus (GTK_WIDGET (decides));
  gtk_widget_set_sensitive (widget, open);
}

static void
fill (MoptAvailability *self)
{
  const char *audience = mopt_account_get_term (self->account, MOPT_TERM_AVAILABLE_TO);
  g_autofree char *typed = words_to_term (mopt_text_row_get_text (self->words));
  /* the word may just be typed: then the entry must not go */
  gboolean is_typed = gtk_check_button_get_active (self->some) && g_str_equal (typed, audience);
  gboolean everyone = g_str_equal (audience, EVERYONE) && !is_typed;

  self->filling = TRUE;
  gtk_check_button_set_active (self->available, is_term (self, MOPT_TERM_AVAILABLE, "true"));
  set_open (self->audience, is_term (self, MOPT_TERM_AVAILABLE, "true"), self->available);
  gtk_check_button_set_active (everyone ? self->everyone : self->some, TRUE);
  set_open (GTK_WIDGET (self->words), !everyone, self->everyone);
  if (!everyone)
    fill_list (self->words, audience);
  fill_list (self->incoming_previous, mopt_account_get_term (self->account, MOPT_TERM_INCOMING_HOST_PREVIOUS));
  fill_list (self->outgoing_previous, mopt_account_get_term (self->account, MOPT_TERM_OUTGOING_HOST_PREVIOUS));
  gtk_check_button_set_active (self->encrypted, is_term (self, MOPT_TERM_MINIMUM_SECURITY, "tls"));
  gtk_check_button_set_active (self->trust, is_term (self, MOPT_TERM_ALLOW_TRUST, "true"));
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (texts[i].side != NULL)
      {
        mopt_text_row_set_text (ROW (self, i), mopt_account_get_term (self->account, texts[i].term));
        say_how_to_write (self, texts[i].term, ROW (self, i), texts[i].side);
      }
  self->filling = FALSE;
}

/* --- From the page to the account -------------------------------------------------------------------------------- */

/* What is the default needs no line in the file, unless it had one. */
static void
set_term (MoptAvailability *self, MoptTerm term, const char *value)
{
  gboolean is_default = g_str_equal (value, mopt_term_info (term)->fallback);

  if (self->filling)
    return;
  mopt_account_set_term (self->account, term, is_default ? NULL : value);
}

static void
on_available (GtkCheckButton *check, MoptAvailability *self)
{
  set_term (self, MOPT_TERM_AVAILABLE, gtk_check_button_get_active (check) ? "true" : "false");
}

static void
on_encrypted (GtkCheckButton *check, MoptAvailability *self)
{
  set_term (self, MOPT_TERM_MINIMUM_SECURITY, gtk_check_button_get_active (check) ? "tls" : "none");
}

static void
on_trust (GtkCheckButton *check, MoptAvailability *self)
{
  set_term (self, MOPT_TERM_ALLOW_TRUST, gtk_check_button_get_active (check) ? "true" : "false");
}

static void
on_audience (MoptAvailability *self)
{
  g_autofree char *term = words_to_term (mopt_text_row_get_text (self->words));

  /* not the other one: it is still off when this one is told that it is off */
  set_term (self, MOPT_TERM_AVAILABLE_TO, gtk_check_button_get_active (self->some) ? term : EVERYONE);
  if (mopt_text_row_has_problem (self->words))
    check (self, MOPT_TERM_AVAILABLE_TO, self->words);
}

/* The account is for those that come next: the keyboard goes where they are typed. */
static void
on_some (GtkCheckButton *check, MoptAvailability *self)
{
  on_audience (self);
  if (!self->filling && gtk_check_button_get_active (check))
    gtk_widget_grab_focus (GTK_WIDGET (self->words));
}

static void
on_file (MoptTextRow *row, GParamSpec *pspec, MoptAvailability *self)
{
  MoptTerm term = row == self->incoming_file ? MOPT_TERM_INCOMING_PASSWORD_FILE : MOPT_TERM_OUTGOING_PASSWORD_FILE;

  set_term (self, term, mopt_text_row_get_text (row));
  if (mopt_text_row_has_problem (row)) /* none appears while it is typed, but one goes as soon as it is mended */
    check (self, term, row);
}

static void
on_previous (MoptTextRow *row, GParamSpec *pspec, MoptAvailability *self)
{
  MoptTerm term = row == self->incoming_previous ? MOPT_TERM_INCOMING_HOST_PREVIOUS : MOPT_TERM_OUTGOING_HOST_PREVIOUS;
  g_autofree char *hosts = words_to_term (mopt_text_row_get_text (row));

  set_term (self, term, hosts);
  if (mopt_text_row_has_problem (row))
    check (self, term, row);
}

static void
mopt_availability_dispose (GObject *object)
{
  g_clear_object (&MOPT_AVAILABILITY (object)->account);
  gtk_widget_dispose_template (GTK_WIDGET (object), MOPT_TYPE_AVAILABILITY);
  G_OBJECT_CLASS (mopt_availability_parent_class)->dispose (object);
}

static void
mopt_availability_class_init (MoptAvailabilityClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mopt_availability_dispose;
  g_type_ensure (MOPT_TYPE_TEXT_ROW);
  gtk_widget_class_set_template_from_resource (widget_class, MOPT_RESOURCES "availability.ui");
  gtk_widget_class_bind_template_child (widget_class, MoptAvailability, available);
  gtk_widget_class_bind_template_child (widget_class, MoptAvailability, audience);
  gtk_widget_class_bind_template_child (widget_class, MoptAvailability, everyone);
  gtk_widget_class_bind_template_child (widget_class, MoptAvailability, some);
  gtk_widget_class_bind_template_child (widget_class, MoptAvailability, words);
  gtk_widget_class_bind_template_child (widget_class, MoptAvailability, encrypted);
  gtk_widget_class_bind_template_child (widget_class, MoptAvailability, trust);
  gtk_widget_class_bind_template_child (widget_class, MoptAvailability, incoming_file);
  gtk_widget_class_bind_template_child (widget_class, MoptAvailability, outgoing_file);
  gtk_widget_class_bind_template_child (widget_class, MoptAvailability, incoming_previous);
  gtk_widget_class_bind_template_child (widget_class, MoptAvailability, outgoing_previous);
  gtk_widget_class_bind_template_child (widget_class, MoptAvailability, id);
}

static void
mopt_availability_init (MoptAvailability *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  mopt_mend_accessible_names (GTK_WIDGET (self));
}

GtkWidget *
mopt_availability_new (MoptAccount *account, gboolean id_is_given)
{
  MoptAvailability *self = g_object_new (MOPT_TYPE_AVAILABILITY, NULL);
  g_autoptr (GtkSizeGroup) labels = gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL);
  g_autoptr (GtkSizeGroup) entries = gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL);

  self->account = g_object_ref (account);
  gtk_label_set_label (self->id, id_is_given ? mopt_account_get_id (account) : _ ("Made of the name when it is saved"));
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    mopt_text_row_align (ROW (self, i), labels, entries);
  fill (self);
  g_signal_connect_object (account, "rule-changed", G_CALLBACK (fill), self, G_CONNECT_SWAPPED);
  g_signal_connect (self->available, "toggled", G_CALLBACK (on_available), self);
  g_signal_connect (self->some, "toggled", G_CALLBACK (on_some), self);
  g_signal_connect_swapped (self->words, "notify::text", G_CALLBACK (on_audience), self);
  g_signal_connect (self->encrypted, "toggled", G_CALLBACK (on_encrypted), self);
  g_signal_connect (self->trust, "toggled", G_CALLBACK (on_trust), self);
  g_signal_connect (self->incoming_file, "notify::text", G_CALLBACK (on_file), self);
  g_signal_connect (self->outgoing_file, "notify::text", G_CALLBACK (on_file), self);
  g_signal_connect (self->incoming_previous, "notify::text", G_CALLBACK (on_previous), self);
  g_signal_connect (self->outgoing_previous, "notify::text", G_CALLBACK (on_previous), self);
  return GTK_WIDGET (self);
}
