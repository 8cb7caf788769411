/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A message of a gigabyte. */
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/error.h"
#include "outgoing.h"

#define HUGE_SIZE (G_GUINT64_CONSTANT (1) << 30)
#define MEMORY_MAX_KIB (8 * 1024)

static glong
peak_memory (void)
{
  struct rusage usage;

  g_assert_cmpint (getrusage (RUSAGE_SELF, &usage), ==, 0);
  return usage.ru_maxrss; /* KiB */
}

/* @head, then a hole of a gigabyte: looked through and read out in memory that does not grow with it. */
static void
check_huge (const char *head, gboolean to_body)
{
  g_autofree char *name = NULL;
  int file = g_file_open_tmp ("mopt-XXXXXX", &name, NULL);
  g_autoptr (GError) error = NULL;
  MoptWireText survey;
  glong before = peak_memory ();

  unlink (name);
  g_assert_cmpint (write (file, head, strlen (head)), ==, strlen (head));
  g_assert_cmpint (ftruncate (file, HUGE_SIZE), ==, 0);
  g_assert_cmpint (lseek (file, 0, SEEK_SET), ==, 0);
  g_autoptr (MoptSpool) spool = mopt_spool_new_from_fd (file, NULL, NULL, &error);
  g_assert_no_error (error);
  close (file);

  g_autoptr (MoptOutgoing) outgoing = mopt_outgoing_new (spool, MOPT_HEADER_STRICT, &error);
  g_autofree char *found = NULL;
  g_assert_no_error (error);
  g_assert_true (mopt_outgoing_find_id (outgoing, ours, &found, NULL, &error));
  g_assert_null (found);
  g_assert_cmpint (mopt_outgoing_get_body_state (outgoing), ==, MOPT_BODY_OPEN);
  if (to_body)
    g_assert_true (mopt_outgoing_add_to_body (outgoing, ID, &error));
  else
    mopt_outgoing_add_to_subject (outgoing, ID);
  g_autoptr (MoptPieces) all = mopt_outgoing_get_pieces (outgoing);
  g_assert_false (mopt_outgoing_survey (all, &survey, &error)); /* so many NULs */
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_INVALID);
  g_assert_cmpuint (survey.size, >, HUGE_SIZE + strlen (ID));
  g_assert_cmpuint (survey.size, <, HUGE_SIZE + 1000);
  g_assert_cmpint (peak_memory () - before, <, MEMORY_MAX_KIB);
}

static void
test_huge (void)
{
  check_huge ("Subject: x\n\nHello\n", FALSE);
  check_huge ("Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nHello\n-- \nme\n--b\n\n", TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/outgoing/huge", test_huge);
  return g_test_run ();
}
