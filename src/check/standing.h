/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/account.h"
#include "store/known.h"

G_BEGIN_DECLS

/* How an account stands: whether it can be used, and what its last test says of the values that are in effect. */
typedef enum
{
  MOPT_STANDING_BROKEN,  /* its text in the file must be repaired */
  MOPT_STANDING_INVALID, /* a value in effect is malformed */
  /* of a published account, whatever its last test said */
  MOPT_STANDING_NEEDS_ADDRESS,       /* its user name is made of the person's own e-mail address, which is not known */
  MOPT_STANDING_NEEDS_ADMINISTRATOR, /* a locked login has no user name or no password */
  MOPT_STANDING_NEEDS_USER,          /* the user name is this person's to enter */
  MOPT_STANDING_NEEDS_PASSWORD,      /* the password likewise */
  MOPT_STANDING_INCOMPLETE,          /* something needed is missing */
  MOPT_STANDING_UNTESTED,
  MOPT_STANDING_STALE, /* tested with other values, or another password */
  MOPT_STANDING_FAILED,
  MOPT_STANDING_NOT_CONNECTED, /* so did a check of the connections, in which no message was to be sent */
  MOPT_STANDING_CHECKED,       /* the connections work; no message was sent */
  MOPT_STANDING_PASSED,
} MoptStanding;

/* "broken", … "passed": stable English words for --json. */
const char *mopt_standing_name (MoptStanding standing);

/* @last: of mopt_known_get_last_test, nullable. @stored: the keys of all stored passwords (mopt_secrets_list_finish),
 * NULL: not known. @reason (out, transfer full, nullable): a translated sentence that says why, where the standing is
 * BROKEN, INVALID, NEEDS_ADMINISTRATOR (with whom to ask), INCOMPLETE, FAILED or NOT_CONNECTED; else NULL. */
MoptStanding mopt_standing (MoptAccount *account, const MoptLastTest *last, GHashTable *stored, char **reason);

/* What a published account still waits for from this person: "incoming-user", "outgoing-user", "incoming-password",
 * "outgoing-password", the property of its row; NULL: nothing. Static. */
const char *mopt_standing_find_wanted (MoptAccount *account, GHashTable *stored);
/* Whether a password of @account was stored after @last, by whatever program; by @stored. */
gboolean mopt_standing_has_other_password (MoptAccount *account, const MoptLastTest *last, GHashTable *stored);
/* The user name that is blank, "incoming-user" or "outgoing-user"; NULL: none. Static. */
const char *mopt_standing_find_blank_user (MoptAccount *account);

G_END_DECLS
