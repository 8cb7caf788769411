/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "base/number.h"
#include "model/account.h"
#include "model/address.h"
#include "model/conversation-id.h"
#include "model/host.h"
#include "model/publication-keys.h"
#include "model/text.h"

#define PLAIN "plain"
#define HTML "html"

typedef enum
{
  TEXT,
  SERIAL, /* decimal, 1 and more */
  DATE,   /* ISO 8601 */
  DOMAINS,
  PREFIX,
  PREFIXES,
  PATH, /* absolute */
  ID,   /* of an account */
  FORMAT,
} Type;

static const struct
{
  const char *name;
  Type type;
  gsize offset;
  const char *label; /* msgid */
} keys[MOPT_N_PUBLICATION_KEYS] = {
#define KEY(symbol, name, type, member, label) { name, type, G_STRUCT_OFFSET (MoptPublication, member), label },
#include "model/publication.def"
#undef KEY
};

#define MEMBER(self, key, type) (G_STRUCT_MEMBER (type, (self), keys[key].offset))

const char *
mopt_publication_key_name (MoptPublicationKey key)
{
  return keys[key].name;
}

const char *
mopt_publication_key_label (MoptPublicationKey key)
{
  return _ (keys[key].label);
}

MoptPublicationKey
mopt_publication_key_by_name (const char *name)
{
  guint i = 0;

  while (i < MOPT_N_PUBLICATION_KEYS && g_strcmp0 (keys[i].name, name) != 0)
    i++;
  return i;
}

gboolean
mopt_publication_key_is_list (MoptPublicationKey key)
{
  return keys[key].type == DOMAINS || keys[key].type == PREFIXES;
}

gboolean
mopt_publication_key_needs_value (MoptPublicationKey key)
{
  return keys[key].type == SERIAL || keys[key].type == DATE || keys[key].type == FORMAT;
}

char *
mopt_publication_get_text (const MoptPublication *self, MoptPublicationKey key)
{
  switch (keys[key].type)
    {
    case TEXT:
    case PREFIX:
    case PATH:
    case ID:
      return g_strdup (MEMBER (self, key, char *));
    case DOMAINS:
    case PREFIXES:
      return mopt_address_list_join ((const char *const *) MEMBER (self, key, char **));
    case SERIAL:
      {
        guint64 serial = MEMBER (self, key, guint64);
        return serial != 0 ? g_strdup_printf ("%" G_GUINT64_FORMAT, serial) : g_strdup ("");
      }
    case DATE:
      {
        gint64 seconds = MEMBER (self, key, gint64);
        g_autoptr (GDateTime) date = seconds != 0 ? g_date_time_new_from_unix_utc (seconds) : NULL;
        return date != NULL ? g_date_time_format (date, "%Y-%m-%dT%H:%M:%SZ") : g_strdup ("");
      }
    case FORMAT:
      return g_strdup (MEMBER (self, key, gboolean) ? HTML : PLAIN);
    }
  g_return_val_if_reached (NULL);
}

static void
set_string (MoptPublication *self, MoptPublicationKey key, char *text)
{
  g_free (MEMBER (self, key, char *));
  MEMBER (self, key, char *) = text;
}

static gboolean
set_list (MoptPublication *self, MoptPublicationKey key, const char *text, char *(*convert) (const char *, GError **),
          GError **error)
{
  g_auto (GStrv) entries = mopt_address_list_split (text);
  g_autoptr (GStrvBuilder) list = g_strv_builder_new ();

  for (guint i = 0; entries[i] != NULL; i++)
    {
      g_autofree char *entry = convert (entries[i], error);

      if (entry == NULL)
        return FALSE;
      g_strv_builder_add (list, entry);
    }
  g_strfreev (MEMBER (self, key, char **));
  MEMBER (self, key, char **) = g_strv_builder_end (list);
  return TRUE;
}

