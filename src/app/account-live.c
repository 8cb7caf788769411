/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/account-live.h"
#include "app/live-words.h"
#include "model/draft.h"
#include "store/known.h"
#include "store/published-edit.h"
#include "store/security.h"

struct _MoptAccountLive
{
  GObject parent_instance;

  MoptAccounts *accounts;
  MoptAccount *draft;
  MoptAccount *start;
  MoptAccount *base;      /* nullable */
  GSignalGroup *original; /* the account in the list */
  gboolean gone;
  gboolean is_own; /* made so, and not written yet */
  char *clash;
  char *problem;  /* of the account in the list, as it was told; nullable */
  char *fresh_id; /* under which a new account has learned of its servers; NULL: not new, or about to be written */
};

G_DEFINE_FINAL_TYPE (MoptAccountLive, mopt_account_live, G_TYPE_OBJECT)

static guint told_signal, gone_signal;

MoptAccount *
mopt_account_live_get_draft (MoptAccountLive *self)
{
  return self->draft;
}

MoptAccount *
mopt_account_live_get_base (MoptAccountLive *self)
{
  return self->base;
}

gboolean
mopt_account_live_is_changed (MoptAccountLive *self)
{
  return self->is_own || mopt_draft_is_changed (self->draft, self->start);
}

gboolean
mopt_account_live_is_gone (MoptAccountLive *self)
{
  return self->gone;
}

const char *
mopt_account_live_get_clash (MoptAccountLive *self)
{
  return self->clash;
}

MoptAccount *
mopt_account_live_dup_tidy (MoptAccountLive *self)
{
  MoptAccount *tidy = mopt_account_dup (self->draft);

  g_clear_pointer (&self->fresh_id, g_free);
  mopt_draft_tidy (tidy, self->start);
  return tidy;
}

gboolean
mopt_account_live_make_id (MoptAccountLive *self, GError **error)
{
  if (self->base != NULL || !mopt_account_is_publishing (self->draft))
    return TRUE;
  g_autofree char *id = mopt_published_edit_new_id (mopt_account_get_name (self->draft), G_LIST_MODEL (self->accounts));
  gboolean followed = self->fresh_id == NULL
                      || (mopt_security_follow (self->fresh_id, id, error)
                          && mopt_security_forget (self->fresh_id, error));
  g_clear_pointer (&self->fresh_id, g_free);
  mopt_account_set_id (self->draft, id);
  return followed;
}

static void find_original (MoptAccountLive *self);

static void
set_start (MoptAccountLive *self, MoptAccount *account)
{
  g_clear_object (&self->start);
  self->start = mopt_account_dup (account);
}

void
mopt_account_live_set_base (MoptAccountLive *self, MoptAccount *written)
{
  g_clear_object (&self->base);
  g_clear_pointer (&self->clash, g_free);
  if (written == NULL)
    return;
  self->base = mopt_account_dup (written);
  self->is_own = FALSE;
  set_start (self, written);
  find_original (self);
}

/* It cannot be used as it is now: the dialog waits for it to be mended. */
static void
tell_problem (MoptAccountLive *self, const char *problem)
{
  if (g_strcmp0 (self->problem, problem) == 0)
    return;
  g_free (self->problem);
  self->problem = g_strdup (problem);
  g_signal_emit (self, told_signal, 0, problem);
}

static void
set_gone (MoptAccountLive *self, gboolean gone)
{
  if (gone == self->gone)
    return;
  self->gone = gone;
  g_signal_emit (self, gone_signal, 0);
}

gboolean
mopt_account_live_has_other_kind (MoptAccountLive *self)
{
  g_autoptr (MoptAccount) now = g_signal_group_dup_target (self->original);

  return now != NULL && mopt_account_get_kind (now) != mopt_account_get_kind (self->draft);
}

/* The account in the list has changed: brings the draft in line. Called several times for one change; the first one
 * does all. */
static void
follow (MoptAccountLive *self)
{
  g_autoptr (MoptAccount) now = g_signal_group_dup_target (self->original);

  if (now == NULL || self->base == NULL)
    return;
  if (mopt_account_get_problem (now, NULL) != NULL)
    {
      tell_problem (self, mopt_account_get_problem (now, NULL));
      return;
    }
  g_clear_pointer (&self->problem, g_free);
  set_gone (self, mopt_account_live_has_other_kind (self));
  if (self->gone || mopt_account_equal (now, self->base))
    return;
  g_autoptr (MoptAccount) before = mopt_account_live_dup_tidy (self);
  g_autoptr (MoptAccount) base = g_steal_pointer (&self->base);
  self->base = mopt_account_dup (now); /* first: handlers of what follows may ask */
  set_start (self, now);
  g_clear_pointer (&self->clash, g_free);
  self->clash = mopt_live_words_clash (before, base, now);
  mopt_draft_rebase (self->draft, base, now);

  g_autoptr (MoptAccount) after = mopt_account_live_dup_tidy (self);
  g_autofree char *words = mopt_live_words_change (before, base, after, now);
  if (words != NULL)
    g_signal_emit (self, told_signal, 0, words);
}

/* The personal account that took the place of the published one, which was withdrawn but left to its users: the
 * same, under another id. NULL: there is none. */
