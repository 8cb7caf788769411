/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The From rules applied to a message that another program hands over. */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/error.h"
#include "model/address.h"
#include "model/from-policy.h"

int
mopt_from_policy_choose (const MoptSettings *const *accounts, guint n_accounts, const char *default_id,
                         const char *own_address, const char *from)
{
  int allowed = -1, pickable = -1;

  for (guint i = 0; i < n_accounts; i++)
    {
      MoptFromRight right = mopt_from_policy_judge (accounts[i], own_address, from);
      gboolean is_default = g_strcmp0 (accounts[i]->account_id, default_id) == 0;

      if (right == MOPT_FROM_ALLOWED && (allowed < 0 || is_default))
        allowed = i;
      if (right == MOPT_FROM_PICKABLE && (pickable < 0 || is_default))
        pickable = i;
    }
  return allowed >= 0 ? allowed : pickable;
}

/* "root": a name of this computer's own. */
static gboolean
lacks_domain (const char *address)
{
  return strchr (address, '@') == NULL;
}

static char *
to_spec (const char *text, GError **error)
{
  g_autoptr (MoptAddress) address = mopt_address_parse (text, error);

  return address != NULL ? mopt_address_to_spec (address) : NULL;
}

/* The default From, or an error that says what could be done. Caller frees. */
static char *
need_default (const MoptSettings *settings, const char *own_address, GError **error)
{
  char *address = mopt_from_policy_default (settings, own_address);

  if (address == NULL)
    g_set_error (error, MOPT_ERROR, MOPT_ERROR_FROM_NOT_ALLOWED,
                 _ ("There is no From address that %s may send with."), settings->account_name);
  return address;
}

/* The From field: whether it can stay, and whether only the arbitrary right lets it. */
static gboolean
judge_from (const MoptSettings *settings, const char *own_address, const char *const *from, MoptFromVerdict *verdict,
            gboolean *arbitrary, GError **error)
{
  gboolean replace = from[0] == NULL;

  for (guint i = 0; from[i] != NULL; i++)
    replace = replace || lacks_domain (from[i]);
  if (replace)
    return (verdict->from = need_default (settings, own_address, error)) != NULL;
  for (guint i = 0; from[i] != NULL; i++)
    {
      if (!mopt_from_policy_check (settings, own_address, from[i], error))
        return FALSE;
      *arbitrary = *arbitrary || mopt_from_policy_judge (settings, own_address, from[i]) == MOPT_FROM_ARBITRARY;
    }
  return TRUE;
}

/* @address (taken, nullable), unless @from is the same: a Sender that only repeats From is left away. */
static char *
other_than (const char *from, char *address)
{
  g_autofree char *owned = address;
  g_autoptr (MoptAddress) parsed = mopt_address_parse (from, NULL);

  if (owned == NULL || (parsed != NULL && mopt_address_matches (parsed, owned)))
    return NULL;
  return g_steal_pointer (&owned);
}

gboolean
mopt_from_policy_apply (const MoptSettings *settings, const char *own_address, const char *const *from,
                        const char *sender, const char *envelope, MoptFromVerdict *out, GError **error)
{
  g_auto (MoptFromVerdict) verdict = { 0 };
  gboolean arbitrary = FALSE;

  if (!judge_from (settings, own_address, from, &verdict, &arbitrary, error))
    return FALSE;
  const char *first = verdict.from != NULL ? verdict.from : from[0];

  /* 1. Sender: who it really is, where From does not say so */
  if (arbitrary)
    verdict.sender = other_than (first, mopt_from_policy_default (settings, own_address));
  if (verdict.sender == NULL && sender != NULL && !lacks_domain (sender))
    {
      if (!mopt_from_policy_check (settings, own_address, sender, error))
        return FALSE;
    }
  else if (verdict.sender == NULL && (sender != NULL || (verdict.from == NULL && from[0] != NULL && from[1] != NULL)))
    verdict.sender = g_strdup (first);

  /* 2. the envelope */
  if (envelope == NULL || *envelope == '\0')
    envelope = first;
  if (g_str_equal (envelope, "<>"))
    verdict.envelope = g_strdup ("");
  else if (lacks_domain (envelope))
    {
      g_autofree char *chosen = need_default (settings, own_address, error);

      verdict.envelope = chosen != NULL ? to_spec (chosen, error) : NULL;
    }
  else if (mopt_from_policy_check (settings, own_address, envelope, error))
    verdict.envelope = to_spec (envelope, error);
  if (verdict.envelope == NULL)
    return FALSE;
  *out = verdict;
  verdict = (MoptFromVerdict){ 0 };
  return TRUE;
}

void
mopt_from_verdict_clear (MoptFromVerdict *verdict)
{
  g_clear_pointer (&verdict->from, g_free);
  g_clear_pointer (&verdict->sender, g_free);
  g_clear_pointer (&verdict->envelope, g_free);
}
