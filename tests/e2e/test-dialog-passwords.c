/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passwords from the account dialog to a real keyring and back (dialog-passwords.sh gives one, or none): what is
 * stored for which server, that nothing stored is read into the window, and that nothing follows a changed host. */
#include "config.h"

#include <glib/gstdio.h>

#include "app/app-resources.h"
#include "base/error.h"

#include "dialog-test.h"
#include "secrets-wait.h"

static const char sample[] = "[Mail Options]\n"
                             "Format=1\n"
                             "\n"
                             "[Account one]\n"
                             "Kind=imap\n"
                             "Name=One\n"
                             "incoming-host=imap.example.com\n"
                             "incoming-user=alice\n"
                             "outgoing-host=smtp.example.com\n";

static void
find_password_entry (GtkWidget *widget, gpointer data)
{
  if (GTK_IS_PASSWORD_ENTRY (widget))
    *(GtkEditable **) data = GTK_EDITABLE (widget);
}

static GtkEditable *
entry_of (DialogFixture *f, const char *property)
{
  GtkEditable *entry = NULL;

  for_each_widget (GTK_WIDGET (row_of (f, property)), find_password_entry, &entry);
  return entry;
}

static MoptSecretKey *
key_of (MoptAccount *account, MoptSection section)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MoptSettings) settings = mopt_settings_new (account, &error);

  g_assert_no_error (error);
  return mopt_secret_key_new (settings, section);
}

/* What is stored for @section of @account as it is now: the password, or "-". Caller frees. */
static char *
stored (MoptAccount *account, MoptSection section)
{
  g_autoptr (MoptSecretKey) key = key_of (account, section);
  g_autoptr (GError) error = NULL;
  g_autoptr (MoptPassword) password = secrets_lookup (key, 0, NULL, &error);

  if (password == NULL)
    g_assert_error (error, MOPT_ERROR, MOPT_ERROR_KEYRING_NOT_STORED);
  return g_strdup (password != NULL ? mopt_password_peek (password) : "-");
}

static void
assert_stored (MoptAccount *account, const char *incoming, const char *outgoing)
{
  g_autofree char *in = stored (account, MOPT_SECTION_INCOMING_ACCOUNT);
  g_autofree char *out = stored (account, MOPT_SECTION_OUTGOING_ACCOUNT);

  g_assert_cmpstr (in, ==, incoming);
  g_assert_cmpstr (out, ==, outgoing);
}

static MoptAccount *
account_of (DialogFixture *f)
{
  return mopt_accounts_get (f->accounts, "one");
}

/* What the empty entry says in the place of a password. */
static gboolean
says (DialogFixture *f, const char *property, const char *words)
{
  g_autofree char *text = NULL;

  g_object_get (entry_of (f, property), "placeholder-text", &text, NULL);
  return g_strcmp0 (text, words) == 0;
}

static gboolean
says_stored (DialogFixture *f)
{
  return says (f, "incoming-password", "stored – type to replace")
         && says (f, "outgoing-password", "stored – type to replace");
}

static gboolean
says_session_only (DialogFixture *f)
{
  return says (f, "incoming-password", "kept for this session only – type to replace");
}

static void
find_text (GtkWidget *widget, gpointer data)
{
  const char **text = data;

  if (*text != NULL && GTK_IS_LABEL (widget) && gtk_widget_get_mapped (widget)
      && g_strcmp0 (gtk_label_get_label (GTK_LABEL (widget)), *text) == 0)
    *text = NULL; /* seen */
}

static gboolean
is_seen (DialogFixture *f, const char *text)
{
  for_each_widget (GTK_WIDGET (f->dialog), find_text, &text);
  return text == NULL;
}

static gboolean
asks_incoming_again (DialogFixture *f)
{
  return is_seen (f, "Stored for imap.example.com; type it again for imap.new.example.");
}

static gboolean
asks_outgoing_again (DialogFixture *f)
{
  return is_seen (f, "Stored for smtp.example.com; type it again for smtp.new.example.");
}

static void
open_stored (DialogFixture *f, const char *password)
{
  dialog_open (f, account_of (f), 0);
  gtk_editable_set_text (entry_of (f, "incoming-password"), password);
  click (f->dialog, "OK");
  dialog_wait (f, dialog_is_closed);
  assert_stored (account_of (f), password, password);

  dialog_open (f, account_of (f), 0);
  dialog_wait (f, says_stored);
  g_assert_cmpstr (gtk_editable_get_text (entry_of (f, "incoming-password")), ==, "");
  g_assert_cmpstr (gtk_editable_get_text (entry_of (f, "outgoing-password")), ==, "");
}

