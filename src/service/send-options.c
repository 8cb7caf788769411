/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "service/send-options.h"

#include <glib/gi18n.h>
#include <string.h>

#include "model/text.h"

#define TEXT_MAX 1000        /* bytes of one text: no address and no name is longer */
#define RECIPIENTS_MAX 10000 /* servers take a hundred to some thousand */

typedef struct
{
  const char *name;
  const char *type;
  gsize place;
} Option;

static const Option known[] = {
  { "account", "s", offsetof (MoptSendOptions, account) },
  { "recipients", "as", offsetof (MoptSendOptions, recipients) },
  { "recipients-from-header", "b", offsetof (MoptSendOptions, from_header) },
  { "sender", "s", offsetof (MoptSendOptions, sender) },
  { "full-name", "s", offsetof (MoptSendOptions, full_name) },
  { "conversation-id", "b", offsetof (MoptSendOptions, conversation_id) },
};

static gboolean refuse (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* Always FALSE. */
static gboolean
refuse (GError **error, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error_literal (error, G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS, text);
  return FALSE;
}

static const Option *
find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_str_equal (known[i].name, name))
      return &known[i];
  return NULL;
}

static gboolean
is_short (const char *text, const char *name, GError **error)
{
  return strlen (text) <= TEXT_MAX || refuse (error, _ ("The option “%s” holds a text that is too long."), name);
}

static gboolean
read_texts (char ***place, GVariant *value, const char *name, GError **error)
{
  gsize n = g_variant_n_children (value);

  if (n == 0)
    return refuse (error, _ ("The option “%s” is empty. Leave it out, or name somebody."), name);
  if (n > RECIPIENTS_MAX)
    return refuse (error, _ ("The option “%s” has more than %u entries."), name, RECIPIENTS_MAX);
  *place = g_variant_dup_strv (value, NULL);
  for (gsize i = 0; i < n; i++)
    if (!is_short ((*place)[i], name, error))
      return FALSE;
  return TRUE;
}

static gboolean
read_one (MoptSendOptions *self, const Option *option, GVariant *value, GError **error)
{
  gpointer place = (char *) self + option->place;

  if (!g_variant_is_of_type (value, G_VARIANT_TYPE (option->type)))
    return refuse (error, _ ("The option “%s” has to be of the type “%s”."), option->name, option->type);
  switch (option->type[0])
    {
    case 's':
      *(char **) place = g_variant_dup_string (value, NULL);
      return is_short (*(char **) place, option->name, error);
    case 'b':
      *(gboolean *) place = g_variant_get_boolean (value);
      return TRUE;
    default:
      return read_texts (place, value, option->name, error);
    }
}

gboolean
mopt_send_options_read (MoptSendOptions *self, GVariant *options, GError **error)
{
  gboolean is_given[G_N_ELEMENTS (known)] = { FALSE };
  GVariantIter iter;
  const char *name;
  GVariant *value;

  self->conversation_id = TRUE;
  g_variant_iter_init (&iter, options);
  while (g_variant_iter_loop (&iter, "{&sv}", &name, &value))
    {
      g_autofree char *shown = mopt_text_shorten (name);
      const Option *option = find (name);
      gboolean ok = option == NULL             ? refuse (error, _ ("There is no option “%s”."), shown)
                    : is_given[option - known] ? refuse (error, _ ("The option “%s” is given twice."), name)
                                               : read_one (self, option, value, error);

      if (!ok)
        {
          g_variant_unref (value);
          return FALSE;
        }
      is_given[option - known] = TRUE;
    }
  if (!is_given[find ("recipients-from-header") - known])
    self->from_header = self->recipients == NULL;
  return TRUE;
}

void
mopt_send_options_clear (MoptSendOptions *self)
{
  g_free (self->account);
  g_strfreev (self->recipients);
  g_free (self->sender);
  g_free (self->full_name);
}
