/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "base/error.h"
#include "model/address.h"
#include "model/from-policy.h"
#include "model/host.h"
#include "model/text.h"

#define NAMED_MAX 10 /* allowed addresses that a refusal names */

/* @text as one address; NULL if it is none, or stands for many. */
static MoptAddress *
parse_concrete (const char *text)
{
  g_autoptr (MoptAddress) address = text != NULL ? mopt_address_parse (text, NULL) : NULL;

  return address != NULL && !mopt_address_is_pattern (address) ? g_steal_pointer (&address) : NULL;
}

/* Whether the address lies in one of @domains (A-labels, NULL: in any). */
static gboolean
lies_in (char **domains, const MoptAddress *address)
{
  g_autofree char *domain = domains != NULL ? mopt_host_name_to_ascii (address->domain, NULL) : NULL;

  return domains == NULL || (domain != NULL && g_strv_contains ((const char *const *) domains, domain));
}

static gboolean
is_own (const MoptSettings *settings, const char *own_address, const MoptAddress *address)
{
  g_autoptr (MoptAddress) own = parse_concrete (own_address);

  return settings->from_user_address && own != NULL && mopt_address_matches (address, own_address)
         && lies_in (settings->own_domains, own);
}

/* Whether one of @entries is this very address; patterns do not count. */
static gboolean
names (char **entries, const MoptAddress *address)
{
  for (guint i = 0; entries[i] != NULL; i++)
    {
      g_autoptr (MoptAddress) concrete = parse_concrete (entries[i]);

      if (concrete != NULL && mopt_address_matches (address, entries[i]))
        return TRUE;
    }
  return FALSE;
}

/* Whether one of @entries is this address or a pattern over it. */
static gboolean
lies_under (char **entries, const MoptAddress *address)
{
  for (guint i = 0; entries[i] != NULL; i++)
    if (mopt_address_matches (address, entries[i]))
      return TRUE;
  return FALSE;
}

/* Whether the rules about the account's own addresses allow it: the header's without the right to send with any. */
static gboolean
is_of_account (const MoptSettings *settings, const char *own_address, const MoptAddress *address, gboolean picked)
{
  return is_own (settings, own_address, address) || names (settings->from_legal, address)
         || (picked && lies_under (settings->from_legal, address));
}

static MoptFromRight
judge (const MoptSettings *settings, const char *own_address, const MoptAddress *address)
{
  gboolean picked = settings->from_use != NULL && names (settings->from_use, address);
  gboolean may = settings->from_use == NULL || picked;

  if (may && is_of_account (settings, own_address, address, picked))
    return MOPT_FROM_ALLOWED;
  if (may && settings->from_arbitrary)
    return MOPT_FROM_ARBITRARY;
  return is_of_account (settings, own_address, address, TRUE) ? MOPT_FROM_PICKABLE : MOPT_FROM_REFUSED;
}

/* The rule in the header. */
static gboolean
is_allowed (const MoptSettings *settings, const char *own_address, const MoptAddress *address)
{
  return judge (settings, own_address, address) >= MOPT_FROM_ARBITRARY;
}

MoptFromRight
mopt_from_policy_judge (const MoptSettings *settings, const char *own_address, const char *from)
{
  g_autoptr (MoptAddress) address = parse_concrete (from);

  return address != NULL ? judge (settings, own_address, address) : MOPT_FROM_REFUSED;
}

static void
add_if_allowed (GPtrArray *list, const MoptSettings *settings, const char *own_address, const char *text)
{
  g_autoptr (MoptAddress) address = parse_concrete (text);

  if (address == NULL || !is_allowed (settings, own_address, address))
    return;
  for (guint i = 0; i < list->len; i++)
    if (mopt_address_matches (address, list->pdata[i]))
      return;
  g_ptr_array_add (list, g_strdup (text));
}

