/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* Files that are old or new, never half. All block: not for the main loop. */

/* The largest file of ours that we read or write: 64 MiB, which is what a published file may have, and room for what
 * is noted with its copy. */
#define MOPT_FILE_MAX (64 * 1024 * 1024 + 64 * 1024)

/* Reads @path whole. A file that does not exist is an empty text with the etag "" and no error. @etag (out,
 * optional) names this very content (SHA-256, hexadecimal). NULL + error: unreadable, not a regular file, too
 * large. Caller frees both. */
char *mopt_file_read (const char *path, gsize *length, char **etag, GError **error);

/* What mopt_file_read does, for any file: up to @max bytes, a NUL behind them; @info (out, optional) is of the very
 * file that was read. NULL + MOPT_ERROR_NOT_FOUND where there is none, MOPT_ERROR_FAILED for the rest; a FIFO or a
 * device never makes it wait. */
struct stat;
GBytes *mopt_file_load (const char *path, gsize max, struct stat *info, GError **error);
/* What stands in @path behind @start, up to @max bytes, without holding @start a second time. NULL: the file does not
 * begin with that, has more than @max behind it, or cannot be read. */
GBytes *mopt_file_load_behind (const char *path, GBytes *start, gsize max);

/* Replaces @path, mode 0600, by @text: temporary file beside it, fsync, rename, fsync of the folder; makes the
 * folder (0700). Where @etag is not NULL and the file has another content by now: MOPT_ERROR_CHANGED, nothing
 * written; checked under a lock that all our writers take (@path + ".lock", gone afterwards). A symbolic link is
 * followed to the file it names. @new_etag (out, optional). MOPT_ERROR_NOT_WRITTEN: the old content is still
 * there (or the new one, where the disk failed at nothing but making its name durable). */
gboolean mopt_file_write (const char *path, const char *text, gsize length, const char *etag, char **new_etag,
                          GError **error);

/* What an edit makes of @text (NUL-terminated, "" for a file that is not there): the new text (transfer full) with
 * *@new_length, or NULL to leave the file as it is; a set @error ends the update with it. */
typedef char *(*MoptFileEdit) (const char *text, gsize length, gsize *new_length, gpointer user_data, GError **error);

typedef enum
{
  MOPT_FILE_DURABLE = 0,
  MOPT_FILE_NO_SYNC = 1 << 0, /* for notes: still old or new after a kill, but perhaps lost with the power */
  MOPT_FILE_FOR_ALL = 1 << 1, /* everybody may read it (0644, a folder that has to be made 0755), and where a symbolic
                               * link stands in its place nothing is written */
} MoptFileFlags;

/* Read, edit, write as one step under that lock: nobody of ours writes in between. */
gboolean mopt_file_update (const char *path, MoptFileFlags flags, MoptFileEdit edit, gpointer user_data,
                           GError **error);

/* Replaces @path by @text with that mode and, unless it is MOPT_FILE_OWN_GROUP, that group; the folder must be there,
 * and a symbolic link in the place of the file is refused. Without a lock: for an edit, which has one, to write a
 * further file, and for files that nobody else writes. MOPT_ERROR_NOT_WRITTEN. */
#define MOPT_FILE_OWN_GROUP ((gid_t) -1)
gboolean mopt_file_replace (const char *path, const char *text, gsize length, mode_t mode, gid_t group,
                            GError **error);

/* The etag of a text. Caller frees. */
char *mopt_file_etag (const char *text, gsize length);

G_END_DECLS
