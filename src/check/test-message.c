/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "base/error.h"
#include "check/conversation.h"
#include "check/template.h"
#include "check/test-message.h"
#include "mail/message.h"
#include "model/address.h"
#include "model/conversation-id.h"
#include "model/from-policy.h"

/* "Alice" <alice@example.com>, the name quoted (RFC 5322 §3.2.4); without a name the address alone. */
static char *
name_address (const char *name, const char *spec)
{
  if (name == NULL || *name == '\0')
    return g_strdup (spec);

  GString *text = g_string_new ("\"");

  for (const char *p = name; *p != '\0'; p++)
    {
      if (*p == '"' || *p == '\\')
        g_string_append_c (text, '\\');
      g_string_append_c (text, *p);
    }
  g_string_append_printf (text, "\" <%s>", spec);
  return g_string_free (text, FALSE);
}

static char *
to_spec (const char *text, GError **error)
{
  g_autoptr (MoptAddress) address = mopt_address_parse (text, error);

  return address != NULL ? mopt_address_to_spec (address) : NULL;
}

/* The From header: the name that the address brings along, else the person's own. */
static char *
make_from (const char *from, const char *own_name)
{
  g_autoptr (MoptAddress) address = mopt_address_parse (from, NULL);
  g_autofree char *spec = mopt_address_to_spec (address);

  return name_address (address->name != NULL ? address->name : own_name, spec);
}

static char *
make_body (const MoptSettings *settings)
{
  const MoptPlace places[] = {
    { "computer", g_get_host_name () },
    { "account", settings->account_name },
    { NULL },
  };

  return mopt_template_fill (_ ("This is a test message.\n"
                                "\n"
                                "E-mail Options on the computer {computer} sent it to find out whether the account "
                                "“{account}” can send and receive.\n"
                                "Nobody needs to answer it, and it can be deleted.\n"),
                             places);
}

static gboolean
add_conversation_id (MoptTestMessage *self, const MoptSettings *settings, char **subject, char **body, GError **error)
{
  g_auto (GStrv) prefixes = mopt_conversation_prefixes (settings, error);

  if (prefixes == NULL)
    return FALSE;
  self->prefix = g_strdup (prefixes[0]);
  self->conversation_id = mopt_conversation_draw (settings, NULL, error);
  if (self->conversation_id == NULL)
    return FALSE;

  char **place = settings->conversation_id_in_body ? body : subject;
  char *with_id = settings->conversation_id_in_body
                      ? mopt_conversation_id_add_to_body (*place, self->conversation_id)
                      : mopt_conversation_id_add_to_subject (*place, self->conversation_id);
  g_free (*place);
  *place = with_id;
  return TRUE;
}

static gboolean
has_8bit (GBytes *bytes)
{
  gsize length;
  const guchar *data = g_bytes_get_data (bytes, &length);

  for (gsize i = 0; i < length; i++)
    if (data[i] >= 0x80)
      return TRUE;
  return FALSE;
}

MoptTestMessage *
mopt_test_message_new (const MoptSettings *settings, const char *own_name, const char *own_address, const char *to,
                       GError **error)
{
  if (to == NULL || *to == '\0')
    {
      g_set_error (error, MOPT_ERROR, MOPT_ERROR_RECIPIENT_UNKNOWN, "Your e-mail address is not known (see --to)");
      return NULL;
    }

  g_autoptr (MoptTestMessage) self = g_new0 (MoptTestMessage, 1);
  g_autofree char *from = mopt_from_policy_default (settings, own_address);
  if (from == NULL)
    {
      g_set_error (error, MOPT_ERROR, MOPT_ERROR_FROM_NOT_ALLOWED,
                   _ ("There is no From address that %s may send with."), settings->account_name);
      return NULL;
    }
  self->sender = to_spec (from, error);
  if (self->sender == NULL)
    return NULL;
  self->recipient = to_spec (to, error);
  if (self->recipient == NULL)
    return NULL;
  self->message_id = mopt_message_new_id (self->sender);

  g_autofree char *subject = g_strdup_printf (_ ("Test message of E-mail Options: %s"), settings->account_name);
  g_autofree char *body = make_body (settings);
  if (settings->conversation_id_add && !add_conversation_id (self, settings, &subject, &body, error))
    return NULL;

  g_autofree char *from_header = make_from (from, own_name);
  const MoptMessageParts parts = {
    .from = from_header,
    .to = self->recipient,
    .subject = subject,
    .body = body,
    .message_id = self->message_id,
  };
  self->bytes = mopt_message_build (&parts, error);
  if (self->bytes == NULL)
    return NULL;
  self->has_8bit = has_8bit (self->bytes);
  return g_steal_pointer (&self);
}

void
mopt_test_message_free (MoptTestMessage *self)
{
  if (self == NULL)
    return;
  g_free (self->sender);
  g_free (self->recipient);
  g_free (self->message_id);
  g_free (self->conversation_id);
  g_free (self->prefix);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self);
}

static gboolean
text_has_id (const MoptTestMessage *self, const char *text)
{
  const char *const prefixes[] = { self->prefix, NULL };
  g_autofree char *found = text != NULL ? mopt_conversation_id_find (text, prefixes) : NULL;

  return found != NULL && g_ascii_strcasecmp (found, self->conversation_id) == 0;
}

gboolean
mopt_test_message_kept_id (const MoptTestMessage *self, GBytes *arrived)
{
  g_autofree char *subject = mopt_message_get_subject (arrived);
  g_autofree char *text = mopt_message_get_text (arrived);

  return text_has_id (self, subject) || text_has_id (self, text);
}
