/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/addresses.h"

#include "mail/connect.h"

#define OTHER_FAMILY_MS 250

/* ---- addresses that are known, as GIO wants them ---- */

typedef struct
{
  GSocketAddressEnumerator parent;
  GPtrArray *addresses;
  guint16 port;
  guint next;
} Enumerator;
typedef GSocketAddressEnumeratorClass EnumeratorClass;

typedef struct
{
  GObject parent;
  GPtrArray *addresses;
  guint16 port;
} Addresses;
typedef GObjectClass AddressesClass;

static GType enumerator_get_type (void);
G_DEFINE_TYPE (Enumerator, enumerator, G_TYPE_SOCKET_ADDRESS_ENUMERATOR)

static GSocketAddress *
enumerator_next (GSocketAddressEnumerator *enumerator, GCancellable *cancellable, GError **error)
{
  Enumerator *self = (Enumerator *) enumerator;

  if (g_cancellable_set_error_if_cancelled (cancellable, error) || self->next == self->addresses->len)
    return NULL;
  return g_inet_socket_address_new (self->addresses->pdata[self->next++], self->port);
}

static void
enumerator_finalize (GObject *object)
{
  g_ptr_array_unref (((Enumerator *) object)->addresses);
  G_OBJECT_CLASS (enumerator_parent_class)->finalize (object);
}

static void
enumerator_class_init (EnumeratorClass *class)
{
  G_OBJECT_CLASS (class)->finalize = enumerator_finalize;
  class->next = enumerator_next;
}

static void
enumerator_init (Enumerator *self)
{
}

static GSocketAddressEnumerator *
addresses_enumerate (GSocketConnectable *connectable)
{
  Addresses *addresses = (Addresses *) connectable;
  Enumerator *self = g_object_new (enumerator_get_type (), NULL);

  self->addresses = g_ptr_array_ref (addresses->addresses);
  self->port = addresses->port;
  return &self->parent;
}

static void
addresses_connectable_init (GSocketConnectableIface *iface)
{
  iface->enumerate = addresses_enumerate;
}

static GType addresses_get_type (void);
G_DEFINE_TYPE_WITH_CODE (Addresses, addresses, G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (G_TYPE_SOCKET_CONNECTABLE, addresses_connectable_init))

static void
addresses_finalize (GObject *object)
{
  g_ptr_array_unref (((Addresses *) object)->addresses);
  G_OBJECT_CLASS (addresses_parent_class)->finalize (object);
}

static void
addresses_class_init (AddressesClass *class)
{
  class->finalize = addresses_finalize;
}

static void
addresses_init (Addresses *self)
{
}

GSocketConnectable *
mopt_addresses_at_port (GPtrArray *addresses, guint16 port)
{
  Addresses *self = g_object_new (addresses_get_type (), NULL);

  self->addresses = g_ptr_array_ref (addresses);
  self->port = port;
  return G_SOCKET_CONNECTABLE (self);
}

/* ---- looking them up ---- */

typedef struct
{
  MoptWait *wait;
  GPtrArray *addresses;
  GSource *patience; /* for the other family */
  gboolean pending;
  GError *error;
} Search;

static void on_next (GObject *source, GAsyncResult *result, gpointer user_data);

static void
ask (Search *self, GSocketAddressEnumerator *enumerator)
{
  self->pending = TRUE;
  g_socket_address_enumerator_next_async (enumerator, self->wait->stop, on_next, self);
}

static gboolean
on_patience_ended (gpointer user_data)
{
  Search *self = user_data;

  self->wait->done = TRUE;
  return G_SOURCE_REMOVE;
}

static void
on_next (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Search *self = user_data;
  g_autoptr (GSocketAddress) address
      = g_socket_address_enumerator_next_finish (G_SOCKET_ADDRESS_ENUMERATOR (source), result, &self->error);

  self->pending = FALSE;
  if (address == NULL)
    {
      self->wait->done = TRUE;
      return;
    }
  g_ptr_array_add (self->addresses, g_object_ref (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address))));
  if (self->patience == NULL)
    {
      self->patience = g_timeout_source_new (OTHER_FAMILY_MS);
      g_source_set_callback (self->patience, on_patience_ended, self, NULL);
      g_source_attach (self->patience, self->wait->context);
    }
  if (!self->wait->done)
    ask (self, G_SOCKET_ADDRESS_ENUMERATOR (source));
}

GPtrArray *
mopt_addresses_find (const char *host, gint64 deadline, GCancellable *cancellable, GError **error)
{
  MoptWait wait;
  g_autoptr (GPtrArray) addresses = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GSocketConnectable) name = g_network_address_new (host, 0);
  g_autoptr (GSocketAddressEnumerator) enumerator = NULL;
  Search search = { .wait = &wait, .addresses = addresses };
  gboolean ok;

  mopt_wait_begin (&wait, deadline, cancellable);
  enumerator = g_socket_connectable_enumerate (name);
  ask (&search, enumerator);
  mopt_wait_until_done (&wait);
  /* the family that nobody waits for any more */
  g_cancellable_cancel (wait.stop);
  while (search.pending)
    g_main_context_iteration (wait.context, TRUE);
  if (search.patience != NULL)
    g_source_destroy (search.patience);
  g_clear_pointer (&search.patience, g_source_unref);

  ok = addresses->len > 0 && !g_cancellable_is_cancelled (cancellable);
  if (!ok)
    mopt_wait_set_find_error (&wait, search.error, host, cancellable, error);
  g_clear_error (&search.error);
  mopt_wait_end (&wait);
  return ok ? g_steal_pointer (&addresses) : NULL;
}
