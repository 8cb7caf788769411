/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/account.h"

G_BEGIN_DECLS

/* What a person is told of a section of a published account: where its values come from, who decided, whom to ask,
 * and what he can do about it. No widgets. */
typedef struct
{
  char *text;             /* one or two sentences; translated */
  char *kept;             /* of his own values that are not in effect; NULL: there are none */
  gboolean has_padlock;   /* shut for this person */
  gboolean may_customise; /* the Custom box is there */
  gboolean is_customised; /* and ticked */
  gboolean can_go_back;   /* Use Published */
  gboolean can_use_again; /* what is kept */
} MoptProvenance;

/* NULL where there is nothing to say: a personal account, or the administrator's own. */
MoptProvenance *mopt_provenance_new (MoptAccount *account, MoptSection section);
void mopt_provenance_free (MoptProvenance *self);

/* The user's values of the section, a line each, "Incoming Mail Server: imap.home.example": what Show shows of values
 * that are kept. Translated, caller frees. */
char *mopt_provenance_list_own (MoptAccount *account, MoptSection section);

/* Whose @account is, for lists: "Personal", "Example Corp", "Example Corp, customised". Translated, caller frees. */
char *mopt_provenance_of_account (MoptAccount *account);

/* Who publishes @account and whom to ask about it, also where the publication does not say. Translated, borrowed. */
const char *mopt_provenance_who (MoptAccount *account);
const char *mopt_provenance_whom_to_ask (MoptAccount *account);

/* @text, which may begin with "your administrator", as a sentence. Takes @text; caller frees. */
char *mopt_provenance_begin_sentence (char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptProvenance, mopt_provenance_free)

G_END_DECLS
