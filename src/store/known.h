/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What was learned of an account, in STATE: its last test (tests.conf), and which From addresses its server accepts
 * (from-check.conf); also the certificates that its servers showed (keys.conf). Of its servers: store/security. All
 * calls block, quickly, without fsync: what is lost is a note. */
typedef struct
{
  gint64 time;       /* seconds since the epoch */
  char *result;      /* "passed" or "failed"; "checked" or "not-connected" where nothing was sent */
  char *code;        /* stable word of the failure, "" if passed */
  char *summary;     /* one translated sentence, no secret in it */
  char *fingerprint; /* of what was tested: a pass for other values is stale */
  gint64 passwords;  /* those stored until then are the ones that were tested; seconds since the epoch */
} MoptLastTest;

MoptLastTest *mopt_last_test_copy (const MoptLastTest *self);
void mopt_last_test_free (MoptLastTest *self);

/* NULL: never tested. */
MoptLastTest *mopt_known_get_last_test (const char *account_id);
gboolean mopt_known_set_last_test (const char *account_id, const MoptLastTest *test, GError **error);
/* Something that no fingerprint can hold has changed, a password: the last test counts for other values now. */
gboolean mopt_known_outdate_last_test (const char *account_id, GError **error);

/* That a server of the account showed the certificate @sha256. @server: its protocol, host and port in one word, as
 * the caller likes. Where it had shown another one before, the last test is stale from now on: its fingerprint goes.
 * Any thread. */
gboolean mopt_known_note_key (const char *account_id, const char *server, const char *sha256, GError **error);

/* How one From address fared. */
typedef struct
{
  char *address;  /* addr-spec */
  char *state;    /* "accepted", "refused" or "not-checked" */
  char *code;     /* stable word of the cause, "" if accepted */
  char *sentence; /* translated, "" if accepted */
  char *words;    /* the server's, "" if there were none */
  gboolean in_clear; /* they came without encryption */
} MoptFromNote;

typedef struct
{
  gint64 time;       /* seconds since the epoch */
  char *fingerprint; /* of the outgoing server and login: results of others are stale */
  GPtrArray *notes;  /* (element-type MoptFromNote) */
} MoptLastFromCheck;

MoptLastFromCheck *mopt_last_from_check_new (void);
void mopt_last_from_check_free (MoptLastFromCheck *self);
/* Copies the strings; NULL counts as "". */
void mopt_last_from_check_add (MoptLastFromCheck *self, const MoptFromNote *note);
/* The note for @address (addr-spec or "Name <addr>"; without regard to case), or NULL. Borrowed. */
const MoptFromNote *mopt_last_from_check_find (const MoptLastFromCheck *self, const char *address);

/* NULL: never checked. */
MoptLastFromCheck *mopt_known_get_from_check (const char *account_id);
gboolean mopt_known_set_from_check (const char *account_id, const MoptLastFromCheck *check, GError **error);

/* The account is gone, and its undo too, or was never added: all that was learned of it goes, of its servers, too. */
gboolean mopt_known_forget (const char *account_id, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptLastTest, mopt_last_test_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptLastFromCheck, mopt_last_from_check_free)

G_END_DECLS
