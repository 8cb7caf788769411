/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/gmime.h"

void
mopt_gmime_ensure (void)
{
  static gsize ready;

  if (g_once_init_enter (&ready))
    {
      g_mime_init ();
      g_once_init_leave (&ready, 1);
    }
}
