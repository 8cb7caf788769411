/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was fetched: accepted or refused, and what a later load makes of it. */
#include <string.h>

#include "published-test.h"
#include "store/accounts.h"

#define NONE MOPT_PUBLISHED_NONE
#define CURRENT MOPT_PUBLISHED_CURRENT
#define LAST_GOOD MOPT_PUBLISHED_LAST_GOOD
#define WELL -1

/* Hands over a pair as it came from the address; @code WELL: it is accepted. */
static void
accept_text (MoptPublishedTest *f, const char *text, const char *signed_text, MoptPrivateKey *key, const char *etag,
             int code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MoptPublishedPlace) place = mopt_published_place_new (&error);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GBytes) other = g_bytes_new (signed_text, strlen (signed_text));
  g_autoptr (GBytes) signature = key != NULL ? mopt_signature_sign (key, other, NULL) : NULL;

  g_assert_no_error (error);
  gboolean accepted = mopt_published_accept_at (place, bytes, signature, etag, f->now, &error);
  if (code == WELL)
    g_assert_no_error (error);
  else
    g_assert_error (error, MOPT_ERROR, code);
  g_assert_cmpint (accepted, ==, code == WELL);
}

static void
accept_serial (MoptPublishedTest *f, guint serial, MoptPrivateKey *key, int code)
{
  g_autofree char *text = mopt_published_test_text (serial, 0);

  accept_text (f, text, text, key, NULL, code);
}

static void
assert_etag (const char *expected)
{
  g_autoptr (MoptSourceFile) source = mopt_source_load (NULL);
  g_autofree char *etag = mopt_published_get_etag (source);

  g_assert_cmpstr (etag, ==, expected);
}

static void
test_signed (MoptPublishedTest *f, gconstpointer data)
{
  g_autofree char *forged = mopt_published_test_text (9, 0);
  g_autofree char *text = mopt_published_test_text (6, 0);

  mopt_published_test_source (f, TRUE, &f->public);
  g_autoptr (MoptPublished) nothing = mopt_published_test_check (f, NONE, MOPT_ERROR_PUBLICATION_GONE, 0);
  g_assert_cmpstr (nothing->origin, ==, TEST_URL);
  /* a file in the place that counts without an address does not count with one */
  mopt_published_test_serial (f, 99, f->key);
  mopt_published_test_assert (f, NONE, MOPT_ERROR_PUBLICATION_GONE, 0);

  accept_serial (f, 5, f->key, WELL);
  g_autoptr (MoptPublished) good = mopt_published_test_check (f, CURRENT, WELL, 5);
  g_assert_true (good->verified);
  g_assert_cmpstr (good->origin, ==, TEST_URL);
  g_autofree char *watched = mopt_published_get_watched ();
  g_assert_cmpstr (good->file, ==, watched);

  accept_serial (f, 4, f->key, MOPT_ERROR_PUBLICATION_ROLLED_BACK);
  g_autoptr (MoptPublished) last = mopt_published_test_check (f, LAST_GOOD, MOPT_ERROR_PUBLICATION_ROLLED_BACK, 5);
  g_assert_nonnull (strstr (last->problem, TEST_URL));
  accept_text (f, "[Publication]\nFormat=2\n", "[Publication]\nFormat=2\n", f->key, NULL, MOPT_ERROR_NEWER_FORMAT);
  mopt_published_test_assert (f, LAST_GOOD, MOPT_ERROR_NEWER_FORMAT, 5);
  /* what is there is what was there: all is well again */
  accept_serial (f, 5, f->key, WELL);
  mopt_published_test_assert (f, CURRENT, WELL, 5);

  /* ten minutes of patience from the first pair on that does not fit */
  gint64 start = f->now;
  accept_text (f, forged, text, f->key, "\"a\"", MOPT_ERROR_PUBLICATION_CHANGING);
  assert_etag (NULL); /* it must be fetched again, whatever the server says */
  f->now = start + 599;
  accept_text (f, text, forged, f->key, NULL, MOPT_ERROR_PUBLICATION_CHANGING);
  mopt_published_test_assert (f, LAST_GOOD, MOPT_ERROR_PUBLICATION_CHANGING, 5);
  f->now = start + 600;
  mopt_published_test_assert (f, LAST_GOOD, MOPT_ERROR_PUBLICATION_FORGED, 5);
  accept_text (f, forged, text, f->key, NULL, MOPT_ERROR_PUBLICATION_FORGED);
  accept_text (f, forged, forged, f->other_key, NULL, MOPT_ERROR_PUBLICATION_FORGED);
  accept_text (f, forged, forged, NULL, NULL, MOPT_ERROR_PUBLICATION_FORGED);
  mopt_published_test_assert (f, LAST_GOOD, MOPT_ERROR_PUBLICATION_FORGED, 5);
  accept_text (f, text, text, f->key, "\"b; c\" d%", WELL);
  mopt_published_test_assert (f, CURRENT, WELL, 6);
  assert_etag ("\"b; c\" d%");

  g_assert_true (mopt_published_forget (NULL));
  mopt_published_test_assert (f, NONE, MOPT_ERROR_PUBLICATION_GONE, 0);
  assert_etag (NULL);
  accept_serial (f, 1, f->key, WELL);
  mopt_published_test_assert (f, CURRENT, WELL, 1);
}

