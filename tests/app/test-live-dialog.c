/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The dialog stays open while the administrator, or another program, changes the account in its file: what was not
 * touched follows, nothing that was typed is lost, and OK saves against what is there then. */
#include <glib/gstdio.h>

#include "app-test.h"
#include "dialog-test.h"

#include "app/account-live.h"
#include "app/notice-bar.h"
#include "model/draft.h"
#include "store/security.h"

static const char mine[] = "[Mail Options]\nFormat=1\nAddress=alice@example.com\n\n"
                           "[Account home]\nKind=pop\nName=Home\nincoming-host=pop.example.net\n";

#define PUBLICATION(serial)                                                                                            \
  "[Publication]\nFormat=1\nOrganization=Example Corp\nContact=help@example.com\n"                                     \
  "Serial=" serial "\nReason=moved\n\n"

typedef struct
{
  DialogFixture base;
  char *published; /* the file */
} Live;

static void
publish (Live *self, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents (self->published, text, -1, &error);
  g_assert_no_error (error);
}

static const char first[] = PUBLICATION ("1") "[Account helpdesk]\nKind=imap\nName=Help desk\nLocked=from-addresses;\n"
                                              "incoming-host=imap.corp.example\noutgoing-host=smtp.corp.example\n"
                                              "incoming-user=alice\n";

static void
set_up (Live *self, gconstpointer data)
{
  g_autofree char *folder = g_dir_make_tmp ("mopt-XXXXXX", NULL);

  self->published = g_build_filename (folder, "published.conf", NULL);
  g_setenv ("MAIL_OPTIONS_PUBLISHED", self->published, TRUE);
  publish (self, first);
  dialog_set_up (&self->base, mine);
  mopt_accounts_watch (self->base.accounts);
}

static void
tear_down (Live *self, gconstpointer data)
{
  g_autofree char *folder = g_path_get_dirname (self->published);

  dialog_tear_down (&self->base, data);
  g_unlink (self->published);
  g_rmdir (folder);
  g_free (self->published);
}

static void
open_account (Live *self, const char *id)
{
  dialog_open (&self->base, mopt_accounts_get (self->base.accounts, id), 0);
  dialog_visit_pages (&self->base);
}

static MoptNoticeBar *
notice_of (Live *self)
{
  return app_test_child (self->base.dialog, "notice");
}

static gboolean
is_told (DialogFixture *f)
{
  return mopt_notice_bar_is_shown (app_test_child (f->dialog, "notice"));
}

static gboolean
is_silent (DialogFixture *f)
{
  return !is_told (f);
}

static const char *
told (Live *self)
{
  return gtk_label_get_label (app_test_child (notice_of (self), "text"));
}

static char *
read_own (Live *self)
{
  char *text = NULL;

  g_assert_true (g_file_get_contents (self->base.path, &text, NULL, NULL));
  return text;
}

/* --- the publisher ------------------------------------------------------------------------------------------------ */

static void
test_follows (Live *self, gconstpointer data)
{
  open_account (self, "helpdesk");
  MoptAccount *draft = draft_of (&self->base);

  mopt_account_set_name (draft, "My desk");
  publish (self, PUBLICATION ("2") "[Account helpdesk]\nKind=imap\nName=Help desk\nLocked=from-addresses;\n"
                                   "incoming-host=imap2.corp.example\noutgoing-host=smtp.corp.example\n"
                                   "incoming-user=alice\n");
  dialog_wait (&self->base, is_told);
  g_assert_cmpstr (mopt_account_get (draft, MOPT_FIELD_INCOMING_HOST), ==, "imap2.corp.example");
  g_assert_cmpstr (mopt_account_get_name (draft), ==, "My desk");
  g_assert_cmpstr (told (self), ==,
                   "Example Corp changed Incoming Mail Server: imap.corp.example → imap2.corp.example. Reason: moved");

  click (self->base.dialog, "OK");
  dialog_wait (&self->base, dialog_is_closed);
  g_autofree char *text = read_own (self);
  g_assert_nonnull (strstr (text, "Name=My desk\n"));
  g_assert_null (strstr (text, "corp.example")); /* nothing published ever gets there */
}

