/* SPDX-License-Identifier: GPL-3.0-or-later */
/* auto    - logs in at the IMAP server of tests/lib/mail.sh by Auto and by the mode that is right there, in turn:
 * once with all ports open, once with the better one silent. Prints for each the medians in milliseconds, and the
 * median of the ratios; the head start counts for both where the better port is silent. */
#include <dlfcn.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "mail/session.h"

#define PAIRS 61
#define N_FILLERS 4

static guint16 real_port[1024]; /* where the ports of the RFCs really are */

int
connect (int fd, __CONST_SOCKADDR_ARG to, socklen_t length)
{
  static int (*real) (int, __CONST_SOCKADDR_ARG, socklen_t);
  struct sockaddr_in address = *to.__sockaddr_in__;
  guint16 port = ntohs (address.sin_port);

  if (real == NULL)
    real = (__typeof__ (real)) dlsym (RTLD_NEXT, "connect");
  if (address.sin_family != AF_INET || port >= G_N_ELEMENTS (real_port) || real_port[port] == 0)
    return real (fd, to, length);
  address.sin_port = htons (real_port[port]);
  return real (fd, (struct sockaddr *) &address, sizeof address);
}

static guint16
port_of (const char *name)
{
  const char *text = getenv (name);

  if (text == NULL)
    g_error ("%s is not set: see tests/lib/with-servers.sh", name);
  return (guint16) atoi (text);
}

/* A listener with a full backlog, for the life of the process. */
static guint16
silent_port (void)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t length = sizeof address;
  int fd = socket (AF_INET, SOCK_STREAM, 0);

  if (bind (fd, (struct sockaddr *) &address, length) != 0 || listen (fd, 0) != 0)
    g_error ("no port to be had");
  getsockname (fd, (struct sockaddr *) &address, &length);
  for (guint i = 0; i < N_FILLERS; i++)
    (void) !connect (socket (AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), (struct sockaddr *) &address, length);
  return ntohs (address.sin_port);
}

static double
log_in (MoptSecurity security)
{
  g_autoptr (MoptPassword) password = mopt_password_new ("jo-pass");
  g_autoptr (GError) error = NULL;
  const MoptServer server = { .protocol = MOPT_PROTOCOL_IMAP, .host = (char *) "127.0.0.1", .security = security,
                              .authenticate = TRUE, .user = (char *) "jo@example.test" };
  const MoptSessionOptions options = { .server = &server, .password = password, .limit_ms = 10000 };
  gint64 start = g_get_monotonic_time ();
  g_autoptr (MoptSession) session = mopt_session_open (&options, NULL, NULL, NULL, &error);
  double ms = (double) (g_get_monotonic_time () - start) / 1000;

  if (session == NULL)
    g_error ("%s", error->message);
  return ms;
}

static int
compare (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static double
median (double *numbers)
{
  qsort (numbers, PAIRS, sizeof *numbers, compare);
  return numbers[PAIRS / 2];
}

static void
measure (const char *what, MoptSecurity right, double head_start)
{
  double by_auto[PAIRS], by_hand[PAIRS], ratios[PAIRS];

  log_in (MOPT_SECURITY_AUTO);
  log_in (right);
  for (guint i = 0; i < PAIRS; i++)
    {
      by_auto[i] = log_in (MOPT_SECURITY_AUTO);
      by_hand[i] = head_start + log_in (right);
      ratios[i] = by_auto[i] / by_hand[i];
    }
  printf ("%s %.2f %.2f %.3f\n", what, median (by_auto), median (by_hand), median (ratios));
}

int
main (void)
{
  real_port[993] = port_of ("MAIL_IMAPS");
  real_port[143] = port_of ("MAIL_IMAP");
  setenv ("SSL_CERT_FILE", getenv ("MAIL_CA"), TRUE);
  measure ("open", MOPT_SECURITY_SSL, 0);
  real_port[993] = silent_port ();
  measure ("silent", MOPT_SECURITY_TLS, MOPT_HEAD_START_MS);
  return 0;
}
