/* SPDX-License-Identifier: GPL-3.0-or-later */
/* load gkeyfile|published FILE    - loads a published file RUNS times and prints the milliseconds of the fastest,
 * the peak memory in KB above that of the empty process, and the number of accounts.
 *
 * "gkeyfile" is what any program would do at least: GKeyFile loads it and every value is read. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/published-text.h"

#define RUNS 9

static long
peak_kb (void)
{
  g_autofree char *status = NULL;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL) || strstr (status, "VmHWM:") == NULL)
    return 0;
  return atol (strstr (status, "VmHWM:") + strlen ("VmHWM:"));
}

static guint
load_gkeyfile (const char *text, gsize length)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  gsize n_groups;

  if (!g_key_file_load_from_data (file, text, length, G_KEY_FILE_NONE, NULL))
    g_error ("the file does not load");
  g_auto (GStrv) groups = g_key_file_get_groups (file, &n_groups);
  for (gsize i = 0; i < n_groups; i++)
    {
      g_auto (GStrv) keys = g_key_file_get_keys (file, groups[i], NULL, NULL);

      for (char **key = keys; *key != NULL; key++)
        if (g_str_equal (*key, "from-legal") || g_str_equal (*key, "Locked"))
          g_strfreev (g_key_file_get_string_list (file, groups[i], *key, NULL, NULL));
        else
          g_free (g_key_file_get_string (file, groups[i], *key, NULL));
    }
  return n_groups - 1;
}

static guint
load_published (const char *text, gsize length)
{
  g_autoptr (MoptKeyfile) file = mopt_keyfile_new (text, length);
  g_autoptr (MoptPublishedText) said = mopt_published_text_new (file, "published.conf");

  if (said->refusal != NULL)
    g_error ("%s", said->refusal->message);
  return said->accounts->len;
}

int
main (int argc, char **argv)
{
  g_autofree char *text = NULL;
  gsize length;
  gint64 best = G_MAXINT64;
  guint n = 0;

  if (argc != 3 || !g_file_get_contents (argv[2], &text, &length, NULL))
    return 2;
  long before = peak_kb (), after = 0;
  for (int i = 0; i < RUNS; i++)
    {
      gint64 start = g_get_monotonic_time ();

      n = g_str_equal (argv[1], "gkeyfile") ? load_gkeyfile (text, length) : load_published (text, length);
      best = MIN (best, g_get_monotonic_time () - start);
      after = after == 0 ? peak_kb () : after;
    }
  printf ("%.2f %ld %u\n", best / 1e3, after - before, n);
  return 0;
}
