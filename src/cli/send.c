/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mopt send, and sendmail */
#include "config.h"

#include <fcntl.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/error.h"
#include "base/paths.h"
#include "check/desktop-notice.h"
#include "check/send.h"
#include "check/worker.h"
#include "cli/cli.h"
#include "cli/online.h"
#include "cli/prompt.h"
#include "store/owner.h"

#define GOOD_BYE_MS 500

typedef struct
{
  char *account;
  char *envelope_sender;
  char *full_name;
  gboolean from_header;
  gboolean ignores_dots; /* always: a line with a dot alone ends nothing */
  gboolean no_conversation_id;
  gboolean allow_unencrypted;
  int limit;
  MoptPromptOptions prompt;
} Wish;

static void
wish_clear (Wish *self)
{
  g_free (self->account);
  g_free (self->envelope_sender);
  g_free (self->full_name);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Wish, wish_clear)

/* ---- what sendmail takes ---- */

/* Options of sendmail that mean nothing here: those without a value, those whose value, if they have one, is the rest
 * of their word, and those whose value may be the next word. */
#define FLAGS "GmnUv"
#define IN_ONE_WORD "Abdeo"
#define WITH_VALUE "BhLNORVX"

/* The @letters of a word such as "-vtf"; **@args is that word, and moves on where its value is the next one. FALSE: it
 * has been said what is wrong. */
static gboolean
read_letters (GStrvBuilder *builder, const char *letters, const char *const **args)
{
  for (; *letters != '\0'; letters++)
    {
      const char *value = letters[1] != '\0' ? letters + 1 : NULL;

      if (strchr (FLAGS, *letters) != NULL)
        continue;
      if (*letters == 'b' && g_strcmp0 (value, "m") != 0)
        {
          mopt_cli_misused ("send", _ ("“%s” is not for sending: there is no queue and no server here."), **args);
          return FALSE;
        }
      if (strchr (IN_ONE_WORD, *letters) != NULL)
        return TRUE;
      if (strchr ("frF" WITH_VALUE, *letters) != NULL)
        {
          if (value == NULL && (*args)[1] != NULL)
            value = *++*args;
          if (strchr (WITH_VALUE, *letters) != NULL)
            return TRUE;
          g_strv_builder_add (builder, *letters == 'F' ? "-F" : "-f");
          if (value != NULL)
            g_strv_builder_add (builder, value);
          return TRUE;
        }
      const char option[] = { '-', *letters, '\0' }; /* -t, -i, or what there is not */
      g_strv_builder_add (builder, option);
    }
  return TRUE;
}

/* What GOption understands of @args: each letter and each value a word of its own, -r as -f, what means nothing left
 * out. NULL: it has been said what is wrong. */
static char **
normalise (const char *const *args)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (g_strv_builder_add (builder, *args++); *args != NULL && !g_str_equal (*args, "--"); args++)
    if ((*args)[0] != '-' || (*args)[1] == '-' || (*args)[1] == '\0')
      g_strv_builder_add (builder, *args);
    else if (!read_letters (builder, *args + 1, &args))
      return NULL;
  g_strv_builder_addv (builder, (const char **) args); /* from "--" on */
  return g_strv_builder_end (builder);
}

/* Standard input is the message, all of it. */
static gboolean
check_fd (const MoptPromptOptions *options)
{
  if (!mopt_prompt_check (options, "send"))
    return FALSE;
  if (!mopt_prompt_is_given (options) || (options->fd != STDIN_FILENO && fcntl (options->fd, F_GETFD) >= 0))
    return TRUE;
  if (options->fd == STDIN_FILENO)
    mopt_cli_misused ("send", _ ("The password cannot come from standard input, which is the message."));
  else
    mopt_cli_misused ("send", _ ("The file descriptor %d is not open."), options->fd);
  return FALSE;
}

static char **
parse (const char *const *args, Wish *wish)
{
  const GOptionEntry entries[] = {
    { "from-header", 't', 0, G_OPTION_ARG_NONE, &wish->from_header, N_ ("Send to those in To, Cc and Bcc, too"), NULL },
    { "envelope-from", 'f', 0, G_OPTION_ARG_STRING, &wish->envelope_sender,
      N_ ("The sender of the envelope, which gets what comes back"), N_ ("ADDRESS") },
    { "full-name", 'F', 0, G_OPTION_ARG_STRING, &wish->full_name, N_ ("The name in a From that is missing"),
      N_ ("NAME") },
    { "ignore-dots", 'i', 0, G_OPTION_ARG_NONE, &wish->ignores_dots,
      N_ ("Read to the end, whatever lines are in between (always so)"), NULL },
    { "account", 0, 0, G_OPTION_ARG_STRING, &wish->account, N_ ("Send through this account"), N_ ("ACCOUNT") },
    { "no-conversation-id", 0, 0, G_OPTION_ARG_NONE, &wish->no_conversation_id,
      N_ ("Add no Conversation ID this once"), NULL },
    { "limit", 0, 0, G_OPTION_ARG_INT, &wish->limit, N_ ("How long each step up to the login may take (30)"),
      N_ ("SECONDS") },
    { "password-fd", 0, 0, G_OPTION_ARG_INT, &wish->prompt.fd, N_ ("Read the password from this file descriptor"),
      "N" },
    MOPT_ONLINE_ENTRY_UNENCRYPTED (wish->allow_unencrypted),
    { NULL },
  };
  g_auto (GStrv) plain = normalise (args);
  g_auto (GStrv) words
      = plain != NULL ? mopt_cli_parse ((const char *const *) plain, entries, 0, G_MAXUINT) : NULL;

  if (words == NULL || !check_fd (&wish->prompt) || !mopt_online_check_limit (wish->limit, "send"))
    return NULL;
  return g_steal_pointer (&words);
}

