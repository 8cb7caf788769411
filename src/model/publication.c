/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "model/publication.h"

MoptPublication *
mopt_publication_new (void)
{
  MoptPublication *self = g_atomic_rc_box_new0 (MoptPublication);

  self->organization = g_strdup ("");
  self->contact = g_strdup ("");
  self->reason = g_strdup ("");
  self->domains = g_new0 (char *, 1);
  self->prefix = g_strdup ("");
  self->previous_prefixes = g_new0 (char *, 1);
  self->counter = g_strdup ("");
  self->default_id = g_strdup ("");
  return self;
}

MoptPublication *
mopt_publication_copy (const MoptPublication *other)
{
  MoptPublication *self = g_atomic_rc_box_dup (sizeof *self, (gpointer) other);

  self->organization = g_strdup (other->organization);
  self->contact = g_strdup (other->contact);
  self->reason = g_strdup (other->reason);
  self->domains = g_strdupv (other->domains);
  self->prefix = g_strdup (other->prefix);
  self->previous_prefixes = g_strdupv (other->previous_prefixes);
  self->counter = g_strdup (other->counter);
  self->default_id = g_strdup (other->default_id);
  for (guint i = 0; i < MOPT_N_RIGHTS; i++)
    self->rights[i] = g_strdupv (other->rights[i]);
  return self;
}

MoptPublication *
mopt_publication_ref (MoptPublication *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  MoptPublication *self = data;

  g_free (self->organization);
  g_free (self->contact);
  g_free (self->reason);
  g_strfreev (self->domains);
  g_free (self->prefix);
  g_strfreev (self->previous_prefixes);
  g_free (self->counter);
  g_free (self->default_id);
  for (guint i = 0; i < MOPT_N_RIGHTS; i++)
    g_strfreev (self->rights[i]);
}

void
mopt_publication_unref (MoptPublication *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

static gboolean
lists_equal (char **a, char **b)
{
  if (a == NULL || b == NULL)
    return a == b;
  return g_strv_equal ((const char *const *) a, (const char *const *) b);
}

gboolean
mopt_publication_same_rules (const MoptPublication *a, const MoptPublication *b)
{
  if (a == b)
    return TRUE;
  if (a == NULL || b == NULL)
    return FALSE;
  for (guint i = 0; i < MOPT_N_RIGHTS; i++)
    if (!lists_equal (a->rights[i], b->rights[i]))
      return FALSE;
  return g_str_equal (a->organization, b->organization) && g_str_equal (a->contact, b->contact)
         && lists_equal (a->domains, b->domains) && g_str_equal (a->prefix, b->prefix)
         && lists_equal (a->previous_prefixes, b->previous_prefixes) && g_str_equal (a->counter, b->counter)
         && g_str_equal (a->default_id, b->default_id) && a->html == b->html && a->verified == b->verified;
}

gboolean
mopt_publication_equal (const MoptPublication *a, const MoptPublication *b)
{
  return mopt_publication_same_rules (a, b)
         && (a == b || (a->serial == b->serial && a->expires == b->expires && g_str_equal (a->reason, b->reason)));
}

/* Whoever publishes a novel does not get a window of that size. Such a text is rare: kept for good, and once. */
static const char *
cut (const char *text, guint max)
{
  if (strlen (text) <= max || g_utf8_strlen (text, -1) <= max)
    return text;
  g_autofree char *start = g_utf8_substring (text, 0, max - 1);
  g_autofree char *shown = g_strconcat (start, "…", NULL);
  return g_intern_string (shown);
}

const char *
mopt_publication_who (const MoptPublication *self)
{
  return *self->organization != '\0' ? cut (self->organization, MOPT_PUBLICATION_NAME_MAX) : _ ("your administrator");
}

const char *
mopt_publication_whom_to_ask (const MoptPublication *self)
{
  return *self->contact != '\0' ? cut (self->contact, MOPT_PUBLICATION_NAME_MAX) : mopt_publication_who (self);
}

const char *
mopt_publication_why (const MoptPublication *self)
{
  return cut (self->reason, MOPT_PUBLICATION_REASON_MAX);
}
