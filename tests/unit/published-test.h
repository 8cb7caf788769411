/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/error.h"
#include "store/published-private.h"

/* What the tests of store/published share: a folder with a source.conf of its own, published.conf beside it, two pairs
 * of keys. STATE is one folder for the whole program, as GLib asks for it but once. */

typedef struct
{
  char *folder;
  char *path, *signature_path, *source_path;
  MoptPrivateKey *key, *other_key;
  MoptPublicKey public, other_public;
  gint64 now; /* seconds since the epoch, a minute and a half after all files were made */
} MoptPublishedTest;

/* The address that mopt_published_test_source writes; nobody listens there. */
#define TEST_URL "https://config.example.com/mail/published.conf"

/* Sets up STATE, runs the tests, and checks that nothing is left. */
int mopt_published_test_run (void);
void mopt_published_test_init (int *argc, char ***argv);
#define MOPT_PUBLISHED_TEST(path, data, function)                                                                      \
  g_test_add (path, MoptPublishedTest, data, mopt_published_test_set_up, function, mopt_published_test_tear_down)
void mopt_published_test_set_up (MoptPublishedTest *f, gconstpointer data);
void mopt_published_test_tear_down (MoptPublishedTest *f, gconstpointer data);

/* Removes it, whatever it is. */
void mopt_published_test_remove (const char *path);
void mopt_published_test_put (const char *path, const void *bytes, gsize length);
/* Writes source.conf: with the address, the key (nullable). */
void mopt_published_test_source (MoptPublishedTest *f, gboolean url, const MoptPublicKey *key);
/* A sound text with an account; @expires: seconds since the epoch, 0 = never. Caller frees. */
char *mopt_published_test_text (guint serial, gint64 expires);
/* Writes published.conf and, with @key, its signature; without it removes that. */
void mopt_published_test_publish (MoptPublishedTest *f, const char *text, gsize length, MoptPrivateKey *key);
/* The same with mopt_published_test_text. */
void mopt_published_test_serial (MoptPublishedTest *f, guint serial, MoptPrivateKey *key);

/* Loads at f->now and checks what is in force: @serial 0 = nothing, @code -1 = no problem. Returns it for more. */
MoptPublished *mopt_published_test_check (MoptPublishedTest *f, MoptPublishedState state, int code, guint serial);
/* The same, without a further look. */
void mopt_published_test_assert (MoptPublishedTest *f, MoptPublishedState state, int code, guint serial);
