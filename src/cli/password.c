/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mopt password */
#include "config.h"

#include <glib/gi18n.h>
#include <unistd.h>

#include "base/error.h"
#include "cli/cli.h"
#include "cli/keyring.h"
#include "cli/prompt.h"
#include "cli/shared.h"
#include "model/settings.h"
#include "store/known.h"

/* Which side is meant, or MOPT_SECTION_NONE after saying what is wrong, *@code. With Use Same Settings, or without a
 * login at the outgoing server, there is but one password. */
static MoptSection
find_side (const char *side, const MoptSettings *settings, int *code)
{
  gboolean own = settings->outgoing.authenticate && !settings->same_login;

  *code = MOPT_EXIT_USAGE;
  if (side == NULL && own)
    {
      mopt_cli_misused ("password", _ ("This account has two passwords. Say which one: --side incoming or "
                                       "--side outgoing."));
      return MOPT_SECTION_NONE;
    }
  if (side == NULL || g_str_equal (side, "incoming"))
    return MOPT_SECTION_INCOMING_ACCOUNT;
  if (!g_str_equal (side, "outgoing"))
    {
      mopt_cli_misused ("password", _ ("A side is incoming or outgoing, not “%s”."), side);
      return MOPT_SECTION_NONE;
    }
  if (own)
    return MOPT_SECTION_OUTGOING_ACCOUNT;

  *code = MOPT_EXIT_FAILED;
  if (settings->same_login)
    mopt_cli_complain (_ ("The outgoing server takes the password of the incoming one: use --side incoming, or set "
                          "outgoing-login=own."));
  else
    mopt_cli_complain (_ ("The outgoing server wants no password (outgoing-requires-authentication=false)."));
  return MOPT_SECTION_NONE;
}

static const MoptServer *
server_of (const MoptSettings *settings, MoptSection section)
{
  return section == MOPT_SECTION_OUTGOING_ACCOUNT ? &settings->outgoing : &settings->incoming;
}

/* A password begins or ends with a blank more often by a slip than by choice; it is taken as it is. */
static void
warn_of_blanks (const MoptPassword *password)
{
  const char *text = mopt_password_peek (password);
  gsize length = mopt_password_length (password);

  if (g_ascii_isspace (text[0]) || g_ascii_isspace (text[length - 1]))
    mopt_cli_complain (_ ("Note: the password begins or ends with a blank. It is taken as it is."));
}

/* Whether the login of @section is the user's to have a password for; else it has been said whom to ask. */
static gboolean
may_store (MoptAccount *account, MoptSection section)
{
  const MoptPublication *publication = mopt_account_get_publication (account);

  if (!mopt_account_is_locked (account, section))
    return TRUE;
  mopt_cli_complain (_ ("This login is locked by %s, so you cannot give it a password of your own. If it needs one, "
                        "ask %s."),
                     publication != NULL ? mopt_publication_who (publication) : _ ("your administrator"),
                     publication != NULL ? mopt_publication_whom_to_ask (publication) : _ ("your administrator"));
  return FALSE;
}

/* Stores the password for that side, and forgets what was stored there for another server or user. */
static gboolean
store (MoptAccount *account, const MoptSettings *settings, MoptSection section, MoptPassword *password, GError **error)
{
  g_autoptr (MoptSecretKey) key = mopt_secret_key_new (settings, section);

  /* An outgoing server that is not entered yet gets its own copy when it is known. */
  return key == NULL
         || (mopt_keyring_store (key, settings->account_name, password, error)
             && (!mopt_login_password_is_only_one (account, section)
                 || mopt_keyring_forget (settings->account_id, section, key, error)));
}

/* What was tested with another password says nothing of this one. */
static void
outdate_test (const MoptSettings *settings)
{
  g_autoptr (GError) error = NULL;

  if (!mopt_known_outdate_last_test (settings->account_id, &error))
    mopt_cli_complain (_ ("Note: %s"), error->message);
}

static int
store_all (MoptAccount *account, const MoptSettings *settings, MoptSection section, MoptPassword *password)
{
  g_autoptr (GError) error = NULL;
  gboolean both = section == MOPT_SECTION_INCOMING_ACCOUNT && settings->same_login;

  warn_of_blanks (password);
  if (store (account, settings, section, password, &error)
      && (!both || store (account, settings, MOPT_SECTION_OUTGOING_ACCOUNT, password, &error)))
    {
      outdate_test (settings);
      g_print ("%s\n", _ ("The password is stored in your keyring."));
      return MOPT_EXIT_DONE;
    }
  if (mopt_secrets_is_absent (error))
    {
      /* Kept for this process alone is kept for nobody: it ends now. */
      mopt_cli_complain ("%s", error->message);
      mopt_cli_complain (_ ("The password was not stored. Give it to each run with --password-stdin instead."));
      return MOPT_EXIT_FAILED;
    }
  return mopt_cli_fail (error);
}

