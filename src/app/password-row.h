/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/field-row.h"
#include "base/password.h"
#include "check/login-password.h"

G_BEGIN_DECLS

/* Password of one side; which one a login uses says check/login-password. A stored password is never read into the
 * entry (any program on the accessibility bus could read it there): the row only says whether there is one, for what is
 * on the screen now, and takes a new one. Where it is stored for another server than the publisher has by now, it asks:
 * only Use It There makes it go there. "field" is "incoming-password" or "outgoing-password", which are no fields of
 * the table. Signal "changed" (): the answers of the functions below may differ now. */
#define MOPT_TYPE_PASSWORD_ROW (mopt_password_row_get_type ())
G_DECLARE_FINAL_TYPE (MoptPasswordRow, mopt_password_row, MOPT, PASSWORD_ROW, MoptFieldRow)

/* What was typed just now; NULL: nothing. Never trimmed. Transfer full. */
MoptPassword *mopt_password_row_dup_typed (MoptPasswordRow *self);
/* Whether OK shall forget what is stored. */
gboolean mopt_password_row_get_forget (MoptPasswordRow *self);
/* What hinders a login for want of a password, and what to do: translated, caller frees. NULL: there is one, typed,
 * stored for what is on the screen (a locked keyring counts, and one that has not answered yet), or shared. */
char *mopt_password_row_dup_missing (MoptPasswordRow *self);
/* The same as a MoptProblem of @property in @problems, if there is one. */
void mopt_password_row_add_missing (MoptPasswordRow *self, const char *property, GPtrArray *problems);
/* Empties the entry and asks the keyring anew: after OK, or when the account was loaded anew. */
void mopt_password_row_reset (MoptPasswordRow *self);
/* The outgoing row needs to know of the incoming one for Use Same Settings. */
void mopt_password_row_set_incoming (MoptPasswordRow *self, MoptPasswordRow *incoming);

G_END_DECLS
