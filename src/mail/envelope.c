/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "mail/envelope.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/error.h"
#include "mail/gmime.h"
#include "mail/message.h"
#include "model/address.h"
#include "model/text.h"

/* An address list on the way: one entry of it. */
typedef struct
{
  const char *p;
  GString *text;  /* what stands outside of brackets, without comments */
  GString *angle; /* what stands inside */
  gboolean has_angle;
  gboolean after_angle; /* something stands behind them, too */
  gboolean in_group;
} Entry;

/* Copies a quoted string or a domain literal, whose end is @close. FALSE: it has none. */
static gboolean
copy_through (Entry *self, GString *to, char close)
{
  do
    {
      if (*self->p == '\\' && self->p[1] != '\0')
        g_string_append_c (to, *self->p++);
      g_string_append_c (to, *self->p++);
    }
  while (*self->p != '\0' && *self->p != close);
  if (*self->p == '\0')
    return FALSE;
  g_string_append_c (to, *self->p++);
  return TRUE;
}

static gboolean
skip_comment (Entry *self)
{
  guint depth = 0;

  do
    {
      if (*self->p == '\\' && self->p[1] != '\0')
        self->p++;
      else if (*self->p == '(')
        depth++;
      else if (*self->p == ')')
        depth--;
      self->p++;
    }
  while (depth > 0 && *self->p != '\0');
  return depth == 0;
}

/* Reads on to the end of the entry. FALSE: this is no address list. */
static gboolean
read_entry (Entry *self)
{
  gboolean in_angle = FALSE;

  while (*self->p != '\0')
    {
      GString *to = in_angle ? self->angle : self->text;
      char c = *self->p;

      self->after_angle = self->after_angle || (self->has_angle && !in_angle && strchr (" \t(,;", c) == NULL);
      if (c == '"' || c == '[')
        {
          if (!copy_through (self, to, c == '[' ? ']' : '"'))
            return FALSE;
          continue;
        }
      if (c == '(')
        {
          if (!skip_comment (self))
            return FALSE;
          g_string_append_c (to, ' ');
          continue;
        }
      self->p++;
      if (in_angle)
        {
          if (c == '<')
            return FALSE;
          in_angle = c != '>';
          if (in_angle)
            g_string_append_c (to, c);
        }
      else if (c == '<')
        {
          if (self->has_angle)
            return FALSE;
          in_angle = self->has_angle = TRUE;
        }
      else if (c == ':')
        {
          if (self->in_group || self->has_angle)
            return FALSE;
          self->in_group = TRUE; /* what came before is its name */
          g_string_truncate (to, 0);
        }
      else if (c == ',' || c == ';')
        {
          self->in_group = self->in_group && c == ',';
          return TRUE;
        }
      else
        g_string_append_c (to, c);
    }
  return !in_angle;
}

