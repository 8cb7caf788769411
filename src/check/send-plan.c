/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "check/send-plan.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/error.h"
#include "check/conversation.h"
#include "check/test-run.h"
#include "mail/envelope.h"
#include "model/address.h"
#include "model/conversation-id.h"
#include "model/from-policy.h"
#include "model/validate.h"

/* ---- the accounts ---- */

void
mopt_send_accounts_free (MoptSendAccounts *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->settings);
  g_clear_error (&self->why_none);
  g_free (self);
}

/* What @account sends by, or why it cannot. */
static MoptSettings *
get_settings (MoptAccount *account, GError **error)
{
  g_autofree char *why_not = mopt_test_why_not_send (account);
  g_autoptr (MoptSettings) settings = NULL;

  if (why_not != NULL)
    {
      g_set_error_literal (error, MOPT_ERROR, MOPT_ERROR_NOT_ALLOWED, why_not);
      return NULL;
    }
  settings = mopt_settings_new (account, error);
  if (settings == NULL)
    return NULL;

  g_autoptr (GPtrArray) missing = mopt_validate_complete (account, MOPT_SIDE_OUTGOING);
  if (missing->len == 0)
    return g_steal_pointer (&settings);
  const MoptProblem *problem = g_ptr_array_index (missing, 0);
  /* Translators: the name of an account, and what is missing: "Enter the outgoing mail server." */
  g_set_error (error, MOPT_ERROR, problem->error->code, _ ("The account “%s” is not complete. %s"),
               settings->account_name, problem->error->message);
  return NULL;
}

char *
mopt_send_why_not (MoptAccount *account)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MoptSettings) settings = get_settings (account, &error);

  return settings == NULL ? g_strdup (error->message) : NULL;
}

MoptSendAccounts *
mopt_send_accounts_new (MoptAccounts *accounts, const char *wanted, GError **error)
{
  g_autoptr (MoptSendAccounts) self = g_new0 (MoptSendAccounts, 1);
  MoptAccount *fallback;

  self->settings = g_ptr_array_new_with_free_func ((GDestroyNotify) mopt_settings_free);
  self->fallback = -1;
  self->is_given = wanted != NULL;
  fallback = self->is_given ? mopt_accounts_find (accounts, wanted, error) : mopt_accounts_get_default (accounts);
  if (self->is_given && fallback == NULL)
    return NULL;
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (accounts)); i++)
    {
      g_autoptr (MoptAccount) account = g_list_model_get_item (G_LIST_MODEL (accounts), i);
      g_autoptr (GError) cause = NULL;

      if (self->is_given && account != fallback)
        continue;
      MoptSettings *settings = get_settings (account, &cause);
      if (settings == NULL)
        {
          if (account == fallback || (self->why_none == NULL && fallback == NULL))
            {
              g_clear_error (&self->why_none);
              self->why_none = g_steal_pointer (&cause);
            }
          continue;
        }
      if (account == fallback)
        self->fallback = (int) self->settings->len;
      g_ptr_array_add (self->settings, settings);
    }
  if (self->why_none == NULL && self->fallback < 0)
    g_set_error_literal (&self->why_none, MOPT_ERROR, MOPT_ERROR_NOT_FOUND,
                         g_list_model_get_n_items (G_LIST_MODEL (accounts)) > 0
                             ? _ ("There is no account that can be used; “mopt list” says why.")
                             : _ ("There is no account yet. Add one with “mopt add”."));
  if (self->settings->len > 0)
    return g_steal_pointer (&self);
  g_propagate_error (error, g_steal_pointer (&self->why_none));
  return NULL;
}

/* The account for a message from @from (nullable); NULL + error. */
static const MoptSettings *
choose (const MoptSendAccounts *accounts, const char *own_address, const char *from, GError **error)
{
  const MoptSettings *const *all = (const MoptSettings *const *) accounts->settings->pdata;
  const char *default_id = accounts->fallback >= 0 ? all[accounts->fallback]->account_id : NULL;
  int i = accounts->fallback;

  if (!accounts->is_given && from != NULL && strchr (from, '@') != NULL)
    {
      int found = mopt_from_policy_choose (all, accounts->settings->len, default_id, own_address, from);

      i = found >= 0 ? found : i;
    }
  if (i >= 0)
    return all[i];
  g_propagate_error (error, g_error_copy (accounts->why_none));
  return NULL;
}

