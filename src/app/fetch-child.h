/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Keeps what the organisation publishes on a web server fresh as long as the window is there: runs `mopt fetch
 * --if-due`, which says when to run it again, and `--back-online` soon after there is a network again. In a process of
 * its own, because libcurl would cost the window an eighth of its start. What it brings lands in STATE, where the
 * accounts watch for it. Never blocks; nothing is run without an address in source.conf, nor where there is no mopt
 * beside this program (in the build tree: ../cli/mopt). */
typedef struct _MoptFetchChild MoptFetchChild;

/* To be made after the first frame. */
MoptFetchChild *mopt_fetch_child_new (void);
/* Ends what runs. */
void mopt_fetch_child_free (MoptFetchChild *self);

G_END_DECLS
