/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/provenance.h"
#include "model/address.h"
#include "model/audience.h"

const char *
mopt_provenance_who (MoptAccount *account)
{
  const MoptPublication *publication = mopt_account_get_publication (account);

  return publication != NULL ? mopt_publication_who (publication) : _ ("your administrator");
}

const char *
mopt_provenance_whom_to_ask (MoptAccount *account)
{
  const MoptPublication *publication = mopt_account_get_publication (account);

  return publication != NULL ? mopt_publication_whom_to_ask (publication) : _ ("your administrator");
}

char *
mopt_provenance_begin_sentence (char *text)
{
  g_autofree char *taken = text;
  const char *rest = g_utf8_next_char (taken);
  g_autofree char *first = g_utf8_strup (taken, rest - taken);

  return g_strconcat (first, rest, NULL);
}

/* What tells one server or login from another; MOPT_FIELD_NONE for sections of settings. */
static MoptField
main_field (MoptSection section)
{
  switch (section)
    {
    case MOPT_SECTION_INCOMING_SERVER:
      return MOPT_FIELD_INCOMING_HOST;
    case MOPT_SECTION_OUTGOING_SERVER:
      return MOPT_FIELD_OUTGOING_HOST;
    case MOPT_SECTION_INCOMING_ACCOUNT:
      return MOPT_FIELD_INCOMING_USER;
    case MOPT_SECTION_OUTGOING_ACCOUNT:
      return MOPT_FIELD_OUTGOING_USER;
    default:
      return MOPT_FIELD_NONE;
    }
}

static const char *
text_in (MoptAccount *account, MoptLayer layer, MoptField field)
{
  const char *text = mopt_account_get_layer (account, layer, field);

  return text != NULL ? text : mopt_field_info (field)->fallback;
}

/* The server or user name that a layer has; NULL: none. */
static const char *
main_text (MoptAccount *account, MoptLayer layer, MoptSection section)
{
  MoptField field = main_field (section);
  const char *text = field != MOPT_FIELD_NONE ? text_in (account, layer, field) : "";

  /* the outgoing user counts only where it is used */
  if (section == MOPT_SECTION_OUTGOING_ACCOUNT
      && (!g_str_equal (text_in (account, layer, MOPT_FIELD_OUTGOING_LOGIN), "own")
          || !g_str_equal (text_in (account, layer, MOPT_FIELD_OUTGOING_REQUIRES_AUTHENTICATION), "true")))
    return NULL;
  return *text != '\0' ? text : NULL;
}

/* Whether the publisher left the user name blank: it is for each user to fill in. */
static gboolean
is_blank (MoptAccount *account, MoptSection section)
{
  if (section == MOPT_SECTION_INCOMING_ACCOUNT)
    return main_text (account, MOPT_LAYER_PUBLISHED, section) == NULL;
  return section == MOPT_SECTION_OUTGOING_ACCOUNT
         && g_str_equal (text_in (account, MOPT_LAYER_PUBLISHED, MOPT_FIELD_OUTGOING_LOGIN), "own")
         && main_text (account, MOPT_LAYER_PUBLISHED, section) == NULL;
}

static gboolean
is_same (MoptAccount *account, MoptSection section)
{
  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    if (mopt_field_info (i)->section == section && mopt_field_has_kind (i, mopt_account_get_kind (account))
        && !g_str_equal (text_in (account, MOPT_LAYER_USER, i), text_in (account, MOPT_LAYER_PUBLISHED, i)))
      return FALSE;
  return TRUE;
}

static char *
inherited_text (MoptAccount *account, MoptSection section)
{
  const char *who = mopt_provenance_who (account), *whom = mopt_provenance_whom_to_ask (account);
  gboolean may_customise = mopt_account_may_customise (account, section);

  if (mopt_account_is_locked (account, section))
    return is_blank (account, section)
               ? g_strdup_printf (_ ("Set by %s, locked, and no user name is given. Ask %s."), who, whom)
               : g_strdup_printf (_ ("Set by %s, locked. To change it, ask %s."), who, whom);
  if (!may_customise)
    return g_strdup_printf (_ ("Set by %s, and not for you to change. To change it, ask %s."), who, whom);
  if (mopt_account_has_padlock (account, section))
    return g_strdup_printf (_ ("Set by %s, locked. You may override this."), who);
  if (is_blank (account, section))
    return g_strdup_printf (_ ("%s leaves this to you. Enter your user name and password."), who);
  return g_strdup_printf (_ ("Set by %s, you may change it."), who);
}

static char *
customised_text (MoptAccount *account, MoptSection section)
{
  const char *who = mopt_provenance_who (account);
  const char *published = main_text (account, MOPT_LAYER_PUBLISHED, section);
  const char *own = main_text (account, MOPT_LAYER_USER, section);

  if (!mopt_account_may_customise (account, section))
    return g_strdup_printf (_ ("Yours. %s lets you use it, but not change it. To change it, ask %s."), who,
                            mopt_provenance_whom_to_ask (account));
  if (mopt_account_has_padlock (account, section))
    return g_strdup_printf (_ ("Yours. %s has locked it; you may override this."), who);
  if (is_same (account, section))
    return g_strdup_printf (_ ("Yours, and the same as %s has."), who);
  if (is_blank (account, section))
    return g_strdup_printf (_ ("Yours. %s leaves this to you."), who);
  if (published != NULL && g_strcmp0 (published, own) != 0)
    /* Translators: an organisation; a server or a user name */
    return g_strdup_printf (_ ("Yours; %s has %s."), who, published);
  return g_strdup_printf (_ ("Yours; %s has other settings."), who);
}

