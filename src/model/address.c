/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/error.h"
#include "model/address.h"
#include "model/host.h"
#include "model/text.h"

/* RFC 5321 4.5.3.1: a local part, and a path without its angle brackets; in bytes. */
#define LOCAL_MAX_BYTES 64
#define SPEC_MAX_BYTES 254

/* RFC 5322 3.2.3 without letters and digits. */
#define ATEXT_SIGNS "!#$%&'*+-/=?^_`{|}~"

/* Invisible characters that come along when an address is copied from a web page; two of them are letters'
 * business in some scripts (RFC 5892 A.1, A.2). */
static gboolean
is_invisible (gunichar c)
{
  return g_unichar_type (c) == G_UNICODE_FORMAT && c != 0x200c && c != 0x200d;
}

/* RFC 5322 3.2.3 dot-atom, with RFC 6531 3.3. */
static gboolean
check_dot_atom (const char *local, const char *shown, GError **error)
{
  if (*local == '\0')
    return mopt_text_refuse (
        error, _ ("There is nothing before the @ in “%s”. An address looks like alice@example.com."), shown);
  if (*local == '.' || g_str_has_suffix (local, "."))
    return mopt_text_refuse (error, _ ("The part before the @ in “%s” begins or ends with a dot."), shown);
  if (strstr (local, "..") != NULL)
    return mopt_text_refuse (error, _ ("There are two dots in a row before the @ in “%s”."), shown);
  for (const char *p = local; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_isspace (c))
        return mopt_text_refuse (error, _ ("There is a blank before the @ in “%s”."), shown);
      if (c < 0x80 && !g_ascii_isalnum (*p) && *p != '.' && strchr (ATEXT_SIGNS, *p) == NULL)
        return mopt_text_refuse (error, _ ("“%c” cannot stand before the @ in “%s”."), *p, shown);
    }
  return TRUE;
}

static gboolean
check_domain (const char *domain, const char *shown, GError **error)
{
  g_autoptr (GInetAddress) number = g_inet_address_new_from_string (domain);
  gsize length = strlen (domain);

  if (length == 0)
    return mopt_text_refuse (
        error, _ ("There is nothing after the @ in “%s”. An address looks like alice@example.com."), shown);
  if (strchr (domain, '@') != NULL)
    return mopt_text_refuse (error, _ ("There is more than one @ in “%s”."), shown);
  if (strchr (domain, '*') != NULL)
    return mopt_text_refuse (
        error, _ ("In “%s” the * stands after the @. It can only stand before, as in *@example.com."), shown);
  if (number != NULL)
    return mopt_text_refuse (
        error, _ ("The IP address after the @ in “%s” needs brackets around it, as in alice@[192.0.2.1]."), shown);

  /* RFC 5321 4.1.3: [192.0.2.1], [IPv6:2001:db8::1] */
  if (domain[0] == '[' && domain[length - 1] == ']')
    {
      g_autofree char *inner = g_strndup (domain + 1, length - 2);
      gboolean v6 = g_ascii_strncasecmp (inner, "IPv6:", 5) == 0;
      g_autoptr (GInetAddress) literal = g_inet_address_new_from_string (v6 ? inner + 5 : inner);

      if (literal != NULL && strchr (inner, '%') == NULL
          && g_inet_address_get_family (literal) == (v6 ? G_SOCKET_FAMILY_IPV6 : G_SOCKET_FAMILY_IPV4))
        return TRUE;
      return mopt_text_refuse (
          error, _ ("“%s” has no IP address in the brackets. One looks like [192.0.2.1] or [IPv6:2001:db8::1]."),
          shown);
    }
  g_autofree char *ascii = mopt_host_name_to_ascii (domain, error);
  return ascii != NULL;
}

/* The end of the quoted string that starts at @text, past its closing quote; NULL: it has no end. */
static const char *
skip_quoted (const char *text)
{
  for (const char *p = text + 1; *p != '\0'; p++)
    {
      if (*p == '"')
        return p + 1;
      if (*p == '\\' && *++p == '\0')
        return NULL;
    }
  return NULL;
}

/* A quoted string without quotes and backslashes; anything else as it is. */
static char *
unquote (const char *text, gsize length)
{
  GString *plain = g_string_sized_new (length);
  gboolean quoted = length > 0 && *text == '"';

  for (gsize i = quoted ? 1 : 0; i < (quoted ? length - 1 : length); i++)
    {
      if (quoted && text[i] == '\\')
        i++;
      g_string_append_c (plain, text[i]);
    }
  return g_string_free (plain, FALSE);
}