static void
test_unsigned (MoptPublishedTest *f, gconstpointer data)
{
  mopt_published_test_source (f, TRUE, NULL);
  accept_serial (f, 5, NULL, WELL);
  g_autoptr (MoptPublished) first = mopt_published_test_check (f, CURRENT, WELL, 5);
  g_assert_false (first->verified);
  accept_text (f, "junk", "junk", NULL, "x", MOPT_ERROR_PUBLICATION_BROKEN);
  mopt_published_test_assert (f, LAST_GOOD, MOPT_ERROR_PUBLICATION_BROKEN, 5);
  assert_etag ("x"); /* no need to fetch the junk again */
  accept_serial (f, 4, NULL, WELL);
  g_autoptr (MoptPublished) older = mopt_published_test_check (f, CURRENT, WELL, 4);
  g_assert_cmpuint (g_strv_length (older->warnings), ==, 1);
}

/* What was refused for its date or its key comes in force by itself once clock or key are mended. */
static void
test_mended (MoptPublishedTest *f, gconstpointer data)
{
  gint64 start = f->now;
  g_autofree char *text = mopt_published_test_text (2, start + 1000);

  mopt_published_test_source (f, TRUE, &f->public);
  f->now = start + 2000;
  accept_text (f, text, text, f->key, "e", MOPT_ERROR_PUBLICATION_EXPIRED);
  mopt_published_test_assert (f, NONE, MOPT_ERROR_PUBLICATION_EXPIRED, 0);
  assert_etag ("e");
  f->now = start;
  mopt_published_test_assert (f, CURRENT, WELL, 2);
  assert_etag ("e");

  mopt_published_test_source (f, TRUE, &f->other_public);
  mopt_published_test_assert (f, NONE, MOPT_ERROR_PUBLICATION_FORGED, 0);
  assert_etag (NULL);
  mopt_published_test_source (f, TRUE, &f->public);
  mopt_published_test_assert (f, CURRENT, WELL, 2);
}

/* Two addresses have nothing to do with each other. */
static void
test_other_address (MoptPublishedTest *f, gconstpointer data)
{
  const char other[] = "[Source]\nUrl=https://other.example.com/published.conf\n";

  mopt_published_test_source (f, TRUE, NULL);
  accept_serial (f, 5, NULL, WELL);
  mopt_published_test_put (f->source_path, other, strlen (other));
  mopt_published_test_assert (f, NONE, MOPT_ERROR_PUBLICATION_GONE, 0);
  accept_serial (f, 2, NULL, WELL);
  mopt_published_test_assert (f, CURRENT, WELL, 2);
  mopt_published_test_source (f, TRUE, NULL);
  mopt_published_test_assert (f, CURRENT, WELL, 5);
}

/* --- An open window --- */

#define LIMIT_MS 10000

/* Lets the accounts notice it; @code WELL: no problem. */
static void
wait_for (MoptAccounts *accounts, int code)
{
  gint64 until = g_get_monotonic_time () + LIMIT_MS * 1000;
  const MoptPublished *published = NULL;

  while (g_get_monotonic_time () < until)
    {
      published = mopt_accounts_get_published (accounts);
      if (published != NULL && (published->error != NULL ? published->error->code : WELL) == code)
        return;
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
  g_error ("not noticed: %d", code);
}

/* What another program fetches, and whether it was refused, is noticed. */
static void
test_noticed (MoptPublishedTest *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->folder, "accounts.conf", NULL);
  g_autoptr (MoptAccounts) accounts = mopt_accounts_new (path);

  f->now = g_get_real_time () / G_USEC_PER_SEC;
  mopt_published_test_source (f, TRUE, &f->public);
  g_assert_true (mopt_accounts_load (accounts, NULL));
  mopt_accounts_watch (accounts);
  wait_for (accounts, MOPT_ERROR_PUBLICATION_GONE);
  for (guint serial = 5; serial < 8; serial += 2)
    {
      accept_serial (f, serial, f->key, WELL);
      wait_for (accounts, WELL);
      accept_serial (f, serial - 1, f->key, MOPT_ERROR_PUBLICATION_ROLLED_BACK);
      wait_for (accounts, MOPT_ERROR_PUBLICATION_ROLLED_BACK);
    }
}

int
main (int argc, char **argv)
{
  mopt_published_test_init (&argc, &argv);
  MOPT_PUBLISHED_TEST ("/published-fetch/signed", NULL, test_signed);
  MOPT_PUBLISHED_TEST ("/published-fetch/unsigned", NULL, test_unsigned);
  MOPT_PUBLISHED_TEST ("/published-fetch/mended", NULL, test_mended);
  MOPT_PUBLISHED_TEST ("/published-fetch/other-address", NULL, test_other_address);
  MOPT_PUBLISHED_TEST ("/published-fetch/noticed", NULL, test_noticed);
  return mopt_published_test_run ();
}
