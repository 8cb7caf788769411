/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Files that are old or new, never half. All block: not for the main loop. */

/* The largest file we read, 4 MiB: our files are made by people. */
#define MOPT_FILE_MAX (4 * 1024 * 1024)

/* Reads @path whole. A file that does not exist is an empty text with the etag "" and no error. @etag (out,
 * optional) names this very content (SHA-256, hexadecimal). NULL + error: unreadable, not a regular file, too
 * large. Caller frees both. */
char *mopt_file_read (const char *path, gsize *length, char **etag, GError **error);

/* Replaces @path, mode 0600, by @text: temporary file beside it, fsync, rename, fsync of the folder; makes the
 * folder (0700). Where @etag is not NULL and the file has another content by now: MOPT_ERROR_CHANGED, nothing
 * written; checked under a lock that all our writers take (@path + ".lock" in the same folder is not left
 * behind). A symbolic link is followed to the file it names. @new_etag (out, optional). */
gboolean mopt_file_write (const char *path, const char *text, gsize length, const char *etag, char **new_etag,
                          GError **error);

G_END_DECLS
