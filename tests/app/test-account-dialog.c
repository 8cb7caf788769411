/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The account dialog as a whole, on a display: what opening it does (nothing), what stands on its pages, and what
 * OK writes. */
#include "config.h"

#include <glib/gi18n.h>
#include <locale.h>

#include "dialog-test.h"

#include "app/app-resources.h"
#include "app/port-row.h"
#include "store/counter.h"

static const char sample[] = "[Mail Options]\n"
                             "Format=1\n"
                             "Address=alice@example.com\n"
                             "\n"
                             "[Account imap]\n"
                             "Kind=imap\n"
                             "Name=Help desk\n"
                             "incoming-host=imap.example.com\n"
                             "incoming-security=sometimes\n" /* not one of ours: it must survive */
                             "incoming-user=alice\n"
                             "outgoing-host=smtp.example.com\n"
                             "outgoing-requires-authentication=maybe\n"
                             "conversation-id-place=nowhere\n"
                             "from-legal=support@example.com;*@support.example.com;\n"
                             "from-use=support@example.com;\n"
                             "\n"
                             "# a remark\n"
                             "[Account pop]\n"
                             "Kind=pop\n"
                             "Name=Home\n"
                             "incoming-host=pop.example.com\n"
                             "incoming-custom-port=true\n"
                             "incoming-port=1995\n"
                             "incoming-user=bob\n"
                             "outgoing-host=smtp.example.com\n"
                             "outgoing-requires-authentication=false\n";

/* --- opening ---------------------------------------------------------------------------------------------------- */

static void
test_opening_sets_nothing (DialogFixture *f, gconstpointer data)
{
  static const char *const ids[] = { "imap", "pop" };
  static const MoptKind kinds[] = { MOPT_KIND_IMAP, MOPT_KIND_POP };

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      MoptAccount *account = mopt_accounts_get (f->accounts, ids[i]);
      g_autoptr (MoptAccount) before = mopt_account_dup (account);

      dialog_open (f, account, 0);
      dialog_visit_pages (f);
      g_assert_true (mopt_account_equal (draft_of (f), before));
      dialog_close (f);
    }
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      dialog_open (f, NULL, kinds[i]);
      dialog_visit_pages (f);
      /* not one value is set: not even to its default */
      for (guint field = 0; field < MOPT_N_FIELDS; field++)
        g_assert_null (mopt_account_get_layer (draft_of (f), MOPT_LAYER_USER, field));
      dialog_close (f);
    }
}

static void
test_closing_unchanged_asks_nothing (DialogFixture *f, gconstpointer data)
{
  dialog_open (f, mopt_accounts_get (f->accounts, "imap"), 0);
  dialog_visit_pages (f);
  gtk_window_close (f->dialog);
  dialog_wait (f, dialog_is_closed);
}

/* --- what stands on the pages ----------------------------------------------------------------------------------- */

static void
test_each_field_on_one_page (DialogFixture *f, gconstpointer data)
{
  static const MoptKind kinds[] = { MOPT_KIND_IMAP, MOPT_KIND_POP };

  for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
    {
      dialog_open (f, NULL, kinds[k]);
      for (guint field = 0; field < MOPT_N_FIELDS; field++)
        {
          GtkNotebook *notebook = notebook_of (f);
          guint n_pages = 0;

          for (int page = 0; page < gtk_notebook_get_n_pages (notebook); page++)
            {
              g_autoptr (GPtrArray) rows = list_rows (gtk_notebook_get_nth_page (notebook, page));
              gboolean here = FALSE;

              for (guint i = 0; i < rows->len; i++)
                here = here || mopt_field_row_shows (rows->pdata[i], mopt_field_info (field)->name);
              n_pages += here;
            }
          g_test_message ("%s", mopt_field_info (field)->name);
          g_assert_cmpuint (n_pages, ==, mopt_field_has_kind (field, kinds[k]) ? 1 : 0);
        }
      dialog_close (f);
    }
}

static void
find_preview (GtkWidget *widget, gpointer data)
{
  if (GTK_IS_LABEL (widget) && gtk_widget_has_css_class (widget, "preview"))
    *(const char **) data = gtk_label_get_text (GTK_LABEL (widget));
}

static const char *
preview_of (DialogFixture *f)
{
  const char *text = NULL;

  for_each_widget (GTK_WIDGET (f->dialog), find_preview, &text);
  g_assert_nonnull (text);
  return text;
}

static char *own_id;

