/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The e-mail address of the system's AccountsService, on a bus of our own: the service is a stand-in, as the real one
 * runs as root only. Each case is a process of its own, for GIO keeps its connection to the system bus. */
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <grp.h>
#include <locale.h>
#include <pwd.h>
#include <unistd.h>

#include "base/person.h"

#define LIMIT (2 * G_USEC_PER_SEC)
#define SLACK (G_USEC_PER_SEC)

static void
on_address (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

/* The address that is found, and the time it took (µs). */
static char *
find_address (GCancellable *cancellable, gint64 *took)
{
  g_autoptr (GAsyncResult) result = NULL;
  gint64 start = g_get_monotonic_time ();

  mopt_person_find_address_async (cancellable, on_address, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  *took = g_get_monotonic_time () - start;
  return mopt_person_find_address_finish (result);
}

static void
test_names (void)
{
  g_autofree char *user = mopt_person_user_name ();
  g_autofree char *real = mopt_person_real_name ();

  g_assert_cmpstr (user, !=, "");
  g_assert_true (real == NULL || *real != '\0');
}

/* Every user is at least in the group that the password database says. */
static void
test_groups (void)
{
  struct passwd *entry = getpwuid (getuid ());

  if (entry == NULL)
    {
      g_test_skip ("this user is not in the password database");
      return;
    }
  g_autofree char *user = g_strdup (entry->pw_name);
  struct group *primary = getgrgid (entry->pw_gid);
  g_autofree char *group = primary != NULL ? g_strdup (primary->gr_name) : NULL;
  g_auto (GStrv) groups = mopt_person_groups (user);

  g_assert_true (mopt_person_is_user (user));
  g_assert_cmpint (group != NULL, ==, groups[0] != NULL && g_str_equal (groups[0], group));
  for (guint i = 0; groups[i] != NULL; i++)
    g_assert_true (mopt_person_is_group (groups[i]));
}

static void
test_unknown_user (void)
{
  g_auto (GStrv) groups = mopt_person_groups ("no such user");

  g_assert_null (groups[0]);
  g_assert_false (mopt_person_is_user ("no such user"));
  g_assert_false (mopt_person_is_group ("no such group"));
}

static void
test_no_bus (void)
{
  gint64 took;

  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  g_assert_null (find_address (NULL, &took));
  g_assert_cmpint (took, <, SLACK);
}

/* Something accepts and says nothing. */
static void
test_silent_bus (void)
{
  g_autofree char *folder = g_dir_make_tmp ("mopt-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "bus", NULL);
  g_autofree char *bus = g_strconcat ("unix:path=", path, NULL);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GSocket) socket
      = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL);
  gint64 took;

  g_assert_true (g_socket_bind (socket, address, FALSE, NULL));
  g_assert_true (g_socket_listen (socket, NULL));
  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", bus, TRUE);
  g_assert_null (find_address (NULL, &took));
  g_assert_cmpint (took, <, LIMIT + SLACK);
  g_remove (path);
  g_rmdir (folder);
}

/* --- With a service ------------------------------------------------------------------------------------------ */

typedef struct
{
  const char *email; /* NULL: it never answers */
  GTestDBus *bus;
  GDBusConnection *connection;
} Service;

static void
on_method (GDBusConnection *connection, const char *sender, const char *path, const char *interface,
           const char *method, GVariant *arguments, GDBusMethodInvocation *invocation, gpointer user_data)
{
  g_autofree char *user = g_strdup_printf ("/org/freedesktop/Accounts/User%d", (int) getuid ());
  const Service *service = user_data;
  gint64 uid;

  g_variant_get (arguments, "(x)", &uid);
  g_assert_cmpint (uid, ==, getuid ());
  if (service->email != NULL)
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(o)", user));
  else
    g_object_unref (invocation);
}

static GVariant *
on_get (GDBusConnection *connection, const char *sender, const char *path, const char *interface, const char *name,
        GError **error, gpointer user_data)
{
  return g_variant_new_string (((const Service *) user_data)->email);
}

static void
start_service (Service *service)
{
  static const char xml[] = "<node><interface name='org.freedesktop.Accounts'><method name='FindUserById'>"
                            "<arg type='x' direction='in'/><arg type='o' direction='out'/></method></interface>"
                            "<interface name='org.freedesktop.Accounts.User'>"
                            "<property name='Email' type='s' access='read'/></interface></node>";
  static const GDBusInterfaceVTable vtable = { on_method, on_get, NULL, { NULL } };
  g_autofree char *user = g_strdup_printf ("/org/freedesktop/Accounts/User%d", (int) getuid ());
  g_autoptr (GDBusNodeInfo) info = g_dbus_node_info_new_for_xml (xml, NULL);
  g_autoptr (GError) error = NULL;

  service->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (service->bus);
  const char *address = g_test_dbus_get_bus_address (service->bus);
  service->connection = g_dbus_connection_new_for_address_sync (
      address, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION, NULL,
      NULL, &error);
  g_assert_no_error (error);
  g_dbus_connection_register_object (service->connection, "/org/freedesktop/Accounts", info->interfaces[0], &vtable,
                                     service, NULL, &error);
  g_dbus_connection_register_object (service->connection, user, info->interfaces[1], &vtable, service, NULL, &error);
  g_assert_no_error (error);
  g_autoptr (GVariant) reply = g_dbus_connection_call_sync (
      service->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
      g_variant_new ("(su)", "org.freedesktop.Accounts", 0), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", address, TRUE);
}

static void
stop_service (Service *service)
{
  g_object_unref (service->connection);
  g_test_dbus_stop (service->bus); /* the connection to the "system" bus stays till the end of the process */
  g_object_unref (service->bus);
}

static void
test_service (void)
{
  Service service = { "alice@example.com" };
  gint64 took;

  start_service (&service);
  g_autofree char *address = find_address (NULL, &took);
  g_assert_cmpstr (address, ==, "alice@example.com");
  service.email = "";
  g_assert_null (find_address (NULL, &took));
  stop_service (&service);
}

static gboolean
on_cancel_time (gpointer user_data)
{
  g_cancellable_cancel (user_data);
  return G_SOURCE_REMOVE;
}

static void
test_silent_service (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Service service = { NULL };
  gint64 took;

  start_service (&service);
  g_assert_null (find_address (NULL, &took));
  g_assert_cmpint (took, >, LIMIT - SLACK);
  g_assert_cmpint (took, <, LIMIT + SLACK);

  g_timeout_add (100, on_cancel_time, cancellable);
  g_assert_null (find_address (cancellable, &took));
  g_assert_cmpint (took, <, SLACK);
  stop_service (&service);
}

static void
run_child (gconstpointer path)
{
  g_test_trap_subprocess (path, 20 * G_USEC_PER_SEC, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
}

static void
run_child_with_bus (gconstpointer path)
{
  g_autofree char *daemon = g_find_program_in_path ("dbus-daemon");

  if (daemon == NULL)
    g_test_skip ("dbus-daemon is not there");
  else
    run_child (path);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/person/names", test_names);
  g_test_add_func ("/person/groups", test_groups);
  g_test_add_func ("/person/unknown-user", test_unknown_user);
  g_test_add_data_func ("/person/no-bus", "/person/subprocess/no-bus", run_child);
  g_test_add_data_func ("/person/silent-bus", "/person/subprocess/silent-bus", run_child);
  g_test_add_data_func ("/person/service", "/person/subprocess/service", run_child_with_bus);
  g_test_add_data_func ("/person/silent-service", "/person/subprocess/silent-service", run_child_with_bus);
  g_test_add_func ("/person/subprocess/no-bus", test_no_bus);
  g_test_add_func ("/person/subprocess/silent-bus", test_silent_bus);
  g_test_add_func ("/person/subprocess/service", test_service);
  g_test_add_func ("/person/subprocess/silent-service", test_silent_service);
  return g_test_run ();
}
