/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "service/sends.h"

#include <gio/gunixfdlist.h>
#include <glib/gi18n.h>
#include <sysexits.h>

#include "check/send.h"
#include "check/worker.h"
#include "service/answer.h"
#include "service/reading.h"
#include "service/ready.h"
#include "service/send-options.h"

/* Half of the workers: a send may wait for one that looks for its password. */
#define SENDING_MAX (MOPT_WORKERS_MAX / 2)
#define CALLS_MAX 128 /* under way, each with a thread and some descriptors while its message is read */
#define CALLER_MAX 64 /* of one caller */

struct _MoptSends
{
  MoptAccounts *accounts;
  GDBusConnection *connection;
  MoptLife *life;
  GQueue calls;   /* of Call, all */
  GQueue waiting; /* of Call, those whose message is there */
  guint n_sending;
  guint silence_ms; /* of whoever writes a message */
};

typedef struct
{
  MoptSends *sends;
  GDBusMethodInvocation *invocation; /* NULL: answered */
  char *caller;                      /* its unique name */
  MoptSendOptions options;
  GCancellable *cancellable;
  guint watch;          /* of the caller */
  MoptReading *reading; /* of the message; NULL: it has been read */
  MoptSpool *message;
} Call;

static void advance (MoptSends *self);

/* ---- a call and its end ---- */

/* The call must have been answered. */
static void
call_end (Call *call)
{
  g_queue_remove (&call->sends->calls, call);
  g_clear_handle_id (&call->watch, g_bus_unwatch_name);
  mopt_life_release (call->sends->life);
  g_clear_pointer (&call->message, mopt_spool_unref);
  mopt_send_options_clear (&call->options);
  g_object_unref (call->cancellable);
  g_free (call->caller);
  g_free (call);
}

static void
call_fail (Call *call, const GError *error)
{
  mopt_answer_error (g_steal_pointer (&call->invocation), error);
  call_end (call);
}

static void
call_cancel (Call *call)
{
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (call->cancellable);
  if (call->reading == NULL && !g_queue_remove (&call->sends->waiting, call))
    return; /* it hears of it where it is */
  g_clear_pointer (&call->reading, mopt_reading_abandon);
  g_cancellable_set_error_if_cancelled (call->cancellable, &error);
  call_fail (call, error);
}

static void
on_caller_gone (GDBusConnection *connection, const char *name, gpointer user_data)
{
  call_cancel (user_data);
}

void
mopt_sends_cancel (MoptSends *self)
{
  for (GList *link = self->calls.head, *next; link != NULL; link = next)
    {
      next = link->next;
      call_cancel (link->data);
    }
}

/* ---- 3: it is sent ---- */

static void
add_text (GVariantBuilder *builder, const char *key, const char *text)
{
  if (text != NULL)
    g_variant_builder_add (builder, "{sv}", key, mopt_answer_text (text));
}

static void
add_texts (GVariantBuilder *builder, const char *key, char **texts)
{
  g_variant_builder_add (builder, "{sv}", key, mopt_answer_texts ((const char *const *) texts));
}

static GVariant *
describe (const MoptSendResult *result)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  add_text (&builder, "account", result->account_id);
  add_text (&builder, "sender", result->sender);
  add_texts (&builder, "recipients", result->recipients);
  add_text (&builder, "message-id", result->message_id);
  add_text (&builder, "conversation-id", result->conversation_id);
  add_text (&builder, "reply", result->reply);
  add_texts (&builder, "notes", result->notes);
  return g_variant_new ("(a{sv})", &builder);
}

static void
on_sent (GObject *source, GAsyncResult *async_result, gpointer user_data)
{
  Call *call = user_data;
  MoptSends *self = call->sends;
  g_autoptr (MoptSendResult) result = mopt_send_finish (async_result);
  g_autofree char *text = NULL;
  GDBusMethodInvocation *invocation = g_steal_pointer (&call->invocation);

  if (result->status == EX_OK)
    g_dbus_method_invocation_return_value (invocation, describe (result));
  else
    {
      text = mopt_send_result_describe (result, TRUE);
      mopt_answer_failure (invocation, result->status, result->code, text);
    }
  self->n_sending--;
  call_end (call);
  advance (self);
}

