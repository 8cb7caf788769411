/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The dialog on a published account: what stands at the head of a section in every state, what the Custom boxes do,
 * what stays the person's own. */
#include "config.h"

#include <glib/gi18n.h>
#include <locale.h>

#include "dialog-test.h"

#include "app/app-resources.h"
#include "app/provenance.h"
#include "app/section-box.h"
#include "model/draft.h"

static const char nothing[] = "[Mail Options]\nFormat=1\nAddress=alice@example.com\n";

static MoptAccount *
published_account (void)
{
  MoptAccount *account = mopt_account_new ("helpdesk", "imap");
  g_autoptr (MoptPublication) publication = mopt_publication_new ();

  g_free (publication->organization);
  publication->organization = g_strdup ("Example Corp");
  g_free (publication->contact);
  publication->contact = g_strdup ("help@example.com");
  mopt_account_set_published (account, TRUE);
  mopt_account_set_publication (account, publication);
  mopt_account_set_layer_name (account, MOPT_LAYER_PUBLISHED, "Help desk");
  mopt_account_set_layer (account, MOPT_LAYER_PUBLISHED, MOPT_FIELD_INCOMING_HOST, "imap.corp.example");
  mopt_account_set_layer (account, MOPT_LAYER_PUBLISHED, MOPT_FIELD_FROM_LEGAL,
                          "support@example.com\n*@support.example.com");
  mopt_account_set_locked (account, MOPT_SECTION_FROM_ADDRESSES, TRUE);
  return account;
}

/* --- what is said ------------------------------------------------------------------------------------------------- */

typedef enum
{
  LOCKED = 1 << 0,
  CUSTOMISED = 1 << 1,
  PARKED = 1 << 2,
  OVERRIDE = 1 << 3,
  NO_RIGHT = 1 << 4,
  BLANK = 1 << 5, /* the account section, whose user name is left blank */
  SAME = 1 << 6,
} Case;

static const struct
{
  Case is;
  const char *text;
  const char *kept;
} cases[] = {
  { 0, "Set by Example Corp, you may change it.", NULL },
  { LOCKED, "Set by Example Corp, locked. To change it, ask help@example.com.", NULL },
  { NO_RIGHT, "Set by Example Corp, and not for you to change. To change it, ask help@example.com.", NULL },
  { LOCKED | OVERRIDE, "Set by Example Corp, locked. You may override this.", NULL },
  { LOCKED | OVERRIDE | NO_RIGHT, "Set by Example Corp, and not for you to change. To change it, ask help@example.com.",
    NULL },
  { BLANK, "Example Corp leaves this to you. Enter your user name and password.", NULL },
  { BLANK | LOCKED, "Set by Example Corp, locked, and no user name is given. Ask help@example.com.", NULL },
  { CUSTOMISED, "Yours; Example Corp has imap.corp.example.", NULL },
  { CUSTOMISED | SAME, "Yours, and the same as Example Corp has.", NULL },
  { CUSTOMISED | BLANK, "Yours. Example Corp leaves this to you.", NULL },
  { CUSTOMISED | LOCKED | OVERRIDE, "Yours. Example Corp has locked it; you may override this.", NULL },
  { CUSTOMISED | NO_RIGHT,
    "Yours. Example Corp lets you use it, but not change it. To change it, ask help@example.com.", NULL },
  { CUSTOMISED | LOCKED, "Set by Example Corp, locked. To change it, ask help@example.com.",
    "Your own server imap.home.example is kept but not in effect while this is locked." },
  { PARKED | LOCKED, "Set by Example Corp, locked. To change it, ask help@example.com.",
    "Your own server imap.home.example is kept but not in effect while this is locked." },
  { PARKED, "Set by Example Corp, you may change it.", "You used imap.home.example before." },
};

