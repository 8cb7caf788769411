/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "leftovers.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DISGUISE 0x15

void
leftovers_disguise (const void *secret, gsize length, guint8 *result)
{
  for (gsize i = 0; i < length; i++)
    result[i] = ((const guint8 *) secret)[i] ^ DISGUISE;
}

void
leftovers_reveal (const guint8 *disguised, gsize length, void *result)
{
  leftovers_disguise (disguised, length, result);
}

/* The sanitizers would make each byte of the process cost ten times as much. */
__attribute__ ((no_sanitize ("address", "undefined"))) static guint
count_in (const guint8 *block, gsize length, const guint8 *disguised, gsize n)
{
  guint count = 0;

  for (gsize i = 0; i + n <= length; i++)
    {
      gsize k = 0;

      while (k < n && block[i + k] == (disguised[k] ^ DISGUISE))
        k++;
      count += k == n;
    }
  return count;
}

/* Whether the page holds anything: what was never touched is most of what a sanitizer sets aside. */
static gboolean
is_there (int pagemap, gulong address, gulong page)
{
  guint64 entry = 0;

  return pread (pagemap, &entry, sizeof entry, address / page * sizeof entry) != sizeof entry || entry >> 62 != 0;
}

/* Page by page; the end of one stays before the next. */
static guint
count_in_range (int memory, int pagemap, gulong start, gulong end, const guint8 *disguised, gsize length)
{
  gulong page = sysconf (_SC_PAGESIZE);
  gsize kept = 0, size = length - 1 + page;
  g_autofree guint8 *block = g_malloc0 (size);
  guint count = 0;

  for (gulong at = start; at < end; at += page)
    {
      gboolean there = is_there (pagemap, at, page) && pread (memory, block + kept, page, at) == (gssize) page;

      if (there)
        {
          count += count_in (block, kept + page, disguised, length);
          memmove (block, block + kept + page - (length - 1), length - 1);
        }
      kept = there ? length - 1 : 0;
      /* or the next round would find what this one has copied */
      explicit_bzero (block + kept, size - kept);
    }
  explicit_bzero (block, size);
  return count;
}

guint
leftovers_count (const guint8 *disguised, gsize length)
{
  FILE *maps = fopen ("/proc/self/maps", "r");
  int memory = open ("/proc/self/mem", O_RDONLY), pagemap = open ("/proc/self/pagemap", O_RDONLY);
  char line[512];
  guint count = 0;

  while (fgets (line, sizeof line, maps) != NULL)
    {
      gulong start, end;
      char mode[5];

      if (sscanf (line, "%lx-%lx %4s", &start, &end, mode) == 3 && mode[1] == 'w' && end - start <= (1 << 28))
        count += count_in_range (memory, pagemap, start, end, disguised, length);
    }
  fclose (maps);
  close (memory);
  close (pagemap);
  return count;
}
