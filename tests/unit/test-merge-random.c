/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whatever administrator and user do, in whatever order: no value of the user's is ever lost unless he took it back,
 * and no value of his is in effect in a section that is locked. A small model beside the real thing says what must be:
 * it knows no layers and no texts, only what each of the two has done. */
#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>

#include "base/error.h"
#include "model/draft.h"
#include "store/accounts.h"

#ifdef __SANITIZE_ADDRESS__
#define SEQUENCES 1500 /* each costs many times as much */
#else
#define SEQUENCES 10000 /* of so many steps */
#endif
#define STEPS 6
#define N_ACCOUNTS 2

/* One field of a section stands for the section; both can hold any word. */
static const struct
{
  MoptSection section;
  MoptField field;
} probes[] = {
  { MOPT_SECTION_INCOMING_SERVER, MOPT_FIELD_INCOMING_HOST },
  { MOPT_SECTION_INCOMING_ACCOUNT, MOPT_FIELD_INCOMING_USER },
  { MOPT_SECTION_OUTGOING_SERVER, MOPT_FIELD_OUTGOING_HOST },
};
#define N_PROBES G_N_ELEMENTS (probes)

/* What the two have done. */
typedef struct
{
  gboolean published;     /* there is such an account */
  char *withdrawn;        /* NULL, "keep", "delete" */
  char *theirs[N_PROBES]; /* NULL: blank */
  gboolean locked[N_PROBES];
  char *mine[N_PROBES];   /* what he customised with, and has not taken back; NULL: nothing */
  gboolean out[N_PROBES]; /* it was locked when something was written: he has to say that he wants it again */
  char *pick;             /* from-default */
} Model;

typedef struct
{
  char *folder, *path, *published;
  MoptAccounts *accounts;
  Model models[N_ACCOUNTS];
  guint serial;
  guint words;
  GPtrArray *own; /* of char: what must be found in accounts of his own by now, "FIELD=VALUE" */
  guint refused;
  GString *trace; /* of the sequence, for whom it may concern */
  GString *said;  /* by the program, in this sequence */
} World;

static const char *const ids[N_ACCOUNTS] = { "desk", "it" };

static char *
new_word (World *w)
{
  return g_strdup_printf ("w%u.example.com", w->words++);
}

static void
set (char **place, char *text)
{
  g_free (*place);
  *place = text;
}

/* --- The administrator --------------------------------------------------------------------------------------- */

