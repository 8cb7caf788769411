/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/person.h"

#include <unistd.h>

#define ACCOUNTS_NAME "org.freedesktop.Accounts"
#define ACCOUNTS_PATH "/org/freedesktop/Accounts"
#define ADDRESS_LIMIT_MS 2000

char *
mopt_person_real_name (void)
{
  /* GLib takes the GECOS field apart and replaces "&"; it says "Unknown" where there is nothing */
  const char *name = g_get_real_name ();

  if (name == NULL || *name == '\0' || g_str_equal (name, "Unknown") || !g_utf8_validate (name, -1, NULL))
    return NULL;
  return g_strdup (name);
}

char *
mopt_person_user_name (void)
{
  const char *name = g_get_user_name ();

  return g_strdup (name != NULL && g_utf8_validate (name, -1, NULL) ? name : "");
}

/* Bus, then the user's object, then its property; one limit for all three, as connecting to a bus has none. */
typedef struct
{
  GCancellable *limit; /* cancelled by the timer or by the caller's own */
  GCancellable *callers;
  gulong handler;
  guint timer;
} Search;

static void
search_free (gpointer data)
{
  Search *search = data;

  g_cancellable_disconnect (search->callers, search->handler);
  g_clear_handle_id (&search->timer, g_source_remove);
  g_clear_object (&search->callers);
  g_object_unref (search->limit);
  g_free (search);
}

static gboolean
on_limit (gpointer user_data)
{
  Search *search = user_data;

  search->timer = 0;
  g_cancellable_cancel (search->limit);
  return G_SOURCE_REMOVE;
}

static void
on_cancelled (GCancellable *callers, gpointer limit)
{
  g_cancellable_cancel (limit);
}

static GCancellable *
get_limit (GTask *task)
{
  Search *search = g_task_get_task_data (task);

  return search->limit;
}

/* That there is no bus, service, user or address is nothing to tell anyone. */
static void
return_nothing (GTask *task)
{
  g_task_return_pointer (task, NULL, NULL);
  g_object_unref (task);
}

static void
on_email (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  g_autoptr (GVariant) reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);
  g_autoptr (GVariant) value = NULL;

  if (reply == NULL)
    {
      return_nothing (task);
      return;
    }
  g_variant_get (reply, "(v)", &value);
  if (!g_variant_is_of_type (value, G_VARIANT_TYPE_STRING) || *g_variant_get_string (value, NULL) == '\0')
    {
      return_nothing (task);
      return;
    }
  g_task_return_pointer (task, g_variant_dup_string (value, NULL), g_free);
  g_object_unref (task);
}

static void
on_user (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  g_autoptr (GVariant) reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);
  const char *path;

  if (reply == NULL)
    {
      return_nothing (task);
      return;
    }
  g_variant_get (reply, "(&o)", &path);
  g_dbus_connection_call (G_DBUS_CONNECTION (source), ACCOUNTS_NAME, path, "org.freedesktop.DBus.Properties", "Get",
                          g_variant_new ("(ss)", ACCOUNTS_NAME ".User", "Email"), G_VARIANT_TYPE ("(v)"),
                          G_DBUS_CALL_FLAGS_NONE, -1, get_limit (task), on_email, task);
}

static void
on_bus (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, NULL);

  if (bus == NULL)
    {
      return_nothing (task);
      return;
    }
  g_dbus_connection_call (bus, ACCOUNTS_NAME, ACCOUNTS_PATH, ACCOUNTS_NAME, "FindUserById",
                          g_variant_new ("(x)", (gint64) getuid ()), G_VARIANT_TYPE ("(o)"), G_DBUS_CALL_FLAGS_NONE, -1,
                          get_limit (task), on_user, task);
}

void
mopt_person_find_address_async (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Search *search = g_new0 (Search, 1);

  search->limit = g_cancellable_new ();
  if (cancellable != NULL)
    {
      search->callers = g_object_ref (cancellable);
      search->handler = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), search->limit, NULL);
    }
  search->timer = g_timeout_add (ADDRESS_LIMIT_MS, on_limit, search);
  g_task_set_source_tag (task, mopt_person_find_address_async);
  g_task_set_task_data (task, search, search_free);
  g_bus_get (G_BUS_TYPE_SYSTEM, search->limit, on_bus, task);
}

char *
mopt_person_find_address_finish (GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), NULL);
}
