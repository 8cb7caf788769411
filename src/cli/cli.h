/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/accounts.h"

G_BEGIN_DECLS

/* What the verbs of mopt share. */

/* The exit codes, a contract (see the man page). */
enum
{
  MOPT_EXIT_DONE = 0,
  MOPT_EXIT_FAILED = 1,
  MOPT_EXIT_USAGE = 2,
  MOPT_EXIT_CANCELLED = 130,
};

/* A verb of the table in main.c. Texts are msgids. */
typedef struct
{
  const char *name;
  const char *usage; /* what follows the name: "ACCOUNT FIELD=VALUE…" */
  const char *help;  /* one line for `mopt --help` */
  const char *more;  /* what `mopt VERB --help` says beneath its options; NULL: nothing */
  /* @args: NULL-terminated, UTF-8, the verb's name first. Returns the exit code. */
  int (*run) (const char *const *args);
} MoptVerb;

/* The table, ended by a verb without name. */
extern const MoptVerb mopt_verbs[];

int mopt_verb_list (const char *const *args);
int mopt_verb_show (const char *const *args);
int mopt_verb_explain (const char *const *args);
int mopt_verb_add (const char *const *args);
int mopt_verb_set (const char *const *args);
int mopt_verb_unset (const char *const *args);
int mopt_verb_customize (const char *const *args);
int mopt_verb_copy (const char *const *args);
int mopt_verb_delete (const char *const *args);
int mopt_verb_default (const char *const *args);
int mopt_verb_withdrawn (const char *const *args);
int mopt_verb_password (const char *const *args);
int mopt_verb_test (const char *const *args);
int mopt_verb_check (const char *const *args);
int mopt_verb_conversation_id (const char *const *args);
int mopt_verb_probe (const char *const *args);
int mopt_verb_from_check (const char *const *args);
int mopt_verb_send (const char *const *args);
int mopt_verb_trust (const char *const *args);
int mopt_verb_validate (const char *const *args);
int mopt_verb_publish (const char *const *args);
int mopt_verb_fetch (const char *const *args);
int mopt_verb_publication (const char *const *args);
int mopt_verb_keygen (const char *const *args);
int mopt_verb_sign (const char *const *args);
int mopt_verb_verify (const char *const *args);
int mopt_verb_complete (const char *const *args);

/* Reads the options among @args into what @entries name (nullable), and checks that @min to @max words are left.
 * These, without the verb's name: transfer full. NULL: it has been said what is wrong, the verb ends with
 * MOPT_EXIT_USAGE. --help ends the program. */
char **mopt_cli_parse (const char *const *args, const GOptionEntry *entries, guint min, guint max);

/* --published FILE, which stands before the verb or among its options: from here on that file is the published one. */
void mopt_cli_try_published (const char *path);

/* "mopt: SENTENCE" on standard error, control characters made visible. */
void mopt_cli_complain (const char *format, ...) G_GNUC_PRINTF (1, 2);
/* The same for @error; returns the exit code that belongs to it. */
int mopt_cli_fail (const GError *error);
/* The same for wrong usage of the verb, with a hint at its --help; MOPT_EXIT_USAGE. */
int mopt_cli_misused (const char *verb, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* At the end of a verb: where it failed (@code), and @args have --json, but nothing has been printed for it, prints an
 * object that says what was complained of last. */
void mopt_cli_tell_programs (const char *const *args, int code);

/* The accounts as the file has them, or NULL after complaining: MOPT_EXIT_FAILED. Transfer full. */
MoptAccounts *mopt_cli_load (void);

/* The account that @word names: its id or its name, NULL the default account. Borrowed from @accounts; NULL: it has
 * been said why, *@code is what the verb ends with. */
MoptAccount *mopt_cli_find (MoptAccounts *accounts, const char *word, int *code);

/* Both: what most verbs begin with. @accounts (out, transfer full; NULL where they could not be read). */
MoptAccount *mopt_cli_open (const char *word, MoptAccounts **accounts, int *code);

/* Waits for an asynchronous call: cli_wait_done is its callback, @wait its user data. Ctrl+C cancels @cancellable
 * meanwhile. */
typedef struct
{
  GAsyncResult *result;
  GCancellable *cancellable; /* for the call */
} MoptWait;
void mopt_cli_wait_init (MoptWait *wait);
void mopt_cli_wait_done (GObject *source, GAsyncResult *result, gpointer wait);
/* Its result, borrowed until clear. */
GAsyncResult *mopt_cli_wait (MoptWait *wait);
void mopt_cli_wait_clear (MoptWait *wait);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MoptWait, mopt_cli_wait_clear)

/* Calls @cancel at each SIGINT, SIGTERM or SIGHUP (unless nohup) until mopt_cli_forget_signals. */
void mopt_cli_catch_signals (GSourceFunc cancel, gpointer user_data);
void mopt_cli_forget_signals (void);

G_END_DECLS
