/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "check/test-mail.h"

G_BEGIN_DECLS

/* The window "Advanced Test": who gets the message, and what is in it; problems stand at their fields. Nothing of it is
 * kept on disk. Signal "send" (): the person has seen the list of recipients and agreed; the window has closed. */
#define MOPT_TYPE_ADVANCED_TEST_DIALOG (mopt_advanced_test_dialog_get_type ())
G_DECLARE_FINAL_TYPE (MoptAdvancedTestDialog, mopt_advanced_test_dialog, MOPT, ADVANCED_TEST_DIALOG, GtkWindow)

/* Modal to @parent, not shown yet. @from: the address it is sent from, nullable. @mail: what the fields begin with. */
GtkWindow *mopt_advanced_test_dialog_new (GtkWindow *parent, const char *account_name, const char *from,
                                          const MoptTestMail *mail);
/* What is in the fields. Caller frees. */
MoptTestMail *mopt_advanced_test_dialog_dup_mail (MoptAdvancedTestDialog *self);

/* Shows all recipients and asks whether to send; @callback: mopt_ask_finish() says 1 for yes. */
void mopt_ask_to_send_async (GtkWindow *parent, const MoptTestMail *mail, GAsyncReadyCallback callback,
                             gpointer user_data);

G_END_DECLS
