/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mopt keygen, sign, verify */
#include "config.h"

#include <glib/gi18n.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "cli/cli.h"
#include "cli/signature.h"
#include "store/published.h"

/* --- keygen --- */

/* Asked for twice: whoever mistypes a new passphrase has lost the key. NULL + error. */
static MoptPassword *
ask_new_passphrase (const MoptPromptOptions *options, GError **error)
{
  if (mopt_prompt_is_given (options))
    return mopt_prompt_from_options (options, error);

  g_autoptr (MoptPassword) first = mopt_prompt_password (_ ("New passphrase:"), error);
  if (first == NULL)
    return NULL;
  g_autoptr (MoptPassword) second = mopt_prompt_password (_ ("Once more:"), error);
  if (second == NULL)
    return NULL;
  if (mopt_password_equal (first, second))
    return g_steal_pointer (&first);
  g_set_error_literal (error, MOPT_ERROR, MOPT_ERROR_INVALID,
                       _ ("These are two different passphrases; nothing was written."));
  return NULL;
}

int
mopt_verb_keygen (const char *const *args)
{
  gboolean protect = FALSE;
  MoptPromptOptions options = { .fd = MOPT_PROMPT_NO_FD };
  const GOptionEntry entries[] = {
    { "passphrase", 0, 0, G_OPTION_ARG_NONE, &protect, N_ ("Protect the private key by a passphrase"), NULL },
    MOPT_PROMPT_ENTRIES (options),
    { NULL },
  };
  g_auto (GStrv) words = mopt_cli_parse (args, entries, 1, 1);
  g_autoptr (MoptPassword) passphrase = NULL;
  g_autoptr (GError) error = NULL;
  MoptPublicKey key;

  if (words == NULL || !mopt_prompt_check (&options, args[0]))
    return MOPT_EXIT_USAGE;
  if (protect || mopt_prompt_is_given (&options))
    {
      passphrase = ask_new_passphrase (&options, &error);
      if (passphrase == NULL)
        return mopt_cli_fail (error);
    }
  if (!mopt_private_key_generate (words[0], passphrase, &key, &error))
    return mopt_cli_fail (error);

  g_autofree char *public_path = g_strconcat (words[0], MOPT_PUBLIC_KEY_SUFFIX, NULL);
  g_autofree char *text = mopt_public_key_to_text (&key);
  g_print (_ ("%s is the private key. Whoever has it can publish in your name: keep it where only\n"
              "those who publish can read it, and a copy in a safe place.\n"),
           words[0]);
  g_print (_ ("%s is the public key. Each desktop gets it, so that nothing else is accepted\n"
              "there; write this into its %s:\n"),
           public_path, MOPT_SYSCONFDIR "/mail-options/source.conf");
  g_print ("\n  [Source]\n  PublicKey=%s\n", text);
  return MOPT_EXIT_DONE;
}

/* --- sign --- */