static void
test_words (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Case is = cases[i].is;
      g_autoptr (MoptAccount) account = published_account ();
      MoptSection section = (is & BLANK) != 0 ? MOPT_SECTION_INCOMING_ACCOUNT : MOPT_SECTION_INCOMING_SERVER;

      mopt_account_set_rights (account, ((is & NO_RIGHT) != 0 ? 0 : MOPT_RIGHT_ADD_ACCOUNTS)
                                            | ((is & OVERRIDE) != 0 ? MOPT_RIGHT_OVERRIDE_LOCKED : 0));
      if ((is & (CUSTOMISED | PARKED)) != 0)
        {
          mopt_draft_customise (account, section);
          if ((is & SAME) == 0)
            mopt_account_set (account, (is & BLANK) != 0 ? MOPT_FIELD_INCOMING_USER : MOPT_FIELD_INCOMING_HOST,
                              "imap.home.example");
        }
      mopt_account_set_customised (account, section, (is & CUSTOMISED) != 0);
      mopt_account_set_parked (account, section, (is & PARKED) != 0);
      mopt_account_set_locked (account, section, (is & LOCKED) != 0);

      g_autoptr (MoptProvenance) words = mopt_provenance_new (account, section);
      g_test_message ("case %u", i);
      g_assert_cmpstr (words->text, ==, cases[i].text);
      g_assert_cmpstr (words->kept, ==, cases[i].kept);
      /* never both, and words for either */
      g_assert_false (words->has_padlock && words->may_customise);
      g_assert_cmpint (words->can_go_back, ==, words->is_customised && words->may_customise);
      g_assert_cmpint (words->can_use_again, ==, words->kept != NULL && words->may_customise);
    }
}

/* Parked because of a bad value: the head says where it stands. */
static void
test_bad_value (void)
{
  g_autoptr (MoptAccount) account = published_account ();

  mopt_draft_customise (account, MOPT_SECTION_INCOMING_SERVER);
  mopt_account_set_customised (account, MOPT_SECTION_INCOMING_SERVER, FALSE);
  mopt_account_set_parked (account, MOPT_SECTION_INCOMING_SERVER, TRUE);
  mopt_account_set_section_problem (account, MOPT_SECTION_INCOMING_SERVER, "accounts.conf, line 7: Wrong.");
  g_autoptr (MoptAccount) draft = mopt_account_dup (account);
  g_autoptr (MoptProvenance) words = mopt_provenance_new (draft, MOPT_SECTION_INCOMING_SERVER);
  g_assert_cmpstr (words->kept, ==, "Your own settings are kept but not in effect. accounts.conf, line 7: Wrong.");
  g_assert_true (words->can_use_again); /* there it can be corrected */
}

/* A personal account, and the administrator's own, have no head but the heading. */
static void
test_no_words (void)
{
  g_autoptr (MoptAccount) personal = mopt_account_new ("a", "imap");
  g_autoptr (MoptAccount) publishing = published_account ();

  mopt_account_set_publishing (publishing, TRUE);
  g_assert_null (mopt_provenance_new (personal, MOPT_SECTION_INCOMING_SERVER));
  g_assert_null (mopt_provenance_new (publishing, MOPT_SECTION_INCOMING_SERVER));
}

static void
test_own_values (void)
{
  g_autoptr (MoptAccount) account = published_account ();

  mopt_draft_customise (account, MOPT_SECTION_INCOMING_SERVER);
  mopt_account_set (account, MOPT_FIELD_INCOMING_HOST, "imap.home.example");
  g_autofree char *lines = mopt_provenance_list_own (account, MOPT_SECTION_INCOMING_SERVER);
  g_assert_cmpstr (lines, ==, "Incoming Mail Server: imap.home.example\nSecurity: Auto\nCustom Port: no");
}

/* --- what the boxes do -------------------------------------------------------------------------------------------- */

static void
find_custom (GtkWidget *widget, gpointer data)
{
  GtkWidget *words = GTK_IS_CHECK_BUTTON (widget) ? gtk_check_button_get_child (GTK_CHECK_BUTTON (widget)) : NULL;

  if (words != NULL && g_str_has_prefix (gtk_label_get_text (GTK_LABEL (words)), "Custom ")
      && !g_str_equal (gtk_label_get_text (GTK_LABEL (words)), "Custom Port"))
    *(GtkCheckButton **) data = GTK_CHECK_BUTTON (widget);
}

