/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What a person is shown of a received message. All of it was written by somebody else: valid UTF-8, nothing harmful in
 * it (base/harmful) but newlines and tabs in the text; to be shown as text, never as markup. */
typedef struct
{
  char *sender;    /* "Bob <bob@example.org>"; "" if it names none */
  char *subject;   /* "" if it has none */
  gint64 date;     /* as the sender says, seconds since the epoch; 0 = none, or nonsense */
  gint64 arrived;  /* as the last server says that took it, else @date; 0 = not known */
  char *text;      /* of the first plain part, else of the first HTML part, reduced to text; "" if there is none */
  gboolean is_cut; /* there was more of the text than MOPT_MESSAGE_TEXT_MAX */
} MoptMessageView;

#define MOPT_MESSAGE_TEXT_MAX 65536 /* bytes of text */

/* @message may be no more than the beginning of one. Never NULL; nothing is fetched. */
MoptMessageView *mopt_message_view_new (GBytes *message);
void mopt_message_view_free (MoptMessageView *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MoptMessageView, mopt_message_view_free)

G_END_DECLS
