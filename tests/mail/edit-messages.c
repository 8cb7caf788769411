/* SPDX-License-Identifier: GPL-3.0-or-later */
/* edit-messages subject|body FILE...    - for second-reader.py: writes FILE.out, the message as it leaves, and prints a
 * line for each: the ID that was found there ("-": none), and whether the body could take one. */
#include <stdio.h>
#include <string.h>

#include "outgoing.h"

int
main (int argc, char **argv)
{
  static const char *const states[] = { "open", "sealed", "no-text" };

  for (int i = 2; i < argc; i++)
    {
      g_autofree char *text = NULL;
      g_autofree char *out = g_strconcat (argv[i], ".out", NULL);
      gsize length;

      g_assert_true (g_file_get_contents (argv[i], &text, &length, NULL));
      g_autoptr (Sent) sent = send_text (text, length, g_str_equal (argv[1], "body"));
      g_assert_nonnull (sent->wire);
      FILE *file = fopen (out, "w"); /* not synced, as GLib's would be */
      g_assert_cmpuint (fwrite (sent->wire, 1, sent->length, file), ==, sent->length);
      g_assert_cmpint (fclose (file), ==, 0);
      g_print ("%s\t%s\n", sent->found != NULL ? sent->found : "-", states[sent->state]);
    }
  return 0;
}