/* The Custom box of the section that @property is in. */
static GtkCheckButton *
custom_of (DialogFixture *f, const char *property)
{
  GtkWidget *box = gtk_widget_get_ancestor (GTK_WIDGET (row_of (f, property)), MOPT_TYPE_SECTION_BOX);
  GtkCheckButton *custom = NULL;

  for_each_widget (box, find_custom, &custom);
  g_assert_nonnull (custom);
  return custom;
}

static void
find_entry (GtkWidget *widget, gpointer data)
{
  if (GTK_IS_EDITABLE (widget) && gtk_widget_get_mapped (widget) && gtk_widget_is_sensitive (widget))
    *(GtkEditable **) data = GTK_EDITABLE (widget);
}

/* What can be typed into in the row, or NULL where it is text. */
static GtkEditable *
entry_of (DialogFixture *f, const char *property)
{
  GtkEditable *entry = NULL;

  for_each_widget (GTK_WIDGET (row_of (f, property)), find_entry, &entry);
  return entry;
}

static void
open (DialogFixture *f, MoptAccount *account)
{
  dialog_open (f, account, 0);
  dialog_visit_pages (f);
  gtk_notebook_set_current_page (notebook_of (f), 0);
  dialog_let_settle ();
}

static void
test_tick (DialogFixture *f, gconstpointer data)
{
  g_autoptr (MoptAccount) account = published_account ();
  open (f, account);
  MoptAccount *draft = draft_of (f);

  g_assert_true (mopt_account_equal (draft, account)); /* opening changes nothing */
  g_assert_null (entry_of (f, "incoming-host"));
  gtk_check_button_set_active (custom_of (f, "incoming-host"), TRUE);
  g_assert_cmpstr (gtk_editable_get_text (entry_of (f, "incoming-host")), ==, "imap.corp.example");
  gtk_editable_set_text (entry_of (f, "incoming-host"), "imap.home.example");

  /* unticked, the published value is back at once; ticked again, the typed one */
  gtk_check_button_set_active (custom_of (f, "incoming-host"), FALSE);
  g_assert_cmpstr (mopt_account_get (draft, MOPT_FIELD_INCOMING_HOST), ==, "imap.corp.example");
  g_assert_null (entry_of (f, "incoming-host"));
  gtk_check_button_set_active (custom_of (f, "incoming-host"), TRUE);
  g_assert_cmpstr (gtk_editable_get_text (entry_of (f, "incoming-host")), ==, "imap.home.example");

  click (f->dialog, "Use Published");
  g_assert_false (gtk_check_button_get_active (custom_of (f, "incoming-host")));
  g_assert_cmpstr (mopt_account_get (draft, MOPT_FIELD_INCOMING_HOST), ==, "imap.corp.example");
  gtk_window_close (f->dialog); /* nothing to ask: all is as it was */
  dialog_wait (f, dialog_is_closed);
}

/* The user name that the publisher left blank is typed at once; that ticks Custom. */
static void
test_blank_user (DialogFixture *f, gconstpointer data)
{
  g_autoptr (MoptAccount) account = published_account ();
  open (f, account);

  g_assert_nonnull (entry_of (f, "incoming-user"));
  g_assert_nonnull (entry_of (f, "incoming-password"));
  g_assert_null (entry_of (f, "incoming-mailbox"));
  gtk_editable_set_text (entry_of (f, "incoming-user"), "a");
  g_assert_true (gtk_check_button_get_active (custom_of (f, "incoming-user")));
  g_assert_cmpstr (mopt_account_get (draft_of (f), MOPT_FIELD_INCOMING_USER), ==, "a");
  g_assert_nonnull (entry_of (f, "incoming-mailbox"));
}

