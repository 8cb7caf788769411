/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/accounts-save.h"

G_BEGIN_DECLS

/* What becomes of the user's part when the publication takes an account away, or its id. Nothing of it is ever lost: it
 * is noted in STATE (withdrawn.conf) before accounts.conf changes, and what was killed in between is done again. */

#define MOPT_WITHDRAWN_DAYS 30 /* that a deleted account can be taken back */

/* An account that was withdrawn with "delete" and can be taken back by MOPT_CHANGE_RECOVER. */
typedef struct
{
  char *id;
  char *new_id; /* of the account of one's own that it becomes where it is not published again */
  char *name;
  gint64 date;  /* seconds since the epoch */
  gint64 until; /* likewise */
} MoptWithdrawn;

/* (element-type MoptWithdrawn), the latest first; free with unref. Reads a small file. */
GPtrArray *mopt_withdrawn_list (void);

/* Does what is to be done now. @seen: the publication that the person saw last, NULL where nothing is known of it: an
 * account of which there is nothing in accounts.conf is followed up only if it was there. Adds to @sentences what it
 * has done. FALSE: not all could be done; next time. */
gboolean mopt_withdrawn_act (MoptSave *save, MoptPublishedText *seen, GStrvBuilder *sentences, GError **error);

/* The step of a job that takes back what was deleted with the account @id: as changes of a published account where it
 * is published again, else as an account of one's own. MOPT_ERROR_NOT_FOUND, _EXISTS. */
gboolean mopt_withdrawn_recover (MoptSave *save, MoptKeyfile *file, MoptAccountsText *current, const char *id,
                                 GError **error);
/* After it. */
void mopt_withdrawn_forget (const char *id);

G_END_DECLS