/* ---- the run ---- */

/* Programs that cron starts have no bus in their environment, but the person may be logged in. */
static void
find_bus (void)
{
  const char *runtime = g_getenv ("XDG_RUNTIME_DIR");
  g_autofree char *path = runtime != NULL && *runtime != '\0'
                              ? g_build_filename (runtime, "bus", NULL)
                              : g_strdup_printf ("/run/user/%u/bus", (guint) geteuid ());
  struct stat info;

  if (g_getenv ("DBUS_SESSION_BUS_ADDRESS") != NULL || stat (path, &info) != 0 || !S_ISSOCK (info.st_mode)
      || info.st_uid != geteuid ())
    return;
  g_autofree char *escaped = g_dbus_address_escape_value (path);
  g_autofree char *address = g_strconcat ("unix:path=", escaped, NULL);
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", address, TRUE);
}

/* By `sudo` or `su` the environment of another user comes along. Nothing of him is used: neither his account, nor the
 * numbers of his conversations, which he could not write any more after root did. */
static gboolean
is_own_home (GError **error)
{
  g_autofree char *accounts = mopt_paths_accounts ();
  g_autofree char *state = mopt_paths_state (NULL);

  return mopt_owner_is_own (accounts, error) && mopt_owner_is_own (state, error);
}

static int
tell (const MoptSendResult *result)
{
  for (guint i = 0; result->notes != NULL && result->notes[i] != NULL; i++)
    mopt_cli_complain (_ ("Note: %s"), result->notes[i]);
  if (result->status == EX_OK)
    return EX_OK;
  g_autofree char *text = mopt_send_result_describe (result, FALSE);
  mopt_cli_complain ("%s", text);
  return result->status;
}

static int
run (MoptAccounts *accounts, const char *const *recipients, const Wish *wish)
{
  g_autofree char *own_address = mopt_online_own_address (accounts, NULL);
  g_autoptr (GError) error = NULL;
  const MoptSpoolRules rules = { .most = MOPT_SEND_BYTES_MAX };
  g_autoptr (MoptSpool) message = mopt_spool_new_from_fd (STDIN_FILENO, &rules, NULL, &error);
  g_autoptr (MoptPassword) password = NULL;
  g_auto (MoptWait) wait = { 0 };

  if (message == NULL)
    {
      mopt_cli_fail (error);
      return mopt_send_status (error);
    }
  if (mopt_prompt_is_given (&wish->prompt))
    password = mopt_prompt_from_options (&wish->prompt, &error);
  if (error != NULL)
    {
      mopt_cli_fail (error);
      return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ? EX_TEMPFAIL : EX_NOINPUT;
    }
  const MoptSendRequest request = {
    .message = message,
    .account = wish->account,
    .recipients = recipients,
    .recipients_in_header = wish->from_header,
    .envelope_sender = wish->envelope_sender,
    .full_name = wish->full_name,
    .own_address = own_address,
    .no_conversation_id = wish->no_conversation_id,
    .allow_unencrypted = wish->allow_unencrypted,
    .password = password,
    .limit_ms = (guint) MAX (wish->limit, 0) * 1000,
  };
  /* No signal is caught: whoever ends us half-way has no success, and the server no end of the message. (SIGPIPE is
   * none of these: who closed our standard error still goes by the exit status.) */
  mopt_send_async (accounts, &request, NULL, mopt_cli_wait_done, &wait);
  while (wait.result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_autoptr (MoptSendResult) result = mopt_send_finish (wait.result);
  int status = tell (result);
  gboolean has_notice = g_strcmp0 (result->code, mopt_error_word (MOPT_ERROR_PASSWORD_ELSEWHERE)) == 0;
  mopt_worker_settle (has_notice ? MOPT_DESKTOP_NOTICE_START_MS + MOPT_DESKTOP_NOTICE_MS : GOOD_BYE_MS);
  return status;
}

int
mopt_verb_send (const char *const *args)
{
  g_auto (Wish) wish = { .limit = MOPT_ONLINE_NO_LIMIT, .prompt = { .fd = MOPT_PROMPT_NO_FD } };
  g_auto (GStrv) words = parse (args, &wish);
  g_autoptr (GError) error = NULL;

  signal (SIGPIPE, SIG_IGN);
  if (words == NULL)
    return EX_USAGE;
  if (!is_own_home (&error))
    {
      mopt_cli_fail (error);
      return mopt_send_status (error);
    }
  find_bus ();
  g_autoptr (MoptAccounts) accounts = mopt_cli_load ();
  return accounts != NULL ? run (accounts, (const char *const *) words, &wish) : EX_CONFIG;
}
