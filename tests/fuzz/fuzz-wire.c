/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a server may say inside SCRAM, and what of it a transcript shows. */
#include <string.h>

#include "fuzz.h"
#include "mail/scram.h"
#include "mail/transcript.h"

#define KEPT 300 /* bytes of a transcript */
#define EVERY 20 /* so many inputs for one that libgsasl gets: starting it is slow, under valgrind very */

/* A % stands for the client's nonce. Few iterations: refused ones cost nothing. */
const char *const mopt_fuzz_seeds[] = {
  "r=%x,s=c2FsdA==,i=4095",
  "r=%x,s=c2FsdA==,i=18446744073709551616",
  "m=ext,r=%,s=,i=-1",
  "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
  "e=invalid-proof",
  "* OK \033[31m\377\n* BYE",
  NULL,
};

static void
check_scram (const char *text, gsize length)
{
  g_autoptr (MoptPassword) password = mopt_password_new ("secret");
  g_autoptr (MoptScram) scram = mopt_scram_new ("SCRAM-SHA-1", "jo", password, NULL, NULL, NULL);
  g_autofree char *first = mopt_scram_step (scram, NULL, NULL, NULL);
  g_autoptr (GString) challenge = g_string_new_len (text, length);
  gsize first_length;
  g_autofree guchar *bytes = g_base64_decode (first, &first_length);
  g_autofree char *plain = g_strndup ((const char *) bytes, first_length);

  g_string_replace (challenge, "%", strstr (plain, "r=") + 2, 1);
  g_autofree char *base64 = g_base64_encode ((const guchar *) challenge->str, challenge->len);
  g_free (mopt_scram_step (scram, base64, NULL, NULL));
  g_free (mopt_scram_step (scram, base64, NULL, NULL));
  /* and as it is: not base64 at all */
  g_free (mopt_scram_step (scram, challenge->str, NULL, NULL));
  /* nobody guesses the signature */
  g_assert_false (mopt_scram_is_proven (scram));
}

static void
check_transcript (const char *text, gsize length)
{
  MoptTranscript *transcript = mopt_transcript_new (KEPT);

  for (guint i = 0; i < 20; i++)
    mopt_transcript_add (transcript, "S:", text, length);
  g_autofree char *shown = mopt_transcript_get_text (transcript);
  g_assert_true (g_utf8_validate (shown, -1, NULL));
  g_assert_null (strpbrk (shown, "\r\033\177"));
  g_assert_cmpuint (strlen (shown), <, KEPT + 50);
  mopt_transcript_free (transcript);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static guint runs;

  if (runs++ % EVERY == 0)
    check_scram ((const char *) data, size);
  check_transcript ((const char *) data, size);
  return 0;
}
