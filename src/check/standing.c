/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "check/login-password.h"
#include "check/standing.h"

#include "check/fingerprint.h"
#include "model/settings.h"
#include "model/validate.h"

static const char *const names[] = {
  "broken",   "invalid", "needs-address", "needs-administrator", "needs-user", "needs-password", "incomplete",
  "untested", "stale",   "failed",        "not-connected",       "checked",    "passed",
};

const char *
mopt_standing_name (MoptStanding standing)
{
  return names[standing];
}

static MoptStanding
stand (char **reason, MoptStanding standing, const char *why)
{
  if (reason != NULL)
    *reason = why != NULL && *why != '\0' ? g_strdup (why) : NULL;
  return standing;
}

/* --- What the publisher left to this person ---------------------------------------------------------------------- */

const char *
mopt_standing_find_blank_user (MoptAccount *account)
{
  g_autoptr (GPtrArray) missing = mopt_validate_complete (account, MOPT_SIDE_BOTH);

  for (guint i = 0; i < missing->len; i++)
    {
      MoptField field = mopt_field_by_name (((MoptProblem *) missing->pdata[i])->property);

      if (field == MOPT_FIELD_INCOMING_USER || field == MOPT_FIELD_OUTGOING_USER)
        return mopt_field_info (field)->name;
    }
  return NULL;
}

const char *
mopt_standing_find_wanted (MoptAccount *account, GHashTable *stored)
{
  if (mopt_account_is_personal (account) || mopt_account_is_publishing (account)
      || mopt_account_get_problem (account, NULL) != NULL)
    return NULL;
  const char *user = mopt_standing_find_blank_user (account);
  if (user != NULL)
    return user;
  if (stored == NULL)
    return NULL;
  MoptSection missing = mopt_login_password_find_missing (account, stored);
  return missing == MOPT_SECTION_NONE               ? NULL
         : missing == MOPT_SECTION_INCOMING_ACCOUNT ? "incoming-password"
                                                    : "outgoing-password";
}

/* "Example Corp (help@example.com)"; caller frees. */
static char *
whom_to_ask (MoptAccount *account)
{
  const MoptPublication *publication = mopt_account_get_publication (account);

  if (publication == NULL)
    return g_strdup (_ ("your administrator"));
  const char *who = mopt_publication_who (publication), *whom = mopt_publication_whom_to_ask (publication);
  /* Translators: an organisation and its address for questions */
  return g_str_equal (who, whom) ? g_strdup (who) : g_strdup_printf (_ ("%s (%s)"), who, whom);
}

/* FALSE: nothing is wanted of anybody. */
static gboolean
stand_wanting (MoptAccount *account, GHashTable *stored, MoptStanding *standing, char **reason)
{
  const char *wanted = mopt_standing_find_wanted (account, stored);
  MoptField field = wanted != NULL ? mopt_field_by_name (wanted) : MOPT_FIELD_NONE;
  gboolean is_user = field != MOPT_FIELD_NONE;

  if (wanted == NULL)
    return FALSE;
  if (is_user && mopt_account_wants_address (account))
    {
      *standing = MOPT_STANDING_NEEDS_ADDRESS;
      return TRUE;
    }
  MoptSection section = is_user                                     ? mopt_field_info (field)->section
                        : g_str_equal (wanted, "incoming-password") ? MOPT_SECTION_INCOMING_ACCOUNT
                                                                    : MOPT_SECTION_OUTGOING_ACCOUNT;
  /* a password of an open section is everyone's own; a user name is for those who may change things */
  if (is_user ? mopt_account_may_customise (account, section) : !mopt_account_is_locked (account, section))
    {
      *standing = is_user ? MOPT_STANDING_NEEDS_USER : MOPT_STANDING_NEEDS_PASSWORD;
      return TRUE;
    }
  g_autofree char *whom = whom_to_ask (account);
  *standing = MOPT_STANDING_NEEDS_ADMINISTRATOR;
  if (reason != NULL)
    *reason = g_strdup_printf (is_user ? _ ("No user name is given for this account. Ask %s.")
                                       : _ ("No password is given for this account. Ask %s."),
                               whom);
  return TRUE;
}

/* --- The test ---------------------------------------------------------------------------------------------------- */

static gboolean
was_stored_later (const MoptSettings *settings, MoptSection section, const MoptLastTest *last, GHashTable *stored)
{
  g_autoptr (MoptSecretKey) key = mopt_secret_key_new (settings, section);

  return key != NULL && (gint64) mopt_secrets_list_get_modified (stored, key) > last->passwords;
}

gboolean
mopt_standing_has_other_password (MoptAccount *account, const MoptLastTest *last, GHashTable *stored)
{
  g_autoptr (MoptSettings) settings = mopt_settings_new (account, NULL);

  return settings != NULL
         && (was_stored_later (settings, MOPT_SECTION_INCOMING_ACCOUNT, last, stored)
             || (settings->outgoing.authenticate
                 && was_stored_later (settings, MOPT_SECTION_OUTGOING_ACCOUNT, last, stored)));
}

/* --- All of it --------------------------------------------------------------------------------------------------- */

MoptStanding
mopt_standing (MoptAccount *account, const MoptLastTest *last, GHashTable *stored, char **reason)
{
  const char *problem = mopt_account_get_problem (account, NULL);
  g_autoptr (GError) error = NULL;

  if (problem != NULL)
    return stand (reason, MOPT_STANDING_BROKEN, problem);

  g_autoptr (MoptSettings) settings = mopt_settings_new (account, &error);
  if (settings == NULL)
    return stand (reason, MOPT_STANDING_INVALID, error->message);

  MoptStanding wanting;
  stand (reason, MOPT_STANDING_UNTESTED, NULL);
  if (stand_wanting (account, stored, &wanting, reason))
    return wanting;

  g_autoptr (GPtrArray) missing = mopt_validate_complete (account, MOPT_SIDE_BOTH);
  if (missing->len > 0)
    {
      const MoptProblem *first = g_ptr_array_index (missing, 0);

      return stand (reason, MOPT_STANDING_INCOMPLETE, first->error->message);
    }
  if (last == NULL)
    return stand (reason, MOPT_STANDING_UNTESTED, NULL);

  g_autofree char *fingerprint = mopt_fingerprint_account (settings);
  if (g_strcmp0 (fingerprint, last->fingerprint) != 0
      || (stored != NULL && mopt_standing_has_other_password (account, last, stored)))
    return stand (reason, MOPT_STANDING_STALE, NULL);
  if (g_strcmp0 (last->result, "passed") == 0)
    return stand (reason, MOPT_STANDING_PASSED, NULL);
  if (g_strcmp0 (last->result, "checked") == 0)
    return stand (reason, MOPT_STANDING_CHECKED, NULL);
  return stand (reason,
                g_strcmp0 (last->result, "not-connected") == 0 ? MOPT_STANDING_NOT_CONNECTED : MOPT_STANDING_FAILED,
                last->summary);
}
