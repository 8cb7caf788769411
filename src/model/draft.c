/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "model/account-private.h"
#include "model/draft.h"

#define BIT(section) (1u << (section))

static gboolean
same_text (const char *a, const char *b)
{
  return a == b || g_strcmp0 (a, b) == 0;
}

/* --- Custom boxes ------------------------------------------------------------------------------------------------ */

static void
set_state (MoptAccount *draft, MoptSection section, gboolean customised, gboolean parked)
{
  mopt_account_set_customised (draft, section, customised);
  mopt_account_set_parked (draft, section, parked);
}

void
mopt_draft_customise (MoptAccount *draft, MoptSection section)
{
  mopt_account_begin (draft);
  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    {
      const MoptFieldInfo *info = mopt_field_info (i);
      const char *published = mopt_account_get_layer (draft, MOPT_LAYER_PUBLISHED, i);

      if (info->section == section && mopt_field_has_kind (i, mopt_account_get_kind (draft)))
        mopt_account_set_layer (draft, MOPT_LAYER_USER, i, published != NULL ? published : info->fallback);
    }
  set_state (draft, section, TRUE, FALSE);
  mopt_account_end (draft);
}

void
mopt_draft_use_again (MoptAccount *draft, MoptSection section)
{
  mopt_account_begin (draft);
  set_state (draft, section, TRUE, FALSE);
  mopt_account_end (draft);
}

void
mopt_draft_forget (MoptAccount *draft, MoptSection section)
{
  mopt_account_begin (draft);
  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    if (mopt_field_info (i)->section == section)
      mopt_account_set_layer (draft, MOPT_LAYER_USER, i, NULL);
  set_state (draft, section, FALSE, FALSE);
  mopt_account_end (draft);
}

gboolean
mopt_draft_has_own (MoptAccount *draft, MoptSection section)
{
  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    if (mopt_field_info (i)->section == section && mopt_account_get_layer (draft, MOPT_LAYER_USER, i) != NULL)
      return TRUE;
  return FALSE;
}

gboolean
mopt_draft_has_overlay (MoptAccount *account)
{
  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    if (mopt_account_get_layer (account, MOPT_LAYER_USER, i) != NULL)
      return TRUE;
  return mopt_account_get_layer_name (account, MOPT_LAYER_USER) != NULL || account->now.customised != 0
         || account->now.parked != 0;
}

/* --- What is saved ----------------------------------------------------------------------------------------------- */

static void
tidy_section (MoptAccount *draft, MoptAccount *start, MoptSection section)
{
  gboolean was_own = mopt_account_is_customised (start, section) || mopt_account_is_parked (start, section);

  if (mopt_account_is_customised (draft, section) && mopt_account_is_locked (draft, section))
    set_state (draft, section, FALSE, TRUE);
  if (mopt_account_is_customised (draft, section) || mopt_account_is_parked (draft, section))
    return;
  /* what a hand wrote into the file beside an unticked box is none of the dialog's business */
  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    if (mopt_field_info (i)->section == section)
      mopt_account_set_layer (draft, MOPT_LAYER_USER, i,
                              was_own ? NULL : mopt_account_get_layer (start, MOPT_LAYER_USER, i));
}

static void
tidy_port (MoptAccount *draft, MoptLayer layer, MoptField custom, MoptField port)
{
  gboolean in_effect = mopt_account_get_state (draft, mopt_field_info (port)->section) != MOPT_STATE_PARKED;

  if (in_effect && !mopt_account_get_boolean (draft, custom))
    mopt_account_set_layer (draft, layer, port, NULL);
}

void
mopt_draft_tidy (MoptAccount *draft, MoptAccount *start)
{
  gboolean has_sections = !mopt_account_is_personal (draft) && !mopt_account_is_publishing (draft);
  MoptLayer layer = mopt_account_is_publishing (draft) ? MOPT_LAYER_PUBLISHED : MOPT_LAYER_USER;

  mopt_account_begin (draft);
  for (guint i = 0; i < MOPT_N_SECTIONS && has_sections; i++)
    tidy_section (draft, start, i);
  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    {
      const MoptFieldInfo *info = mopt_field_info (i);
      /* a customised section is saved whole; an empty pick may stand against a published proposal */
      gboolean may_be_absent
          = !has_sections
            || (info->section == MOPT_SECTION_NONE && mopt_account_get_layer (draft, MOPT_LAYER_PUBLISHED, i) == NULL);

      if (may_be_absent && mopt_account_get_layer (start, layer, i) == NULL
          && same_text (mopt_account_get_layer (draft, layer, i), info->fallback))
        mopt_account_set_layer (draft, layer, i, NULL);
    }
  /* a number that was typed while Custom Port was on is kept until here */
  tidy_port (draft, layer, MOPT_FIELD_INCOMING_CUSTOM_PORT, MOPT_FIELD_INCOMING_PORT);
  tidy_port (draft, layer, MOPT_FIELD_OUTGOING_CUSTOM_PORT, MOPT_FIELD_OUTGOING_PORT);
  mopt_account_end (draft);
}

