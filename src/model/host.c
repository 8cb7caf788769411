/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <idn2.h>
#include <string.h>

#include "base/error.h"
#include "base/number.h"
#include "model/host.h"
#include "model/text.h"

#define NAME_MAX_BYTES 253 /* RFC 1035 2.3.4, without the root's length byte and dot */
#define LABEL_MAX_BYTES 63

/* Also the forms that the resolver takes for an IPv4 address: "127.1", "2130706433", "0x7f.1". No name of the
 * DNS ends like that. */
static gboolean
ends_in_number (const char *name)
{
  const char *dot = strrchr (name, '.');
  const char *last = dot != NULL ? dot + 1 : name;

  if (g_str_has_prefix (last, "0x"))
    return strspn (last + 2, "0123456789abcdef") == strlen (last + 2);
  return strspn (last, "0123456789") == strlen (last);
}

/* @ascii is lower case already; the sentences quote it as it was typed. */
static gboolean
check_labels (const char *ascii, const char *typed, GError **error)
{
  g_auto (GStrv) labels = g_strsplit (ascii, ".", -1);
  g_autofree char *shown = mopt_text_shorten (typed);

  if (strlen (ascii) > NAME_MAX_BYTES)
    return mopt_text_refuse (error, _ ("The name “%s” is too long."), shown);
  for (guint i = 0; labels[i] != NULL; i++)
    {
      gsize length = strlen (labels[i]);
      gsize good = strspn (labels[i], "abcdefghijklmnopqrstuvwxyz0123456789-_");

      if (labels[i][good] == ' ')
        return mopt_text_refuse (error, _ ("There is a blank in “%s”. Names of servers have none."), shown);
      if (good < length)
        return mopt_text_refuse (
            error, _ ("“%c” cannot stand in “%s”. Names of servers have letters, digits, dots and hyphens."),
            labels[i][good], shown);
      if (length == 0)
        return mopt_text_refuse (error, _ ("A dot in “%s” has nothing before or after it."), shown);
      if (length > LABEL_MAX_BYTES)
        return mopt_text_refuse (error, _ ("A part of “%s” is too long: 63 letters is the most between two dots."),
                                 shown);
      if (labels[i][0] == '-' || labels[i][length - 1] == '-')
        return mopt_text_refuse (error, _ ("A part of “%s” begins or ends with a hyphen."), shown);
    }
  if (ends_in_number (ascii))
    return mopt_text_refuse (error, _ ("“%s” is no IP address. One has four numbers from 0 to 255, such as 192.0.2.1."),
                             shown);
  return TRUE;
}

/* libidn2's view of @name, or NULL. */
static char *
name_by_idn2 (const char *name, GError **error)
{
  g_autofree char *shown = mopt_text_shorten (name);
  char *mapped = NULL;
  int result = idn2_to_ascii_8z (name, &mapped, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);

  if (result != IDN2_OK)
    {
      if (result == IDN2_TOO_BIG_LABEL || result == IDN2_TOO_BIG_DOMAIN)
        mopt_text_refuse (error, _ ("The name “%s” is too long."), shown);
      else
        /* TRANSLATORS: the second %s is a technical reason in English */
        mopt_text_refuse (error, _ ("“%s” is no international name (%s)."), shown, idn2_strerror (result));
      return NULL;
    }
  char *ascii = g_strdup (mapped);
  idn2_free (mapped);
  return ascii;
}

/* One label at @text; its length, or 0. */
static gsize
plain_label (const char *text)
{
  gsize length = 0;

  while (g_ascii_isalnum (text[length]) || text[length] == '-')
    length++;
  if (length == 0 || length > LABEL_MAX_BYTES || text[0] == '-' || text[length - 1] == '-'
      || ((text[0] == 'x' || text[0] == 'X') && g_ascii_strncasecmp (text, "xn--", 4) == 0))
    return 0;
  return length;
}

gboolean
mopt_host_name_is_plain (const char *name)
{
  const char *label = name;
  gsize length;

  while ((length = plain_label (label)) > 0 && label[length] == '.')
    label += length + 1;
  if (length == 0 || label[length] != '\0' || label + length - name > NAME_MAX_BYTES)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalpha (label[i]))
      return FALSE;
  return TRUE;
}

char *
mopt_host_name_to_ascii (const char *name, GError **error)
{
  if (mopt_host_name_is_plain (name))
    return g_ascii_strdown (name, -1);

  g_autofree char *ascii = g_ascii_strdown (name, -1);

  /* Plain names do without libidn2: it would refuse "ab--cd", which the DNS has. */
  if (!g_str_is_ascii (ascii) || g_str_has_prefix (ascii, "xn--") || strstr (ascii, ".xn--") != NULL)
    {
      g_free (ascii);
      ascii = name_by_idn2 (name, error);
      if (ascii == NULL)
        return NULL;
    }

  gsize length = strlen (ascii);
  if (length > 1 && ascii[length - 1] == '.')
    ascii[length - 1] = '\0';
  return check_labels (ascii, name, error) ? g_steal_pointer (&ascii) : NULL;
}