/* Without the right nothing can be changed but the password and what of the addresses is used. */
static void
test_no_right (DialogFixture *f, gconstpointer data)
{
  g_autoptr (MoptAccount) account = published_account ();
  mopt_account_set_rights (account, MOPT_RIGHT_SEND);
  open (f, account);

  g_assert_null (entry_of (f, "name"));
  g_assert_null (entry_of (f, "incoming-host"));
  g_assert_null (entry_of (f, "incoming-user"));
  g_assert_nonnull (entry_of (f, "incoming-password"));
  mopt_account_set_locked (draft_of (f), MOPT_SECTION_INCOMING_ACCOUNT, TRUE); /* a padlock takes that, too */
  g_assert_null (entry_of (f, "incoming-password"));
}

static gboolean
is_row_shown (DialogFixture *f, const char *property)
{
  g_autoptr (GPtrArray) rows = list_rows (GTK_WIDGET (f->dialog));

  for (guint i = 0; i < rows->len; i++)
    if (mopt_field_row_shows (rows->pdata[i], property)) /* list_rows gives the visible ones */
      return TRUE;
  return FALSE;
}

/* The words of the visible text in @row, which a screen reader must read, too. */
static char *
text_of (MoptFieldRow *row)
{
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (row)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_LABEL (child) && gtk_widget_get_visible (child) && gtk_label_get_selectable (GTK_LABEL (child)))
      {
        const char *words = gtk_label_get_label (GTK_LABEL (child));

        gtk_test_accessible_assert_property (GTK_ACCESSIBLE (child), GTK_ACCESSIBLE_PROPERTY_LABEL, words);
        return g_strdup (words);
      }
  return NULL;
}

/* Which one of several was chosen is said of each, as it stands, and as it is read out. */
static void
test_choice_is_said (DialogFixture *f, gconstpointer data)
{
  static const char *const words[][2]
      = { { "Use Same Settings as My Incoming Server", "Log on Using: not chosen" },
          { "Use Same Settings as My Incoming Server: not chosen", "Log on Using" } };
  g_autoptr (MoptAccount) account = published_account ();

  open (f, account);
  mopt_account_set_locked (draft_of (f), MOPT_SECTION_OUTGOING_ACCOUNT, TRUE);
  for (guint own = 0; own < 2; own++)
    {
      mopt_account_set_layer (draft_of (f), MOPT_LAYER_PUBLISHED, MOPT_FIELD_OUTGOING_LOGIN, own ? "own" : "same");
      g_autoptr (GPtrArray) rows = list_rows (GTK_WIDGET (f->dialog));
      guint n = 0;

      for (guint i = 0; i < rows->len; i++)
        if (mopt_field_row_get_value (rows->pdata[i]) != NULL
            && g_str_equal (mopt_field_row_get_field (rows->pdata[i]), "outgoing-login"))
          {
            g_autofree char *text = text_of (rows->pdata[i]);

            g_assert_cmpstr (text, ==, words[own][n++]);
          }
      g_assert_cmpuint (n, ==, 2);
    }
}

/* A login that is not used is not shown where nobody here can begin to use it; nothing jumps for one who can. */
static void
test_login_not_used (DialogFixture *f, gconstpointer data)
{
  g_autoptr (MoptAccount) account = published_account ();
  open (f, account);

  g_assert_true (is_row_shown (f, "outgoing-user"));
  g_assert_true (is_row_shown (f, "outgoing-password"));
  mopt_account_set_locked (draft_of (f), MOPT_SECTION_OUTGOING_ACCOUNT, TRUE);
  g_assert_true (is_row_shown (f, "outgoing-login"));
  g_assert_false (is_row_shown (f, "outgoing-user"));
  g_assert_false (is_row_shown (f, "outgoing-password"));
  mopt_account_set_layer (draft_of (f), MOPT_LAYER_PUBLISHED, MOPT_FIELD_OUTGOING_LOGIN, "own");
  g_assert_true (is_row_shown (f, "outgoing-user"));
  g_assert_true (is_row_shown (f, "outgoing-password"));
  mopt_account_set_layer (draft_of (f), MOPT_LAYER_PUBLISHED, MOPT_FIELD_OUTGOING_REQUIRES_AUTHENTICATION, "false");
  g_assert_false (is_row_shown (f, "outgoing-user"));
  g_assert_false (is_row_shown (f, "outgoing-password"));
  mopt_account_set_locked (draft_of (f), MOPT_SECTION_OUTGOING_ACCOUNT, FALSE);
  g_assert_true (is_row_shown (f, "outgoing-user"));
}