static void
publish (World *w)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, "[Publication]\nFormat=1\nSerial=%u\n\n", ++w->serial);
  for (guint a = 0; a < N_ACCOUNTS; a++)
    {
      const Model *m = &w->models[a];

      if (!m->published)
        continue;
      g_string_append_printf (text, "[Account %s]\nKind=imap\nName=%s\nLocked=", ids[a], ids[a]);
      for (guint i = 0; i < N_PROBES; i++)
        if (m->locked[i])
          g_string_append_printf (text, "%s;", mopt_section_info (probes[i].section)->name);
      g_string_append_c (text, '\n');
      for (guint i = 0; i < N_PROBES; i++)
        if (m->theirs[i] != NULL)
          g_string_append_printf (text, "%s=%s\n", mopt_field_info (probes[i].field)->name, m->theirs[i]);
      if (m->withdrawn != NULL)
        g_string_append_printf (text, "Withdrawn=%s\n", m->withdrawn);
      g_string_append_c (text, '\n');
    }
  g_assert_true (
      g_file_set_contents_full (w->published, text->str, text->len, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
}

/* --- What must be --------------------------------------------------------------------------------------------- */

static gboolean
is_listed (const Model *m)
{
  return m->published && m->withdrawn == NULL;
}

static const char *
expected (const Model *m, guint i)
{
  if (m->mine[i] != NULL && !m->out[i] && !m->locked[i])
    return m->mine[i];
  return m->theirs[i] != NULL ? m->theirs[i] : "";
}

/* Whoever is about to write follows up what was withdrawn, be it that his own change is refused then. */
static void
note_withdrawn (World *w)
{
  for (guint a = 0; a < N_ACCOUNTS; a++)
    {
      Model *m = &w->models[a];
      gboolean any = m->pick != NULL;

      for (guint i = 0; i < N_PROBES; i++)
        any = any || m->mine[i] != NULL;
      if (!m->published || m->withdrawn == NULL || !any)
        continue;
      for (guint i = 0; i < N_PROBES; i++)
        {
          if (g_str_equal (m->withdrawn, "keep") && *expected (m, i) != '\0')
            g_ptr_array_add (w->own,
                             g_strdup_printf ("%s=%s", mopt_field_info (probes[i].field)->name, expected (m, i)));
          set (&m->mine[i], NULL);
          m->out[i] = FALSE;
        }
      set (&m->pick, NULL);
    }
}

/* A write of anything parks what is locked by now. */
static void
note_write (World *w)
{
  note_withdrawn (w);
  for (guint a = 0; a < N_ACCOUNTS; a++)
    for (guint i = 0; i < N_PROBES; i++)
      {
        Model *m = &w->models[a];

        if (is_listed (m))
          m->out[i] = m->mine[i] != NULL && (m->out[i] || m->locked[i]);
      }
}

static void
assert_contains (World *w, const char *text, const char *value)
{
  if (strstr (text, value) == NULL)
    g_error ("“%s” was lost. What went wrong by the program's own words: %s\n%s", value, w->said->str, text);
}

/* A follow-up that fails is said, not refused: without that nobody could tell why a value is not where it must be. */
static void
on_announced (MoptAccounts *accounts, const char *const *sentences, const char *reason, const char *id, World *w)
{
  for (guint i = 0; sentences[i] != NULL; i++)
    g_string_append_printf (w->said, "%s\n", sentences[i]);
}

static void
start (World *w)
{
  w->accounts = mopt_accounts_new (w->path);
  g_signal_connect (w->accounts, "announced", G_CALLBACK (on_announced), w);
}

/* Values that are not in effect must still be in a file: the user's, or that of what is withdrawn. */
static void
check_kept (World *w)
{
  g_autofree char *text = NULL;

  if (!g_file_get_contents (w->path, &text, NULL, NULL))
    text = g_strdup ("");
  for (guint a = 0; a < N_ACCOUNTS; a++)
    for (guint i = 0; i < N_PROBES; i++)
      if (w->models[a].mine[i] != NULL)
        assert_contains (w, text, w->models[a].mine[i]);
  for (guint i = 0; i < w->own->len; i++)
    assert_contains (w, text, w->own->pdata[i]);
}

static void
check (World *w)
{
  for (guint a = 0; a < N_ACCOUNTS; a++)
    {
      const Model *m = &w->models[a];
      MoptAccount *account = mopt_accounts_get (w->accounts, ids[a]);

      g_assert_true ((account != NULL) == is_listed (m));
      if (account == NULL)
        continue;
      for (guint i = 0; i < N_PROBES; i++)
        {
          g_assert_cmpstr (mopt_account_get (account, probes[i].field), ==, expected (m, i));
          g_assert_true (mopt_account_is_locked (account, probes[i].section) == m->locked[i]);
        }
      g_assert_cmpstr (mopt_account_get (account, MOPT_FIELD_FROM_DEFAULT), ==, m->pick != NULL ? m->pick : "");
    }
  check_kept (w);
}

/* --- The user -------------------------------------------------------------------------------------------------- */

static void
reload (World *w)
{
  g_autoptr (GError) error = NULL;

  mopt_accounts_load (w->accounts, &error);
  g_assert_no_error (error);
}

/* Writes @copy; where that is refused it must be for a reason. */
static gboolean
put (World *w, MoptAccount *base, MoptAccount *copy, gboolean may)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = mopt_accounts_apply (w->accounts,
                                     &(MoptChange){ .what = MOPT_CHANGE_PUT, .account = copy, .base = base }, &error);

  if (ok)
    g_assert_true (may);
  else
    g_assert_error (error, MOPT_ERROR, MOPT_ERROR_LOCKED);
  if (!ok)
    note_withdrawn (w);
  w->refused += !ok;
  return ok;
}

