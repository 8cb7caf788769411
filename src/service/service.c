/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "service/service.h"

#include "service/account-list.h"
#include "service/answer.h"
#include "service/notices.h"
#include "service/ready.h"
#include "service/sends.h"
#include "store/accounts.h"

#define OBJECT_PATH "/org/mailoptions/Service"
#define DESCRIPTION "/org/mailoptions/Service/org.mailoptions.Service.xml"

struct _MoptService
{
  GDBusConnection *connection;
  MoptLife *life;
  MoptAccounts *accounts;
  MoptSends *sends;
  MoptNotices *notices;
};

/* ---- ListAccounts ---- */

typedef struct
{
  MoptService *service;
  GDBusMethodInvocation *invocation;
} Call;

static void
on_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Call *call = user_data;
  MoptService *self = call->service;
  g_autoptr (GError) error = NULL;
  g_autofree char *own_address = mopt_ready_finish (result, &error);

  if (own_address == NULL)
    mopt_answer_error (call->invocation, error);
  else
    {
      GVariant *list = mopt_account_list_new (self->accounts, own_address);

      g_dbus_method_invocation_return_value (call->invocation, g_variant_new_tuple (&list, 1));
    }
  mopt_life_release (self->life);
}

static void
list_accounts (MoptService *self, GDBusMethodInvocation *invocation)
{
  Call *call = g_new0 (Call, 1);

  call->service = self;
  call->invocation = invocation;
  mopt_life_hold (self->life);
  mopt_ready_async (self->accounts, NULL, on_ready, call);
}

/* ---- AccountsChanged ---- */

static void
on_reread (MoptAccounts *accounts, MoptService *self)
{
  /* where nobody can be told any more nobody listens either */
  g_dbus_connection_emit_signal (self->connection, NULL, OBJECT_PATH, MOPT_SERVICE_NAME, "AccountsChanged", NULL, NULL);
}

/* What is read first is no change; if it cannot be read, what comes later is one. */
static void
on_first (GObject *source, GAsyncResult *result, gpointer user_data)
{
  MoptService *self = user_data;

  mopt_accounts_look_finish (self->accounts, result, NULL); /* who asks hears of it */
  g_signal_connect (self->accounts, "reread", G_CALLBACK (on_reread), self);
  mopt_accounts_watch_quietly (self->accounts);
}

/* ---- the object ---- */

static void
on_call (GDBusConnection *connection, const char *sender, const char *path, const char *interface, const char *method,
         GVariant *parameters, GDBusMethodInvocation *invocation, gpointer user_data)
{
  MoptService *self = user_data;

  if (g_str_equal (method, "Send"))
    mopt_sends_begin (self->sends, invocation);
  else if (g_str_equal (method, "Show"))
    mopt_notices_show (self->notices, invocation);
  else
    list_accounts (self, invocation);
}

static GVariant *
on_get (GDBusConnection *connection, const char *sender, const char *path, const char *interface, const char *property,
        GError **error, gpointer user_data)
{
  MoptService *self = user_data;

  mopt_life_hold (self->life);
  mopt_life_release (self->life);
  return g_variant_new_string (MOPT_VERSION);
}

MoptService *
mopt_service_new (GDBusConnection *connection, MoptLife *life, guint silence_ms)
{
  static const GDBusInterfaceVTable vtable = { on_call, on_get, NULL, { NULL } };
  g_autoptr (GBytes) xml = g_resources_lookup_data (DESCRIPTION, 0, NULL);
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (g_bytes_get_data (xml, NULL), NULL);
  MoptService *self = g_new0 (MoptService, 1);

  self->connection = connection;
  self->life = life;
  self->accounts = mopt_accounts_new (NULL);
  self->sends = mopt_sends_new (self->accounts, connection, life, silence_ms);
  self->notices = mopt_notices_new (connection, life);
  for (GDBusInterfaceInfo **interface = node->interfaces; *interface != NULL; interface++)
    g_dbus_connection_register_object (connection, OBJECT_PATH, *interface, &vtable, self, NULL, NULL);
  mopt_accounts_look_async (self->accounts, NULL, on_first, self);
  return self;
}

void
mopt_service_cancel (MoptService *self)
{
  mopt_sends_cancel (self->sends);
  mopt_notices_forget (self->notices);
}
