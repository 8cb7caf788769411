/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs a fuzz target without libFuzzer: its seeds, every prefix of them, and mutations; the same ones each time. */
#include <string.h>

#include "fuzz.h"

#define ROUNDS 20000 /* unless the command line says how many */

static const char spice[] = "\r\n \t\"\\{}()[]<>@:;,.*%&+-=#\x01\x7f\xc3\xa4\xe2\x80\xae\xff" "0a";

static void
mutate (GByteArray *bytes, GRand *random)
{
  guint times = g_rand_int_range (random, 1, 6);

  while (times-- > 0)
    {
      guint at = bytes->len > 0 ? (guint) g_rand_int_range (random, 0, bytes->len) : 0;
      guint8 c = (guint8) spice[g_rand_int_range (random, 0, sizeof spice)];

      switch (g_rand_int_range (random, 0, 4))
        {
        case 0: /* another byte */
          if (bytes->len > 0)
            bytes->data[at] = c;
          break;
        case 1: /* one more */
          g_byte_array_append (bytes, &c, 1);
          memmove (bytes->data + at + 1, bytes->data + at, bytes->len - at - 1);
          bytes->data[at] = c;
          break;
        case 2: /* a part less */
          if (bytes->len > 0)
            g_byte_array_remove_range (bytes, at, g_rand_int_range (random, 1, bytes->len - at + 1));
          break;
        default: /* a part twice */
          if (bytes->len > 0 && bytes->len < 4096)
            {
              g_autofree guint8 *copy = g_memdup2 (bytes->data + at, bytes->len - at);

              g_byte_array_append (bytes, copy, bytes->len - at);
            }
        }
    }
}

/* Of just this size, so that a sanitizer sees a read past the end. */
static void
run_exact (const guint8 *data, gsize size)
{
  g_autofree guint8 *exact = g_memdup2 (data, size);

  LLVMFuzzerTestOneInput (size > 0 ? exact : (const guint8 *) "", size);
}

int
main (int argc, char **argv)
{
  guint rounds = argc > 1 ? (guint) g_ascii_strtoull (argv[1], NULL, 10) : ROUNDS;
  g_autoptr (GRand) random = g_rand_new_with_seed (20260101);
  guint n_seeds = g_strv_length ((char **) mopt_fuzz_seeds);

  run_exact ((const guint8 *) "", 0);
  for (guint i = 0; i < n_seeds; i++)
    for (gsize length = 0; length <= strlen (mopt_fuzz_seeds[i]); length++)
      run_exact ((const guint8 *) mopt_fuzz_seeds[i], length);
  for (guint round = 0; round < rounds; round++)
    {
      const char *seed = mopt_fuzz_seeds[g_rand_int_range (random, 0, n_seeds)];
      g_autoptr (GByteArray) bytes = g_byte_array_new ();

      g_byte_array_append (bytes, (const guint8 *) seed, strlen (seed));
      mutate (bytes, random);
      run_exact (bytes->data, bytes->len);
    }
  return 0;
}
