/* SPDX-License-Identifier: GPL-3.0-or-later */
/* timed FILE COMMAND…    - runs it, and writes to FILE: the milliseconds it took, those of its CPU time, and its peak
 * memory in KiB. A small program, because Linux counts the memory of whoever starts a program to it. */
#include <spawn.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static double
now_ms (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

static double
to_ms (struct timeval time)
{
  return time.tv_sec * 1e3 + time.tv_usec / 1e3;
}

int
main (int argc, char **argv)
{
  struct rusage usage;
  int status;
  pid_t child;
  FILE *file = argc > 2 ? fopen (argv[1], "w") : NULL;
  double start = now_ms ();

  if (file == NULL || posix_spawnp (&child, argv[2], NULL, NULL, argv + 2, environ) != 0
      || wait4 (child, &status, 0, &usage) != child)
    return 1;
  fprintf (file, "%.3f %.3f %ld\n", now_ms () - start, to_ms (usage.ru_utime) + to_ms (usage.ru_stime),
           usage.ru_maxrss);
  return fclose (file) == 0 && WIFEXITED (status) ? WEXITSTATUS (status) : 1;
}