static char *
kept_text (MoptAccount *account, MoptSection section)
{
  const char *own = main_text (account, MOPT_LAYER_USER, section);
  const char *problem = mopt_account_get_section_problem (account, section);
  gboolean is_server = section == MOPT_SECTION_INCOMING_SERVER || section == MOPT_SECTION_OUTGOING_SERVER;

  if (problem != NULL)
    /* Translators: a sentence with file, line and what is wrong there */
    return g_strdup_printf (_ ("Your own settings are kept but not in effect. %s"), problem);
  if (mopt_account_may_customise (account, section))
    return own != NULL ? g_strdup_printf (_ ("You used %s before."), own)
                       : g_strdup (_ ("You used your own settings before."));
  if (own == NULL)
    return g_strdup (_ ("Your own settings are kept but not in effect while this is locked."));
  return g_strdup_printf (is_server ? _ ("Your own server %s is kept but not in effect while this is locked.")
                                    : _ ("Your own user name %s is kept but not in effect while this is locked."),
                          own);
}

MoptProvenance *
mopt_provenance_new (MoptAccount *account, MoptSection section)
{
  MoptState state = mopt_account_get_state (account, section);

  if (state == MOPT_STATE_OWN)
    return NULL;
  MoptProvenance *self = g_new0 (MoptProvenance, 1);
  self->has_padlock = mopt_account_is_locked (account, section);
  self->may_customise = mopt_account_may_customise (account, section);
  self->is_customised = state == MOPT_STATE_CUSTOMISED;
  self->can_go_back = self->is_customised && self->may_customise;
  self->can_use_again = state == MOPT_STATE_PARKED && self->may_customise;
  self->text = mopt_provenance_begin_sentence (self->is_customised ? customised_text (account, section)
                                                                   : inherited_text (account, section));
  if (state == MOPT_STATE_PARKED)
    self->kept = kept_text (account, section);
  return self;
}

void
mopt_provenance_free (MoptProvenance *self)
{
  if (self == NULL)
    return;
  g_free (self->text);
  g_free (self->kept);
  g_free (self);
}

char *
mopt_provenance_list_own (MoptAccount *account, MoptSection section)
{
  g_autoptr (GString) lines = g_string_new (NULL);

  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    {
      const MoptFieldInfo *info = mopt_field_info (i);
      const char *text = mopt_account_get_layer (account, MOPT_LAYER_USER, i);

      if (info->section != section || text == NULL || *text == '\0')
        continue;
      const MoptChoice *choice = mopt_field_choice (i, mopt_account_get_kind (account), text);
      const char *shown = choice != NULL                    ? _ (choice->label)
                          : info->type != MOPT_TYPE_BOOLEAN ? text
                          : g_str_equal (text, "true")      ? _ ("yes")
                                                            : _ ("no");
      g_autofree char *in_a_row = g_strdelimit (g_strdup (shown), "\n", ' ');
      /* Translators: label and value */
      g_string_append_printf (lines, _ ("%s: %s"), _ (info->label), in_a_row);
      g_string_append_c (lines, '\n');
    }
  if (lines->len > 0)
    g_string_truncate (lines, lines->len - 1);
  return g_string_free (g_steal_pointer (&lines), FALSE);
}

/* For whom the account will be there, as its publisher sees it in the list. */
static char *
describe_audience (MoptAccount *account)
{
  const char *withdrawn = mopt_account_get_term (account, MOPT_TERM_WITHDRAWN);

  if (*withdrawn != '\0')
    return g_strdup (g_str_equal (withdrawn, "keep") ? _ ("Withdrawn, users keep theirs")
                                                     : _ ("Withdrawn, deleted for users"));
  if (!g_str_equal (mopt_account_get_term (account, MOPT_TERM_AVAILABLE), "true"))
    return g_strdup (_ ("Not available to users"));

  g_auto (GStrv) words = mopt_address_list_split (mopt_account_get_term (account, MOPT_TERM_AVAILABLE_TO));
  g_autofree char *whom = mopt_audience_describe ((const char *const *) words);
  /* Translators: “everyone”, “the group helpdesk and alice” */
  return g_strdup_printf (_ ("For %s"), whom);
}

char *
mopt_provenance_of_account (MoptAccount *account)
{
  const char *who = mopt_provenance_who (account);
  gboolean customised = FALSE, parked = FALSE;

  if (mopt_account_is_personal (account))
    return g_strdup (_ ("Personal"));
  if (mopt_account_is_publishing (account))
    return describe_audience (account);
  for (guint i = 0; i < MOPT_N_SECTIONS; i++)
    {
      customised = customised || mopt_account_get_state (account, i) == MOPT_STATE_CUSTOMISED;
      parked = parked || mopt_account_get_state (account, i) == MOPT_STATE_PARKED;
    }
  /* Translators: %s is an organisation */
  return g_strdup_printf (customised && parked ? _ ("%s, customised, some of it not in effect")
                          : customised         ? _ ("%s, customised")
                          : parked             ? _ ("%s, your changes not in effect")
                                               : "%s",
                          who);
}
