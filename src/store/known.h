/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What was learned of an account, in STATE: its last test (tests.conf). Of its servers: store/security. */
typedef struct
{
  gint64 time;       /* seconds since the epoch */
  char *result;      /* "passed" or "failed"; nothing is kept of cancelled runs */
  char *code;        /* stable word of the failure, "" if passed */
  char *summary;     /* one translated sentence, no secret in it */
  char *fingerprint; /* of what was tested: a pass for other values is stale */
} MoptLastTest;

MoptLastTest *mopt_last_test_copy (const MoptLastTest *self);
void mopt_last_test_free (MoptLastTest *self);

/* Blocking, quick, no fsync: what is lost is a note. NULL: never tested. */
MoptLastTest *mopt_known_get_last_test (const char *account_id);
gboolean mopt_known_set_last_test (const char *account_id, const MoptLastTest *test, GError **error);
/* The account is gone, and its undo too, or was never added: all that was learned of it goes, of its servers, too. */
gboolean mopt_known_forget (const char *account_id, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptLastTest, mopt_last_test_free)

G_END_DECLS