static MoptAccount *
find_heir (MoptAccountLive *self)
{
  g_autoptr (MoptAccount) own = mopt_account_dup (self->base);

  mopt_draft_make_own (own, mopt_account_get_id (own));
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->accounts)); i++)
    {
      g_autoptr (MoptAccount) account = g_list_model_get_item (G_LIST_MODEL (self->accounts), i);

      if (mopt_account_is_personal (account) && mopt_account_equal_effective (account, own))
        return account; /* the list has it */
    }
  return NULL;
}

/* The withdrawn account is the person's own now: so is the draft. */
static void
inherit (MoptAccountLive *self, MoptAccount *heir)
{
  g_autofree char *text
      = g_strdup_printf (_ ("“%s” is not published any more. It is your own account now: you can change all of it."),
                         mopt_account_get_name (heir));

  mopt_draft_make_own (self->draft, mopt_account_get_id (heir));
  g_clear_object (&self->base);
  self->base = mopt_account_dup (heir);
  set_start (self, heir);
  g_signal_group_set_target (self->original, heir);
  g_signal_emit (self, told_signal, 0, text);
}

/* Something came or went. */
static void
find_original (MoptAccountLive *self)
{
  MoptAccount *now = mopt_accounts_get (self->accounts, mopt_account_get_id (self->draft));
  gboolean fits = now != NULL && mopt_account_is_personal (now) == mopt_account_is_personal (self->draft);
  gboolean gone = self->base != NULL && !fits;
  MoptAccount *heir = gone && !mopt_account_is_personal (self->base) ? find_heir (self) : NULL;

  if (heir != NULL)
    inherit (self, heir);
  else
    g_signal_group_set_target (self->original, fits ? now : NULL);
  set_gone (self, heir == NULL && (gone || mopt_account_live_has_other_kind (self)));
  if (heir == NULL)
    follow (self);
}

gboolean
mopt_account_live_load (MoptAccountLive *self)
{
  MoptAccount *theirs = mopt_accounts_get (self->accounts, mopt_account_get_id (self->draft));

  if (theirs == NULL || mopt_account_live_has_other_kind (self))
    return FALSE;
  mopt_account_live_set_base (self, theirs);
  mopt_account_assign (self->draft, theirs);
  return TRUE;
}

void
mopt_account_live_make_own (MoptAccountLive *self)
{
  g_autofree char *id = mopt_account_new_id ();

  self->is_own = TRUE;
  self->gone = FALSE;
  g_signal_group_set_target (self->original, NULL);
  g_clear_object (&self->base);
  mopt_draft_make_own (self->draft, id);
  set_start (self, self->draft);
}

MoptAccountLive *
mopt_account_live_new (MoptAccounts *accounts, MoptAccount *account, MoptKind kind)
{
  MoptAccountLive *self = g_object_new (MOPT_TYPE_ACCOUNT_LIVE, NULL);
  g_autofree char *id = mopt_account_new_id ();

  self->accounts = g_object_ref (accounts);
  if (account != NULL)
    self->draft = mopt_account_dup (account);
  else
    self->draft = mopt_accounts_is_draft (accounts) ? mopt_published_edit_new_account (id, mopt_kind_name (kind))
                                                    : mopt_account_new (id, mopt_kind_name (kind));
  set_start (self, self->draft);
  if (account != NULL && mopt_accounts_get (accounts, mopt_account_get_id (account)) != NULL)
    self->base = mopt_account_dup (account);
  else
    self->fresh_id = g_strdup (mopt_account_get_id (self->draft));
  g_signal_connect_object (accounts, "items-changed", G_CALLBACK (find_original), self, G_CONNECT_SWAPPED);
  find_original (self);
  return self;
}

static void
mopt_account_live_dispose (GObject *object)
{
  MoptAccountLive *self = MOPT_ACCOUNT_LIVE (object);

  if (self->original != NULL)
    g_signal_group_set_target (self->original, NULL);
  g_clear_object (&self->original);
  G_OBJECT_CLASS (mopt_account_live_parent_class)->dispose (object);
}

static void
mopt_account_live_finalize (GObject *object)
{
  MoptAccountLive *self = MOPT_ACCOUNT_LIVE (object);
  g_autoptr (GError) error = NULL;

  /* Add was cancelled. Only for the log: there is no window any more, what stays is of an id that nobody has, and
     nobody has to do anything about it. */
  if (self->fresh_id != NULL && !mopt_known_forget (self->fresh_id, &error))
    g_message ("%s", error->message);
  g_free (self->fresh_id);
  g_clear_object (&self->draft);
  g_clear_object (&self->start);
  g_clear_object (&self->base);
  g_clear_object (&self->accounts);
  g_free (self->clash);
  g_free (self->problem);
  G_OBJECT_CLASS (mopt_account_live_parent_class)->finalize (object);
}

static void
mopt_account_live_class_init (MoptAccountLiveClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mopt_account_live_dispose;
  G_OBJECT_CLASS (klass)->finalize = mopt_account_live_finalize;
  told_signal = g_signal_new ("told", MOPT_TYPE_ACCOUNT_LIVE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                              G_TYPE_STRING);
  gone_signal = g_signal_new ("gone", MOPT_TYPE_ACCOUNT_LIVE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
mopt_account_live_init (MoptAccountLive *self)
{
  self->original = g_signal_group_new (MOPT_TYPE_ACCOUNT);
  g_signal_group_connect_swapped (self->original, "notify", G_CALLBACK (follow), self);
  g_signal_group_connect_swapped (self->original, "rule-changed", G_CALLBACK (follow), self);
}
