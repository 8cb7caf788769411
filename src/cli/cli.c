/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>

#include "base/error.h"
#include "cli/cli.h"
#include "cli/keyring.h"
#include "cli/output.h"

/* --- What the user typed --- */

static const MoptVerb *
find_verb (const char *name)
{
  const MoptVerb *verb = mopt_verbs;

  while (!g_str_equal (verb->name, name))
    verb++;
  return verb;
}

void
mopt_cli_try_published (const char *path)
{
  g_setenv ("MAIL_OPTIONS_PUBLISHED", path, TRUE);
}

char **
mopt_cli_parse (const char *const *args, const GOptionEntry *entries, guint min, guint max)
{
  const MoptVerb *verb = find_verb (args[0]);
  g_autoptr (GOptionContext) context = g_option_context_new (verb->usage != NULL ? _ (verb->usage) : NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *published = NULL;
  const GOptionEntry everywhere[] = {
    { "published", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_FILENAME, &published, NULL, NULL },
    { NULL },
  };
  g_auto (GStrv) rest = g_strdupv ((char **) args);
  g_autofree char *program = g_strconcat ("mopt ", verb->name, NULL);
  guint n;

  g_set_prgname (program); /* for --help */
  if (verb->help != NULL)
    g_option_context_set_summary (context, _ (verb->help));
  if (verb->more != NULL)
    g_option_context_set_description (context, _ (verb->more));
  if (entries != NULL)
    g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_add_main_entries (context, everywhere, GETTEXT_PACKAGE);
  if (!g_option_context_parse_strv (context, &rest, &error))
    {
      mopt_cli_misused (verb->name, "%s", error->message);
      return NULL;
    }
  g_set_prgname ("mopt");
  if (published != NULL)
    mopt_cli_try_published (published);

  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  gboolean ended = FALSE; /* GOption leaves the "--" where something that begins with "-" follows it */
  for (char **word = rest + 1; *word != NULL; word++)
    if (!ended && g_str_equal (*word, "--"))
      ended = TRUE;
    else
      g_strv_builder_add (builder, *word);
  g_auto (GStrv) words = g_strv_builder_end (builder);
  n = g_strv_length (words);
  if (n < min || n > max)
    {
      g_autofree char *line = g_strjoin (" ", "mopt", verb->name, verb->usage != NULL ? _ (verb->usage) : NULL, NULL);

      mopt_cli_misused (verb->name, n < min ? _ ("Something is missing: %s") : _ ("Too many words: %s"), line);
      return NULL;
    }
  return g_steal_pointer (&words);
}

/* --- What is said to him --- */

static char *last_code, *last_text; /* of what was complained of last, for programs */

/* @code: a stable English word. */
static void
complain_text (const char *code, const char *text)
{
  g_autofree char *visible = mopt_output_visible (text);

  g_free (last_text);
  last_text = g_strdup (text);
  g_free (last_code);
  last_code = g_strdup (code);
  g_printerr ("mopt: %s\n", visible);
}

void
mopt_cli_complain (const char *format, ...)
{
  va_list list;

  va_start (list, format);
  g_autofree char *text = g_strdup_vprintf (format, list);
  va_end (list);
  complain_text ("failed", text);
}

int
mopt_cli_fail (const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      complain_text ("cancelled", _ ("Cancelled."));
      return MOPT_EXIT_CANCELLED;
    }
  complain_text (error->domain == MOPT_ERROR ? mopt_error_word (error->code) : "failed", error->message);
  return g_error_matches (error, MOPT_ERROR, MOPT_ERROR_AMBIGUOUS) ? MOPT_EXIT_USAGE : MOPT_EXIT_FAILED;
}

int
mopt_cli_misused (const char *verb, const char *format, ...)
{
  va_list list;

  va_start (list, format);
  g_autofree char *text = g_strdup_vprintf (format, list);
  va_end (list);
  complain_text ("usage", text);
  g_autofree char *hint = g_strdup_printf (_ ("Try “mopt %s --help”."), verb);
  g_printerr ("mopt: %s\n", hint);
  return MOPT_EXIT_USAGE;
}

/* Whether --json is among the options; also where they cannot be parsed. */
static gboolean
is_for_programs (const char *const *args)
{
  for (; *args != NULL && !g_str_equal (*args, "--"); args++)
    if (g_str_equal (*args, "--json"))
      return TRUE;
  return FALSE;
}

