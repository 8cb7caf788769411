/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A question or a notice in a small modal window. */

typedef enum
{
  MOPT_ANSWER_NORMAL,
  MOPT_ANSWER_SUGGESTED,
  MOPT_ANSWER_DESTRUCTIVE,
} MoptAnswerStyle;

typedef struct
{
  const char *label; /* translated, with mnemonic; NULL ends the table */
  MoptAnswerStyle style;
} MoptAnswer;

/* Asks. @title: the question in one short line; @text: what each answer leads to, nullable. @answers: two or more;
 * the first is also what Esc and closing mean (so: Cancel), the last is the one that Enter takes, unless it is
 * destructive: then Enter takes the first. All is copied. @parent: nullable. When @parent goes,
 * that is the answer, too, and where it has gone already nothing is asked. */
void mopt_ask_async (GtkWindow *parent, const char *title, const char *text, const MoptAnswer *answers,
                     GAsyncReadyCallback callback, gpointer user_data);
/* The index of the answer. */
guint mopt_ask_finish (GAsyncResult *result);

/* Tells, with a Close button. @text: nullable. Where @parent has gone it is told all the same. */
void mopt_tell (GtkWindow *parent, const char *title, const char *text);

G_END_DECLS
