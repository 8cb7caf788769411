/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "check/conversation.h"
#include "model/conversation-id.h"
#include "store/counter.h"

static gboolean
is_given (const char *text)
{
  return text != NULL && *text != '\0';
}

char **
mopt_conversation_prefixes (const MoptSettings *settings, GError **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree char *own = NULL;
  guint64 number;

  if (is_given (settings->conversation_prefix))
    g_strv_builder_add (builder, settings->conversation_prefix);
  else if (mopt_counter_peek (&own, &number, error))
    g_strv_builder_add (builder, own);
  else
    return NULL;
  if (settings->previous_prefixes != NULL)
    g_strv_builder_addv (builder, (const char **) settings->previous_prefixes);
  if (own == NULL && (own = mopt_counter_find_prefix ()) != NULL)
    g_strv_builder_add (builder, own);
  return g_strv_builder_end (builder);
}

typedef gboolean (*Own) (char **prefix, guint64 *number, GError **error);
typedef gboolean (*Shared) (const char *path, guint64 *number, GError **error);

/* The shared number where there is one, else the own one; the publisher's prefix, else the own one. */
static char *
number_from (const MoptSettings *settings, Shared shared, Own own, char **warning, GError **error)
{
  gboolean is_shared = FALSE;
  g_autoptr (GError) out_of_reach = NULL;
  g_autofree char *prefix = NULL;
  guint64 number, unused;

  if (is_given (settings->conversation_counter))
    is_shared = shared (settings->conversation_counter, &number, &out_of_reach);
  if (!is_shared && !own (&prefix, &number, error))
    return NULL;
  if (is_given (settings->conversation_prefix))
    {
      g_free (prefix);
      prefix = g_strdup (settings->conversation_prefix);
    }
  else if (prefix == NULL && !mopt_counter_peek (&prefix, &unused, error))
    return NULL;
  if (warning != NULL)
    *warning = out_of_reach != NULL
                   ? g_strdup_printf ("%s %s", out_of_reach->message, _ ("A number of your own is taken instead."))
                   : NULL;
  return mopt_conversation_id_format (prefix, number);
}

char *
mopt_conversation_draw (const MoptSettings *settings, char **warning, GError **error)
{
  return number_from (settings, mopt_counter_next_shared, mopt_counter_next, warning, error);
}

char *
mopt_conversation_preview (const MoptSettings *settings, char **warning, GError **error)
{
  return number_from (settings, mopt_counter_peek_shared, mopt_counter_peek, warning, error);
}
