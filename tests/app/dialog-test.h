/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/account-dialog.h"
#include "app/field-row.h"

/* What the tests of the account dialog share. */

typedef struct
{
  char *path; /* of accounts.conf */
  MoptAccounts *accounts;
  GtkWindow *dialog; /* NULL once closed */
  gboolean saved;    /* OK has said so */
} DialogFixture;

/* For g_test_add. @data: the text of accounts.conf. */
void dialog_set_up (DialogFixture *f, gconstpointer data);
void dialog_tear_down (DialogFixture *f, gconstpointer data);

void dialog_open (DialogFixture *f, MoptAccount *account, MoptKind kind);
/* At once, without a question. */
void dialog_close (DialogFixture *f);
/* Runs the main loop for a frame. */
void dialog_let_settle (void);
/* Turns to each page, and lets it appear. */
void dialog_visit_pages (DialogFixture *f);
/* Turns the main loop until @done says so; fails after ten seconds. */
void dialog_wait (DialogFixture *f, gboolean (*done) (DialogFixture *f));
gboolean dialog_is_closed (DialogFixture *f);

/* The first visible row of @property; all of them below @widget. */
MoptFieldRow *row_of (DialogFixture *f, const char *property);
GPtrArray *list_rows (GtkWidget *widget);
MoptAccount *draft_of (DialogFixture *f);
GtkNotebook *notebook_of (DialogFixture *f);

typedef void (*EachWidget) (GtkWidget *widget, gpointer data);
void for_each_widget (GtkWidget *widget, EachWidget func, gpointer data);
/* Clicks the button with these words in @window, as soon as it is seen. */
void click (GtkWindow *window, const char *label);

/* The window of a question on top of the dialog, or NULL. */
GtkWindow *question_of (DialogFixture *f);
gboolean is_asked (DialogFixture *f);