void
mopt_cli_tell_programs (const char *const *args, int code)
{
  const char *word = last_code != NULL ? last_code : "failed";

  if (code == MOPT_EXIT_DONE || mopt_output_has_json () || !is_for_programs (args))
    return;
  if (g_str_equal (word, "failed") && code != MOPT_EXIT_FAILED)
    word = code == MOPT_EXIT_USAGE ? "usage" : "cancelled";

  g_autoptr (JsonBuilder) json = json_builder_new ();
  json_builder_begin_object (json);
  json_builder_set_member_name (json, "error");
  json_builder_begin_object (json);
  json_builder_set_member_name (json, "code");
  json_builder_add_string_value (json, word);
  json_builder_set_member_name (json, "text");
  json_builder_add_string_value (json, last_text != NULL ? last_text : "");
  json_builder_end_object (json);
  json_builder_end_object (json);

  g_autoptr (JsonNode) root = json_builder_get_root (json);
  mopt_output_json (root, TRUE);
}

/* What a verb that writes had to follow up because of the publication. Passwords go along as far as the keyring lets
 * them; what is left is done next time. */
static void
on_announced (MoptAccounts *accounts, const char *const *sentences, const char *reason, const char *id,
              gpointer user_data)
{
  for (; *sentences != NULL; sentences++)
    mopt_cli_complain (_ ("Note: %s"), *sentences);
  mopt_keyring_run_pending (accounts);
}

MoptAccounts *
mopt_cli_load (void)
{
  g_autoptr (MoptAccounts) accounts = mopt_accounts_new (NULL);
  g_autoptr (GError) error = NULL;

  g_signal_connect (accounts, "announced", G_CALLBACK (on_announced), NULL);
  if (mopt_accounts_load (accounts, &error))
    return g_steal_pointer (&accounts);
  mopt_cli_fail (error);
  return NULL;
}

MoptAccount *
mopt_cli_find (MoptAccounts *accounts, const char *word, int *code)
{
  g_autoptr (GError) error = NULL;
  MoptAccount *account = NULL;

  if (word != NULL || mopt_accounts_get_default (accounts) != NULL)
    account = mopt_accounts_find (accounts, word, &error);
  else if (g_list_model_get_n_items (G_LIST_MODEL (accounts)) > 0)
    g_set_error_literal (&error, MOPT_ERROR, MOPT_ERROR_NOT_FOUND,
                         _ ("There is no account that can be used; “mopt list” says why."));
  else
    g_set_error_literal (&error, MOPT_ERROR, MOPT_ERROR_NOT_FOUND,
                         _ ("There is no account yet. Add one with “mopt add”."));
  if (account == NULL)
    *code = mopt_cli_fail (error);
  return account;
}

MoptAccount *
mopt_cli_open (const char *word, MoptAccounts **accounts, int *code)
{
  *code = MOPT_EXIT_FAILED;
  *accounts = mopt_cli_load ();
  return *accounts != NULL ? mopt_cli_find (*accounts, word, code) : NULL;
}

/* --- Waiting --- */

static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
static guint sources[G_N_ELEMENTS (signals)];

void
mopt_cli_catch_signals (GSourceFunc cancel, gpointer user_data)
{
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    {
      struct sigaction old;

      /* nohup means it */
      if (signals[i] != SIGHUP || (sigaction (SIGHUP, NULL, &old) == 0 && old.sa_handler != SIG_IGN))
        sources[i] = g_unix_signal_add (signals[i], cancel, user_data);
    }
}

void
mopt_cli_forget_signals (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    g_clear_handle_id (&sources[i], g_source_remove);
}

static gboolean
on_signal (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  return G_SOURCE_CONTINUE;
}

void
mopt_cli_wait_init (MoptWait *wait)
{
  wait->result = NULL;
  wait->cancellable = g_cancellable_new ();
}

void
mopt_cli_wait_done (GObject *source, GAsyncResult *result, gpointer data)
{
  MoptWait *wait = data;

  wait->result = g_object_ref (result);
}

GAsyncResult *
mopt_cli_wait (MoptWait *wait)
{
  mopt_cli_catch_signals (on_signal, wait->cancellable);
  while (wait->result == NULL)
    g_main_context_iteration (NULL, TRUE);
  mopt_cli_forget_signals ();
  return wait->result;
}

void
mopt_cli_wait_clear (MoptWait *wait)
{
  g_clear_object (&wait->result);
  g_clear_object (&wait->cancellable);
}
