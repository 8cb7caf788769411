/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "base/file.h"
#include "base/paths.h"
#include "model/difference.h"
#include "store/announced.h"
#include "store/withdrawn.h"

/* No two origins share a file. Caller frees. */
static char *
get_path (const MoptPublished *published)
{
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, published->origin, -1);
  g_autofree char *name = g_strdup_printf ("announced-%.16s.conf", sum);

  return mopt_paths_state (name);
}

static char *
replace (const char *text, gsize length, gsize *new_length, gpointer bytes, GError **error)
{
  const char *data = g_bytes_get_data (bytes, new_length);

  return g_memdup2 (data, *new_length); /* nothing empty is in force */
}

static MoptPublishedText *
parse (GBytes *bytes, const char *path)
{
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);
  g_autoptr (MoptKeyfile) file = mopt_keyfile_new (text, length);

  return mopt_published_text_new (file, path);
}

static void
add_difference (MoptSave *save, MoptPublishedText *seen, GStrvBuilder *sentences)
{
  MoptPublishedText *text = save->in_force->text;
  const MoptEdition old = { seen->publication, seen->accounts }, now = { text->publication, text->accounts };
  g_autoptr (MoptIdentity) who = mopt_in_force_identity (save->in_force, save->known.own_address);
  g_auto (GStrv) said = mopt_difference (&old, &now, who, &save->announced_id);

  g_strv_builder_addv (sentences, (const char **) said);
  if (said[0] != NULL && *text->publication->reason != '\0')
    save->reason = g_strdup (mopt_publication_why (text->publication));
}

void
mopt_announced_update (MoptSave *save)
{
  MoptInForce *in_force = save->in_force;
  g_autoptr (GStrvBuilder) sentences = g_strv_builder_new ();
  g_autofree char *path = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (MoptPublishedText) seen = NULL;
  g_autoptr (GError) error = NULL;

  if (in_force->text == NULL || in_force->published == NULL)
    return;
  if (save->announces)
    {
      path = get_path (in_force->published);
      bytes = mopt_file_load (path, MOPT_FILE_MAX, NULL, NULL);
      if (bytes != NULL && !g_bytes_equal (bytes, in_force->bytes))
        seen = parse (bytes, path);
    }
  if (!mopt_withdrawn_act (save, seen, sentences, &error))
    g_strv_builder_add (sentences, error->message);
  if (seen != NULL)
    add_difference (save, seen, sentences);
  /* what could not be done is tried again, and then said */
  if (save->announces && error == NULL && (bytes == NULL || seen != NULL)
      && !mopt_file_update (path, MOPT_FILE_NO_SYNC, replace, in_force->bytes, &error))
    g_strv_builder_add (sentences, error->message);

  g_auto (GStrv) said = g_strv_builder_end (sentences);
  if (said[0] != NULL)
    save->announced = g_steal_pointer (&said);
}
