/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mopt-service: the accounts for other programs, on the session bus. Started by the bus, ends by itself. */
#include "config.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <sysexits.h>

#include "base/number.h"
#include "base/start.h"
#include "check/worker.h"
#include "service/service.h"

#define IDLE_SECONDS 60
#define SILENCE_SECONDS 60
#define SECONDS_MAX 86400
#define GOOD_BYE_MS 500
#define END_MS (30 * 1000) /* for the answers of servers that have a whole message, when somebody ends us */

typedef struct
{
  MoptLife *life;
  MoptService *service;
} Program;

static gboolean
on_signal (gpointer user_data)
{
  Program *program = user_data;

  mopt_life_end (program->life, END_MS);
  mopt_service_cancel (program->service);
  return G_SOURCE_CONTINUE;
}

/* The status to end with, or -1: go on. */
static int
read_options (int argc, char **argv, guint64 *idle_seconds, guint64 *silence_seconds)
{
  gboolean version = FALSE;
  g_autofree char *idle = NULL, *silence = NULL;
  const GOptionEntry entries[] = {
    { "idle", 0, 0, G_OPTION_ARG_STRING, &idle, N_ ("End after this time without work (60)"), N_ ("SECONDS") },
    { "silence", 0, 0, G_OPTION_ARG_STRING, &silence,
      N_ ("Give up a message of which nothing has come for this time (60)"), N_ ("SECONDS") },
    { "version", 0, 0, G_OPTION_ARG_NONE, &version, N_ ("Print the version"), NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("mopt-service: %s\n", error->message);
      return EX_USAGE;
    }
  if (argc > 1 || (idle != NULL && !mopt_number (idle, 1, SECONDS_MAX, idle_seconds))
      || (silence != NULL && !mopt_number (silence, 1, SECONDS_MAX, silence_seconds)))
    {
      g_printerr ("mopt-service: %s\n", _ ("This program is started by the session bus; see mopt-service(8)."));
      return EX_USAGE;
    }
  if (version)
    g_print ("mopt-service (mail-options) %s\n", MOPT_VERSION);
  return version ? EX_OK : -1;
}

int
main (int argc, char **argv)
{
  guint64 idle_seconds = IDLE_SECONDS, silence_seconds = SILENCE_SECONDS;
  Program program = { 0 };
  g_autoptr (GError) error = NULL;

  mopt_start ("mopt-service");
  int status = read_options (argc, argv, &idle_seconds, &silence_seconds);
  if (status >= 0)
    return status;
  g_autoptr (GDBusConnection) connection = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);
  if (connection == NULL)
    {
      g_printerr ("mopt-service: %s\n", error->message);
      return EX_UNAVAILABLE;
    }
  program.life = mopt_life_new (connection, idle_seconds * 1000);
  program.service = mopt_service_new (connection, program.life, (guint) silence_seconds * 1000);
  g_unix_signal_add (SIGTERM, on_signal, &program);
  g_unix_signal_add (SIGINT, on_signal, &program);
  g_unix_signal_add (SIGHUP, on_signal, &program);
  gboolean was_ours = mopt_life_run (program.life, MOPT_SERVICE_NAME);
  g_dbus_connection_flush_sync (connection, NULL, NULL);
  mopt_worker_settle (GOOD_BYE_MS);
  if (was_ours)
    return EX_OK;
  g_printerr ("mopt-service: %s\n", _ ("It is running already."));
  return EX_UNAVAILABLE;
}