static void
test_stored_and_replaced (DialogFixture *f, gconstpointer data)
{
  open_stored (f, " with \"edge\" spaces ");
  gtk_window_close (f->dialog); /* nothing changed: no question */
  dialog_wait (f, dialog_is_closed);
  open_stored (f, "another");
}

static void
test_changed_incoming_host (DialogFixture *f, gconstpointer data)
{
  open_stored (f, "secret");
  mopt_account_set (draft_of (f), MOPT_FIELD_INCOMING_HOST, "imap.new.example");
  dialog_wait (f, asks_incoming_again);
  g_assert_false (gtk_widget_get_sensitive (GTK_WIDGET (row_of (f, "outgoing-password")))); /* that side alone */

  g_autoptr (MoptAccount) before = mopt_account_dup (account_of (f));
  click (f->dialog, "OK");
  dialog_wait (f, dialog_is_closed);
  assert_stored (account_of (f), "-", "secret");
  assert_stored (before, "-", "secret"); /* what nobody can use any more is gone */
}

static void
test_changed_outgoing_host (DialogFixture *f, gconstpointer data)
{
  open_stored (f, "secret");
  gtk_notebook_set_current_page (notebook_of (f), 1);
  mopt_account_set (draft_of (f), MOPT_FIELD_OUTGOING_HOST, "smtp.new.example");
  dialog_wait (f, asks_outgoing_again);
  g_assert_true (gtk_widget_is_sensitive (GTK_WIDGET (entry_of (f, "outgoing-password"))));
  gtk_editable_set_text (entry_of (f, "outgoing-password"), "secret");
  click (f->dialog, "OK");
  dialog_wait (f, dialog_is_closed);
  assert_stored (account_of (f), "secret", "secret");
}

static void
test_own_login (DialogFixture *f, gconstpointer data)
{
  open_stored (f, "secret");
  mopt_account_set (draft_of (f), MOPT_FIELD_OUTGOING_LOGIN, "own");
  mopt_account_set (draft_of (f), MOPT_FIELD_OUTGOING_USER, "relay");
  gtk_editable_set_text (entry_of (f, "outgoing-password"), "other");
  click (f->dialog, "OK");
  dialog_wait (f, dialog_is_closed);
  assert_stored (account_of (f), "secret", "other");
}

static void
test_forgotten (DialogFixture *f, gconstpointer data)
{
  open_stored (f, "secret");
  gtk_widget_activate_action (GTK_WIDGET (entry_of (f, "incoming-password")), "password.forget", NULL);
  assert_stored (account_of (f), "secret", "secret"); /* not before OK */
  click (f->dialog, "OK");
  dialog_wait (f, dialog_is_closed);
  assert_stored (account_of (f), "-", "-");
}

static void
test_copied (DialogFixture *f, gconstpointer data)
{
  open_stored (f, "secret");
  dialog_close (f);

  g_autoptr (MoptAccount) copy = mopt_account_copy (account_of (f), "Copy of One");
  dialog_open (f, copy, 0);
  mopt_account_dialog_set_source (MOPT_ACCOUNT_DIALOG (f->dialog), account_of (f));
  mopt_account_set (draft_of (f), MOPT_FIELD_OUTGOING_HOST, "smtp.new.example");
  g_assert_null (mopt_accounts_get (f->accounts, mopt_account_get_id (copy))); /* nothing before OK */
  click (f->dialog, "OK");
  dialog_wait (f, dialog_is_closed);
  assert_stored (mopt_accounts_get (f->accounts, mopt_account_get_id (copy)), "secret", "-");
}

/* --- An account that somebody published --- */

static MoptAccount *
published_account (const char *outgoing_host)
{
  MoptAccount *account = mopt_account_new ("one", "imap");
  g_autoptr (MoptPublication) publication = mopt_publication_new ();

  g_free (publication->organization);
  publication->organization = g_strdup ("Example Corp");
  mopt_account_set_published (account, TRUE);
  mopt_account_set_publication (account, publication);
  mopt_account_set_layer_name (account, MOPT_LAYER_PUBLISHED, "Help desk");
  mopt_account_set_layer (account, MOPT_LAYER_PUBLISHED, MOPT_FIELD_INCOMING_HOST, "imap.example.com");
  mopt_account_set_layer (account, MOPT_LAYER_PUBLISHED, MOPT_FIELD_INCOMING_USER, "alice");
  mopt_account_set_layer (account, MOPT_LAYER_PUBLISHED, MOPT_FIELD_OUTGOING_HOST, outgoing_host);
  mopt_account_set_locked (account, MOPT_SECTION_INCOMING_SERVER, TRUE);
  mopt_account_set_locked (account, MOPT_SECTION_OUTGOING_SERVER, TRUE);
  return account;
}