static int
forget_all (const MoptSettings *settings, MoptSection section)
{
  gboolean both = section == MOPT_SECTION_INCOMING_ACCOUNT && settings->same_login;
  g_autoptr (GError) error = NULL;

  if (!mopt_keyring_forget (settings->account_id, section, NULL, &error)
      || (both && !mopt_keyring_forget (settings->account_id, MOPT_SECTION_OUTGOING_ACCOUNT, NULL, &error)))
    return mopt_cli_fail (error);
  outdate_test (settings);
  g_print ("%s\n", _ ("The password is forgotten."));
  return MOPT_EXIT_DONE;
}

/* Says that a password which is stored for another server need not be typed again. FALSE + error: and nobody is there
 * to type one. */
static gboolean
tell_of_other (const MoptSettings *settings, MoptSection section, GError **error)
{
  g_autoptr (MoptSecretKey) key = mopt_secret_key_new (settings, section);
  g_autoptr (MoptSecretKey) other = NULL;

  if (mopt_keyring_login_state (settings, section, &other, NULL) != MOPT_LOGIN_PASSWORD_ELSEWHERE)
    return TRUE;
  g_autoptr (GError) elsewhere = mopt_login_password_elsewhere_error (settings, key, other);
  if (!isatty (STDIN_FILENO) || !isatty (STDERR_FILENO))
    {
      g_propagate_error (error, g_steal_pointer (&elsewhere));
      return FALSE;
    }
  mopt_cli_complain (_ ("Note: %s"), elsewhere->message);
  return TRUE;
}

static MoptPassword *
get_password (const MoptSettings *settings, MoptSection section, const MoptPromptOptions *options, GError **error)
{
  const MoptServer *server = server_of (settings, section);

  if (mopt_prompt_is_given (options))
    return mopt_prompt_from_options (options, error);
  if (!tell_of_other (settings, section, error))
    return NULL;

  /* Translators: a user name, a host name */
  g_autofree char *question = g_strdup_printf (_ ("Password of %s on %s:"), server->user, server->host);
  return mopt_prompt_password (question, error);
}

static int
run (MoptAccount *account, const MoptSettings *settings, const char *side, gboolean delete,
     const MoptPromptOptions *options)
{
  g_autoptr (MoptPassword) password = NULL;
  g_autoptr (MoptSecretKey) key = NULL;
  g_autoptr (GError) error = NULL;
  int code;
  MoptSection section = find_side (side, settings, &code);

  if (section == MOPT_SECTION_NONE)
    return code;
  if (delete)
    return forget_all (settings, section);
  if (!may_store (account, section))
    return MOPT_EXIT_FAILED;

  key = mopt_secret_key_new (settings, section);
  if (key == NULL)
    {
      const char *name = section == MOPT_SECTION_OUTGOING_ACCOUNT ? "outgoing" : "incoming";

      mopt_cli_complain (_ ("A password is stored for a server and a user. Set %s-host and %s-user first."), name,
                         name);
      return MOPT_EXIT_FAILED;
    }
  password = get_password (settings, section, options, &error);
  return password != NULL ? store_all (account, settings, section, password) : mopt_cli_fail (error);
}

int
mopt_verb_password (const char *const *args)
{
  g_autofree char *side = NULL;
  g_autofree char *group = NULL;
  g_autofree char *draft = NULL;
  gboolean delete = FALSE, shared = FALSE;
  MoptPromptOptions options = { .fd = MOPT_PROMPT_NO_FD };
  const GOptionEntry entries[] = {
    { "side", 0, 0, G_OPTION_ARG_STRING, &side, N_ ("Whose password it is"), N_ ("incoming|outgoing") },
    { "delete", 0, 0, G_OPTION_ARG_NONE, &delete, N_ ("Forget the stored password"), NULL },
    { "shared", 0, 0, G_OPTION_ARG_NONE, &shared, N_ ("Write the shared password of a published account"), NULL },
    { "group", 0, 0, G_OPTION_ARG_STRING, &group, N_ ("With --shared: who may read it"), N_ ("GROUP") },
    { "draft", 0, 0, G_OPTION_ARG_FILENAME, &draft, N_ ("With --shared: the draft that has the account"), N_ ("FILE") },
    MOPT_PROMPT_ENTRIES (options),
    { NULL },
  };
  g_auto (GStrv) words = mopt_cli_parse (args, entries, 1, 1);
  int code;
  g_autoptr (GError) error = NULL;

  if (words == NULL || !mopt_prompt_check (&options, "password"))
    return MOPT_EXIT_USAGE;
  if (delete &&mopt_prompt_is_given (&options))
    return mopt_cli_misused ("password", _ ("--delete needs no password."));
  if (shared ? delete : group != NULL || draft != NULL)
    return mopt_cli_misused ("password", _ ("--group and --draft go with --shared, --delete does not."));
  if (shared)
    return mopt_shared_run (words[0], &(MoptSharedOptions){ side, group, draft }, &options);

  g_autoptr (MoptAccounts) accounts = NULL;
  MoptAccount *account = mopt_cli_open (words[0], &accounts, &code);
  if (account == NULL)
    return code;
  g_autoptr (MoptSettings) settings = mopt_settings_new (account, &error);
  if (settings == NULL)
    return mopt_cli_fail (error);
  return run (account, settings, side, delete, &options);
}
