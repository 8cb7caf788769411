/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mopt: the table of verbs and the way to them. Each verb is a function in the file that its group is named after. */
#include "config.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/near.h"
#include "base/start.h"
#include "cli/cli.h"
#include "cli/output.h"

#define ACCOUNT_HELP                                                                                                   \
  N_ ("ACCOUNT is the id of an account or its name; without it the default account is\n"                               \
      "meant.")
#define VALUES_HELP                                                                                                    \
  N_ ("“mopt show” lists the fields. A list such as from-legal takes its entries in\n"                             \
      "one word, separated by comma or semicolon, or the word several times. All values\n"                             \
      "are checked first; if one is refused, nothing is changed.")
#define PASSWORD_HELP                                                                                                  \
  N_ ("Passwords come from the keyring, or else are asked for on the terminal. With\n"                                 \
      "--password-fd or --password-stdin one line is read instead, used for every login\n"                             \
      "of this run, and no keyring is needed.")

const MoptVerb mopt_verbs[] = {
  { "list", NULL, N_ ("List the accounts and how they stand"), NULL, mopt_verb_list },
  { "show", N_ ("[ACCOUNT [FIELD…]] | --general [name] [address]"),
    N_ ("Show the fields of an account, or only the values of some"), ACCOUNT_HELP, mopt_verb_show },
  { "explain", N_ ("[ACCOUNT]"), N_ ("Show where each value comes from, file and line"), ACCOUNT_HELP,
    mopt_verb_explain },
  { "add", N_ ("KIND NAME [FIELD=VALUE…]"), N_ ("Add an account (KIND: pop or imap) and print its id"), VALUES_HELP,
    mopt_verb_add },
  { "set", N_ ("ACCOUNT FIELD=VALUE… | --general [name=VALUE] [address=VALUE]"), N_ ("Set fields"), VALUES_HELP,
    mopt_verb_set },
  { "unset", N_ ("ACCOUNT FIELD… | --general [name] [address]"), N_ ("Put fields back to their defaults"), NULL,
    mopt_verb_unset },
  { "customize", N_ ("ACCOUNT SECTION"), N_ ("Have values of your own in a section of a published account"),
    N_ ("The section starts with the published values; change them with “mopt set”. With\n"
        "--undo your values are dropped, and what is published is in effect again. A\n"
        "section whose values are kept, but not in effect, is put in effect again."),
    mopt_verb_customize },
  { "copy", N_ ("ACCOUNT [NAME]"), N_ ("Copy an account with its passwords and print the id of the copy"), NULL,
    mopt_verb_copy },
  { "delete", N_ ("ACCOUNT"), N_ ("Delete an account and its stored passwords"),
    N_ ("Of a published account only your changes are removed. On a terminal it asks\n"
        "before it deletes."),
    mopt_verb_delete },
  { "withdrawn", NULL, N_ ("List accounts that were withdrawn from you, and take them back"),
    N_ ("What you had made of a published account that was withdrawn and deleted is kept for\n"
        "30 days. Taken back it is an account of your own, or your changes of it where it is\n"
        "published again."),
    mopt_verb_withdrawn },
  { "default", N_ ("[ACCOUNT]"), N_ ("Show or choose the default account"), NULL, mopt_verb_default },
  { "password", N_ ("ACCOUNT"), N_ ("Store or forget a password in the keyring"),
    N_ ("The password is asked for on the terminal, or read as one line with\n"
        "--password-fd or --password-stdin. It is never taken from the command line or the\n"
        "environment."),
    mopt_verb_password },
  { "test", N_ ("[ACCOUNT]"), N_ ("Test an account: log in, send a message to yourself, wait for it"), PASSWORD_HELP,
    mopt_verb_test },
  { "check", N_ ("[ACCOUNT]"), N_ ("Check the connection of an account without sending anything"), PASSWORD_HELP,
    mopt_verb_check },
  { "conversation-id", N_ ("[ACCOUNT]"), N_ ("Show, draw or find the Conversation IDs of an account"), ACCOUNT_HELP,
    mopt_verb_conversation_id },
  { "probe", N_ ("HOST | --account ACCOUNT"), N_ ("Show what a mail server offers, and what Auto makes of it"),
    N_ ("Every way that Auto would try is tried to its end: what the server offers there,\n"
        "before and after encryption, and its certificate. Nobody logs in."),
    mopt_verb_probe },
  { "from-check", N_ ("[ACCOUNT]"), N_ ("Ask the outgoing server which of your From addresses it accepts"),
    N_ ("Nothing is sent: the server is only asked, for each address, whether it would take\n"
        "a message from it to you. It ends with 1 where one is refused or not checked."),
    mopt_verb_from_check },
  { "send", N_ ("[RECIPIENT…]"), N_ ("Send the message on standard input, as sendmail does"),
    N_ ("The account is that of the From address, else the default one; its rules hold. There\n"
        "is no queue: what cannot be sent now fails now. Exit codes are those of sysexits(3):\n"
        "75 where it may pass later. What else sendmail takes (-o, -B, -d, …) is accepted."),
    mopt_verb_send },
  { "trust", N_ ("[ACCOUNT]"), N_ ("Show and change which certificates are trusted, and what was reached"),
    N_ ("Without an option that changes something it shows what is known of the servers: how\n"
        "secure they were, which certificates you trust, whether they may go unencrypted."),
    mopt_verb_trust },
  { "validate", N_ ("FILE"), N_ ("Check a file of published accounts before it is published"),
    N_ ("Each finding has a line: the file, the line, “error” or “warning”, and a word that\n"
        "programs can go by. It ends with 1 where there are errors, and 0 with warnings only."),
    mopt_verb_validate },
  { "publish", N_ ("DRAFT"), N_ ("Check, sign and publish a draft, with the next serial number"),
    N_ ("Errors stop it, warnings are listed. What was signed is published only with --key.\n"
        "The draft hears of its new serial number, so that nobody overwrites what somebody\n"
        "else published meanwhile; a draft without a Serial line is left as it is."),
    mopt_verb_publish },
  { "fetch", NULL, N_ ("Fetch what your organisation publishes, if that comes from a web server"),
    N_ ("The window does so by itself, about every four hours. Without --if-due it is done\n"
        "now. What is in force stays so until something better has come."),
    mopt_verb_fetch },
  { "publication", N_ ("[show|forget]"), N_ ("Show what your organisation published, and whether it is in force"),
    N_ ("What was good last stays in force where what is published now is broken, forged,\n"
        "expired or gone. “forget” ends that. The exit code is 1 if there is such a problem."),
    mopt_verb_publication },
  { "keygen", N_ ("FILE"), N_ ("Make a pair of keys to sign what you publish: FILE and FILE.pub"),
    N_ ("The passphrase is asked for on the terminal, or read as one line with\n"
        "--password-fd or --password-stdin."),
    mopt_verb_keygen },
  { "sign", N_ ("FILE --key KEY"), N_ ("Sign a published file: writes FILE.sig"),
    N_ ("The passphrase of the key, if it has one, is asked for on the terminal, or read as\n"
        "one line with --password-fd or --password-stdin."),
    mopt_verb_sign },
  { "verify", N_ ("FILE [--key KEY]"), N_ ("Check the signature of a published file, FILE.sig"), NULL,
    mopt_verb_verify },
  /* for the completion of shells, not named in --help */
  { "complete", N_ ("verbs | accounts | withdrawn | fields | sections | values FIELD [ACCOUNT|KIND]"), NULL, NULL,
    mopt_verb_complete },
  { NULL },
};

