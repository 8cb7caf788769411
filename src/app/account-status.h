/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/account.h"
#include "store/known.h"

G_BEGIN_DECLS

/* How an account is, in a few words. */
typedef struct
{
  const char *icon;      /* symbolic icon, NULL for none; static */
  const char *css_class; /* "passed", "failed", "attention" or NULL; static */
  char *text;            /* "Tested 3 minutes ago"; translated */
  char *detail;          /* whole sentence: what is wrong, or when exactly; "" if there is nothing to add */
  gboolean is_problem;   /* the detail belongs in view, not only in the tooltip */
} MoptAccountStatus;

/* @last: its last test, NULL if never tested. @stored: the keys of all stored passwords (mopt_secrets_list_finish);
 * NULL: not known. @now: seconds since the epoch. */
MoptAccountStatus *mopt_account_status_new (MoptAccount *account, const MoptLastTest *last, GHashTable *stored,
                                            gint64 now);
void mopt_account_status_free (MoptAccountStatus *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptAccountStatus, mopt_account_status_free)

G_END_DECLS
