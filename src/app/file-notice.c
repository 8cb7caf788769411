/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/file-notice.h"
#include "app/message-dialog.h"
#include "app/provenance.h"

void
mopt_file_notice (MoptNoticeBar *bar, MoptAccounts *accounts, const GError *error)
{
  const char *const *warnings = mopt_accounts_get_warnings (accounts);
  guint n = g_strv_length ((GStrv) warnings);
  g_autofree char *text = NULL;

  if (error != NULL)
    text = g_strdup_printf (_ ("Your accounts could not be read. %s"), error->message);
  else if (mopt_accounts_is_read_only (accounts))
    text = g_strdup (_ ("Your accounts were saved by a newer version of this program. They are shown, and can be "
                        "used, but not changed."));
  else if (n > 1)
    text = g_strdup_printf (ngettext ("%s (and %u more problem)", "%s (and %u more problems)", n - 1), warnings[0],
                            n - 1);
  else if (n == 1)
    text = g_strdup (warnings[0]);

  if (text == NULL)
    mopt_notice_bar_hide (bar);
  else
    mopt_notice_bar_show (bar, error != NULL ? MOPT_NOTICE_ERROR : MOPT_NOTICE_WARNING, text, _ ("_Open File"));
}

static void
open_file (GtkWindow *parent, const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autofree char *uri = g_file_get_uri (file);

  gtk_show_uri (parent, uri, GDK_CURRENT_TIME);
}

void
mopt_file_open (GtkWindow *parent, MoptAccounts *accounts)
{
  open_file (parent, mopt_accounts_get_path (accounts));
}

typedef struct
{
  GtkWindow *parent;
  char *path;
} Question;

static void
on_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Question *question = user_data;

  if (mopt_ask_finish (result) == 1)
    open_file (question->parent, question->path);
  g_object_unref (question->parent);
  g_free (question->path);
  g_free (question);
}

void
mopt_file_explain (GtkWindow *parent, MoptAccounts *accounts, MoptAccount *account)
{
  const MoptAnswer answers[]
      = { { _ ("_Close"), MOPT_ANSWER_NORMAL }, { _ ("_Open File"), MOPT_ANSWER_SUGGESTED }, { NULL } };
  g_autofree char *title = g_strdup_printf (_ ("“%s” cannot be used"), mopt_account_get_name (account));
  const char *problem = mopt_account_get_problem (account, NULL), *path;
  MoptAccount *written = mopt_accounts_get_written (accounts, mopt_account_get_id (account), &path);
  g_autofree char *text = NULL;
  Question *question = g_new (Question, 1);

  /* the problem names file, line and reason; what the person's own file says of a sound published account, and a
   * publisher's draft, are the person's to mend */
  if (written != NULL && mopt_account_get_problem (written, NULL) != NULL)
    text = g_strdup_printf (_ ("%s\n\nOnly who publishes the account can mend this. Ask %s."), problem,
                            mopt_provenance_whom_to_ask (account));
  else
    {
      text = g_strdup (problem);
      path = mopt_accounts_get_path (accounts);
    }
  question->parent = g_object_ref (parent);
  question->path = g_strdup (path);
  mopt_ask_async (parent, title, text, answers, on_answer, question);
}
