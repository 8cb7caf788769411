/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/start.h"

#include <fcntl.h>
#include <gio/gunixconnection.h>
#include <gio/gunixsocketaddress.h>
#include <langinfo.h>
#include <libintl.h>
#include <locale.h>
#include <signal.h>
#include <malloc.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/password.h"

/* Where standard input, output or error is closed the next file or connection would get its number, and what we
 * print would go there. Reading fails as it should: nothing to read would be an empty message. */
static void
hold_standard_streams (void)
{
  int fd;

  do
    fd = open ("/dev/null", O_WRONLY);
  while (fd >= 0 && fd <= STDERR_FILENO);
  if (fd >= 0)
    close (fd);
}

/* A container may have no locale at all: without one each “é” would be printed as “?”. */
static void
init_locale (void)
{
  setlocale (LC_ALL, "");
  if (g_str_equal (nl_langinfo (CODESET), "ANSI_X3.4-1968"))
    setlocale (LC_CTYPE, "C.UTF-8");
  bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}

void
mopt_start_classes (void)
{
  const GType types[] = {
    G_TYPE_SOCKET_CLIENT,
    G_TYPE_SOCKET,
    G_TYPE_TCP_CONNECTION,
    G_TYPE_UNIX_CONNECTION,
    G_TYPE_INET_SOCKET_ADDRESS,
    G_TYPE_NETWORK_ADDRESS,
    G_TYPE_RESOLVER,
    G_TYPE_UNIX_SOCKET_ADDRESS,
    G_TYPE_DBUS_CONNECTION,
    G_TYPE_TASK,
  };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    g_type_class_ref (types[i]); /* for as long as the program */
}

void
mopt_start (const char *name)
{
  mopt_password_forbid_core ();
  prctl (PR_SET_DUMPABLE, 0);
  hold_standard_streams ();
  mopt_start_classes ();
  signal (SIGXFSZ, SIG_IGN);
#ifdef M_ARENA_MAX
  mallopt (M_ARENA_MAX, 1); /* a heap for each thread grows by a page and a system call at a time */
#endif
  init_locale ();
  g_set_prgname (name);
}
