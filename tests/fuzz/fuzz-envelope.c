/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A published text with its signature, as it is published and as its copy is kept: whatever is there, nothing but the
 * very text that was signed is trusted, and what is trusted is judged without fail. */
#include <string.h>

#include "base/error.h"
#include "fuzz.h"
#include "store/published-private.h"

/* Signed by a key that nobody has any more. */
#define KEY "MCowBQYDK2VwAyEAlKJaoKJ9vjfzHvYtK1rhIyjT79CCH23mDhVsez3wlC4="
#define SIGNATURE "70IWHbGz7FNKHFw3h79VDGoBxM593efFstN1HIKkYBtVMIOgX+hNl62hXIxvPsmkmpQJkhyBK3X0EpWzEAoOCQ=="
#define TEXT                                                                                                           \
  "[Publication]\nFormat=1\nOrganization=Example Corp\nSerial=12\nExpires=2027-11-21T00:00:00Z\n\n[Rights]\n"          \
  "send=everyone\noverride-locked=nobody\n\n[Account helpdesk]\nKind=imap\nLocked=incoming-server;\n"                  \
  "incoming-host=imap.example.com\n"
#define NOW 1700000000 /* s since the epoch, before Expires */

const char *const mopt_fuzz_seeds[] = {
  TEXT,
  TEXT "\n# mail-options copy; length=220; since=1700000000; former=13; signature=" SIGNATURE
       "; etag=\"x\"; origin=/a%20b\n",
  "\n# mail-options copy; length=0; since=0; former=0\n",
  "[Publication]\nFormat=2\n\n# mail-options copy; length=24; since=-1; signature=; etag=%zz; origin=%00\n",
  "[Publication]\nSerial=99999999999999999999\nExpires=9999-99-99\n[Rights]\nsend=@;\n[Account a]\nKind=imap\n",
  NULL,
};

static gboolean
is_signed_text (GBytes *text)
{
  return g_bytes_get_size (text) == strlen (TEXT) && memcmp (g_bytes_get_data (text, NULL), TEXT, strlen (TEXT)) == 0;
}

static void
judge (MoptPublishedPair *pair, gboolean is_asked_for)
{
  MoptPublicKey key;
  MoptPublishedPlace place
      = { .origin = (char *) "/published.conf", .key = (char *) "k", .public_key = is_asked_for ? &key : NULL };
  g_autoptr (GError) error = NULL;

  g_assert_true (mopt_public_key_parse (KEY, &key, NULL));
  if (!mopt_published_judge_signature (&place, pair, NOW, &error))
    {
      g_assert_true (is_asked_for);
      g_assert_cmpstr (error->message, !=, "");
      return;
    }
  g_assert_true (!is_asked_for || is_signed_text (pair->text));

  g_autoptr (MoptPublishedReading) reading = mopt_published_reading_new (pair->text, "/published.conf", is_asked_for, NULL);
  if (mopt_published_judge_text (&place, reading, NULL, NOW, &error))
    g_assert_null (reading->said->refusal);
  else
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
  if (is_signed_text (pair->text))
    g_assert_no_error (error);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) input = g_bytes_new (data, size);
  gsize signature_size;
  MoptPublishedPair pair = { .text = input, .since = (gint64) size, .former = size, .etag = (char *) "\"a;=\n" };

  /* as a text that is published beside the signature of another */
  pair.signature = g_bytes_new_take (g_base64_decode (SIGNATURE, &signature_size), MOPT_SIGNATURE_SIZE);
  judge (&pair, TRUE);
  judge (&pair, FALSE);

  /* what is packed is unpacked again */
  g_autoptr (GBytes) copy = mopt_published_copy_pack (&pair, "/a b; c=\n%\xc3\xa4");
  g_autoptr (MoptPublishedPair) again = mopt_published_copy_unpack (copy);
  g_assert_nonnull (again);
  g_assert_true (mopt_published_pair_equal (again, &pair));
  g_assert_cmpint (again->since, ==, pair.since);
  g_assert_cmpuint (again->former, ==, pair.former);
  g_assert_cmpstr (again->etag, ==, pair.etag);
  g_bytes_unref (pair.signature);

  /* as a copy */
  g_autoptr (MoptPublishedPair) unpacked = mopt_published_copy_unpack (input);
  if (unpacked != NULL)
    {
      judge (unpacked, TRUE);
      judge (unpacked, FALSE);
    }
  return 0;
}