static void
test_keeps_what_is_typed (Live *self, gconstpointer data)
{
  open_account (self, "helpdesk");
  MoptAccount *draft = draft_of (&self->base);

  mopt_draft_customise (draft, MOPT_SECTION_INCOMING_SERVER);
  mopt_account_set (draft, MOPT_FIELD_INCOMING_HOST, "imap.home.example");
  publish (self, PUBLICATION ("2") "[Account helpdesk]\nKind=imap\nName=Help desk\nLocked=from-addresses;\n"
                                   "incoming-host=imap2.corp.example\noutgoing-host=smtp.corp.example\n"
                                   "incoming-user=alice\n");
  dialog_wait (&self->base, is_told);
  g_assert_cmpstr (mopt_account_get (draft, MOPT_FIELD_INCOMING_HOST), ==, "imap.home.example");
  g_assert_nonnull (strstr (told (self), "Yours stays as it is."));

  /* locked under his hands: kept, shown at its section, written as parked */
  mopt_notice_bar_hide (notice_of (self));
  publish (self, PUBLICATION ("3") "[Account helpdesk]\nKind=imap\nName=Help desk\n"
                                   "Locked=from-addresses;incoming-server;\n"
                                   "incoming-host=imap2.corp.example\noutgoing-host=smtp.corp.example\n"
                                   "incoming-user=alice\n");
  dialog_wait (&self->base, is_told);
  g_assert_cmpstr (mopt_account_get (draft, MOPT_FIELD_INCOMING_HOST), ==, "imap2.corp.example");
  g_assert_nonnull (strstr (told (self), "Example Corp has locked “Incoming mail server”. What you entered there is "
                                         "kept, but not in effect."));
  click (self->base.dialog, "OK");
  dialog_wait (&self->base, dialog_is_closed);
  g_autofree char *text = read_own (self);
  g_assert_nonnull (strstr (text, "Parked=incoming-server;\n"));
  g_assert_null (strstr (text, "Customised="));
  g_assert_nonnull (strstr (text, "incoming-host=imap.home.example\n"));

  /* unlocked, it is offered again */
  open_account (self, "helpdesk");
  draft = draft_of (&self->base);
  publish (self, first);
  dialog_wait (&self->base, is_told);
  gtk_notebook_set_current_page (notebook_of (&self->base), 0);
  click (self->base.dialog, "Use Again");
  g_assert_cmpstr (mopt_account_get (draft, MOPT_FIELD_INCOMING_HOST), ==, "imap.home.example");
  click (self->base.dialog, "OK");
  dialog_wait (&self->base, dialog_is_closed);
  g_free (text);
  text = read_own (self);
  g_assert_nonnull (strstr (text, "Customised=incoming-server;\n"));
  g_assert_null (strstr (text, "Parked="));
}

/* An account that is published no more can be kept. */
static void
test_unpublished (Live *self, gconstpointer data)
{
  open_account (self, "helpdesk");
  publish (self, PUBLICATION ("2") "[Account other]\nKind=imap\nName=Other\n");
  dialog_wait (&self->base, is_told);
  g_assert_nonnull (strstr (told (self), "“Help desk” is not published any more."));
  click (self->base.dialog, "Keep as My Own");
  g_assert_true (mopt_account_is_personal (draft_of (&self->base)));
  click (self->base.dialog, "OK");
  dialog_wait (&self->base, dialog_is_closed);
  g_autofree char *text = read_own (self);
  g_assert_nonnull (strstr (text, "Name=Help desk\n"));
  g_assert_nonnull (strstr (text, "incoming-host=imap.corp.example\n"));
  g_assert_null (strstr (text, "Published=true"));
  g_assert_null (strstr (text, "[Account helpdesk]"));
}

/* Torn while it is open: said, and nothing of the screen is lost; mended, it follows again. */
static void
test_broken (Live *self, gconstpointer data)
{
  open_account (self, "helpdesk");
  MoptAccount *draft = draft_of (&self->base);
  mopt_account_set_name (draft, "My desk");
  publish (self, PUBLICATION ("2") "[Account helpdesk]\nKind=imap\nName=Help desk\nincoming-security=sll\n");
  dialog_wait (&self->base, is_told);
  g_assert_nonnull (strstr (told (self), "line 11"));
  g_assert_cmpstr (mopt_account_get (draft, MOPT_FIELD_INCOMING_HOST), ==, "imap.corp.example");
  mopt_notice_bar_hide (notice_of (self));
  publish (self, PUBLICATION ("3") "[Account helpdesk]\nKind=imap\nName=Help desk\nLocked=from-addresses;\n"
                                   "incoming-host=imap2.corp.example\noutgoing-host=smtp.corp.example\n"
                                   "incoming-user=alice\n");
  dialog_wait (&self->base, is_told);
  g_assert_cmpstr (mopt_account_get (draft, MOPT_FIELD_INCOMING_HOST), ==, "imap2.corp.example");
  g_assert_cmpstr (mopt_account_get_name (draft), ==, "My desk");
}

