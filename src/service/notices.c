/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "service/notices.h"

#include <gio/gdesktopappinfo.h>
#include <glib/gi18n.h>
#include <string.h>

#include "check/desktop-notice.h"

#define DESKTOP_FILE "org.mailoptions.MailOptions.desktop"
#define OPEN_MAX 16
#define TEXT_MAX 2000 /* bytes */

struct _MoptNotices
{
  GDBusConnection *connection;
  MoptLife *life;
  GQueue open; /* of Notice */
  guint signals;
};

typedef struct
{
  MoptNotices *notices;
  GDBusMethodInvocation *invocation; /* NULL: answered */
  char *account;
  char *token; /* by which the new window may take the keyboard; nullable */
  guint32 id;  /* 0: not shown yet */
  guint timer;
} Notice;

static void
notice_end (Notice *self)
{
  g_queue_remove (&self->notices->open, self);
  g_clear_handle_id (&self->timer, g_source_remove);
  mopt_life_release (self->notices->life);
  g_free (self->account);
  g_free (self->token);
  g_free (self);
}

static gboolean
on_timer (gpointer user_data)
{
  Notice *self = user_data;

  self->timer = 0;
  notice_end (self);
  return G_SOURCE_REMOVE;
}

void
mopt_notices_forget (MoptNotices *self)
{
  for (GList *link = self->open.head, *next; link != NULL; link = next)
    {
      Notice *notice = link->data;

      next = link->next;
      if (notice->id != 0) /* the others have somebody to answer first */
        notice_end (notice);
    }
}

/* ---- a click ---- */

/* NULL: the window is not installed. */
static GAppInfo *
find_window (const char *account)
{
  g_autoptr (GDesktopAppInfo) desktop = g_desktop_app_info_new (DESKTOP_FILE);
  const char *command = desktop != NULL ? g_app_info_get_commandline (G_APP_INFO (desktop)) : NULL;
  g_autofree char *line = command != NULL ? g_strdup_printf ("%s --edit=%s", command, account) : NULL;

  return line != NULL ? g_app_info_create_from_commandline (line, g_app_info_get_name (G_APP_INFO (desktop)),
                                                            G_APP_INFO_CREATE_SUPPORTS_STARTUP_NOTIFICATION, NULL)
                      : NULL;
}

static void
open_window (const Notice *notice)
{
  g_autoptr (GAppInfo) window = find_window (notice->account);
  g_autoptr (GAppLaunchContext) context = g_app_launch_context_new ();
  g_autoptr (GError) error = NULL;

  if (notice->token != NULL)
    {
      g_app_launch_context_setenv (context, "XDG_ACTIVATION_TOKEN", notice->token);
      g_app_launch_context_setenv (context, "DESKTOP_STARTUP_ID", notice->token);
    }
  if (window != NULL && !g_app_info_launch (window, NULL, context, &error))
    g_message ("The window cannot be opened: %s", error->message);
}

static Notice *
find (MoptNotices *self, guint32 id)
{
  for (GList *link = self->open.head; link != NULL; link = link->next)
    if (((Notice *) link->data)->id == id && id != 0)
      return link->data;
  return NULL;
}

static void
on_signal (GDBusConnection *connection, const char *sender, const char *path, const char *interface, const char *name,
           GVariant *parameters, gpointer user_data)
{
  guint32 id = 0;
  const char *word = "";

  if (g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(us)")))
    g_variant_get (parameters, "(u&s)", &id, &word);
  else if (g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(uu)")))
    g_variant_get (parameters, "(uu)", &id, NULL);

  Notice *notice = find (user_data, id);
  if (notice == NULL)
    return;
  if (g_str_equal (name, "ActivationToken"))
    {
      g_free (notice->token);
      notice->token = g_strdup (word);
    }
  else if (g_str_equal (name, "ActionInvoked"))
    {
      open_window (notice);
      notice_end (notice);
    }
  else if (g_str_equal (name, "NotificationClosed"))
    notice_end (notice);
}

/* ---- to be shown ---- */

static void
on_shown (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Notice *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply == NULL)
    {
      g_dbus_method_invocation_return_gerror (g_steal_pointer (&self->invocation), error);
      notice_end (self);
      return;
    }
  g_variant_get (reply, "(u)", &self->id);
  g_dbus_method_invocation_return_value (g_steal_pointer (&self->invocation), NULL);
  self->timer = g_timeout_add_seconds (MOPT_DESKTOP_NOTICE_SECONDS, on_timer, self);
}

static gboolean
is_sound (const char *account, const char *text)
{
  gsize length = strlen (account);

  return length > 0 && length <= 64 && strspn (account, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._-") == length
         && strlen (text) <= TEXT_MAX;
}

void
mopt_notices_show (MoptNotices *self, GDBusMethodInvocation *invocation)
{
  const char *account, *text;

  g_variant_get (g_dbus_method_invocation_get_parameters (invocation), "(&s&s)", &account, &text);
  g_autoptr (GAppInfo) window = is_sound (account, text) ? find_window (account) : NULL;
  if (window == NULL || self->open.length >= OPEN_MAX)
    {
      g_dbus_method_invocation_return_error_literal (invocation, G_DBUS_ERROR, G_DBUS_ERROR_FAILED,
                                                     "no window for that account, a long text, or too many notices");
      return;
    }
  Notice *notice = g_new0 (Notice, 1);
  notice->notices = self;
  notice->invocation = invocation;
  notice->account = g_strdup (account);
  g_queue_push_tail (&self->open, notice);
  mopt_life_hold (self->life);
  if (self->signals == 0)
    self->signals = g_dbus_connection_signal_subscribe (self->connection, MOPT_DESKTOP_SERVER, MOPT_DESKTOP_SERVER,
                                                        NULL, MOPT_DESKTOP_SERVER_PATH, NULL, G_DBUS_SIGNAL_FLAGS_NONE,
                                                        on_signal, self, NULL);
  g_dbus_connection_call (self->connection, MOPT_DESKTOP_SERVER, MOPT_DESKTOP_SERVER_PATH, MOPT_DESKTOP_SERVER,
                          "Notify", mopt_desktop_notice_make (text, _ ("Open E-mail Options")), G_VARIANT_TYPE ("(u)"),
                          G_DBUS_CALL_FLAGS_NONE, -1, NULL, on_shown, notice);
}

MoptNotices *
mopt_notices_new (GDBusConnection *connection, MoptLife *life)
{
  MoptNotices *self = g_new0 (MoptNotices, 1);

  self->connection = connection;
  self->life = life;
  g_queue_init (&self->open);
  return self;
}
