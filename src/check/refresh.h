/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/error.h"

G_BEGIN_DECLS

/* The whole road of a fetch: source.conf says where and whose key, STATE when and what we have; the pair comes over
 * HTTPS and is handed to store/published, which verifies it and puts it in force. Nothing is lost on the way: what is
 * in force stays there until something better has been accepted. */

typedef enum
{
  MOPT_REFRESH_IF_DUE = 1 << 0, /* only when the plan says so; else whatever it says */
  MOPT_REFRESH_WHOLE = 1 << 1,  /* have the file sent also when it has not changed */
  MOPT_REFRESH_BACK_ONLINE = 1 << 2, /* with IF_DUE: the network has come back just now */
} MoptRefreshFlags;

typedef enum
{
  MOPT_REFRESH_NO_SOURCE, /* there is no address to fetch from: nothing to do */
  MOPT_REFRESH_NOT_DUE,
  MOPT_REFRESH_BUSY, /* another program of this user is at it */
  MOPT_REFRESH_NOT_CHANGED,
  MOPT_REFRESH_NEW,
  MOPT_REFRESH_BEING_REPLACED, /* file and signature do not fit yet */
  MOPT_REFRESH_FAILED,
} MoptRefreshResult;

typedef struct
{
  MoptRefreshResult result;
  guint64 serial;   /* of what is in force; 0: nothing is, or it has none */
  const char *code; /* stable English word of the cause; NULL unless FAILED or BEING_REPLACED */
  char *sentence;   /* what it came to; translated */
  char *advice;     /* what to do, "" if there is nothing to advise; translated */
  char *detail;     /* technical, English; nullable */
  char **warnings;  /* translated sentences about what does not hinder; never NULL */
  gint64 next;      /* seconds until it is due next; 0 with NO_SOURCE and BUSY */
} MoptRefresh;

/* "no-source", "not-due", "busy", "not-changed", "new", "being-replaced", "failed". Static. */
const char *mopt_refresh_result_name (MoptRefreshResult result);

/* Does it; blocks for as long as the server takes (see web/http.h), but ends at once when it is cancelled: NULL +
 * G_IO_ERROR_CANCELLED, with nothing changed and nothing noted. */
MoptRefresh *mopt_refresh_run (MoptRefreshFlags flags, GCancellable *cancellable, GError **error);
void mopt_refresh_free (MoptRefresh *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptRefresh, mopt_refresh_free)

G_END_DECLS
