/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* What the tests of widgets share. */

/* g_test_init with folders of its own for each test, GTK and our resources. */
void app_test_init (int *argc, char ***argv);

/* Runs the main loop until @condition holds; fails the test after twenty seconds. */
typedef gboolean (*AppTestCondition) (gpointer data);
void app_test_wait (AppTestCondition condition, gpointer data);
/* Runs the main loop for @ms milliseconds of a machine that is free: longer by what the threads of the test wait for a
 * processor meanwhile. For where nothing is to happen. */
void app_test_run (guint ms);

/* Writes accounts.conf of this test's folder. */
void app_test_write_accounts (const char *text);
/* Its text now, "" if it is not there. Caller frees. */
char *app_test_read_accounts (void);

/* The child called @name of @widget's template. */
gpointer app_test_child (gpointer widget, const char *name);
/* The widget in @widget that has this action; NULL: there is none. */
gpointer app_test_find_action (gpointer widget, const char *action);

/* A watchdog of the main loop, from begin to end: the test fails if the loop stood still for more than 50 ms. Only
 * time that the machine would have given it counts: not what it waited for a processor, as Linux says, and a thread
 * beside it, which does nothing, by how late it was itself; nor what it waited for the X server. */
void app_test_watch_begin (void);
void app_test_watch_end (void);