/* Withdrawn, but left to its users: the dialog goes on with the account that is the person's own now. */
static void
test_withdrawn (Live *self, gconstpointer data)
{
  open_account (self, "helpdesk");
  mopt_account_set_name (draft_of (&self->base), "My desk");
  publish (self, PUBLICATION ("2") "[Account helpdesk]\nKind=imap\nName=Help desk\nLocked=from-addresses;\n"
                                   "incoming-host=imap.corp.example\noutgoing-host=smtp.corp.example\n"
                                   "incoming-user=alice\nWithdrawn=keep\n");
  dialog_wait (&self->base, is_told);
  g_assert_nonnull (strstr (told (self), "It is your own account now"));
  g_assert_true (mopt_account_is_personal (draft_of (&self->base)));
  mopt_account_set (draft_of (&self->base), MOPT_FIELD_INCOMING_HOST, "imap.home.example");
  click (self->base.dialog, "OK");
  dialog_wait (&self->base, dialog_is_closed);
  g_autofree char *text = read_own (self);
  g_assert_nonnull (strstr (text, "Name=My desk\n"));
  g_assert_nonnull (strstr (text, "incoming-host=imap.home.example\n"));
  g_assert_null (strstr (text, "Name=Help desk\n")); /* one account, not two */
}

/* It comes back before anything was done about it: as if nothing had been. */
static gboolean
is_quiet (DialogFixture *f)
{
  return !is_told (f);
}

static void
test_comes_back (Live *self, gconstpointer data)
{
  open_account (self, "helpdesk");
  publish (self, PUBLICATION ("2") "[Account other]\nKind=imap\nName=Other\n");
  dialog_wait (&self->base, is_told);
  publish (self, first);
  dialog_wait (&self->base, is_quiet);
  mopt_account_set_name (draft_of (&self->base), "My desk");
  click (self->base.dialog, "OK");
  dialog_wait (&self->base, dialog_is_closed);
  g_autofree char *text = read_own (self);
  g_assert_nonnull (strstr (text, "[Account helpdesk]\nPublished=true\n"));
}

static void
test_ok_when_unpublished (Live *self, gconstpointer data)
{
  open_account (self, "helpdesk");
  mopt_account_set_name (draft_of (&self->base), "My desk");
  publish (self, PUBLICATION ("2") "[Account other]\nKind=imap\nName=Other\n");
  dialog_wait (&self->base, is_told);
  click (self->base.dialog, "OK");
  dialog_wait (&self->base, is_asked);
  click (question_of (&self->base), "Keep as My Own");
  dialog_wait (&self->base, dialog_is_closed);
  g_autofree char *text = read_own (self);
  g_assert_nonnull (strstr (text, "Name=My desk\n"));
}

/* --- another program ---------------------------------------------------------------------------------------------- */

static void
test_personal (Live *self, gconstpointer data)
{
  static const char theirs[] = "[Mail Options]\nFormat=1\nAddress=alice@example.com\n\n"
                               "[Account home]\nKind=pop\nName=Away\nincoming-host=pop2.example.net\n";

  open_account (self, "home");
  MoptAccount *draft = draft_of (&self->base);
  mopt_account_set (draft, MOPT_FIELD_INCOMING_USER, "alice");
  mopt_account_set_name (draft, "Mine");
  g_assert_true (g_file_set_contents (self->base.path, theirs, -1, NULL));
  dialog_wait (&self->base, is_told);
  g_assert_cmpstr (mopt_account_get (draft, MOPT_FIELD_INCOMING_HOST), ==, "pop2.example.net");
  g_assert_cmpstr (mopt_account_get (draft, MOPT_FIELD_INCOMING_USER), ==, "alice");
  g_assert_cmpstr (mopt_account_get_name (draft), ==, "Mine");
  g_assert_true (g_str_has_suffix (told (self), "when you press OK: Name."));
  click (self->base.dialog, "OK"); /* no question: it was told */
  dialog_wait (&self->base, dialog_is_closed);
  g_autofree char *text = read_own (self);
  g_assert_nonnull (strstr (text, "Name=Mine\nincoming-host=pop2.example.net\nincoming-user=alice\n"));
}