static gboolean
previews_own_id (DialogFixture *f)
{
  return strstr (preview_of (f), own_id) != NULL;
}

/* With the prefix that the person's IDs have. */
static void
test_preview_of_conversation_id (DialogFixture *f, gconstpointer data)
{
  g_autofree char *prefix = NULL;
  guint64 number;

  g_assert_true (mopt_counter_peek (&prefix, &number, NULL));
  own_id = g_strdup_printf ("{CMI: %s1234}", prefix);
  dialog_open (f, mopt_accounts_get (f->accounts, "imap"), 0);
  g_assert_null (strstr (preview_of (f), "CMI"));
  mopt_account_set (draft_of (f), MOPT_FIELD_CONVERSATION_ID_ADD, "true");
  dialog_wait (f, previews_own_id);
  dialog_close (f);
  g_clear_pointer (&own_id, g_free);
}

/* The words are those of the table, which are those of the documents. */
static void
test_labels (DialogFixture *f, gconstpointer data)
{
  dialog_open (f, NULL, MOPT_KIND_IMAP);
  g_autoptr (GPtrArray) rows = list_rows (GTK_WIDGET (f->dialog));

  for (guint i = 0; i < rows->len; i++)
    {
      MoptFieldRow *row = rows->pdata[i];
      MoptField field = mopt_field_by_name (mopt_field_row_get_field (row));
      g_autofree char *label = mopt_field_row_dup_label (row);

      if (field == MOPT_FIELD_NONE)
        continue;
      if (mopt_field_row_get_value (row) != NULL)
        g_assert_cmpstr (label, ==,
                         mopt_field_choice (field, MOPT_KIND_IMAP, mopt_field_row_get_value (row))->label);
      else if (MOPT_IS_PORT_ROW (row))
        g_assert_cmpstr (label, ==, mopt_field_info (MOPT_FIELD_INCOMING_CUSTOM_PORT)->label);
      else
        g_assert_cmpstr (label, ==, mopt_field_info (field)->label);
    }
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
  dialog_open (f, mopt_accounts_get (f->accounts, "imap"), 0);
  for (int page = 0; page < gtk_notebook_get_n_pages (notebook_of (f)); page++)
    {
      g_autoptr (GHashTable) keys = g_hash_table_new (NULL, NULL);

      gtk_notebook_set_current_page (notebook_of (f), page);
      dialog_let_settle ();
      for_each_widget (GTK_WIDGET (f->dialog), add_mnemonic, keys);
      g_assert_cmpuint (g_hash_table_size (keys), >=, 10);
    }
}

/* The catalogue that proves the translation; a language with letters to spare for keys. */
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

/* GTK 4.8 says the name of a check button twice, or with its underscore, unless its label alone names it. */
static void
check_name (GtkWidget *widget, gpointer data)
{
  guint *n = data;

  if (!GTK_IS_CHECK_BUTTON (widget) || !GTK_IS_LABEL (gtk_check_button_get_child (GTK_CHECK_BUTTON (widget))))
    return;
  g_assert_true (gtk_test_accessible_has_relation (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_RELATION_LABELLED_BY));
  g_assert_false (gtk_test_accessible_has_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL));
  ++*n;
}

static void
test_names_of_check_buttons (DialogFixture *f, gconstpointer data)
{
  guint n = 0;

  dialog_open (f, mopt_accounts_get (f->accounts, "imap"), 0);
  for_each_widget (GTK_WIDGET (f->dialog), check_name, &n);
  g_assert_cmpuint (n, ==, 10); /* two ports, three on login, three on Conversation IDs, two on From */
}

/* --- rows ------------------------------------------------------------------------------------------------------- */

static void
find_check (GtkWidget *widget, gpointer data)
{
  if (GTK_IS_CHECK_BUTTON (widget))
    *(GtkCheckButton **) data = GTK_CHECK_BUTTON (widget);
}

static GtkCheckButton *
check_of (MoptFieldRow *row)
{
  GtkCheckButton *check = NULL;

  for_each_widget (GTK_WIDGET (row), find_check, &check);
  return check;
}