static void
print_help (void)
{
  MoptTable *verbs = mopt_table_new (2);

  g_print (_ ("Usage: %s\n"), "mopt VERB [OPTION…] [WORD…]");
  g_print ("\n%s\n\n", _ ("Your e-mail accounts from the command line."));
  for (const MoptVerb *verb = mopt_verbs; verb->name != NULL; verb++)
    if (verb->help != NULL)
      mopt_table_add (verbs, (const char *[]){ verb->name, _ (verb->help) });
  mopt_table_print (verbs, 2);
  g_print ("\n  %s\n  %s\n  %s\n", _ ("mopt VERB --help   explains a verb and its options"),
           _ ("mopt --version     prints the version"),
           _ ("mopt --published FILE VERB …   takes this published file, to try it out"));
  g_print ("\n%s\n", _ ("Exit codes: 0 done or passed, 1 failed, 2 wrong usage, 130 cancelled. See mopt(1)."));
}

/* A disk may be full, too, where the output goes: then nobody must take half of it for all. */
static int
finish_output (int code)
{
  if (fflush (stdout) == 0 && !ferror (stdout))
    return code;
  mopt_cli_complain (_ ("The output could not be written."));
  return code == MOPT_EXIT_DONE ? MOPT_EXIT_FAILED : code;
}

