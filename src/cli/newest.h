/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "check/newest.h"

G_BEGIN_DECLS

/* Fetches the newest message (check/newest, whose parameters these are) and prints it, @json for programs. Ctrl+C
 * cancels. Returns the exit code. */
int mopt_newest_show (const MoptSettings *settings, MoptPassword *password, gboolean no_keyring, guint limit_ms,
                      gboolean json);

G_END_DECLS
