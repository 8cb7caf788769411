/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/paths.h"
#include "store/published-private.h"

/* The name in STATE is a digest, since a path or an address is none for a file; the kind goes into it, since a
 * try-out of the real file must not leave an unsigned copy in the place of the signed one. */
static char *
make_key (const char *kind, const char *source_path, const char *origin)
{
  g_autofree char *whole = g_strjoin ("\n", kind, source_path, origin, NULL);
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, whole, -1);

  return g_strndup (digest, 32);
}

MoptPublishedPlace *
mopt_published_place_new_for (MoptSourceFile *source)
{
  MoptPublishedPlace *self = g_new0 (MoptPublishedPlace, 1);

  self->source = source;
  self->public_key = source->has_key ? &source->key : NULL;
  self->is_fetched = source->url != NULL;
  self->is_tryout = mopt_paths_source_is_tryout ();
  self->origin = self->is_fetched ? g_strdup (source->url) : mopt_paths_system ("published.conf");
  self->key = make_key (self->is_tryout ? "source" : "", self->is_tryout ? source->path : "", self->origin);
  return self;
}

MoptPublishedPlace *
mopt_published_place_new (GError **error)
{
  char *tryout = mopt_paths_tryout ();

  if (tryout != NULL)
    {
      MoptPublishedPlace *self = g_new0 (MoptPublishedPlace, 1);

      self->origin = tryout;
      self->is_tryout = TRUE;
      self->key = make_key ("tryout", "", tryout);
      return self;
    }
  MoptSourceFile *source = mopt_source_load (error);
  return source != NULL ? mopt_published_place_new_for (source) : NULL;
}

void
mopt_published_place_free (MoptPublishedPlace *self)
{
  g_free (self->origin);
  g_free (self->key);
  mopt_source_free (self->source);
  g_free (self);
}

static char *
state_path (const MoptPublishedPlace *self, const char *suffix)
{
  g_autofree char *name = g_strconcat ("published/", self->key, suffix, NULL);

  return mopt_paths_state (name);
}

char *
mopt_published_place_get_copy_path (const MoptPublishedPlace *self)
{
  return state_path (self, ".conf");
}

char *
mopt_published_place_get_refused_path (const MoptPublishedPlace *self)
{
  return state_path (self, ".conf" MOPT_PUBLISHED_REFUSED_SUFFIX);
}
