/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A message that another program hands over, of any size: in memory while it is small, else in a file that was opened
 * for it. Read by place, as often as one likes, from any thread. Counted. */
typedef struct _MoptSpool MoptSpool;

/* How far whoever writes the message is trusted. */
typedef struct
{
  guint64 most;       /* bytes, 0: any number */
  guint silence_ms;   /* how long it may say nothing, 0: as long as it likes */
  gint *pieces;       /* nullable: counted up, atomically, with each piece that has come */
  gboolean copies;    /* a large file is copied, too, unless it is sealed (fcntl(2)): it may change later */
} MoptSpoolRules;

/* What @fd gives from where it stands to its end. A large regular file is read where it lies, so it must not change
 * meanwhile; what comes through a pipe and is larger than 1 MiB is copied to an unlinked file (0600) in $TMPDIR, else
 * /var/tmp or /tmp. @rules: nullable. @fd stays the caller's. Blocks; cancellable. All errors are whole translated
 * sentences: MOPT_ERROR_FAILED (it cannot be read), MOPT_ERROR_NOT_WRITTEN (the copy), and by @rules
 * MOPT_ERROR_TOO_LARGE and MOPT_ERROR_TIMED_OUT. */
MoptSpool *mopt_spool_new_from_fd (int fd, const MoptSpoolRules *rules, GCancellable *cancellable, GError **error);
/* Sets the error of a writer who was silent for as long as @rules let him. */
void mopt_spool_set_silent (const MoptSpoolRules *rules, GError **error);
MoptSpool *mopt_spool_new_from_bytes (GBytes *bytes);
MoptSpool *mopt_spool_ref (MoptSpool *self);
void mopt_spool_unref (MoptSpool *self);

guint64 mopt_spool_get_size (MoptSpool *self);
/* Copies @n bytes from @offset, which must be there. FALSE + MOPT_ERROR_FAILED: the file was cut off or cannot be
 * read. */
gboolean mopt_spool_read (MoptSpool *self, guint64 offset, gpointer buffer, gsize n, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptSpool, mopt_spool_unref)

#define MOPT_SPOOL_BLOCK (64 * 1024) /* bytes that are read at once */

/* The bytes from @pos to @end, one after the other. */
typedef struct
{
  MoptSpool *spool; /* borrowed */
  guint64 pos, end; /* of what has not been read yet */
  gsize i, n;       /* in block */
  GError *error;    /* why it ended before @end */
  char *block;
} MoptSpoolReader;

void mopt_spool_reader_init (MoptSpoolReader *self, MoptSpool *spool, guint64 start, guint64 end);
void mopt_spool_reader_clear (MoptSpoolReader *self);
/* Reads the next block. FALSE: the end, or self->error. */
gboolean mopt_spool_reader_fill (MoptSpoolReader *self);
/* The place of the byte that comes next. */
guint64 mopt_spool_reader_tell (const MoptSpoolReader *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MoptSpoolReader, mopt_spool_reader_clear)

/* The next byte, 0 to 255; -1: the end. */
static inline int
mopt_spool_reader_next (MoptSpoolReader *self)
{
  if (self->i == self->n && !mopt_spool_reader_fill (self))
    return -1;
  return (guint8) self->block[self->i++];
}

/* A line, ended by CR, LF or CRLF: where it starts, ends (before the line end) and where the next one starts, and its
 * beginning, NUL-terminated. */
#define MOPT_SPOOL_LINE_HEAD 256
typedef struct
{
  guint64 start, end, next;
  char head[MOPT_SPOOL_LINE_HEAD];
  gsize head_length;
} MoptSpoolLine;

/* FALSE: there is no more, or self->error. */
gboolean mopt_spool_reader_line (MoptSpoolReader *self, MoptSpoolLine *line);

G_END_DECLS
