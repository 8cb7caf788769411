/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "check/test-mail.h"

G_BEGIN_DECLS

/* The options of `mopt test` that make it the Advanced Test. */
typedef struct
{
  char *cc;
  char *bcc;
  char *subject;
  char *message; /* a file, or "-" */
  gboolean html;
  gboolean yes;
} MoptTestMailWish;

#define MOPT_TEST_MAIL_ENTRIES(wish, flags)                                                                            \
  { "cc", 0, flags, G_OPTION_ARG_STRING, &(wish).cc, N_ ("Send a copy to these addresses"), N_ ("ADDRESS,…") },        \
  { "bcc", 0, flags, G_OPTION_ARG_STRING, &(wish).bcc, N_ ("Likewise, without naming them in the message"),            \
    N_ ("ADDRESS,…") },                                                                                                \
  { "subject", 0, flags, G_OPTION_ARG_STRING, &(wish).subject, N_ ("Send a message with this subject"), N_ ("TEXT") }, \
  { "message", 0, flags, G_OPTION_ARG_STRING, &(wish).message, N_ ("Send this text; - is standard input"),             \
    N_ ("FILE") },                                                                                                     \
  { "html", 0, flags, G_OPTION_ARG_NONE, &(wish).html, N_ ("The text is an HTML page"), NULL },                        \
  { "yes", 0, flags, G_OPTION_ARG_NONE, &(wish).yes, N_ ("Do not ask before sending it to them"), NULL }

void mopt_test_mail_wish_clear (MoptTestMailWish *self);

/* Whether one of them is given. */
gboolean mopt_test_mail_is_wanted (const MoptTestMailWish *self);
/* What to send, with --to (nullable); NULL: it has been said what is wrong. */
MoptTestMail *mopt_test_mail_from_wish (const MoptTestMailWish *self, const char *to);
/* Lists on standard error who gets it, and asks on a terminal; FALSE: not agreed to, it has been said why. */
gboolean mopt_test_mail_confirm (const MoptTestMailWish *self, const MoptTestMail *mail);

G_END_DECLS
