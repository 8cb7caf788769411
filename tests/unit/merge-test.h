/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/error.h"
#include "store/accounts.h"

/* What the tests of merging share: a publication, the user's file, the list over both. */
typedef struct
{
  char *folder;
  char *path;
  char *published;
  MoptAccounts *accounts;
} MergeTest;

#define HEAD "[Publication]\nFormat=1\nOrganization=Example Corp\nContact=help@example.com\nSerial=1\n\n"
#define DESK                                                                                                           \
  "[Account desk]\nKind=imap\nName=Help desk\nincoming-host=imap.example.com\nincoming-user=%USER%\n"                  \
  "outgoing-host=smtp.example.com\nfrom-legal=desk@example.com;\nfrom-default=desk@example.com\n"
#define MINE "[Mail Options]\nFormat=1\nAddress=alice@example.net\n\n[Account mine]\nKind=pop\nName=Home\n"

void merge_set_up (MergeTest *f, gconstpointer data);
void merge_tear_down (MergeTest *f, gconstpointer data);
#define MERGE_TEST(path, function) g_test_add (path, MergeTest, NULL, merge_set_up, function, merge_tear_down)
/* Sets up STATE, runs the tests, leaves nothing behind. */
void merge_test_init (int *argc, char ***argv);
int merge_test_run (void);

void merge_put_text (const char *path, const char *text);
/* @published, @personal: NULL leaves the file as it is. */
void merge_load (MergeTest *f, const char *published, const char *personal);
void merge_assert_file (MergeTest *f, const char *expected);
void merge_apply (MergeTest *f, MoptChange change);
void merge_apply_fails (MergeTest *f, MoptChange change, MoptError code);
MoptAccount *merge_get (MergeTest *f, const char *id);
/* "a b ", the ids in the list. */
void merge_assert_ids (MergeTest *f, const char *expected);
/* Adds "name;" to a GString. */
void merge_on_notify (GObject *object, GParamSpec *pspec, gpointer user_data);