static void
test_port (DialogFixture *f, gconstpointer data)
{
  dialog_open (f, NULL, MOPT_KIND_IMAP);
  MoptAccount *draft = draft_of (f);
  GtkCheckButton *check = check_of (row_of (f, "incoming-port"));

  gtk_check_button_set_active (check, TRUE);
  g_assert_cmpstr (mopt_account_get (draft, MOPT_FIELD_INCOMING_PORT), ==, "993");
  mopt_account_set (draft, MOPT_FIELD_INCOMING_PORT, "1993");
  gtk_check_button_set_active (check, FALSE);
  gtk_check_button_set_active (check, TRUE);
  g_assert_cmpstr (mopt_account_get (draft, MOPT_FIELD_INCOMING_PORT), ==, "1993");

  mopt_account_set (draft, MOPT_FIELD_OUTGOING_SECURITY, "tls");
  gtk_check_button_set_active (check_of (row_of (f, "outgoing-port")), TRUE);
  g_assert_cmpstr (mopt_account_get (draft, MOPT_FIELD_OUTGOING_PORT), ==, "25");
}

static void
test_pasted_port (DialogFixture *f, gconstpointer data)
{
  dialog_open (f, NULL, MOPT_KIND_IMAP);
  dialog_visit_pages (f);
  gtk_notebook_set_current_page (notebook_of (f), 0);
  MoptAccount *draft = draft_of (f);

  mopt_account_set (draft, MOPT_FIELD_INCOMING_HOST, "imap.example.com:1993");
  click (f->dialog, "Use 1993 as Custom Port");
  g_assert_cmpstr (mopt_account_get (draft, MOPT_FIELD_INCOMING_HOST), ==, "imap.example.com");
  g_assert_cmpstr (mopt_account_get (draft, MOPT_FIELD_INCOMING_PORT), ==, "1993");
  g_assert_true (mopt_account_get_boolean (draft, MOPT_FIELD_INCOMING_CUSTOM_PORT));
}

/* What depends on another field follows it. */
static void
test_needs (DialogFixture *f, gconstpointer data)
{
  dialog_open (f, NULL, MOPT_KIND_POP);
  MoptAccount *draft = draft_of (f);
  GtkWidget *user = GTK_WIDGET (row_of (f, "outgoing-user"));

  g_assert_false (gtk_widget_get_sensitive (user));
  mopt_account_set (draft, MOPT_FIELD_OUTGOING_LOGIN, "own");
  g_assert_true (gtk_widget_get_sensitive (user));
  mopt_account_set (draft, MOPT_FIELD_OUTGOING_REQUIRES_AUTHENTICATION, "false");
  g_assert_false (gtk_widget_get_sensitive (user));
}

typedef struct
{
  guint n_editors; /* that can be worked with */
  guint n_texts;
} Seen;

static void
count (GtkWidget *widget, gpointer data)
{
  Seen *seen = data;

  if (!gtk_widget_get_mapped (widget))
    return;
  if (gtk_widget_is_sensitive (widget)
      && (GTK_IS_EDITABLE (widget) || GTK_IS_CHECK_BUTTON (widget) || GTK_IS_BUTTON (widget)))
    seen->n_editors++;
  if (GTK_IS_LABEL (widget) && gtk_label_get_selectable (GTK_LABEL (widget)))
    seen->n_texts++;
}

static Seen
count_on_pages (DialogFixture *f)
{
  Seen seen = { 0 };

  for (int page = 0; page < gtk_notebook_get_n_pages (notebook_of (f)); page++)
    {
      gtk_notebook_set_current_page (notebook_of (f), page);
      dialog_let_settle ();
      for_each_widget (gtk_notebook_get_nth_page (notebook_of (f), page), count, &seen);
    }
  return seen;
}

/* A padlock puts a text in the place of every kind of editor, and its end brings the editor back. */
static void
test_locked (DialogFixture *f, gconstpointer data)
{
  dialog_open (f, mopt_accounts_get (f->accounts, "pop"), 0);
  g_autoptr (GPtrArray) rows = list_rows (GTK_WIDGET (f->dialog));
  Seen before = count_on_pages (f), locked, after;

  for (guint i = 0; i < rows->len; i++)
    mopt_field_row_set_locked (rows->pdata[i], TRUE);
  locked = count_on_pages (f);
  /* the addresses that a person uses are his own: the box of his own address is left; and of each server he may ask
   * "Why?", and whether it takes the addresses */
  g_assert_cmpuint (locked.n_editors, ==, 1 + 2 + 1);
  g_assert_cmpuint (locked.n_texts, ==, rows->len - 1);

  for (guint i = 0; i < rows->len; i++)
    mopt_field_row_set_locked (rows->pdata[i], FALSE);
  after = count_on_pages (f);
  g_assert_cmpuint (after.n_editors, ==, before.n_editors);
  g_assert_cmpuint (after.n_texts, ==, before.n_texts);
}