static void
on_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Call *call = user_data;
  MoptSends *self = call->sends;
  g_autoptr (GError) error = NULL;
  g_autofree char *own_address = mopt_ready_finish (result, &error);

  if (own_address == NULL)
    {
      self->n_sending--;
      call_fail (call, error);
      advance (self);
      return;
    }
  const MoptSendRequest request = {
    .message = call->message,
    .account = call->options.account,
    .recipients = (const char *const *) call->options.recipients,
    .recipients_in_header = call->options.from_header,
    .envelope_sender = call->options.sender,
    .full_name = call->options.full_name,
    .own_address = own_address,
    .no_conversation_id = !call->options.conversation_id,
  };
  mopt_send_async (self->accounts, &request, call->cancellable, on_sent, call);
}

/* ---- 2: it waits for its turn ---- */

static void
advance (MoptSends *self)
{
  while (self->n_sending < SENDING_MAX && !g_queue_is_empty (&self->waiting))
    {
      Call *call = g_queue_pop_head (&self->waiting);

      self->n_sending++;
      mopt_ready_async (self->accounts, call->cancellable, on_ready, call);
    }
}

/* ---- 1: its message is read ---- */

static void
on_read (MoptSpool *message, const GError *error, gpointer user_data)
{
  Call *call = user_data;

  call->reading = NULL;
  call->message = message;
  if (error != NULL)
    call_fail (call, error);
  else
    {
      g_queue_push_tail (&call->sends->waiting, call);
      advance (call->sends);
    }
}

/* The descriptor that @invocation sent along, ours; -1 + error. */
static int
take_fd (GDBusMethodInvocation *invocation, gint32 handle, GError **error)
{
  GUnixFDList *list = g_dbus_message_get_unix_fd_list (g_dbus_method_invocation_get_message (invocation));
  int fd = list != NULL && handle >= 0 && handle < g_unix_fd_list_get_length (list)
               ? g_unix_fd_list_get (list, handle, NULL)
               : -1;

  if (fd < 0)
    g_set_error_literal (error, G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS,
                         _ ("The message has to come from a file, a pipe or a socket that is sent along."));
  return fd;
}

static gboolean
has_room (MoptSends *self, const char *caller)
{
  guint n = 0;

  for (GList *link = self->calls.head; link != NULL; link = link->next)
    n += g_str_equal (((Call *) link->data)->caller, caller);
  return MAX (self->calls.length, mopt_reading_count ()) < CALLS_MAX && n < CALLER_MAX;
}

void
mopt_sends_begin (MoptSends *self, GDBusMethodInvocation *invocation)
{
  const char *caller = g_dbus_method_invocation_get_sender (invocation);
  g_autoptr (GVariant) given = NULL;
  g_auto (MoptSendOptions) options = { 0 };
  g_autoptr (GError) error = NULL;
  gint32 handle;

  if (!has_room (self, caller))
    {
      mopt_answer_failure (invocation, EX_TEMPFAIL, "busy",
                           _ ("Too many messages are on their way already. Try again in a minute."));
      return;
    }
  g_variant_get (g_dbus_method_invocation_get_parameters (invocation), "(h@a{sv})", &handle, &given);
  int fd = mopt_send_options_read (&options, given, &error) ? take_fd (invocation, handle, &error) : -1;
  if (fd < 0)
    {
      mopt_answer_error (invocation, error);
      return;
    }

  Call *call = g_new0 (Call, 1);
  call->sends = self;
  call->invocation = invocation;
  call->caller = g_strdup (caller);
  call->options = options;
  options = (MoptSendOptions){ 0 };
  call->cancellable = g_cancellable_new ();
  g_queue_push_tail (&self->calls, call);
  mopt_life_hold (self->life);
  call->watch = g_bus_watch_name_on_connection (self->connection, caller, G_BUS_NAME_WATCHER_FLAGS_NONE, NULL,
                                                on_caller_gone, call, NULL);
  call->reading = mopt_reading_new (fd, self->silence_ms, on_read, call);
}

MoptSends *
mopt_sends_new (MoptAccounts *accounts, GDBusConnection *connection, MoptLife *life, guint silence_ms)
{
  MoptSends *self = g_new0 (MoptSends, 1);

  self->accounts = accounts;
  self->connection = connection;
  self->life = life;
  self->silence_ms = silence_ms;
  g_queue_init (&self->calls);
  g_queue_init (&self->waiting);
  return self;
}