/* A sound addr-spec, or a name without a domain; NULL + error. */
static char *
make_spec (const char *text, GError **error)
{
  if (!g_utf8_validate (text, -1, NULL))
    {
      mopt_text_refuse (error, _ ("An address is not written in UTF-8."));
      return NULL;
    }
  if (*text != '\0' && strspn (text, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._+-") == strlen (text))
    return g_strdup (text);
  g_autoptr (MoptAddress) address = mopt_address_parse (text, error);
  if (address == NULL)
    return NULL;
  return mopt_address_to_spec (address);
}

/* That @value is no list of addresses; @name: of the field that it stands in, NULL: it stands for itself. */
static gboolean
refuse_list (const char *value, const char *name, GError **error)
{
  g_autofree char *valid = g_utf8_make_valid (value, -1);
  g_autofree char *shown = mopt_text_shorten (valid);

  if (name != NULL)
    /* Translators: the name of a header field such as To, and what it says */
    g_set_error (error, MOPT_ERROR, MOPT_ERROR_INVALID,
                 _ ("The field “%s” of the message is no list of addresses: “%s”."), name, shown);
  else
    /* Translators: what a program named as the recipients */
    g_set_error (error, MOPT_ERROR, MOPT_ERROR_INVALID, _ ("“%s” names no recipient that mail can be sent to."), shown);
  return FALSE;
}

static gboolean
add_list (GStrvBuilder *list, const char *value, const char *name, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) angle = g_string_new (NULL);
  Entry entry = { .p = value, .text = text, .angle = angle };

  while (*entry.p != '\0')
    {
      g_autofree char *spec = NULL;

      g_string_truncate (text, 0);
      g_string_truncate (angle, 0);
      entry.has_angle = entry.after_angle = FALSE;
      gboolean ok = read_entry (&entry) && !entry.after_angle;
      g_strstrip (text->str);
      g_strstrip (angle->str);
      if (ok && !entry.has_angle && *text->str == '\0')
        continue;
      /* a second address behind the brackets, or none within, would be read one way here and another way elsewhere */
      if (ok)
        spec = make_spec (entry.has_angle ? angle->str : text->str, NULL);
      if (spec == NULL || strchr (spec, '<') != NULL)
        return refuse_list (value, name, error);
      g_strv_builder_add (list, spec);
    }
  return TRUE;
}

static gboolean
add_fields (GStrvBuilder *list, MoptHeader *header, const char *name, GError **error)
{
  g_auto (GStrv) values = mopt_header_get_all (header, name);

  for (guint i = 0; values[i] != NULL; i++)
    if (!add_list (list, values[i], name, error))
      return FALSE;
  return TRUE;
}

char **
mopt_envelope_addresses (MoptHeader *header, const char *name, GError **error)
{
  g_autoptr (GStrvBuilder) list = g_strv_builder_new ();

  return add_fields (list, header, name, error) ? g_strv_builder_end (list) : NULL;
}

char **
mopt_envelope_recipients (MoptHeader *header, GError **error)
{
  static const char *const names[] = { "Resent-To", "Resent-Cc", "Resent-Bcc", "To", "Cc", "Bcc" };
  g_autoptr (GStrvBuilder) list = g_strv_builder_new ();
  gboolean resent = FALSE;

  for (guint i = 0; i < 3; i++)
    resent = resent || mopt_header_count (header, names[i]) > 0;
  for (guint i = 0; i < 3; i++)
    if (!add_fields (list, header, names[resent ? i : i + 3], error))
      return NULL;
  return g_strv_builder_end (list);
}

static gboolean
has_control_byte (const char *text)
{
  for (; *text != '\0'; text++)
    if (g_ascii_iscntrl (*text) && *text != '\t')
      return TRUE;
  return FALSE;
}

/* @recipients taken apart, each one at least. */
static char **
split_all (const char *const *recipients, GError **error)
{
  g_autoptr (GStrvBuilder) all = g_strv_builder_new ();

  for (; *recipients != NULL; recipients++)
    {
      g_autoptr (GStrvBuilder) list = g_strv_builder_new ();

      if (!has_control_byte (*recipients) && !add_list (list, *recipients, NULL, error))
        return NULL;
      g_auto (GStrv) some = g_strv_builder_end (list);
      if (some[0] == NULL)
        {
          refuse_list (*recipients, NULL, error);
          return NULL;
        }
      g_strv_builder_addv (all, (const char **) some);
    }
  return g_strv_builder_end (all);
}

char **
mopt_envelope_complete (const char *const *recipients, const char *own_address, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GStrvBuilder) list = g_strv_builder_new ();
  g_auto (GStrv) all = split_all (recipients, error);

  for (char **one = all; one != NULL && *one != NULL; one++)
    {
      g_autofree char *spec = g_strdup (*one);

      if (strchr (spec, '@') == NULL && (own_address == NULL || *own_address == '\0'))
        {
          g_set_error (error, MOPT_ERROR, MOPT_ERROR_RECIPIENT_UNKNOWN,
                       _ ("“%s” has no domain and would go to your own address, which is not known. Set it with "
                          "“mopt set --general address=…”."),
                       spec);
          return NULL;
        }
      if (strchr (spec, '@') == NULL)
        {
          g_free (spec);
          spec = make_spec (own_address, error);
          if (spec == NULL)
            return NULL;
        }
      if (g_hash_table_add (seen, mopt_text_fold (spec)))
        g_strv_builder_add (list, spec);
    }
  return all != NULL ? g_strv_builder_end (list) : NULL;
}

void
mopt_envelope_hide (MoptHeader *header)
{
  mopt_header_remove (header, "Bcc");
  mopt_header_remove (header, "Resent-Bcc");
}

void
mopt_envelope_add_missing (MoptHeader *header, const char *sender)
{
  if (mopt_header_count (header, "Date") == 0)
    {
      g_autoptr (GDateTime) now = g_date_time_new_now_local ();
      g_autofree char *date = NULL;

      mopt_gmime_ensure ();
      date = g_mime_utils_header_format_date (now);
      mopt_header_set (header, "Date", date);
    }
  if (mopt_header_count (header, "Message-ID") == 0)
    {
      g_autofree char *id = mopt_message_new_id (sender);
      g_autofree char *value = g_strdup_printf ("<%s>", id);

      mopt_header_set (header, "Message-ID", value);
    }
}

void
mopt_envelope_set_address (MoptHeader *header, const char *name, const char *address)
{
  g_autoptr (MoptAddress) parsed = mopt_address_parse (address, NULL);

  g_return_if_fail (parsed != NULL);
  g_autofree char *spec = mopt_address_to_spec (parsed);
  if (parsed->name == NULL)
    {
      mopt_header_set (header, name, spec);
      return;
    }
  mopt_gmime_ensure ();
  /* the name alone: a domain beyond ASCII stays as it was typed */
  g_autofree char *phrase = g_mime_utils_header_encode_phrase (NULL, parsed->name, "utf-8");
  g_autofree char *value = g_strdup_printf ("%s <%s>", phrase, spec);
  mopt_header_set (header, name, value);
}