/* addr-spec: fills in local part and domain. */
static gboolean
parse_spec (MoptAddress *self, const char *spec, const char *shown, GError **error)
{
  const char *at;

  if (*spec == '"')
    {
      at = skip_quoted (spec);
      if (at == NULL)
        return mopt_text_refuse (error, _ ("The quotation mark in “%s” is never closed."), shown);
      if (*at != '\0' && *at != '@')
        return mopt_text_refuse (error, _ ("In “%s” the closing quotation mark must be followed by the @."), shown);
    }
  else
    at = spec + strcspn (spec, "@");
  if (*at != '@')
    return mopt_text_refuse (error, _ ("There is no @ in “%s”. An address looks like alice@example.com."), shown);

  self->local = g_strndup (spec, at - spec);
  self->domain = g_strdup (at + 1);
  if (*spec != '"' && !check_dot_atom (self->local, shown, error))
    return FALSE;
  if (!check_domain (self->domain, shown, error))
    return FALSE;
  if (strlen (self->local) > LOCAL_MAX_BYTES)
    return mopt_text_refuse (error, _ ("The part before the @ in “%s” is too long: 64 letters is the most."), shown);
  if (strlen (spec) > SPEC_MAX_BYTES)
    return mopt_text_refuse (error, _ ("The address “%s” is too long: 254 letters is the most."), shown);
  if (g_str_has_suffix (self->domain, "."))
    self->domain[strlen (self->domain) - 1] = '\0';
  return TRUE;
}

/* The display name before "<", whose place is returned; words and quoted strings, and what people leave
 * unquoted in spite of RFC 5322 (commas, brackets), but no second address. NULL: not sound. */
static const char *
parse_name (MoptAddress *self, const char *text, const char *shown, GError **error)
{
  g_autoptr (GString) name = g_string_new (NULL);
  const char *p = text;

  while (*p != '<')
    {
      const char *end = p + 1;

      if (*p == '"')
        end = skip_quoted (p); /* has_angle has seen its end */
      if (*p == '@' || *p == '>')
        {
          mopt_text_refuse (error, _ ("There is a “%c” before the “<” in “%s”. Put the name in quotation marks."), *p,
                            shown);
          return NULL;
        }
      g_autofree char *plain = unquote (p, end - p);
      g_string_append (name, plain);
      p = end;
    }
  self->name = mopt_text_strip (name->str);
  if (*self->name == '\0')
    g_clear_pointer (&self->name, g_free);
  return p;
}

/* Whether there is a "<" outside quotation marks. */
static gboolean
has_angle (const char *text)
{
  for (const char *p = text; p != NULL && *p != '\0'; p = *p == '"' ? skip_quoted (p) : p + 1)
    if (*p == '<')
      return TRUE;
  return FALSE;
}

static gboolean
parse (MoptAddress *self, const char *text, GError **error)
{
  g_autofree char *shown = mopt_text_shorten (text);
  g_autofree char *spec = NULL;

  if (*text == '\0')
    return mopt_text_refuse (error, _ ("Enter an e-mail address, such as alice@example.com."));
  if (g_ascii_strncasecmp (text, "mailto:", 7) == 0)
    return mopt_text_refuse (error, _ ("Leave out “mailto:” in “%s”."), shown);
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (is_invisible (g_utf8_get_char (p)))
      return mopt_text_refuse (
          error, _ ("There is an invisible character (U+%04X) in “%s”. Delete the address and type it again."),
          g_utf8_get_char (p), shown);

  if (!has_angle (text))
    return parse_spec (self, text, shown, error);

  const char *angle = parse_name (self, text, shown, error);
  if (angle == NULL)
    return FALSE;
  if (!g_str_has_suffix (angle, ">"))
    return mopt_text_refuse (error, _ ("“%s” must end with “>”, as in Alice <alice@example.com>."), shown);
  spec = g_strndup (angle + 1, strlen (angle) - 2);
  return parse_spec (self, spec, shown, error);
}

MoptAddress *
mopt_address_parse (const char *text, GError **error)
{
  if (!mopt_text_check (text, error))
    return NULL;

  g_autoptr (MoptAddress) self = g_new0 (MoptAddress, 1);
  g_autofree char *stripped = mopt_text_strip (text);
  return parse (self, stripped, error) ? g_steal_pointer (&self) : NULL;
}

void
mopt_address_free (MoptAddress *self)
{
  if (self == NULL)
    return;
  g_free (self->name);
  g_free (self->local);
  g_free (self->domain);
  g_free (self);
}

char *
mopt_address_to_spec (const MoptAddress *self)
{
  return g_strconcat (self->local, "@", self->domain, NULL);
}

