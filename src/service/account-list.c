/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "service/account-list.h"

#include "check/send.h"
#include "model/address.h"
#include "model/from-policy.h"
#include "service/answer.h"

static void
add (GVariantBuilder *builder, const char *key, GVariant *value)
{
  g_variant_builder_add (builder, "{sv}", key, value);
}

static gboolean
is_pattern (const char *text)
{
  g_autoptr (MoptAddress) address = mopt_address_parse (text, NULL);

  return address != NULL && mopt_address_is_pattern (address);
}

static void
add_from (GVariantBuilder *builder, const MoptSettings *settings, const char *own_address)
{
  g_auto (GStrv) addresses = mopt_from_policy_list (settings, own_address);
  g_autofree char *usual = mopt_from_policy_default (settings, own_address);
  g_autoptr (GPtrArray) patterns = g_ptr_array_new ();

  for (guint i = 0; settings->from_legal[i] != NULL; i++)
    if (is_pattern (settings->from_legal[i]))
      g_ptr_array_add (patterns, settings->from_legal[i]);
  g_ptr_array_add (patterns, NULL);
  add (builder, "from-addresses", mopt_answer_texts ((const char *const *) addresses));
  if (usual != NULL)
    add (builder, "from-default", mopt_answer_text (usual));
  add (builder, "from-patterns", mopt_answer_texts ((const char *const *) patterns->pdata));
  add (builder, "from-arbitrary", g_variant_new_boolean (settings->from_arbitrary));
}

static GVariant *
describe (MoptAccount *account, gboolean is_default, const char *own_address)
{
  g_autofree char *why_not = mopt_send_why_not (account);
  g_autoptr (MoptSettings) settings = mopt_settings_new (account, NULL); /* NULL: why_not says so, too */
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  add (&builder, "id", mopt_answer_text (mopt_account_get_id (account)));
  add (&builder, "name", mopt_answer_text (mopt_account_get_name (account)));
  add (&builder, "kind", mopt_answer_text (mopt_account_get_kind_name (account)));
  add (&builder, "origin", mopt_answer_text (mopt_account_is_personal (account) ? "personal" : "published"));
  add (&builder, "is-default", g_variant_new_boolean (is_default));
  add (&builder, "may-send", g_variant_new_boolean (why_not == NULL));
  if (why_not != NULL)
    add (&builder, "reason", mopt_answer_text (why_not));
  if (settings != NULL)
    add_from (&builder, settings, own_address);
  return g_variant_builder_end (&builder);
}

GVariant *
mopt_account_list_new (MoptAccounts *accounts, const char *own_address)
{
  MoptAccount *usual = mopt_accounts_get_default (accounts);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (accounts)); i++)
    {
      g_autoptr (MoptAccount) account = g_list_model_get_item (G_LIST_MODEL (accounts), i);

      g_variant_builder_add_value (&builder, describe (account, account == usual, own_address));
    }
  return g_variant_builder_end (&builder);
}
