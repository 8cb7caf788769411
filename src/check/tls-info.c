/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check/tls-info.h"

MoptTlsInfo *
mopt_tls_info_copy (const MoptTlsInfo *self)
{
  MoptTlsInfo *copy = g_memdup2 (self, sizeof *self);

  copy->protocol = g_strdup (self->protocol);
  copy->cipher = g_strdup (self->cipher);
  copy->subject = g_strdup (self->subject);
  copy->issuer = g_strdup (self->issuer);
  copy->names = g_strdup (self->names);
  copy->sha256 = g_strdup (self->sha256);
  copy->reasons = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; self->reasons != NULL && i < self->reasons->len; i++)
    g_ptr_array_add (copy->reasons, g_strdup (g_ptr_array_index (self->reasons, i)));
  return copy;
}

void
mopt_tls_info_free (MoptTlsInfo *self)
{
  if (self == NULL)
    return;
  g_free (self->protocol);
  g_free (self->cipher);
  g_free (self->subject);
  g_free (self->issuer);
  g_free (self->names);
  g_free (self->sha256);
  g_ptr_array_unref (self->reasons);
  g_free (self);
}