char *
mopt_address_write (const char *name, const char *spec)
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

gboolean
mopt_address_is_pattern (const MoptAddress *self)
{
  return g_str_has_suffix (self->local, "*");
}

/* Whether @text is so plain that there is nothing to find out: dot-atom, at most one "*" right before the @, and a
 * plain name. A publication may have 100,000 of them. */
static gboolean
is_plain_pattern (const char *text)
{
  const char *p = text;

  while (g_ascii_isalnum (*p) || (p > text && ((*p == '.' && p[-1] != '.') || *p == '-' || *p == '_' || *p == '+')))
    p++;
  if (p > text && p[-1] == '.')
    return FALSE;
  if (*p == '*')
    p++;
  return p > text && *p == '@' && p - text <= LOCAL_MAX_BYTES && strlen (text) <= SPEC_MAX_BYTES
         && mopt_host_name_is_plain (p + 1);
}

gboolean
mopt_address_check_pattern (const char *text, GError **error)
{
  if (is_plain_pattern (text))
    return TRUE;

  g_autoptr (MoptAddress) address = mopt_address_parse (text, error);
  if (address == NULL)
    return FALSE;

  const char *star = strchr (address->local, '*');
  if (*address->local == '"' || star == NULL || star[1] == '\0')
    return TRUE;
  g_autofree char *shown = mopt_text_shorten (text);
  return mopt_text_refuse (error,
                           _ ("In “%s” the * stands for the end of a name: it must come right before the @, "
                              "as in help*@example.com."),
                           shown);
}

static char *
fold_local (const MoptAddress *address)
{
  g_autofree char *plain = unquote (address->local, strlen (address->local));
  return mopt_text_fold (plain);
}

static char *
fold_domain (const MoptAddress *address)
{
  char *ascii = mopt_host_name_to_ascii (address->domain, NULL);
  return ascii != NULL ? ascii : mopt_text_fold (address->domain); /* [192.0.2.1] */
}

gboolean
mopt_address_matches (const MoptAddress *self, const char *pattern)
{
  g_autoptr (MoptAddress) other = mopt_address_parse (pattern, NULL);
  if (other == NULL)
    return FALSE;

  g_autofree char *my_domain = fold_domain (self);
  g_autofree char *its_domain = fold_domain (other);
  g_autofree char *my_local = fold_local (self);
  g_autofree char *its_local = fold_local (other);
  if (g_strcmp0 (my_domain, its_domain) != 0)
    return FALSE;
  if (!mopt_address_is_pattern (other))
    return g_str_equal (my_local, its_local);
  its_local[strlen (its_local) - 1] = '\0';
  return g_str_has_prefix (my_local, its_local);
}

char **
mopt_address_list_split (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GStrvBuilder) entries = g_strv_builder_new ();

  for (guint i = 0; lines[i] != NULL; i++)
    if (*g_strstrip (lines[i]) != '\0')
      g_strv_builder_add (entries, lines[i]);
  return g_strv_builder_end (entries);
}

char *
mopt_address_list_join (const char *const *entries)
{
  return g_strjoinv ("\n", (char **) entries);
}

/* "Müller, Hans <hans@example.com>": before the address, a comma is part of the name. */
static gboolean
is_name (const char *entry)
{
  return entry[strspn (entry, " ")] != '\0' && strchr (entry, '@') == NULL;
}

static void
add_entry (GStrvBuilder *entries, GString *entry)
{
  g_autofree char *stripped = mopt_text_strip (entry->str);

  if (*stripped != '\0')
    g_strv_builder_add (entries, stripped);
  g_string_truncate (entry, 0);
}

char **
mopt_address_list_paste (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autoptr (GStrvBuilder) entries = g_strv_builder_new ();
  g_autoptr (GString) entry = g_string_new (NULL);
  gboolean quoted = FALSE;

  for (const char *p = valid; *p != '\0'; p++)
    {
      /* a quotation mark that is never closed must not swallow the next lines */
      gboolean ends = strchr ("\r\n\t", *p) != NULL;

      if (!quoted && (*p == ';' || (*p == ',' && !is_name (entry->str))))
        ends = TRUE;
      if (ends)
        {
          add_entry (entries, entry);
          quoted = FALSE;
          continue;
        }
      if (*p == '"')
        quoted = !quoted;
      g_string_append_c (entry, *p);
      if (quoted && *p == '\\' && p[1] == '"')
        g_string_append_c (entry, *++p);
    }
  add_entry (entries, entry);
  return g_strv_builder_end (entries);
}