/* @published: the administrator is quicker than the click on OK. */
static void
customise (World *w, guint a, guint i, gboolean published)
{
  Model *m = &w->models[a];
  MoptAccount *account = mopt_accounts_get (w->accounts, ids[a]);

  if (account == NULL || mopt_account_is_locked (account, probes[i].section))
    return;
  g_autoptr (MoptAccount) base = mopt_account_dup (account), copy = mopt_account_dup (account);
  g_autofree char *word = new_word (w);
  if (!mopt_account_is_customised (copy, probes[i].section))
    mopt_draft_customise (copy, probes[i].section);
  mopt_account_set (copy, probes[i].field, word);
  if (published)
    {
      m->locked[i] = g_random_boolean ();
      set (&m->theirs[i], new_word (w));
      publish (w);
    }
  if (put (w, base, copy, !m->locked[i]))
    {
      set (&m->mine[i], g_strdup (word));
      m->out[i] = FALSE;
      note_write (w);
    }
}

static void
revert (World *w, guint a, guint i)
{
  Model *m = &w->models[a];
  MoptAccount *account = mopt_accounts_get (w->accounts, ids[a]);

  if (account == NULL)
    return;
  g_autoptr (MoptAccount) base = mopt_account_dup (account), copy = mopt_account_dup (account);
  mopt_draft_forget (copy, probes[i].section);
  g_assert_true (put (w, base, copy, TRUE));
  set (&m->mine[i], NULL);
  m->out[i] = FALSE;
  note_write (w);
}

static void
use_again (World *w, guint a, guint i)
{
  Model *m = &w->models[a];
  MoptAccount *account = mopt_accounts_get (w->accounts, ids[a]);

  if (account == NULL || m->mine[i] == NULL)
    return;
  g_autoptr (MoptAccount) base = mopt_account_dup (account), copy = mopt_account_dup (account);
  mopt_draft_use_again (copy, probes[i].section);
  /* where it is locked, and was not parked by a write, that asks for nothing that is not so already */
  if (put (w, base, copy, TRUE))
    {
      m->out[i] = FALSE;
      note_write (w);
    }
}

static void
remove_changes (World *w, guint a)
{
  Model *m = &w->models[a];
  MoptAccount *account = mopt_accounts_get (w->accounts, ids[a]);
  g_autoptr (GError) error = NULL;

  if (account == NULL)
    return;
  g_autoptr (MoptAccount) gone = g_object_ref (account);
  mopt_accounts_apply (w->accounts, &(MoptChange){ .what = MOPT_CHANGE_DELETE, .account = gone }, &error);
  g_assert_no_error (error);
  note_write (w);
  if (g_random_boolean ()) /* and its undo */
    {
      mopt_accounts_apply (w->accounts, &(MoptChange){ .what = MOPT_CHANGE_RESTORE, .account = gone }, &error);
      g_assert_no_error (error);
      return;
    }
  for (guint i = 0; i < N_PROBES; i++)
    {
      set (&m->mine[i], NULL);
      m->out[i] = FALSE;
    }
  set (&m->pick, NULL);
}

static void
pick (World *w, guint a)
{
  Model *m = &w->models[a];
  MoptAccount *account = mopt_accounts_get (w->accounts, ids[a]);

  if (account == NULL)
    return;
  g_autoptr (MoptAccount) base = mopt_account_dup (account), copy = mopt_account_dup (account);
  g_autofree char *word = g_strdup_printf ("p%u@example.com", w->words++);
  mopt_account_set (copy, MOPT_FIELD_FROM_DEFAULT, word);
  g_assert_true (put (w, base, copy, TRUE));
  set (&m->pick, g_steal_pointer (&word));
  note_write (w);
}

static void
write_something (World *w)
{
  g_autofree char *name = g_strdup_printf ("Alice %u", w->words++);

  g_assert_true (
      mopt_accounts_apply (w->accounts, &(MoptChange){ .what = MOPT_CHANGE_GENERAL, .own_name = name }, NULL));
  note_write (w);
}

/* --- Both -------------------------------------------------------------------------------------------------------- */