/* What remains of a URL that is its host, or NULL. */
static char *
host_of_url (const char *url)
{
  const char *start = strstr (url, "://") + strlen ("://");
  g_autofree char *authority = g_strndup (start, strcspn (start, "/?#"));
  const char *at = strrchr (authority, '@');
  g_autofree char *host = g_strdup (at != NULL ? at + 1 : authority);
  g_autofree char *bare = NULL;

  if (mopt_host_split_port (host, &bare, NULL))
    return g_steal_pointer (&bare);
  g_autofree char *ascii = mopt_host_to_ascii (host, NULL);
  return ascii != NULL ? g_steal_pointer (&host) : NULL;
}

static gboolean
refuse_url (const char *url, GError **error)
{
  g_autofree char *host = host_of_url (url);
  g_autofree char *shown = mopt_text_shorten (url);

  if (host != NULL)
    return mopt_text_refuse (error, _ ("“%s” is a link. Enter the name of the server alone: %s."), shown, host);
  return mopt_text_refuse (error, _ ("“%s” is a link. Enter the name of the server alone, such as imap.example.com."),
                           shown);
}

/* The text between brackets, or all of it where there are none. */
static char *
without_brackets (const char *text)
{
  gsize length = strlen (text);

  if (length >= 2 && text[0] == '[' && text[length - 1] == ']')
    return g_strndup (text + 1, length - 2);
  return g_strdup (text);
}

/* What people paste instead of the name of a server. */
static gboolean
check_no_mistake (const char *text, GError **error)
{
  g_autofree char *shown = mopt_text_shorten (text);

  if (*text == '\0')
    return mopt_text_refuse (error, _ ("Enter the name of the server, such as imap.example.com."));
  if (strstr (text, "://") != NULL)
    return refuse_url (text, error);
  if (strchr (text, '@') != NULL)
    return mopt_text_refuse (
        error, _ ("“%s” is an e-mail address. Enter the name of the mail server, such as imap.example.com."), shown);
  if (strchr (text, '%') != NULL)
    return mopt_text_refuse (error, _ ("“%s” names a network interface after the %%. Enter the address without it."),
                             shown);
  return TRUE;
}

/* What is left when brackets and colons made no IPv6 address. */
static gboolean
check_no_colon (const char *text, GError **error)
{
  g_autofree char *shown = mopt_text_shorten (text);
  g_autofree char *host = NULL;
  guint16 port;

  if (mopt_host_split_port (text, &host, &port))
    return mopt_text_refuse (error, _ ("“%s” is a name with a port. Leave %s here and put %u into Custom Port."), shown,
                             host, port);
  if (strpbrk (text, "[]") != NULL)
    return mopt_text_refuse (error, _ ("“%s” is no IPv6 address in brackets. One looks like [2001:db8::1]."), shown);
  if (strchr (text, ':') != NULL)
    return mopt_text_refuse (error, _ ("“%s” is no IPv6 address, and names of servers have no “:”."), shown);
  return TRUE;
}

/* One server has one name here: an IPv4 address dressed as one of IPv6 (RFC 4291 2.5.5.2) is that IPv4 address. */
static char *
address_to_string (GInetAddress *address)
{
  static const guint8 mapped[] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
  const guint8 *bytes = g_inet_address_to_bytes (address);

  if (g_inet_address_get_family (address) != G_SOCKET_FAMILY_IPV6 || memcmp (bytes, mapped, sizeof mapped) != 0)
    return g_inet_address_to_string (address);
  g_autoptr (GInetAddress) inner = g_inet_address_new_from_bytes (bytes + sizeof mapped, G_SOCKET_FAMILY_IPV4);
  return g_inet_address_to_string (inner);
}

char *
mopt_host_to_ascii (const char *host, GError **error)
{
  if (mopt_host_name_is_plain (host))
    return g_ascii_strdown (host, -1);
  if (!mopt_text_check (host, error))
    return NULL;

  g_autofree char *text = mopt_text_strip (host);
  g_autofree char *bare = without_brackets (text);
  if (!check_no_mistake (text, error))
    return NULL;

  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (bare);
  if (address != NULL && (*text != '[' || g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6))
    return address_to_string (address);
  if (!check_no_colon (text, error))
    return NULL;
  return mopt_host_name_to_ascii (text, error);
}

gboolean
mopt_host_split_port (const char *text, char **host, guint16 *port)
{
  if (!g_utf8_validate (text, -1, NULL))
    return FALSE;

  g_autofree char *stripped = mopt_text_strip (text);
  char *colon = strrchr (stripped, ':');
  guint64 number;

  if (colon == NULL || !mopt_number (colon + 1, 1, G_MAXUINT16, &number))
    return FALSE;
  *colon = '\0';
  /* "fe80::1:993" is an address, not one with a port */
  if (strchr (stripped, ':') != NULL && *stripped != '[')
    return FALSE;
  g_autofree char *ascii = mopt_host_to_ascii (stripped, NULL);
  if (ascii == NULL)
    return FALSE;

  if (host != NULL)
    *host = mopt_text_strip (stripped);
  if (port != NULL)
    *port = number;
  return TRUE;
}

gboolean
mopt_host_is_loopback (const char *host)
{
  g_autofree char *ascii = mopt_host_to_ascii (host, NULL);
  g_autoptr (GInetAddress) address = ascii != NULL ? g_inet_address_new_from_string (ascii) : NULL;

  if (address != NULL)
    return g_inet_address_get_is_loopback (address);
  return g_strcmp0 (ascii, "localhost") == 0;
}