char **
mopt_from_policy_list (const MoptSettings *settings, const char *own_address)
{
  GPtrArray *list = g_ptr_array_new ();

  if (settings->from_user_address)
    add_if_allowed (list, settings, own_address, own_address);
  for (guint i = 0; settings->from_legal[i] != NULL; i++)
    add_if_allowed (list, settings, own_address, settings->from_legal[i]);
  for (guint i = 0; settings->from_use != NULL && settings->from_use[i] != NULL; i++)
    add_if_allowed (list, settings, own_address, settings->from_use[i]);
  g_ptr_array_add (list, NULL);
  return (char **) g_ptr_array_free (list, FALSE);
}

char *
mopt_from_policy_default (const MoptSettings *settings, const char *own_address)
{
  const char *wishes[] = { settings->from_default, own_address };

  for (guint i = 0; i < G_N_ELEMENTS (wishes); i++)
    {
      g_autoptr (MoptAddress) address = parse_concrete (wishes[i]);

      if (address != NULL && is_allowed (settings, own_address, address))
        return g_strdup (wishes[i]);
    }
  g_auto (GStrv) list = mopt_from_policy_list (settings, own_address);
  return g_strdup (list[0]);
}

/* The last sentence of a refusal: what is allowed instead. Caller frees. */
static char *
describe_allowed (const MoptSettings *settings, const char *own_address)
{
  g_auto (GStrv) list = mopt_from_policy_list (settings, own_address);
  g_autoptr (GString) text = g_string_new (NULL);

  if (list[0] == NULL)
    return g_strdup (_ ("No address is allowed yet: choose some on the page Options."));
  for (guint i = 0; list[i] != NULL && i < NAMED_MAX; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", list[i]);
  return g_strdup_printf (g_strv_length (list) > NAMED_MAX ? _ ("Allowed are %s and more.") : _ ("Allowed: %s."),
                          text->str);
}

/* The first sentence: why @address, quoted as @shown, is refused. Caller frees. */
static char *
describe_refusal (const MoptSettings *settings, const char *own_address, const MoptAddress *address, const char *shown)
{
  const char *account = settings->account_name;

  if (mopt_address_is_pattern (address))
    return g_strdup_printf (_ ("The account “%s” cannot send as %s, which stands for many addresses."), account, shown);
  if (settings->from_arbitrary || judge (settings, own_address, address) == MOPT_FROM_PICKABLE)
    return g_strdup_printf (_ ("The account “%s” may send as %s once you add it to the addresses you use."), account,
                            shown);
  return g_strdup_printf (_ ("The account “%s” may not send as %s."), account, shown);
}

gboolean
mopt_from_policy_check (const MoptSettings *settings, const char *own_address, const char *from, GError **error)
{
  g_autoptr (MoptAddress) address = mopt_address_parse (from, error);
  if (address == NULL)
    return FALSE;
  if (!mopt_address_is_pattern (address) && is_allowed (settings, own_address, address))
    return TRUE;

  g_autofree char *spec = mopt_address_to_spec (address);
  g_autofree char *shown = mopt_text_shorten (spec);
  g_autofree char *refusal = describe_refusal (settings, own_address, address, shown);
  g_autofree char *allowed = describe_allowed (settings, own_address);
  g_set_error (error, MOPT_ERROR, MOPT_ERROR_FROM_NOT_ALLOWED, "%s %s", refusal, allowed);
  return FALSE;
}

char *
mopt_from_policy_explain_own (MoptAccount *account, const char *own_address)
{
  const MoptPublication *publication = mopt_account_get_publication (account);
  g_autoptr (MoptAddress) own = parse_concrete (own_address);

  if (publication == NULL || publication->domains[0] == NULL || own == NULL || lies_in (publication->domains, own)
      || !mopt_account_get_boolean (account, MOPT_FIELD_FROM_USER_ADDRESS))
    return NULL;
  g_autofree char *spec = mopt_address_to_spec (own);
  g_autofree char *shown = mopt_text_shorten (spec);
  g_autofree char *domains = g_strjoinv (", ", publication->domains);
  /* Translators: the user's address; an organisation or "your administrator"; one or more domains */
  return g_strdup_printf (_ ("Your address %s does not count here: %s allows users' addresses of %s only."), shown,
                          mopt_publication_who (publication), domains);
}