gboolean
mopt_draft_is_changed (MoptAccount *draft, MoptAccount *start)
{
  g_autoptr (MoptAccount) saved = mopt_account_dup (draft);
  g_autoptr (MoptAccount) before = mopt_account_dup (start);

  mopt_draft_tidy (saved, start);
  mopt_draft_tidy (before, start);
  return mopt_account_is_publishing (draft) ? !mopt_account_equal (saved, before)
                                            : !mopt_account_equal_user (saved, before);
}

/* --- Following the original -------------------------------------------------------------------------------------- */

/* Theirs becomes mine where I changed it. */
static void
keep_text (MoptAccountValues *theirs, MoptLayer layer, guint slot, const char *mine, const char *base)
{
  if (!same_text (mine, base))
    mopt_account_values_set (theirs, layer, slot, mine);
}

static guint32
keep_bits (guint32 theirs, guint32 mine, guint32 base)
{
  guint32 changed = mine ^ base;

  return (theirs & ~changed) | (mine & changed);
}

/* The sections that differ between two, in a value of the user's or by their box. */
static guint32
find_touched (const MoptAccountValues *a, const MoptAccountValues *b)
{
  guint32 touched = (a->customised ^ b->customised) | (a->parked ^ b->parked);

  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    if (mopt_field_info (i)->section != MOPT_SECTION_NONE
        && !same_text (mopt_account_values_get (a, MOPT_LAYER_USER, i),
                       mopt_account_values_get (b, MOPT_LAYER_USER, i)))
      touched |= BIT (mopt_field_info (i)->section);
  return touched;
}

/* Whether what a tick copied is all that the user's layer has of the section. */
static gboolean
is_only_ticked (const MoptAccountValues *mine, const MoptAccountValues *base, MoptSection section)
{
  if (((mine->customised & ~base->customised) & BIT (section)) == 0)
    return FALSE;
  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    {
      const char *published = mopt_account_values_get (base, MOPT_LAYER_PUBLISHED, i);
      const char *own = mopt_account_values_get (mine, MOPT_LAYER_USER, i);

      if (mopt_field_info (i)->section == section && own != NULL
          && !same_text (own, published != NULL ? published : mopt_field_info (i)->fallback))
        return FALSE;
    }
  return TRUE;
}

void
mopt_draft_rebase (MoptAccount *draft, MoptAccount *base, MoptAccount *now)
{
  const MoptAccountValues *mine = &draft->now, *old = &base->now, *theirs = &now->now;
  guint32 boxes = (theirs->customised ^ old->customised) | (theirs->parked ^ old->parked);
  guint32 both = find_touched (mine, old) & boxes; /* mine, whole */
  guint32 newly_locked = theirs->locked & ~old->locked;
  MoptAccountValues merged = { 0 };

  mopt_account_values_assign (&merged, theirs);
  for (guint layer = 0; layer < MOPT_N_LAYERS; layer++)
    for (guint i = 0; i < MOPT_N_SLOTS; i++)
      {
        MoptSection section = i < MOPT_N_FIELDS ? mopt_field_info (i)->section : MOPT_SECTION_NONE;
        gboolean whole = layer == MOPT_LAYER_USER && section != MOPT_SECTION_NONE && (both & BIT (section)) != 0;

        keep_text (&merged, layer, i, mopt_account_values_get (mine, layer, i),
                   mopt_account_values_get (whole ? theirs : old, layer, i));
      }
  merged.locked = keep_bits (theirs->locked, mine->locked, old->locked);
  merged.customised
      = (keep_bits (theirs->customised, mine->customised, old->customised) & ~both) | (mine->customised & both);
  merged.parked = (keep_bits (theirs->parked, mine->parked, old->parked) & ~both) | (mine->parked & both);

  guint32 dropped = 0;
  for (guint i = 0; i < MOPT_N_SECTIONS; i++)
    if ((newly_locked & BIT (i)) != 0 && is_only_ticked (mine, old, i))
      dropped |= BIT (i);

  mopt_account_begin (draft);
  mopt_account_values_assign (&draft->now, &merged);
  for (guint i = 0; i < MOPT_N_SECTIONS; i++)
    if ((dropped & BIT (i)) != 0 && mopt_account_is_locked (draft, i))
      mopt_draft_forget (draft, i);
  mopt_account_set_problem (draft, now->problem, now->problem_line);
  mopt_account_end (draft);
  mopt_account_values_clear (&merged);
}

void
mopt_draft_make_own (MoptAccount *draft, const char *id)
{
  g_autoptr (MoptAccount) own = mopt_account_copy (draft, mopt_account_get_name (draft));

  mopt_account_begin (draft);
  char *old_id = draft->id; /* @id may be it */
  draft->id = g_strdup (id);
  g_free (old_id);
  mopt_account_values_assign (&draft->now, &own->now);
  mopt_account_end (draft);
}
