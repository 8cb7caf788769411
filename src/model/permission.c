/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "base/error.h"
#include "model/address.h"
#include "model/permission.h"

gboolean
mopt_account_was_for (MoptAccount *account, const MoptIdentity *who)
{
  if (!g_str_equal (mopt_account_get_term (account, MOPT_TERM_AVAILABLE), "true"))
    return FALSE;
  if (!mopt_account_has_term (account, MOPT_TERM_AVAILABLE_TO))
    return TRUE;

  g_auto (GStrv) words = mopt_address_list_split (mopt_account_get_term (account, MOPT_TERM_AVAILABLE_TO));
  return mopt_audience_includes ((const char *const *) words, who);
}

gboolean
mopt_account_is_for (MoptAccount *account, const MoptIdentity *who)
{
  return *mopt_account_get_term (account, MOPT_TERM_WITHDRAWN) == '\0' && mopt_account_was_for (account, who);
}

gboolean
mopt_account_may_customise (MoptAccount *self, MoptSection section)
{
  return section != MOPT_SECTION_NONE && !mopt_account_is_personal (self) && !mopt_account_is_publishing (self)
         && (mopt_account_get_rights (self) & MOPT_RIGHT_ADD_ACCOUNTS) && !mopt_account_is_locked (self, section);
}

gboolean
mopt_account_may_edit (MoptAccount *self, MoptSection section)
{
  gboolean mine = mopt_account_is_personal (self) || mopt_account_get_state (self, section) == MOPT_STATE_CUSTOMISED;

  return mopt_account_is_publishing (self) || section == MOPT_SECTION_NONE
         || (mine && (mopt_account_get_rights (self) & MOPT_RIGHT_ADD_ACCOUNTS));
}

gboolean
mopt_account_may_rename (MoptAccount *self)
{
  return mopt_account_is_publishing (self) || (mopt_account_get_rights (self) & MOPT_RIGHT_ADD_ACCOUNTS);
}

static const char *
whom_to_ask (const MoptPublication *publication)
{
  return publication != NULL ? mopt_publication_whom_to_ask (publication) : _ ("your administrator");
}

gboolean
mopt_account_check_add (const MoptPublication *publication, MoptRights rights, GError **error)
{
  if (rights & MOPT_RIGHT_ADD_ACCOUNTS)
    return TRUE;
  g_set_error (error, MOPT_ERROR, MOPT_ERROR_NOT_ALLOWED,
               _ ("You may use the e-mail accounts here, but not add or change any. Ask %s."),
               whom_to_ask (publication));
  return FALSE;
}

gboolean
mopt_account_check_customise (MoptAccount *account, MoptSection section, GError **error)
{
  const MoptPublication *publication = mopt_account_get_publication (account);

  if (mopt_account_is_locked (account, section))
    {
      g_set_error (error, MOPT_ERROR, MOPT_ERROR_LOCKED,
                   /* Translators: a section, an account, who published it, whom to ask */
                   _ ("“%s” of “%s” is locked by %s. Ask %s."), _ (mopt_section_info (section)->label),
                   mopt_account_get_name (account),
                   publication != NULL ? mopt_publication_who (publication) : _ ("your administrator"),
                   whom_to_ask (publication));
      return FALSE;
    }
  return mopt_account_check_add (publication, mopt_account_get_rights (account), error);
}

static gboolean
has_same_values (MoptAccount *a, MoptAccount *b, MoptSection section)
{
  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    if (mopt_field_info (i)->section == section
        && g_strcmp0 (mopt_account_get_layer (a, MOPT_LAYER_USER, i), mopt_account_get_layer (b, MOPT_LAYER_USER, i))
               != 0)
      return FALSE;
  return TRUE;
}

/* In effect, were there no lock. */
static gboolean
wants (MoptAccount *account, MoptSection section)
{
  return mopt_account_is_customised (account, section) && !mopt_account_is_parked (account, section);
}

static gboolean
is_users (MoptAccount *account, MoptSection section)
{
  return mopt_account_is_customised (account, section) || mopt_account_is_parked (account, section);
}

static gboolean
check_published (MoptAccount *now, MoptAccount *account, GError **error)
{
  const char *name = mopt_account_get_layer_name (account, MOPT_LAYER_USER);

  if (name != NULL && g_strcmp0 (mopt_account_get_layer_name (now, MOPT_LAYER_USER), name) != 0
      && !mopt_account_check_add (mopt_account_get_publication (now), mopt_account_get_rights (now), error))
    return FALSE;
  for (guint i = 0; i < MOPT_N_SECTIONS; i++)
    {
      gboolean more = wants (account, i) && !wants (now, i);
      gboolean other = !is_users (now, i) || !has_same_values (now, account, i);

      /* what is parked does nothing, whatever it is; and parked since the editor began is none of the user's doing */
      if (!wants (account, i) || (more && !other && mopt_account_is_parked (now, i) && mopt_account_is_locked (now, i)))
        continue;
      /* what was typed before the lock came is kept parked, which puts nothing into effect */
      if (other && !more && mopt_account_is_parked (account, i) && mopt_account_is_locked (now, i))
        {
          if (!mopt_account_check_add (mopt_account_get_publication (now), mopt_account_get_rights (now), error))
            return FALSE;
          continue;
        }
      if ((more || other) && !mopt_account_check_customise (now, i, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
mopt_account_check_change (MoptAccount *now, MoptAccount *account, const MoptPublication *publication,
                           MoptRights rights, GError **error)
{
  if (now != NULL && !mopt_account_is_personal (now))
    return check_published (now, account, error);
  if (now != NULL && g_str_equal (mopt_account_get_name (now), mopt_account_get_name (account)))
    {
      gboolean same = TRUE;

      for (guint i = 0; i < MOPT_N_SECTIONS; i++)
        same = same && has_same_values (now, account, i);
      if (same)
        return TRUE;
    }
  return mopt_account_check_add (publication, rights, error);
}