static void
note_readers (const char *path)
{
  struct stat info;

  if (stat (path, &info) == 0 && (info.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    mopt_cli_complain (_ ("Note: others than its owner may read the private key “%s” (chmod go= mends that)."), path);
}

MoptPrivateKey *
mopt_signature_open_key (const char *path, const MoptPromptOptions *options, GError **error)
{
  g_autoptr (MoptPassword) passphrase = NULL;
  g_autoptr (GError) cause = NULL;
  MoptPrivateKey *key = mopt_private_key_read (path, NULL, &cause);

  if (key == NULL && g_error_matches (cause, MOPT_ERROR, MOPT_ERROR_MISSING))
    {
      g_autofree char *question = g_strdup_printf (_ ("Passphrase of %s:"), path);

      passphrase = mopt_prompt_is_given (options) ? mopt_prompt_from_options (options, error)
                                                  : mopt_prompt_password (question, error);
      return passphrase != NULL ? mopt_private_key_read (path, passphrase, error) : NULL;
    }
  if (key == NULL)
    g_propagate_error (error, g_steal_pointer (&cause));
  else
    note_readers (path);
  return key;
}

static gboolean
sign (const char *path, const char *key_path, const MoptPromptOptions *options, const char *signature_path,
      GError **error)
{
  g_autoptr (GBytes) text = mopt_file_load (path, MOPT_PUBLISHED_MAX, NULL, error);
  g_autoptr (MoptPrivateKey) key = text != NULL ? mopt_signature_open_key (key_path, options, error) : NULL;
  g_autoptr (GBytes) signature = key != NULL ? mopt_signature_sign (key, text, error) : NULL;

  return signature != NULL
         && mopt_file_replace (signature_path, g_bytes_get_data (signature, NULL), g_bytes_get_size (signature), 0644,
                               MOPT_FILE_OWN_GROUP, error);
}

int
mopt_verb_sign (const char *const *args)
{
  g_autofree char *key_path = NULL;
  MoptPromptOptions options = { .fd = MOPT_PROMPT_NO_FD };
  const GOptionEntry entries[] = {
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &key_path, N_ ("The private key, a PEM file"), N_ ("FILE") },
    MOPT_PROMPT_ENTRIES (options),
    { NULL },
  };
  g_auto (GStrv) words = mopt_cli_parse (args, entries, 1, 1);
  g_autoptr (GError) error = NULL;

  if (words == NULL || !mopt_prompt_check (&options, args[0]))
    return MOPT_EXIT_USAGE;
  if (key_path == NULL)
    return mopt_cli_misused (args[0], _ ("Say with which key: --key FILE"));

  g_autofree char *signature_path = g_strconcat (words[0], MOPT_SIGNATURE_SUFFIX, NULL);
  if (!sign (words[0], key_path, &options, signature_path, &error))
    return mopt_cli_fail (error);
  g_print (_ ("%s holds the signature.\n"), signature_path);
  return MOPT_EXIT_DONE;
}

/* --- verify --- */

/* @word: a file or the key itself; NULL: what source.conf says. FALSE: it has been said why, *@code. */
static gboolean
find_key (const char *word, MoptPublicKey *key, int *code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MoptSourceFile) source = NULL;

  *code = MOPT_EXIT_FAILED;
  if (word != NULL)
    {
      if (mopt_public_key_parse (word, key, NULL) || mopt_public_key_read (word, key, &error))
        return TRUE;
    }
  else
    {
      source = mopt_source_load (&error);
      if (source != NULL && source->has_key)
        {
          *key = source->key;
          return TRUE;
        }
      if (source != NULL)
        {
          *code = mopt_cli_misused ("verify", _ ("This computer has no key to go by. Say which: --key FILE"));
          return FALSE;
        }
    }
  *code = mopt_cli_fail (error);
  return FALSE;
}

int
mopt_verb_verify (const char *const *args)
{
  g_autofree char *key_word = NULL;
  const GOptionEntry entries[] = {
    { "key", 0, 0, G_OPTION_ARG_STRING, &key_word,
      N_ ("The public key, a PEM file or base64; without it that of this computer's source.conf"), N_ ("FILE") },
    { NULL },
  };
  g_auto (GStrv) words = mopt_cli_parse (args, entries, 1, 1);
  g_autoptr (GError) error = NULL;
  MoptPublicKey key;
  int code;

  if (words == NULL)
    return MOPT_EXIT_USAGE;
  if (!find_key (key_word, &key, &code))
    return code;

  g_autofree char *signature_path = g_strconcat (words[0], MOPT_SIGNATURE_SUFFIX, NULL);
  g_autoptr (GBytes) text = mopt_file_load (words[0], MOPT_PUBLISHED_MAX, NULL, &error);
  g_autoptr (GBytes) signature
      = text != NULL ? mopt_file_load (signature_path, MOPT_PUBLISHED_MAX, NULL, &error) : NULL;
  if (signature == NULL)
    return mopt_cli_fail (error);
  if (mopt_signature_verify (&key, text, signature))
    {
      g_print (_ ("%s is as it was signed with this key.\n"), words[0]);
      return MOPT_EXIT_DONE;
    }
  if (g_bytes_get_size (signature) != MOPT_SIGNATURE_SIZE)
    mopt_cli_complain (_ ("“%s” is no signature: it has not 64 bytes."), signature_path);
  else
    mopt_cli_complain (_ ("“%s” is not what was signed with this key: it, or its signature, was changed afterwards, "
                          "or it was signed with another key."),
                       words[0]);
  return MOPT_EXIT_FAILED;
}
