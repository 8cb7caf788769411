/* SPDX-License-Identifier: GPL-3.0-or-later */
/* STATE/notified has a line for each: "DIGEST TIME", in seconds since the epoch. */
#include "config.h"

#include "check/desktop-notice.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/file.h"
#include "base/number.h"
#include "base/paths.h"
#include "check/worker.h"

#define APPLICATION "org.mailoptions.MailOptions"
#define SERVICE "org.mailoptions.Service"
#define URGENCY_NORMAL 1

typedef struct
{
  char *digest;
  char *account;
  char *text;
  gint64 now;
  gboolean takes_back;
  gboolean is_due; /* out */
} Notice;

static void
notice_free (Notice *self)
{
  g_free (self->digest);
  g_free (self->account);
  g_free (self->text);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Notice, notice_free)

/* ---- once a day ---- */

/* Whether @line is of today; @is_own: and about the same. */
static gboolean
is_of_today (const Notice *notice, const char *line, gboolean *is_own)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);
  guint64 time;

  *is_own = words[0] != NULL && g_str_equal (words[0], notice->digest);
  /* nor is one from the future, of a clock that went wrong */
  return g_strv_length (words) == 2 && mopt_number (words[1], 0, G_MAXINT64, &time) && (gint64) time <= notice->now
         && notice->now - (gint64) time < MOPT_DESKTOP_NOTICE_SECONDS;
}

/* Writes that it has been said today, or takes that back. What is out of date goes. */
static char *
on_note (const char *text, gsize length, gsize *new_length, gpointer user_data, GError **error)
{
  Notice *notice = user_data;
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GString) now = g_string_new (NULL);

  notice->is_due = !notice->takes_back;
  for (char **line = lines; *line != NULL; line++)
    {
      gboolean is_own;

      if (!is_of_today (notice, *line, &is_own))
        continue;
      if (!is_own)
        g_string_append_printf (now, "%s\n", *line);
      else if (!notice->takes_back)
        {
          notice->is_due = FALSE;
          return NULL;
        }
    }
  if (!notice->takes_back)
    g_string_append_printf (now, "%s %" G_GINT64_FORMAT "\n", notice->digest, notice->now);
  *new_length = now->len;
  return g_string_free (g_steal_pointer (&now), FALSE);
}

/* FALSE where that cannot be kept: else each message would bring another notice. */
static gboolean
note (Notice *notice, gboolean takes_back)
{
  g_autofree char *path = mopt_paths_state ("notified");
  g_autoptr (GError) error = NULL;

  notice->takes_back = takes_back;
  if (mopt_file_update (path, MOPT_FILE_NO_SYNC, on_note, notice, &error))
    return notice->is_due;
  g_debug ("no notice, %s", error->message);
  return FALSE;
}

/* ---- the desktop ---- */

GVariant *
mopt_desktop_notice_make (const char *text, const char *action)
{
  const char *actions[] = { "default", action };
  g_autofree char *body = g_markup_escape_text (text, -1);
  GVariantBuilder hints;

  g_variant_builder_init (&hints, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&hints, "{sv}", "desktop-entry", g_variant_new_string (APPLICATION));
  g_variant_builder_add (&hints, "{sv}", "urgency", g_variant_new_byte (URGENCY_NORMAL));
  g_variant_builder_add (&hints, "{sv}", "category", g_variant_new_string ("email"));
  return g_variant_new ("(susss@asa{sv}i)", _ ("E-mail Options"), 0, APPLICATION, _ ("Your mail could not be sent"),
                        body, g_variant_new_strv (actions, action != NULL ? 2 : 0), &hints, -1);
}

/* The bus would start it for a call, too, but forgets the call where its sender has ended meanwhile. FALSE: it takes
 * too long; what cannot be started may run all the same. */
static gboolean
start (GDBusConnection *bus, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_connection_call_sync (
      bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "StartServiceByName",
      g_variant_new ("(su)", name, 0), NULL, G_DBUS_CALL_FLAGS_NONE, MOPT_DESKTOP_NOTICE_START_MS, NULL, &error);

  return reply != NULL || !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
}

/* Takes @parameters. FALSE: nobody heard it. Whoever runs, but does not answer, hears it later. */
static gboolean
call (GDBusConnection *bus, const char *name, const char *path, const char *interface, const char *method,
      GVariant *parameters)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_sync (bus, name, path, interface, method, parameters, NULL, G_DBUS_CALL_FLAGS_NONE,
                                     MOPT_DESKTOP_NOTICE_MS, NULL, &error);

  return reply != NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
}

static gboolean
say (const Notice *notice)
{
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);

  if (bus == NULL)
    return FALSE;
  if (start (bus, SERVICE)
      && call (bus, SERVICE, "/org/mailoptions/Service", "org.mailoptions.Notices", "Show",
               g_variant_new ("(ss)", notice->account, notice->text)))
    return TRUE;
  return start (bus, MOPT_DESKTOP_SERVER)
         && call (bus, MOPT_DESKTOP_SERVER, MOPT_DESKTOP_SERVER_PATH, MOPT_DESKTOP_SERVER, "Notify",
                  mopt_desktop_notice_make (notice->text, NULL));
}

static void
run (gpointer data)
{
  g_autoptr (Notice) notice = data;

  if (note (notice, FALSE) && !say (notice))
    note (notice, TRUE);
}

void
mopt_desktop_notice (const MoptSecretKey *key, const char *text)
{
  g_autofree char *what = g_strdup_printf ("%s\n%s", key->account_id, key->host);
  Notice *notice = g_new0 (Notice, 1);

  notice->digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, what, -1);
  notice->account = g_strdup (key->account_id);
  notice->text = g_strdup (text);
  notice->now = g_get_real_time () / G_USEC_PER_SEC;
  mopt_worker_run ("mopt-notice", run, notice);
}
