/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

struct stat;

/* Who can change a file that an administrator wrote: root and the user himself may. Adds a translated sentence to
 * @warnings where the owner of the file is anybody else, or where others may write the file, or the folder it lies in
 * and so put another in its place. @info: of the file that was opened. */
void mopt_owner_check (const char *path, const struct stat *info, GStrvBuilder *warnings);

/* Whether what lies at @path, or where there is nothing yet, the folder that it could be made in, is the user's own or
 * root's. FALSE + MOPT_ERROR_NOT_ALLOWED (a translated sentence): a program of one user has got the environment of
 * another one. */
gboolean mopt_owner_is_own (const char *path, GError **error);

G_END_DECLS
