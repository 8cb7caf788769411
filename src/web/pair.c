/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/pair.h"

#define SIGNATURE_MAX 4096 /* bytes; it has 64, and who sends something else may be told so by the check */

MoptPair *
mopt_pair_fetch (MoptHttp *http, const char *url, const char *signature_url, gsize max, const char *mark,
                 GCancellable *cancellable, GError **error)
{
  g_autoptr (MoptPair) self = g_new0 (MoptPair, 1);
  g_autoptr (GBytes) text = NULL;
  g_autoptr (GError) signature_error = NULL;
  g_autofree char *no_mark = NULL;
  gboolean not_changed;

  self->mark = g_strdup (mark);
  text = mopt_http_get (http, url, max, &self->mark, &not_changed, cancellable, error);
  if (text == NULL)
    return NULL;
  if (not_changed)
    return g_steal_pointer (&self);
  self->text = g_steal_pointer (&text);
  if (signature_url == NULL)
    return g_steal_pointer (&self);

  self->signature
      = mopt_http_get (http, signature_url, SIGNATURE_MAX, &no_mark, &not_changed, cancellable, &signature_error);
  if (self->signature == NULL && !g_error_matches (signature_error, MOPT_ERROR, MOPT_ERROR_HTTP_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&signature_error));
      return NULL;
    }
  return g_steal_pointer (&self);
}

void
mopt_pair_free (MoptPair *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->text, g_bytes_unref);
  g_clear_pointer (&self->signature, g_bytes_unref);
  g_free (self->mark);
  g_free (self);
}