/* Locked while it is typed: what was typed stays, out of effect, and is offered again. */
static void
test_lock_and_unlock (DialogFixture *f, gconstpointer data)
{
  g_autoptr (MoptAccount) account = published_account ();
  open (f, account);
  MoptAccount *draft = draft_of (f);

  gtk_check_button_set_active (custom_of (f, "incoming-host"), TRUE);
  gtk_editable_set_text (entry_of (f, "incoming-host"), "imap.home.example");
  gtk_widget_grab_focus (GTK_WIDGET (row_of (f, "incoming-host")));
  mopt_account_set_locked (draft, MOPT_SECTION_INCOMING_SERVER, TRUE);
  g_assert_null (entry_of (f, "incoming-host"));
  /* who was in the field is still at its row */
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (f->dialog), GTK_WIDGET (row_of (f, "incoming-host"))));
  mopt_account_begin (draft); /* as the file says it after a save */
  mopt_account_set_customised (draft, MOPT_SECTION_INCOMING_SERVER, FALSE);
  mopt_account_set_parked (draft, MOPT_SECTION_INCOMING_SERVER, TRUE);
  mopt_account_end (draft);
  mopt_account_set_locked (draft, MOPT_SECTION_INCOMING_SERVER, FALSE);
  dialog_let_settle ();
  click (f->dialog, "Use Again");
  g_assert_cmpstr (gtk_editable_get_text (entry_of (f, "incoming-host")), ==, "imap.home.example");
  mopt_account_set_customised (draft, MOPT_SECTION_INCOMING_SERVER, FALSE);
  mopt_account_set_parked (draft, MOPT_SECTION_INCOMING_SERVER, TRUE);
  dialog_let_settle ();
  click (f->dialog, "Forget");
  g_assert_false (mopt_draft_has_own (draft, MOPT_SECTION_INCOMING_SERVER));
}

static void
find_label (GtkWidget *widget, gpointer data)
{
  const char **text = data;

  if (GTK_IS_LABEL (widget) && *text != NULL && g_str_equal (gtk_label_get_label (GTK_LABEL (widget)), *text))
    *text = NULL;
}

static gboolean
is_shown (DialogFixture *f, const char *text)
{
  for_each_widget (GTK_WIDGET (f->dialog), find_label, &text);
  return text == NULL;
}

static void
test_name (DialogFixture *f, gconstpointer data)
{
  g_autoptr (MoptAccount) account = published_account ();
  open (f, account);

  gtk_editable_set_text (entry_of (f, "name"), "My desk");
  g_assert_cmpstr (mopt_account_get_layer_name (draft_of (f), MOPT_LAYER_USER), ==, "My desk");
  dialog_let_settle ();
  click (f->dialog, "Use Published Name");
  g_assert_null (mopt_account_get_layer_name (draft_of (f), MOPT_LAYER_USER));
  g_assert_cmpstr (gtk_editable_get_text (entry_of (f, "name")), ==, "Help desk");
}

/* The address of the person counts only in the publisher's domains, and the row says so. */
static void
test_own_domain (DialogFixture *f, gconstpointer data)
{
  g_autoptr (MoptAccount) account = published_account ();
  g_autoptr (MoptPublication) publication = mopt_publication_copy (mopt_account_get_publication (account));

  g_strfreev (publication->domains);
  publication->domains = g_strsplit ("corp.example", ";", 0);
  mopt_account_set_publication (account, publication);
  open (f, account);
  g_assert_true (is_shown (f, "Your address alice@example.com does not count here: Example Corp allows users' "
                              "addresses of corp.example only."));
  g_strfreev (publication->domains);
  publication->domains = g_strsplit ("example.com", ";", 0);
  dialog_close (f);
  open (f, account);
  g_assert_true (is_shown (f, "alice@example.com"));
}