/* Of the tests before. */
static void
forget_all (void)
{
  g_assert_true (secrets_forget ("one", MOPT_SECTION_NONE, NULL, NULL));
}

static void
store (MoptAccount *account, MoptSection section, const char *text)
{
  g_autoptr (MoptSecretKey) key = key_of (account, section);
  g_autoptr (GError) error = NULL;

  secrets_store (key, text, &error);
  g_assert_no_error (error);
}

static gboolean
asks_about_smtp2 (DialogFixture *f)
{
  return is_seen (f, "Your password is stored for smtp1.example.com, and Example Corp now has smtp2.example.com.");
}

static gboolean
asks_no_more (DialogFixture *f)
{
  return !asks_about_smtp2 (f);
}

static gboolean
says_outgoing_stored (DialogFixture *f)
{
  return says (f, "outgoing-password", "stored – type to replace");
}

/* The publisher's new server gets no password before the person agrees; that side alone is asked about. */
static void
test_published_change (DialogFixture *f, gconstpointer data)
{
  g_autoptr (MoptAccount) before = published_account ("smtp1.example.com");
  g_autoptr (MoptAccount) after = published_account ("smtp2.example.com");

  forget_all ();
  store (before, MOPT_SECTION_INCOMING_ACCOUNT, "secret");
  store (before, MOPT_SECTION_OUTGOING_ACCOUNT, "secret");
  dialog_open (f, after, 0);
  gtk_notebook_set_current_page (notebook_of (f), 1);
  dialog_wait (f, asks_about_smtp2);
  g_assert_true (says (f, "incoming-password", "stored – type to replace"));
  assert_stored (after, "secret", "-");

  /* no: something else shall be typed */
  click (f->dialog, "Type Another");
  g_assert_true (asks_no_more (f));
  g_assert_true (gtk_widget_is_sensitive (GTK_WIDGET (entry_of (f, "outgoing-password"))));
  assert_stored (after, "secret", "-");
  dialog_close (f);

  /* yes: at once, and the old one stays */
  dialog_open (f, after, 0);
  gtk_notebook_set_current_page (notebook_of (f), 1);
  dialog_wait (f, asks_about_smtp2);
  click (f->dialog, "Use It There");
  dialog_wait (f, says_outgoing_stored);
  g_assert_true (asks_no_more (f));
  assert_stored (after, "secret", "secret");
  assert_stored (before, "secret", "secret");
}

static gboolean
says_not_set (DialogFixture *f)
{
  return says (f, "incoming-password", "not set");
}

static const char published_text[] = "[Publication]\n"
                                     "Organization=Example Corp\n"
                                     "\n"
                                     "[Rights]\n"
                                     "add-accounts=nobody\n"
                                     "\n"
                                     "[Account desk]\n"
                                     "Kind=imap\n"
                                     "Name=Desk\n"
                                     "incoming-host=imap.example.com\n"
                                     "incoming-user=alice\n"
                                     "outgoing-host=smtp.example.com\n";