static char *
convert_prefix (const char *text, GError **error)
{
  if (mopt_conversation_id_prefix_is_valid (text))
    return g_ascii_strup (text, -1);
  g_autofree char *shown = mopt_text_shorten (text);
  mopt_text_refuse (error,
                    _ ("“%s” is no prefix of Conversation IDs. One has 2 to 8 letters or digits of the Latin alphabet, "
                       "the last one a letter."),
                    shown);
  return NULL;
}

static gboolean
set_prefix (MoptPublication *self, MoptPublicationKey key, const char *text, GError **error)
{
  char *prefix = *text != '\0' ? convert_prefix (text, error) : g_strdup ("");

  if (prefix == NULL)
    return FALSE;
  set_string (self, key, prefix);
  return TRUE;
}

static gboolean
set_serial (MoptPublication *self, MoptPublicationKey key, const char *text, GError **error)
{
  guint64 serial = 0;

  if (*text != '\0' && !mopt_number (text, 1, G_MAXINT64, &serial))
    {
      g_autofree char *shown = mopt_text_shorten (text);

      return mopt_text_refuse (error, _ ("“%s” is no serial number. One is a whole number from 1 on, such as 12."),
                               shown);
    }
  MEMBER (self, key, guint64) = serial;
  return TRUE;
}

static gboolean
set_date (MoptPublication *self, MoptPublicationKey key, const char *text, GError **error)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) date = *text != '\0' ? g_date_time_new_from_iso8601 (text, utc) : NULL;

  if (*text != '\0' && date == NULL)
    {
      g_autofree char *shown = mopt_text_shorten (text);

      return mopt_text_refuse (error, _ ("“%s” is no date with time. One looks like 2027-11-21T00:00:00Z."), shown);
    }
  MEMBER (self, key, gint64) = date != NULL ? g_date_time_to_unix (date) : 0;
  return TRUE;
}

static gboolean
set_format (MoptPublication *self, MoptPublicationKey key, const char *text, GError **error)
{
  if (*text != '\0' && !g_str_equal (text, PLAIN) && !g_str_equal (text, HTML))
    {
      g_autofree char *shown = mopt_text_shorten (text);

      return mopt_text_refuse (error, _ ("“%s” is no value of %s. Choose one of these: %s."), shown, keys[key].name,
                               PLAIN ", " HTML);
    }
  MEMBER (self, key, gboolean) = g_str_equal (text, HTML);
  return TRUE;
}

static gboolean
set_path (MoptPublication *self, MoptPublicationKey key, const char *text, GError **error)
{
  if (*text != '\0' && !g_path_is_absolute (text))
    {
      g_autofree char *shown = mopt_text_shorten (text);

      return mopt_text_refuse (error, _ ("“%s” is no full path. One begins with “/”."), shown);
    }
  set_string (self, key, g_strdup (text));
  return TRUE;
}

static gboolean
set_id (MoptPublication *self, MoptPublicationKey key, const char *text, GError **error)
{
  if (*text != '\0' && !mopt_account_id_is_valid (text))
    {
      g_autofree char *shown = mopt_text_shorten (text);

      return mopt_text_refuse (error, _ ("“%s” is no id of an account."), shown);
    }
  set_string (self, key, g_strdup (text));
  return TRUE;
}

gboolean
mopt_publication_set_text (MoptPublication *self, MoptPublicationKey key, const char *text, GError **error)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    if (!mopt_text_check (mopt_publication_key_is_list (key) ? lines[i] : text, error))
      return FALSE;
  switch (keys[key].type)
    {
    case TEXT:
      set_string (self, key, g_strdup (text));
      return TRUE;
    case SERIAL:
      return set_serial (self, key, text, error);
    case DATE:
      return set_date (self, key, text, error);
    case DOMAINS:
      return set_list (self, key, text, mopt_host_name_to_ascii, error);
    case PREFIX:
      return set_prefix (self, key, text, error);
    case PREFIXES:
      return set_list (self, key, text, convert_prefix, error);
    case PATH:
      return set_path (self, key, text, error);
    case ID:
      return set_id (self, key, text, error);
    case FORMAT:
      return set_format (self, key, text, error);
    }
  g_return_val_if_reached (FALSE);
}
