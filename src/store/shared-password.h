/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/password.h"

G_BEGIN_DECLS

/* Passwords that an administrator shares with those who may read them: a file each, in the folder "secrets" beside the
 * published file. They are local files; none comes with a publication that was fetched. */

#define MOPT_SHARED_PASSWORD_MAX 1024 /* bytes, without the newline */

/* Where they are on this computer. @is_tryout (out): the published file was named by hand, so that the user's own
 * files will do. Caller frees. */
char *mopt_shared_password_folder (gboolean *is_tryout);

/* Reads @name in @folder, straight into locked memory: a regular file of one line and at most one newline, that root
 * owns and only root and a group may read (mode 0640 or stricter), in a folder that nobody else may write; in a
 * try-out the user may own them. No symbolic link is followed, for the folder neither. NULL +
 * MOPT_ERROR_SHARED_PASSWORD with a whole translated sentence that says what is wrong. Blocks; a FIFO or a device never
 * makes it wait. */
MoptPassword *mopt_shared_password_read (const char *folder, gboolean is_tryout, const char *name, GError **error);
/* The same without reading what is in it. */
gboolean mopt_shared_password_check (const char *folder, gboolean is_tryout, const char *name, GError **error);

/* Writes one, as the above wants it: 0640, root's and of @group; makes the folder (0755) where it is missing. In a
 * try-out all stays the user's. MOPT_ERROR_SHARED_PASSWORD: the password is no line of text, or the file could be read
 * by others there; MOPT_ERROR_NOT_FOUND: no such group; MOPT_ERROR_NOT_WRITTEN, also for who is not root. */
gboolean mopt_shared_password_write (const char *folder, gboolean is_tryout, const char *name, const char *group,
                                     MoptPassword *password, GError **error);

G_END_DECLS