/* --- OK --------------------------------------------------------------------------------------------------------- */

static void
test_problems (DialogFixture *f, gconstpointer data)
{
  dialog_open (f, NULL, MOPT_KIND_IMAP);
  dialog_visit_pages (f);
  mopt_account_set (draft_of (f), MOPT_FIELD_INCOMING_HOST, "imap example");
  g_assert_null (mopt_field_row_get_problem (row_of (f, "incoming-host"))); /* somebody types */
  g_signal_emit_by_name (row_of (f, "incoming-host"), "left");
  g_assert_nonnull (mopt_field_row_get_problem (row_of (f, "incoming-host")));
  g_signal_emit_by_name (row_of (f, "name"), "left");
  g_assert_null (mopt_field_row_get_problem (row_of (f, "name"))); /* nothing was typed there yet */

  click (f->dialog, "OK");
  g_assert_nonnull (mopt_field_row_get_problem (row_of (f, "name")));
  g_assert_nonnull (mopt_field_row_get_problem (row_of (f, "incoming-host")));
  g_assert_false (f->saved);

  mopt_account_set (draft_of (f), MOPT_FIELD_INCOMING_HOST, "imap.example.com");
  g_assert_null (mopt_field_row_get_problem (row_of (f, "incoming-host")));
  mopt_account_set_name (draft_of (f), "HOME"); /* there is a "Home" */
  g_assert_nonnull (mopt_field_row_get_problem (row_of (f, "name")));
  mopt_account_set_name (draft_of (f), "Away");
  g_assert_null (mopt_field_row_get_problem (row_of (f, "name")));
}

