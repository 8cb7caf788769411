/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "check/test-run.h"

G_BEGIN_DECLS

/* The window "Test Account": shows a run as it happens, its result, and what to do about it. Modal to @parent;
 * closing it cancels the run.
 * Signals: "go-to-field" (const char *property): the person wants to see the field to blame, for a password
 * "incoming-password" or "outgoing-password"; the view has closed itself. "test-again" (): make a new run of what
 * is on the screen now and hand it over with mopt_test_view_set_run. */
#define MOPT_TYPE_TEST_VIEW (mopt_test_view_get_type ())
G_DECLARE_FINAL_TYPE (MoptTestView, mopt_test_view, MOPT, TEST_VIEW, GtkWindow)

/* @run: not started yet; the view starts it. Not presented yet. */
GtkWindow *mopt_test_view_new (GtkWindow *parent, const char *account_name, MoptTestRun *run);
/* Shows another run instead, and starts it. */
void mopt_test_view_set_run (MoptTestView *self, MoptTestRun *run);

G_END_DECLS
