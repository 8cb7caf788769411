/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "check/login-password.h"

G_BEGIN_DECLS

/* Asks whether a stored password may go to the server that the publisher has by now: the whole names of both, Use It
 * There, which copies it at once, and Type Another. Hidden while there is nothing to ask.
 * Signals: "copied" (); "failed" (const char *sentence): it could not be; "declined" (): he would rather type one. */
#define MOPT_TYPE_PASSWORD_QUESTION (mopt_password_question_get_type ())
G_DECLARE_FINAL_TYPE (MoptPasswordQuestion, mopt_password_question, MOPT, PASSWORD_QUESTION, GtkWidget)

GtkWidget *mopt_password_question_new (void);
/* @settings: of what is on the screen, NULL: nothing is asked. @key: of the login, @other: what the password is stored
 * for; copied. */
void mopt_password_question_ask (MoptPasswordQuestion *self, const MoptSettings *settings, const MoptSecretKey *key,
                                 const MoptSecretKey *other);
/* What it asks; NULL: nothing. Borrowed. */
const char *mopt_password_question_get_text (MoptPasswordQuestion *self);

G_END_DECLS