/* Its rows are those of the kind that it was: it is said so, nothing typed is lost, and the person decides. */
static void
test_other_kind (Live *self, gconstpointer answer)
{
  static const char theirs[] = "[Mail Options]\nFormat=1\nAddress=alice@example.com\n\n"
                               "[Account home]\nKind=imap\nName=Home\nincoming-host=pop.example.net\n";
  gboolean overwrites = g_str_has_prefix (answer, "Overwrite");

  open_account (self, "home");
  mopt_account_set (draft_of (&self->base), MOPT_FIELD_INCOMING_USER, "alice");
  for (int i = 0; i < 2; i++) /* there and back and there */
    {
      g_assert_true (g_file_set_contents (self->base.path, mine, -1, NULL));
      dialog_wait (&self->base, is_silent);
      g_assert_true (g_file_set_contents (self->base.path, theirs, -1, NULL));
      dialog_wait (&self->base, is_told);
      g_assert_true (g_str_has_prefix (told (self), "Another program has changed the kind of “Home”."));
    }
  g_assert_cmpint (mopt_account_get_kind (draft_of (&self->base)), ==, MOPT_KIND_POP);
  g_assert_cmpstr (mopt_account_get (draft_of (&self->base), MOPT_FIELD_INCOMING_USER), ==, "alice");

  click (self->base.dialog, "OK");
  dialog_wait (&self->base, is_asked);
  g_assert_cmpstr (gtk_window_get_title (question_of (&self->base)), ==,
                   "“Home” was changed by another program meanwhile");
  click (question_of (&self->base), answer);
  dialog_wait (&self->base, dialog_is_closed);
  g_autofree char *text = read_own (self);
  g_assert_cmpint (strstr (text, "Kind=pop\n") != NULL, ==, overwrites);
  g_assert_cmpint (strstr (text, "incoming-user=alice\n") != NULL, ==, overwrites);
}

/* Ctrl+Page Down and Page Up: to the first field of the page. */
static void
test_turns_to_first_field (Live *self, gconstpointer data)
{
  DialogFixture *f = &self->base;

  mopt_account_set_name (mopt_accounts_get (f->accounts, "helpdesk"), "My desk"); /* with "Use Published Name" below */
  open_account (self, "helpdesk");
  gtk_notebook_set_current_page (notebook_of (f), 0);
  gtk_widget_grab_focus (GTK_WIDGET (row_of (f, "incoming-user")));
  for (int i = 0; i < 2; i++)
    {
      gboolean turned;

      g_signal_emit_by_name (notebook_of (f), "change-current-page", i == 0 ? 1 : -1, &turned);
      g_assert_true (turned);
      dialog_let_settle ();
      g_assert_cmpint (gtk_notebook_get_current_page (notebook_of (f)), ==, 1 - i);
      GtkWidget *focus = gtk_window_get_focus (f->dialog);
      GtkWidget *row = focus != NULL ? gtk_widget_get_ancestor (focus, MOPT_TYPE_FIELD_ROW) : NULL;
      g_assert_true (GTK_IS_TEXT (focus) && row != NULL && mopt_field_row_shows (MOPT_FIELD_ROW (row), "name"));
    }
  dialog_close (f);
}

