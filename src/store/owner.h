/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

struct stat;

/* Who can change a file that an administrator wrote: root and the user himself may. Adds a translated sentence to
 * @warnings where the owner of the file is anybody else, or where others may write the file, or the folder it lies in
 * and so put another in its place. @info: of the file that was opened. */
void mopt_owner_check (const char *path, const struct stat *info, GStrvBuilder *warnings);

G_END_DECLS
