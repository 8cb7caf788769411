/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <sysexits.h>

#include "base/error.h"
#include "check/send.h"

/* What a failed program's caller does next hangs on these. */
static const struct
{
  MoptError cause;
  int status;
} cases[] = {
  { MOPT_ERROR_KEYRING_LOCKED, 75 },     { MOPT_ERROR_PASSWORD_ELSEWHERE, 75 }, { MOPT_ERROR_CONNECTION_REFUSED, 75 },
  { MOPT_ERROR_MAYBE_DELIVERED, 75 },    { MOPT_ERROR_GREYLISTED, 75 },         { MOPT_ERROR_AUTH_TEMPORARY, 75 },
  { MOPT_ERROR_NO_GREETING, 75 },        { MOPT_ERROR_GREETING_BUSY, 75 },      { MOPT_ERROR_NETWORK_BLOCKED, 69 },
  { MOPT_ERROR_AUTH_REFUSED, 77 },       { MOPT_ERROR_AUTH_EXPIRED, 77 },       { MOPT_ERROR_AUTH_NOT_TRIED, 77 },
  { MOPT_ERROR_FROM_NOT_ALLOWED, 77 },   { MOPT_ERROR_NOT_ALLOWED, 77 },        { MOPT_ERROR_SENDER_NOT_OWN, 77 },
  { MOPT_ERROR_RECIPIENT_MISSING, 67 },  { MOPT_ERROR_RECIPIENT_DOMAIN, 68 },   { MOPT_ERROR_RECIPIENT_REFUSED, 69 },
  { MOPT_ERROR_RELAY_DENIED, 77 },       { MOPT_ERROR_MESSAGE_SUSPECT, 69 },    { MOPT_ERROR_MESSAGE_TOO_LARGE, 69 },
  { MOPT_ERROR_INVALID, 65 },            { MOPT_ERROR_MISSING, 78 },            { MOPT_ERROR_KEYRING_NOT_STORED, 78 },
  { MOPT_ERROR_CERTIFICATE_EXPIRED, 77 }, { MOPT_ERROR_TLS_GONE, 77 },          { MOPT_ERROR_HOST_NOT_FOUND, 68 },
  { MOPT_ERROR_SECURITY_UNREADABLE, 78 },
};

static void
test_table (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (MOPT_ERROR, (gint) cases[i].cause, "x");

      g_assert_cmpint (mopt_send_status (error), ==, cases[i].status);
    }
  g_autoptr (GError) cancelled = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "x");
  g_assert_cmpint (mopt_send_status (cancelled), ==, EX_TEMPFAIL);
}

/* None is a success, and none is outside of sysexits(3). */
static void
test_all (void)
{
  for (int code = 0; code < MOPT_N_ERRORS; code++)
    {
      g_autoptr (GError) error = g_error_new_literal (MOPT_ERROR, code, "x");
      int status = mopt_send_status (error);

      g_assert_cmpint (status, >=, EX__BASE);
      g_assert_cmpint (status, <=, EX__MAX);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/send-status/table", test_table);
  g_test_add_func ("/send-status/all", test_all);
  return g_test_run ();
}