/* ---- who it is from ---- */

/* Writes @address into the field @field; @name (nullable) is put before it unless it has one, or in any case with
 * @force. */
static gboolean
set_address (MoptHeader *header, const char *field, const char *address, const char *name, gboolean force,
             GError **error)
{
  g_autoptr (MoptAddress) parsed = mopt_address_parse (address, error);
  g_autofree char *spec = parsed != NULL ? mopt_address_to_spec (parsed) : NULL;

  if (parsed == NULL)
    return FALSE;
  g_autofree char *text = mopt_address_write (force || parsed->name == NULL ? name : parsed->name, spec);
  g_autoptr (MoptAddress) sound = mopt_address_parse (text, error);
  if (sound == NULL)
    return FALSE;
  mopt_envelope_set_address (header, field, text);
  return TRUE;
}

/* Who sends on what another one wrote is judged like a From (RFC 5322 §3.6.6): readers show him as such. */
static gboolean
check_resent (MoptHeader *header, const MoptSettings *settings, const char *own_address, GError **error)
{
  static const char *const names[] = { "Resent-From", "Resent-Sender" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_auto (GStrv) resenders = mopt_envelope_addresses (header, names[i], error);

      if (resenders == NULL)
        return FALSE;
      for (char **one = resenders; *one != NULL; one++)
        if (strchr (*one, '@') != NULL && !mopt_from_policy_check (settings, own_address, *one, error))
          return FALSE;
    }
  return TRUE;
}

/* Chooses the account, and makes From and Sender what they may be. */
static gboolean
settle_sender (MoptSendPlan *self, const MoptSendAccounts *accounts, const MoptSendRequest *request,
               const char *own_name, GError **error)
{
  MoptHeader *header = mopt_outgoing_get_header (self->outgoing);
  gboolean is_missing = mopt_header_count (header, "From") == 0;
  g_auto (GStrv) from = mopt_envelope_addresses (header, "From", error);
  g_auto (GStrv) senders = from != NULL ? mopt_envelope_addresses (header, "Sender", error) : NULL;
  g_auto (MoptFromVerdict) verdict = { 0 };

  if (senders == NULL)
    return FALSE;
  if (request->envelope_sender != NULL && *request->envelope_sender == '\0')
    {
      g_set_error_literal (error, MOPT_ERROR, MOPT_ERROR_INVALID,
                           _ ("The sender of the envelope is empty. Name an address, leave it out, or say “<>” where "
                              "nobody is to hear of a failure."));
      return FALSE;
    }
  /* as sendmail does: who calls says who it is from */
  if (from[0] == NULL && request->envelope_sender != NULL && strchr (request->envelope_sender, '@') != NULL)
    {
      g_strfreev (from);
      from = g_strdupv ((char *[]){ (char *) request->envelope_sender, NULL });
      is_missing = TRUE;
    }
  self->settings = choose (accounts, request->own_address, from[0], error);
  if (self->settings == NULL
      || !mopt_from_policy_apply (self->settings, request->own_address, (const char *const *) from, senders[0],
                                  request->envelope_sender, &verdict, error))
    return FALSE;
  /* there should be one; where there are more each reader takes another */
  for (guint i = 1; verdict.sender == NULL && senders[0] != NULL && senders[i] != NULL; i++)
    if (!mopt_from_policy_check (self->settings, request->own_address, senders[i], error))
      return FALSE;
  if (!check_resent (header, self->settings, request->own_address, error))
    return FALSE;
  const char *name = request->full_name != NULL && *request->full_name != '\0' ? request->full_name : own_name;
  if ((is_missing || verdict.from != NULL)
      && !set_address (header, "From", verdict.from != NULL ? verdict.from : from[0], name, name == request->full_name,
                       error))
    return FALSE;
  if (verdict.sender != NULL && !set_address (header, "Sender", verdict.sender, NULL, FALSE, error))
    return FALSE;
  self->sender = g_steal_pointer (&verdict.envelope);
  return TRUE;
}