static char *
read_file (DialogFixture *f)
{
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (f->path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

static void
test_ok_adds (DialogFixture *f, gconstpointer data)
{
  dialog_open (f, NULL, MOPT_KIND_POP);
  dialog_visit_pages (f);
  mopt_account_set_name (draft_of (f), "Away");
  mopt_account_set (draft_of (f), MOPT_FIELD_INCOMING_HOST, "pop.away.example");
  mopt_account_set (draft_of (f), MOPT_FIELD_INCOMING_PORT, "1234"); /* Custom Port is off */
  mopt_account_set (draft_of (f), MOPT_FIELD_INCOMING_SECURITY, "ssl");
  mopt_account_set (draft_of (f), MOPT_FIELD_INCOMING_SECURITY, "auto"); /* changed his mind */
  click (f->dialog, "OK");
  dialog_wait (f, dialog_is_closed);
  g_assert_true (f->saved);

  g_autofree char *text = read_file (f);
  g_assert_true (g_str_has_prefix (text, sample)); /* what was there is as it was */
  g_assert_nonnull (strstr (text, "Name=Away\n"));
  g_assert_nonnull (strstr (text, "incoming-host=pop.away.example\n"));
  g_assert_null (strstr (text, "1234"));
  g_assert_null (strstr (text, "incoming-security=auto"));
}

static void
test_ok_unchanged_writes_nothing (DialogFixture *f, gconstpointer data)
{
  dialog_open (f, mopt_accounts_get (f->accounts, "pop"), 0);
  dialog_visit_pages (f);
  click (f->dialog, "OK");
  dialog_wait (f, dialog_is_closed);
  g_autofree char *text = read_file (f);
  g_assert_cmpstr (text, ==, sample);
}

static void
test_close_asks (DialogFixture *f, gconstpointer data)
{
  dialog_open (f, mopt_accounts_get (f->accounts, "pop"), 0);
  dialog_visit_pages (f);
  mopt_account_set_name (draft_of (f), "Home sweet home");
  gtk_window_close (f->dialog);
  dialog_wait (f, is_asked);
  click (question_of (f), "Keep Editing");
  while (question_of (f) != NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_nonnull (f->dialog);

  gtk_window_close (f->dialog);
  dialog_wait (f, is_asked);
  click (question_of (f), "Save");
  dialog_wait (f, dialog_is_closed);
  g_autofree char *text = read_file (f);
  g_assert_nonnull (strstr (text, "Name=Home sweet home\n"));
  g_assert_nonnull (strstr (text, "# a remark\n"));
}

/* Somebody else changes the account while it is edited here: he is never overwritten in silence. */
static void
provoke_conflict (DialogFixture *f)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *changed = NULL;
  g_auto (GStrv) parts = g_strsplit (sample, "Name=Home\n", 2);

  dialog_open (f, mopt_accounts_get (f->accounts, "pop"), 0);
  dialog_visit_pages (f);
  changed = g_strjoin ("Name=Theirs\nincoming-security=ssl\n", parts[0], parts[1], NULL);
  g_file_set_contents (f->path, changed, -1, &error);
  g_assert_no_error (error);
  mopt_account_set_name (draft_of (f), "Mine");
  click (f->dialog, "OK");
  dialog_wait (f, is_asked);

  g_autofree char *text = read_file (f);
  g_assert_cmpstr (text, ==, changed);
}

static gboolean
is_theirs (DialogFixture *f)
{
  return g_str_equal (mopt_account_get_name (draft_of (f)), "Theirs");
}

static void
test_conflict_theirs (DialogFixture *f, gconstpointer data)
{
  provoke_conflict (f);
  click (question_of (f), "Load Theirs");
  dialog_wait (f, is_theirs);
  gtk_window_close (f->dialog); /* nothing to ask */
  dialog_wait (f, dialog_is_closed);
}

static void
test_conflict_mine (DialogFixture *f, gconstpointer data)
{
  provoke_conflict (f);
  click (question_of (f), "Overwrite with Mine");
  dialog_wait (f, dialog_is_closed);
  g_autofree char *text = read_file (f);
  g_assert_nonnull (strstr (text, "Name=Mine\n"));
  g_assert_nonnull (strstr (text, "incoming-security=ssl\n")); /* nobody touched it here */
}

/* Where both changed different things both are kept, and nobody is asked. */
static void
test_no_conflict (DialogFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) parts = g_strsplit (sample, "incoming-user=bob", 2);
  g_autofree char *changed = g_strjoin ("incoming-user=carol", parts[0], parts[1], NULL);

  dialog_open (f, mopt_accounts_get (f->accounts, "pop"), 0);
  dialog_visit_pages (f);
  g_file_set_contents (f->path, changed, -1, &error);
  g_assert_no_error (error);
  mopt_account_set_name (draft_of (f), "Mine");
  click (f->dialog, "OK");
  dialog_wait (f, dialog_is_closed);
  g_autofree char *text = read_file (f);
  g_assert_nonnull (strstr (text, "Name=Mine\n"));
  g_assert_nonnull (strstr (text, "incoming-user=carol\n"));
}

static void
test_conflict_deleted (DialogFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  dialog_open (f, mopt_accounts_get (f->accounts, "pop"), 0);
  dialog_visit_pages (f);
  g_file_set_contents (f->path, "[Mail Options]\nFormat=1\n", -1, &error);
  g_assert_no_error (error);
  mopt_account_set_name (draft_of (f), "Mine");
  click (f->dialog, "OK");
  dialog_wait (f, is_asked);
  click (question_of (f), "Add Mine Again");
  dialog_wait (f, dialog_is_closed);
  g_autofree char *text = read_file (f);
  g_assert_nonnull (strstr (text, "[Account pop]\nKind=pop\nName=Mine\n"));
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

#define ADD(path, func)                                                                                               \
  g_test_add ("/account-dialog/" path, DialogFixture, sample, dialog_set_up, func, dialog_tear_down)
  ADD ("opening-sets-nothing", test_opening_sets_nothing);
  ADD ("closing-unchanged-asks-nothing", test_closing_unchanged_asks_nothing);
  ADD ("each-field-on-one-page", test_each_field_on_one_page);
  ADD ("preview-of-conversation-id", test_preview_of_conversation_id);
  ADD ("labels", test_labels);
  ADD ("mnemonics", test_mnemonics);
  ADD ("mnemonics-german", test_mnemonics_german);
  ADD ("names-of-check-buttons", test_names_of_check_buttons);
  ADD ("port", test_port);
  ADD ("pasted-port", test_pasted_port);
  ADD ("needs", test_needs);
  ADD ("locked", test_locked);
  ADD ("problems", test_problems);
  ADD ("ok-adds", test_ok_adds);
  ADD ("ok-unchanged-writes-nothing", test_ok_unchanged_writes_nothing);
  ADD ("close-asks", test_close_asks);
  ADD ("conflict-theirs", test_conflict_theirs);
  ADD ("conflict-mine", test_conflict_mine);
  ADD ("no-conflict", test_no_conflict);
  ADD ("conflict-deleted", test_conflict_deleted);
  return g_test_run ();
}