/* Another program makes the row, in which one types, needless: the focus does not stay where no key does anything. */
static void
test_focus_leaves_what_is_shut (Live *self, gconstpointer data)
{
  DialogFixture *f = &self->base;

  dialog_open (f, mopt_accounts_get (f->accounts, "home"), MOPT_KIND_POP);
  dialog_visit_pages (f);
  gtk_notebook_set_current_page (notebook_of (f), 1);
  mopt_account_set (draft_of (f), MOPT_FIELD_OUTGOING_LOGIN, "own");
  dialog_let_settle ();
  MoptFieldRow *row = row_of (f, "outgoing-user");
  g_assert_true (gtk_widget_grab_focus (GTK_WIDGET (row)));
  dialog_let_settle ();
  mopt_account_set (draft_of (f), MOPT_FIELD_OUTGOING_LOGIN, "same");
  dialog_let_settle ();
  GtkWidget *focus = gtk_window_get_focus (f->dialog);
  g_assert_nonnull (focus);
  g_assert_true (gtk_widget_is_sensitive (focus));
  g_assert_false (gtk_widget_is_ancestor (focus, GTK_WIDGET (row)));
  dialog_close (f);
}

static gboolean
agree (MoptKnownServer *known, gpointer user_data)
{
  known->unencrypted_agreed = TRUE;
  return TRUE;
}

/* What a new account learns of its servers goes if it is cancelled, and stays if it is saved. */
static void
test_learned (Live *self, gconstpointer data)
{
  const MoptServer server = { .protocol = MOPT_PROTOCOL_IMAP, .host = (char *) "imap.example.net" };

  for (guint saved = 0; saved < 2; saved++)
    {
      MoptAccountLive *live = mopt_account_live_new (self->base.accounts, NULL, MOPT_KIND_IMAP);
      g_autofree char *id = g_strdup (mopt_account_get_id (mopt_account_live_get_draft (live)));

      g_assert_true (mopt_security_edit (id, &server, agree, NULL, NULL));
      if (saved)
        g_object_unref (mopt_account_live_dup_tidy (live));
      g_object_unref (live);
      g_autoptr (MoptKnownServer) known = mopt_security_get (id, &server, NULL);
      g_assert_cmpint (known->unencrypted_agreed, ==, saved);
      g_assert_true (mopt_security_forget (id, NULL));
    }

  /* one that is there already loses nothing */
  g_assert_true (mopt_security_edit ("home", &server, agree, NULL, NULL));
  g_object_unref (mopt_account_live_new (self->base.accounts, mopt_accounts_get (self->base.accounts, "home"),
                                         MOPT_KIND_POP));
  g_autoptr (MoptKnownServer) known = mopt_security_get ("home", &server, NULL);
  g_assert_true (known->unencrypted_agreed);
}

static void
press_why (GtkWidget *widget, gpointer n)
{
  if (GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), "Why?") == 0)
    {
      ++*(guint *) n;
      g_signal_emit_by_name (widget, "clicked");
    }
}

/* As assistive technology may, also on the page behind: of an account like this no server can be asked. */
static void
test_why_of_nothing (DialogFixture *f, gconstpointer data)
{
  guint n = 0;

  dialog_open (f, mopt_accounts_get (f->accounts, "imap"), MOPT_KIND_IMAP);
  for_each_widget (GTK_WIDGET (f->dialog), press_why, &n);
  g_assert_cmpuint (n, ==, 2);
  g_assert_null (question_of (f));
}

int
main (int argc, char **argv)
{
  app_test_init (&argc, &argv);
#define ADD(path, func) g_test_add ("/live-dialog/" path, Live, NULL, set_up, func, tear_down)
  ADD ("follows", test_follows);
  ADD ("keeps-what-is-typed", test_keeps_what_is_typed);
  ADD ("unpublished", test_unpublished);
  ADD ("broken", test_broken);
  ADD ("withdrawn", test_withdrawn);
  ADD ("comes-back", test_comes_back);
  ADD ("ok-when-unpublished", test_ok_when_unpublished);
  ADD ("personal", test_personal);
  ADD ("turns-to-first-field", test_turns_to_first_field);
  g_test_add ("/live-dialog/other-kind/theirs", Live, "Load Theirs", set_up, test_other_kind, tear_down);
  g_test_add ("/live-dialog/other-kind/mine", Live, "Overwrite with Mine", set_up, test_other_kind, tear_down);
  ADD ("learned", test_learned);
  ADD ("focus-leaves-what-is-shut", test_focus_leaves_what_is_shut);
  g_test_add ("/live-dialog/why-of-nothing", DialogFixture,
              "[Account imap]\nKind=imap\nName=Desk\nincoming-host=a\noutgoing-host=b\nincoming-security=never\n",
              dialog_set_up, test_why_of_nothing, dialog_tear_down);
  return g_test_run ();
}