/* ---- who it is to ---- */

static gboolean
settle_recipients (MoptSendPlan *self, const MoptSendRequest *request, GError **error)
{
  MoptHeader *header = mopt_outgoing_get_header (self->outgoing);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (request->recipients != NULL)
    g_strv_builder_addv (builder, (const char **) request->recipients);
  if (request->recipients_in_header)
    {
      g_auto (GStrv) named = mopt_envelope_recipients (header, error);

      if (named == NULL)
        return FALSE;
      g_strv_builder_addv (builder, (const char **) named);
    }
  g_auto (GStrv) all = g_strv_builder_end (builder);
  if (all[0] == NULL)
    {
      g_set_error_literal (error, MOPT_ERROR, MOPT_ERROR_INVALID,
                           request->recipients_in_header
                               ? _ ("The message says nobody that it goes to: it has no To, Cc or Bcc.")
                               : _ ("Nobody is named that the message goes to. Name the recipients, or take those of "
                                    "the message with -t."));
      return FALSE;
    }
  self->recipients = mopt_envelope_complete ((const char *const *) all, request->own_address, error);
  return self->recipients != NULL;
}

/* ---- the Conversation ID ---- */

static gboolean
look_for_id (MoptSendPlan *self, GError **error)
{
  g_auto (GStrv) prefixes = mopt_conversation_prefixes (self->settings, error);

  if (prefixes == NULL
      || !mopt_outgoing_find_id (self->outgoing, (const char *const *) prefixes, &self->found_id, NULL, error))
    return FALSE;
  self->needs_id = self->found_id == NULL;
  return TRUE;
}

MoptSendPlan *
mopt_send_plan_new (const MoptSendAccounts *accounts, const MoptSendRequest *request, const char *own_name,
                    GError **error)
{
  g_autoptr (MoptSendPlan) self = g_new0 (MoptSendPlan, 1);

  self->outgoing = mopt_outgoing_new (request->message, MOPT_HEADER_STRICT, error);
  if (self->outgoing == NULL || !settle_sender (self, accounts, request, own_name, error)
      || !settle_recipients (self, request, error))
    return NULL;

  MoptHeader *header = mopt_outgoing_get_header (self->outgoing);
  mopt_envelope_hide (header);
  g_autofree char *from = mopt_header_get (header, "From", 0);
  mopt_envelope_add_missing (header, *self->sender != '\0' ? self->sender : from);
  self->message_id = mopt_header_get (header, "Message-ID", 0);
  if (self->settings->conversation_id_add && !request->no_conversation_id && !look_for_id (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

MoptPieces *
mopt_send_plan_finish (MoptSendPlan *self, MoptWireText *wire, char **id, char **warning, GError **error)
{
  *id = NULL;
  if (self->needs_id && mopt_header_get_raw (mopt_outgoing_get_header (self->outgoing), "DKIM-Signature") != NULL)
    *warning
        = g_strdup (_ ("The message has a DKIM signature, which a Conversation ID would break, so none was added."));
  else if (self->needs_id)
    {
      *id = mopt_conversation_draw (self->settings, warning, error);
      if (*id == NULL)
        return NULL;
      /* what is signed or encrypted, or has no text, gets it in the subject */
      if (!self->settings->conversation_id_in_body || mopt_outgoing_get_body_state (self->outgoing) != MOPT_BODY_OPEN)
        mopt_outgoing_add_to_subject (self->outgoing, *id);
      else if (!mopt_outgoing_add_to_body (self->outgoing, *id, error))
        return NULL;
    }
  else if (self->found_id != NULL)
    *id = mopt_conversation_id_tidy (self->found_id);

  g_autoptr (MoptPieces) pieces = mopt_outgoing_get_pieces (self->outgoing);
  return mopt_outgoing_survey (pieces, wire, error) ? g_steal_pointer (&pieces) : NULL;
}

void
mopt_send_plan_free (MoptSendPlan *self)
{
  if (self == NULL)
    return;
  mopt_outgoing_free (self->outgoing);
  g_free (self->sender);
  g_strfreev (self->recipients);
  g_free (self->message_id);
  g_free (self->found_id);
  g_free (self);
}