static void
step (World *w)
{
  guint a = g_random_int_range (0, N_ACCOUNTS), i = g_random_int_range (0, N_PROBES);
  Model *m = &w->models[a];

  guint what = g_random_int_range (0, 14);

  g_string_append_printf (w->trace, "%u of %s, %s\n", what, ids[a], mopt_section_info (probes[i].section)->name);
  switch (what)
    {
    case 0:
      set (&m->theirs[i], g_random_int_range (0, 4) > 0 ? new_word (w) : NULL);
      break;
    case 1:
    case 2:
      m->locked[i] = !m->locked[i];
      break;
    case 3:
      m->published = !m->published;
      break;
    case 4:
      set (&m->withdrawn, m->withdrawn != NULL ? NULL : g_strdup (g_random_boolean () ? "keep" : "delete"));
      break;
    case 5:
    case 6:
    case 7:
      customise (w, a, i, FALSE);
      return;
    case 8:
      customise (w, a, i, TRUE);
      reload (w);
      return;
    case 9:
      revert (w, a, i);
      return;
    case 10:
      use_again (w, a, i);
      return;
    case 11:
      remove_changes (w, a);
      return;
    case 12:
      pick (w, a);
      return;
    default:
      write_something (w);
      return;
    }
  publish (w);
  if (g_random_boolean ()) /* the program was closed and is started anew */
    {
      g_clear_object (&w->accounts);
      start (w);
    }
  reload (w);
}

static void
world_clear (World *w)
{
  for (guint a = 0; a < N_ACCOUNTS; a++)
    {
      Model *m = &w->models[a];

      for (guint i = 0; i < N_PROBES; i++)
        {
          g_free (m->theirs[i]);
          g_free (m->mine[i]);
        }
      g_free (m->withdrawn);
      g_free (m->pick);
      memset (m, 0, sizeof *m);
    }
  g_ptr_array_set_size (w->own, 0);
  g_string_truncate (w->said, 0);
  g_clear_object (&w->accounts);
}

static void
test_random (void)
{
  /* each write is synced: where that is memory it is quick enough for all of them */
  const char *place = g_access ("/dev/shm", W_OK) == 0 ? "/dev/shm" : g_get_tmp_dir ();
  g_autofree char *folder = g_build_filename (place, "mopt-XXXXXX", NULL);
  guint n = g_str_equal (place, "/dev/shm") ? SEQUENCES : SEQUENCES / 50;
  World w
      = { .own = g_ptr_array_new_with_free_func (g_free), .trace = g_string_new (NULL), .said = g_string_new (NULL) };

  g_assert_nonnull (g_mkdtemp (folder));
  w.path = g_build_filename (folder, "accounts.conf", NULL);
  w.published = g_build_filename (folder, "published.conf", NULL);
  g_setenv ("XDG_STATE_HOME", folder, TRUE);
  g_setenv ("MAIL_OPTIONS_PUBLISHED", w.published, TRUE);
  for (guint s = 0; s < n; s++)
    {
      g_autofree char *withdrawn = g_build_filename (folder, "mail-options", "withdrawn.conf", NULL);
      g_autofree char *passwords = g_build_filename (folder, "mail-options", "passwords.conf", NULL);

      g_remove (w.path);
      g_remove (withdrawn);
      g_remove (passwords);
      start (&w);
      for (guint a = 0; a < N_ACCOUNTS; a++)
        w.models[a].published = TRUE;
      publish (&w);
      reload (&w);
      check (&w);
      for (guint i = 0; i < STEPS; i++)
        {
          step (&w);
          if (g_test_verbose ())
            g_printerr ("%s", w.trace->str);
          g_string_truncate (w.trace, 0);
          check (&w);
        }
      world_clear (&w);
    }
  g_test_message ("%u sequences; %u changes were refused", n, w.refused);
  g_assert_cmpuint (w.refused, >, 0); /* locks did come in between */
  g_ptr_array_unref (w.own);
  g_string_free (w.trace, TRUE);
  g_string_free (w.said, TRUE);
  g_free (w.path);
  g_free (w.published);
  g_autofree char *remove = g_strdup_printf ("rm -rf %s", folder);
  g_assert_true (g_spawn_command_line_sync (remove, NULL, NULL, NULL, NULL));
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_random_set_seed (g_test_rand_int ()); /* "random seed" of the test's output makes it the same again: --seed */
  g_test_add_func ("/merge/random", test_random);
  return g_test_run ();
}
