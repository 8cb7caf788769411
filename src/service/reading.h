/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mail/spool.h"

G_BEGIN_DECLS

/* A message that a caller hands over is read in a thread of its own. That thread may hang where nothing can wake it: in
 * a file of a file system that does not answer, or in a pipe that somebody else has emptied meanwhile. So nobody waits
 * for it longer than he wants to, and it is left to itself then. All in the main thread. */
typedef struct _MoptReading MoptReading;

/* One of them is NULL; @message: transfer full. */
typedef void (*MoptReadingFunc) (MoptSpool *message, const GError *error, gpointer user_data);

/* Reads from @fd, which it takes, to its end. @func is called once: with the message, or with what the spool said, or
 * G_DBUS_ERROR_INVALID_ARGS: @fd is no file, pipe or socket; or MOPT_ERROR_TIMED_OUT: nothing came for @silence_ms.
 * Then @self is gone. */
MoptReading *mopt_reading_new (int fd, guint silence_ms, MoptReadingFunc func, gpointer user_data);
/* @func is not called any more, and @self is gone. */
void mopt_reading_abandon (MoptReading *self);

/* How many threads there are, also those that nobody waits for. */
guint mopt_reading_count (void);

G_END_DECLS
