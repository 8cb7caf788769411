/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "cli/as-owner.h"
#include "cli/cli.h"
#include "cli/shared.h"
#include "model/text.h"
#include "store/published-edit.h"
#include "store/published-text.h"
#include "store/shared-password.h"

static MoptAccount *
find (MoptPublishedText *said, const char *word, const char *draft, GError **error)
{
  MoptAccount *account = mopt_published_text_get (said, word);
  g_autofree char *folded = mopt_text_fold (word);

  for (guint i = 0; account == NULL && i < said->accounts->len; i++)
    {
      g_autofree char *name = mopt_text_fold (mopt_account_get_name (said->accounts->pdata[i]));

      if (g_str_equal (name, folded))
        account = said->accounts->pdata[i];
    }
  if (account == NULL)
    g_set_error (error, MOPT_ERROR, MOPT_ERROR_NOT_FOUND, _ ("There is no account “%s” in “%s”."), word, draft);
  return account;
}

/* The name of the file in the draft, if it is another one. */
typedef struct
{
  const char *draft;
  const char *id;
  const char *name;
  MoptTerm term;
} Naming;

static char *
edit (const char *text, gsize length, gsize *new_length, gpointer user_data, GError **error)
{
  const Naming *self = user_data;
  g_autoptr (MoptKeyfile) file = mopt_keyfile_new (text, length);
  g_autoptr (MoptPublishedText) said = mopt_published_text_new (file, self->draft);
  MoptAccount *account = find (said, self->id, self->draft, error);

  if (account == NULL || g_str_equal (mopt_account_get_term (account, self->term), self->name))
    return NULL;
  g_autoptr (MoptAccount) named = mopt_account_dup (account);
  mopt_account_set_term (named, self->term, self->name);
  if (!mopt_published_edit_put (file, account, named, error))
    return NULL;
  return mopt_keyfile_dup_text (file, new_length);
}

static gboolean
name_in_draft (gpointer data, GError **error)
{
  return mopt_file_update (((Naming *) data)->draft, MOPT_FILE_DURABLE, edit, data, error);
}

static MoptPassword *
ask (MoptAccount *account, MoptTerm term, const MoptPromptOptions *prompt, GError **error)
{
  if (mopt_prompt_is_given (prompt))
    return mopt_prompt_from_options (prompt, error);

  gboolean incoming = term == MOPT_TERM_INCOMING_PASSWORD_FILE;
  const char *host = mopt_account_get (account, incoming ? MOPT_FIELD_INCOMING_HOST : MOPT_FIELD_OUTGOING_HOST);
  /* Translators: the name of an account, a host name */
  g_autofree char *question
      = g_strdup_printf (_ ("Shared password of “%s” on %s:"), mopt_account_get_name (account), host);
  return mopt_prompt_password (question, error);
}

int
mopt_shared_run (const char *word, const MoptSharedOptions *options, const MoptPromptOptions *prompt)
{
  g_autoptr (GError) error = NULL;
  gboolean outgoing = g_strcmp0 (options->side, "outgoing") == 0;
  MoptTerm term = outgoing ? MOPT_TERM_OUTGOING_PASSWORD_FILE : MOPT_TERM_INCOMING_PASSWORD_FILE;
  gboolean is_tryout;
  gsize length;

  if (options->group == NULL || options->draft == NULL)
    return mopt_cli_misused ("password", _ ("A shared password needs the group that may read it and the draft that "
                                            "names its file: --group GROUP --draft FILE."));
  if (options->side != NULL && !outgoing && !g_str_equal (options->side, "incoming"))
    return mopt_cli_misused ("password", _ ("A side is incoming or outgoing, not “%s”."), options->side);

  g_autofree char *text = mopt_file_read (options->draft, &length, NULL, &error);
  if (text == NULL)
    return mopt_cli_fail (error);
  g_autoptr (MoptKeyfile) file = mopt_keyfile_new (text, length);
  g_autoptr (MoptPublishedText) said = mopt_published_text_new (file, options->draft);
  MoptAccount *account = find (said, word, options->draft, &error);
  if (account == NULL)
    return mopt_cli_fail (error);

  /* where the draft names a file already, that one */
  g_autofree char *made = g_strdup_printf ("%s-%s", mopt_account_get_id (account), outgoing ? "outgoing" : "incoming");
  const char *named = mopt_account_get_term (account, term);
  const char *name = *named != '\0' ? named : made;
  g_autofree char *folder = mopt_shared_password_folder (&is_tryout);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (MoptPassword) password = ask (account, term, prompt, &error);
  if (password == NULL
      || !mopt_shared_password_write (folder, is_tryout, name, options->group, password, &error))
    return mopt_cli_fail (error);
  g_print (_ ("The password is in %s. The members of the group %s can read it.\n"), path, options->group);

  Naming naming = { options->draft, mopt_account_get_id (account), name, term };
  if (*named == '\0' && !mopt_as_owner_of (options->draft, name_in_draft, &naming, &error))
    return mopt_cli_fail (error);
  if (*named == '\0')
    g_print (_ ("%s names it now (%s=%s): publish it.\n"), options->draft, mopt_term_info (term)->name, name);
  return MOPT_EXIT_DONE;
}