/* Whether we are called by a link of that name. */
static gboolean
is_sendmail (const char *program)
{
  const char *name = program != NULL ? strrchr (program, '/') : NULL;

  return g_strcmp0 (name != NULL ? name + 1 : program, "sendmail") == 0;
}

/* The words of the command line in UTF-8, without the program's name (for sendmail: "send"); NULL: one of them is no
 * text. */
static char **
read_words (int argc, char **argv)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (is_sendmail (argv[0]))
    g_strv_builder_add (builder, "send");
  for (int i = 1; i < argc; i++)
    {
      g_autofree char *word = g_locale_to_utf8 (argv[i], -1, NULL, NULL, NULL);

      if (word == NULL)
        {
          mopt_cli_complain (_ ("Word %d of the command line is not valid text in this locale."), i);
          return NULL;
        }
      g_strv_builder_add (builder, word);
    }
  return g_strv_builder_end (builder);
}

static int
unknown_verb (const char *name)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (const MoptVerb *verb = mopt_verbs; verb->name != NULL; verb++)
    if (verb->help != NULL)
      g_ptr_array_add (names, (gpointer) verb->name);
  g_ptr_array_add (names, NULL);

  const char *near = mopt_near (name, (const char *const *) names->pdata);
  if (near != NULL)
    mopt_cli_complain (_ ("There is no verb “%s”. Did you mean “mopt %s”?"), name, near);
  else
    mopt_cli_complain (_ ("There is no verb “%s”. See “mopt --help”."), name);
  return MOPT_EXIT_USAGE;
}

static int
run (const char *const *words)
{
  if (words[0] != NULL && g_str_equal (words[0], "--published"))
    {
      if (words[1] == NULL)
        {
          mopt_cli_complain (_ ("Say which file: --published FILE"));
          return MOPT_EXIT_USAGE;
        }
      mopt_cli_try_published (words[1]);
      words += 2;
    }
  if (words[0] == NULL)
    {
      mopt_cli_complain (_ ("Say what to do, for example “mopt list”. See “mopt --help”."));
      return MOPT_EXIT_USAGE;
    }
  if (g_str_equal (words[0], "--help") || g_str_equal (words[0], "-h"))
    {
      print_help ();
      return MOPT_EXIT_DONE;
    }
  if (g_str_equal (words[0], "--version"))
    {
      g_print ("mopt (mail-options) %s\n", MOPT_VERSION);
      return MOPT_EXIT_DONE;
    }
  for (const MoptVerb *verb = mopt_verbs; verb->name != NULL; verb++)
    if (g_str_equal (verb->name, words[0]))
      {
        int code = verb->run (words);

        mopt_cli_tell_programs (words, code);
        return code;
      }
  return unknown_verb (words[0]);
}

int
main (int argc, char **argv)
{
  mopt_start ("mopt");

  g_auto (GStrv) words = read_words (argc, argv);
  if (words == NULL)
    return is_sendmail (argv[0]) ? EX_USAGE : MOPT_EXIT_USAGE;
  return finish_output (run ((const char *const *) words));
}