/* --- for screen readers ------------------------------------------------------------------------------------------- */

static void
test_spoken (DialogFixture *f, gconstpointer data)
{
  g_autoptr (MoptAccount) account = published_account ();
  mopt_account_set_locked (account, MOPT_SECTION_INCOMING_SERVER, TRUE);
  open (f, account);
  GtkWidget *box = gtk_widget_get_ancestor (GTK_WIDGET (row_of (f, "incoming-host")), MOPT_TYPE_SECTION_BOX);

  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (box), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "Set by Example Corp, locked. To change it, ask help@example.com.");
  mopt_account_set_locked (draft_of (f), MOPT_SECTION_INCOMING_SERVER, FALSE);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (box), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "Set by Example Corp, you may change it.");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (custom_of (f, "incoming-host")),
                                       GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "Set by Example Corp, you may change it.");
}

static void
add_mnemonic (GtkWidget *widget, gpointer data)
{
  GHashTable *keys = data;

  if (!GTK_IS_LABEL (widget) || !gtk_widget_get_mapped (widget))
    return;
  guint key = gdk_keyval_to_lower (gtk_label_get_mnemonic_keyval (GTK_LABEL (widget)));
  if (key == GDK_KEY_VoidSymbol)
    return;
  g_test_message ("%c: %s", key, gtk_label_get_text (GTK_LABEL (widget)));
  g_assert_true (g_hash_table_add (keys, GUINT_TO_POINTER (key)));
}

static void
test_mnemonics (DialogFixture *f, gconstpointer data)
{
  g_autoptr (MoptAccount) account = published_account ();

  for (guint i = 0; i < MOPT_N_SECTIONS; i++) /* all that can be seen */
    {
      mopt_account_set_locked (account, i, FALSE);
      mopt_draft_customise (account, i);
    }
  dialog_open (f, account, 0);
  for (int page = 0; page < gtk_notebook_get_n_pages (notebook_of (f)); page++)
    {
      g_autoptr (GHashTable) keys = g_hash_table_new (NULL, NULL);

      gtk_notebook_set_current_page (notebook_of (f), page);
      dialog_let_settle ();
      for_each_widget (GTK_WIDGET (f->dialog), add_mnemonic, keys);
      g_assert_cmpuint (g_hash_table_size (keys), >=, 10);
    }
}

static void
test_mnemonics_german (DialogFixture *f, gconstpointer data)
{
  g_autofree char *catalogues = g_test_build_filename (G_TEST_BUILT, "..", "po", NULL);

  g_setenv ("LANGUAGE", "de", TRUE);
  bindtextdomain (GETTEXT_PACKAGE, catalogues);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_assert_cmpstr (_ ("_Cancel"), ==, "_Abbrechen");
  test_mnemonics (f, data);
  textdomain ("none");
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  if (!gtk_init_check ())
    {
      g_print ("1..0 # SKIP there is no display\n");
      return 77;
    }
  mopt_app_register_resource ();

  g_test_add_func ("/published-dialog/words", test_words);
  g_test_add_func ("/published-dialog/no-words", test_no_words);
  g_test_add_func ("/published-dialog/bad-value", test_bad_value);
  g_test_add_func ("/published-dialog/own-values", test_own_values);
#define ADD(path, func)                                                                                                \
  g_test_add ("/published-dialog/" path, DialogFixture, nothing, dialog_set_up, func, dialog_tear_down)
  ADD ("tick", test_tick);
  ADD ("blank-user", test_blank_user);
  ADD ("no-right", test_no_right);
  ADD ("choice-is-said", test_choice_is_said);
  ADD ("login-not-used", test_login_not_used);
  ADD ("lock-and-unlock", test_lock_and_unlock);
  ADD ("name", test_name);
  ADD ("own-domain", test_own_domain);
  ADD ("spoken", test_spoken);
  ADD ("mnemonics", test_mnemonics);
  ADD ("mnemonics-german", test_mnemonics_german);
  return g_test_run ();
}