/* The login is open, so its password is the user's: without Custom, and without any right. */
static void
test_password_customises_nothing (DialogFixture *f, gconstpointer data)
{
  g_autofree char *folder = g_path_get_dirname (f->path);
  g_autofree char *published = g_build_filename (folder, "published.conf", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (published, published_text, -1, NULL));
  g_setenv ("MAIL_OPTIONS_PUBLISHED", published, TRUE);
  mopt_accounts_load (f->accounts, &error);
  g_assert_no_error (error);
  MoptAccount *account = mopt_accounts_get (f->accounts, "desk");
  g_assert_nonnull (account);

  dialog_open (f, account, 0);
  dialog_wait (f, says_not_set);
  g_assert_true (gtk_widget_is_sensitive (GTK_WIDGET (entry_of (f, "incoming-password"))));
  gtk_editable_set_text (entry_of (f, "incoming-password"), "secret");
  click (f->dialog, "OK");
  dialog_wait (f, dialog_is_closed);
  g_assert_true (f->saved);
  assert_stored (account, "secret", "secret");
  g_assert_true (g_file_get_contents (f->path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, sample);
  for (guint i = 0; i < MOPT_N_SECTIONS; i++)
    g_assert_cmpint (mopt_account_get_state (account, i), ==, MOPT_STATE_INHERITED);

  g_assert_true (secrets_forget ("desk", MOPT_SECTION_NONE, NULL, NULL));
  g_remove (published);
  g_unsetenv ("MAIL_OPTIONS_PUBLISHED");
}

static gboolean
says_shared (DialogFixture *f)
{
  return says (f, "incoming-password", "set by administrator") && says (f, "outgoing-password", "set by administrator");
}

static gboolean
says_not_readable (DialogFixture *f)
{
  return is_seen (f,
                  "Everyone on this computer can use the file of the shared password “desk”. It must be for root and "
                  "one group (chmod 0640). To have it mended, ask Example Corp.");
}

/* A shared password is there, but never shown; what the user makes of the server does not get it. */
static void
test_shared (DialogFixture *f, gconstpointer data)
{
  g_autofree char *folder = g_path_get_dirname (f->path);
  g_autofree char *published = g_build_filename (folder, "published.conf", NULL);
  g_autofree char *secrets = g_build_filename (folder, "secrets", NULL);
  g_autofree char *file = g_build_filename (secrets, "desk", NULL);
  g_autoptr (MoptAccount) account = published_account ("smtp1.example.com");

  forget_all ();
  g_setenv ("MAIL_OPTIONS_PUBLISHED", published, TRUE);
  g_assert_cmpint (g_mkdir (secrets, 0750), ==, 0);
  g_assert_true (g_file_set_contents (file, "hunter2\n", -1, NULL));
  g_assert_cmpint (g_chmod (file, 0640), ==, 0);
  mopt_account_set_term (account, MOPT_TERM_INCOMING_PASSWORD_FILE, "desk");
  dialog_open (f, account, 0);
  dialog_wait (f, says_shared);
  g_assert_cmpstr (gtk_editable_get_text (entry_of (f, "incoming-password")), ==, "");
  assert_stored (account, "-", "-");

  mopt_account_set_locked (draft_of (f), MOPT_SECTION_INCOMING_SERVER, FALSE);
  mopt_account_set_customised (draft_of (f), MOPT_SECTION_INCOMING_SERVER, TRUE);
  mopt_account_set (draft_of (f), MOPT_FIELD_INCOMING_HOST, "imap.example.com");
  dialog_wait (f, says_not_set); /* the same name: still not the publisher's */
  dialog_close (f);

  g_assert_cmpint (g_chmod (file, 0644), ==, 0);
  dialog_open (f, account, 0);
  dialog_wait (f, says_not_readable);
  g_remove (file);
  g_rmdir (secrets);
  g_unsetenv ("MAIL_OPTIONS_PUBLISHED");
}

/* Without a keyring the account is saved all the same, and it is said plainly what became of the password. */
static void
test_no_keyring (DialogFixture *f, gconstpointer data)
{
  dialog_open (f, account_of (f), 0);
  gtk_editable_set_text (entry_of (f, "incoming-password"), "secret");
  mopt_account_set_name (draft_of (f), "Two");
  click (f->dialog, "OK");
  dialog_wait (f, dialog_is_closed);
  g_assert_true (f->saved);
  g_assert_cmpstr (mopt_account_get_name (account_of (f)), ==, "Two");
  assert_stored (account_of (f), "secret", "secret"); /* of this process */

  GListModel *windows = gtk_window_get_toplevels ();
  g_assert_cmpuint (g_list_model_get_n_items (windows), ==, 1);
  g_autoptr (GtkWindow) notice = g_list_model_get_item (windows, 0);
  g_assert_cmpstr (gtk_window_get_title (notice), ==, "The password is kept for this session only");
  gtk_window_destroy (notice);

  dialog_open (f, account_of (f), 0);
  dialog_wait (f, says_session_only);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_true (gtk_init_check ());
  mopt_app_register_resource ();

#define ADD(path, func)                                                                                                \
  g_test_add ("/dialog-passwords/" path, DialogFixture, sample, dialog_set_up, func, dialog_tear_down)
  ADD ("unlocked/stored-and-replaced", test_stored_and_replaced);
  ADD ("unlocked/changed-incoming-host", test_changed_incoming_host);
  ADD ("unlocked/changed-outgoing-host", test_changed_outgoing_host);
  ADD ("unlocked/own-login", test_own_login);
  ADD ("unlocked/forgotten", test_forgotten);
  ADD ("unlocked/copied", test_copied);
  ADD ("unlocked/published-change", test_published_change);
  ADD ("unlocked/password-customises-nothing", test_password_customises_nothing);
  ADD ("unlocked/shared", test_shared);
  ADD ("none/no-keyring", test_no_keyring);
  return g_test_run ();
}
