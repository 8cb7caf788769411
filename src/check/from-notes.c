/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What Check From Addresses leaves in STATE. */
#include "check/fingerprint.h"
#include "check/last-test.h"
#include "check/from-check.h"
#include "model/address.h"

char *
mopt_from_check_remember (MoptFromCheck *self)
{
  const MoptSettings *settings = mopt_from_check_get_settings (self);
  const char *lost = mopt_from_check_get_note (self);
  g_autoptr (MoptLastFromCheck) last = mopt_last_from_check_new ();
  g_autoptr (GError) error = NULL;

  if (mopt_from_check_get_result (self) == MOPT_RESULT_CANCELLED)
    return g_strdup (lost);
  last->time = g_get_real_time () / G_USEC_PER_SEC;
  last->fingerprint = mopt_fingerprint_outgoing (settings);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self)); i++)
    {
      g_autoptr (MoptFromResult) result = g_list_model_get_item (G_LIST_MODEL (self), i);
      const MoptFailure *failure = mopt_from_result_get_failure (result);
      g_autoptr (MoptAddress) address = mopt_address_parse (mopt_from_result_get_address (result), NULL);
      g_autofree char *spec = mopt_address_to_spec (address);
      const MoptFromNote note = {
        .address = spec,
        .state = (char *) mopt_from_state_name (mopt_from_result_get_state (result)),
        .code = failure != NULL ? (char *) failure->code : NULL,
        .sentence = failure != NULL ? failure->sentence : NULL,
        .words = failure != NULL ? failure->server_words : NULL,
        .in_clear = failure != NULL && failure->in_clear,
      };

      mopt_last_from_check_add (last, &note);
    }
  gboolean kept = mopt_known_set_from_check (settings->account_id, last, &error);
  return lost != NULL || kept ? g_strdup (lost) : mopt_last_test_lost_text (error);
}

MoptLastFromCheck *
mopt_from_check_recall (const MoptSettings *settings)
{
  g_autoptr (MoptLastFromCheck) last = mopt_known_get_from_check (settings->account_id);
  g_autofree char *fingerprint = mopt_fingerprint_outgoing (settings);

  return last != NULL && g_str_equal (last->fingerprint, fingerprint) ? g_steal_pointer (&last) : NULL;
}
