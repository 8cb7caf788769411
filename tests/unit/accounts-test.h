/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/error.h"
#include "store/accounts.h"

/* What the tests of accounts.conf share: the file in a folder of its own, and the list of what is in it. */
typedef struct
{
  char *folder;
  char *path;
  MoptAccounts *accounts;
  guint items_changed;
} AccountsTest;

/* As in the description of the format. */
extern const char accounts_sample[];
#define HOME_ID "0b7c2d9e-6f5a-4c1e-9b1d-2f3a4b5c6d7e"

void accounts_set_up (AccountsTest *f, gconstpointer data);
void accounts_tear_down (AccountsTest *f, gconstpointer data);
#define ACCOUNTS_TEST(path, function)                                                                                  \
  g_test_add (path, AccountsTest, NULL, accounts_set_up, function, accounts_tear_down)

void accounts_put_text (AccountsTest *f, const char *text);
/* Written, and read by the list. */
void accounts_load (AccountsTest *f, const char *text);
void accounts_assert_file (AccountsTest *f, const char *expected);

void accounts_apply (AccountsTest *f, MoptChange change);
void accounts_apply_fails (AccountsTest *f, MoptChange change, MoptError code);
guint accounts_n_items (AccountsTest *f);
/* An edit of one field of @id, as a dialog does it. */
void accounts_edit (AccountsTest *f, const char *id, MoptField field, const char *text);
