/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/account.h"
#include "store/keyfile.h"

G_BEGIN_DECLS

/* How accounts.conf and published.conf are read: the one code for the values of both, and for saying what is wrong
 * with them, in which file and line. */

#define MOPT_ACCOUNT_GROUP "Account " /* what the name of an account's group begins with */

/* "~/.config/mail-options/accounts.conf, line 12: What is wrong."; line 0: no line. Caller frees. */
char *mopt_reader_place (const char *path, guint line, const char *reason);

/* How the text of a value stands in a file. */
typedef enum
{
  MOPT_FORM_STRING,
  MOPT_FORM_LIST, /* as text it has an entry a line */
  MOPT_FORM_BOOLEAN,
} MoptForm;

MoptForm mopt_field_form (MoptField field);
/* The value in @line as a text of a layer; what cannot be decoded is given as it stands there, with @error
 * (MOPT_ERROR_INVALID). NULL: there is no entry. Caller frees. */
char *mopt_reader_text (MoptKeyfile *file, guint line, MoptForm form, GError **error);

/* One account on its way out of a group. */
typedef struct _MoptAccountReader MoptAccountReader;
struct _MoptAccountReader
{
  MoptKeyfile *file;
  guint group;
  const char *path;
  MoptLayer layer; /* that its values go to */
  gboolean strict; /* an empty number is an error: nobody but a person has written this text */
  /* Told of all that is wrong; @field is MOPT_FIELD_NONE for what is no value of a field. NULL:
   * mopt_account_reader_break. */
  void (*complain) (MoptAccountReader *self, MoptField field, guint line, const char *reason);
  gpointer data; /* for complain () */

  MoptAccount *account; /* between begin () and end () */
};

/* Makes the account of the group's id and Kind, begins it, and complains about what is wrong with these and with the
 * syntax of the group. The caller has filled in all but the account. */
void mopt_account_reader_open (MoptAccountReader *self);
/* Ends it. Transfer full. */
MoptAccount *mopt_account_reader_close (MoptAccountReader *self);

/* Takes the Name, if there is one, to the layer. */
void mopt_account_reader_name (MoptAccountReader *self);
/* Takes the value in @line to the layer, and complains if it is malformed or nothing for accounts of this kind. A field
 * of an unknown kind is taken as it is. @field may be MOPT_FIELD_NONE: FALSE. */
gboolean mopt_account_reader_field (MoptAccountReader *self, MoptField field, guint line);

void mopt_account_reader_complain (MoptAccountReader *self, MoptField field, guint line, const char *reason);
/* A complaint that makes the account unusable; the first one is the one that is told. */
void mopt_account_reader_break (MoptAccountReader *self, MoptField field, guint line, const char *reason);

G_END_DECLS
