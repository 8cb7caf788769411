/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/message.h"

#include <string.h>

#include "base/error.h"
#include "mail/gmime.h"
#include "mail/wire-text.h"

#define LINE_COLUMNS 76 /* of a header line, where it can be folded (RFC 5322 §2.1.1) */

/* @text: at most @max addresses. */
static gboolean
add_addresses (GMimeMessage *message, GMimeAddressType type, const char *text, guint max, GError **error)
{
  g_autoptr (InternetAddressList) list = internet_address_list_parse (NULL, text);
  int n = list != NULL ? internet_address_list_length (list) : 0;

  if (n < 1 || (guint) n > max)
    {
      g_set_error (error, MOPT_ERROR, MOPT_ERROR_INVALID, "not one address: “%s”", text);
      return FALSE;
    }
  internet_address_list_append (g_mime_message_get_addresses (message, type), list);
  return TRUE;
}

static gboolean
add_recipients (GMimeMessage *message, GMimeAddressType type, const char *text, GError **error)
{
  return text == NULL || *text == '\0' || add_addresses (message, type, text, G_MAXUINT, error);
}

/* Transfer full. */
static GMimeObject *
make_text (const char *subtype, const char *text)
{
  GMimeTextPart *part = g_mime_text_part_new_with_subtype (subtype);

  g_mime_text_part_set_charset (part, "utf-8");
  g_mime_text_part_set_text (part, text);
  return GMIME_OBJECT (part);
}

/* Transfer full. The last part is the best one (RFC 2046 §5.1.4). */
static GMimeObject *
make_content (const MoptMessageParts *parts)
{
  g_autoptr (GMimeObject) plain = make_text ("plain", parts->body);
  GMimeMultipart *both;

  if (parts->html == NULL)
    return g_steal_pointer (&plain);
  g_autoptr (GMimeObject) html = make_text ("html", parts->html);
  both = g_mime_multipart_new_with_subtype ("alternative");
  g_mime_multipart_add (both, plain);
  g_mime_multipart_add (both, html);
  return GMIME_OBJECT (both);
}

/* The value of a Subject field, folded by ourselves: GMime would also fold inside "{CMI: ABCD1234}", which other
 * programs look for as it stands. So no line ends between braces. */
static char *
fold_subject (const char *subject)
{
  g_autofree char *clean = g_strdup (subject);
  g_autofree char *encoded = NULL;
  GString *folded = g_string_new (NULL);
  gsize column = strlen ("Subject:");

  for (char *p = clean; *p != '\0'; p++)
    if (g_ascii_iscntrl (*p))
      *p = ' ';
  encoded = g_mime_utils_header_encode_text (NULL, clean, "utf-8");
  for (const char *p = encoded; *p != '\0';)
    {
      gsize length = 0; /* of the next piece that stays together */
      gboolean braces = FALSE;

      for (; p[length] != '\0' && (p[length] != ' ' || braces || length == 0); length++)
        braces = (braces || p[length] == '{') && p[length] != '}';
      if (p > encoded && *p == ' ' && column + length > LINE_COLUMNS)
        {
          g_string_append_c (folded, '\n');
          column = 0;
        }
      else if (p == encoded)
        g_string_append_c (folded, ' ');
      g_string_append_len (folded, p, length);
      column += length;
      p += length;
    }
  g_string_append_c (folded, '\n');
  return g_string_free (folded, FALSE);
}

GBytes *
mopt_message_build (const MoptMessageParts *parts, GError **error)
{
  mopt_gmime_ensure ();

  g_autoptr (GMimeMessage) message = g_mime_message_new (TRUE);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GMimeObject) content = make_content (parts);

  if (!add_addresses (message, GMIME_ADDRESS_TYPE_FROM, parts->from, 1, error)
      || !add_recipients (message, GMIME_ADDRESS_TYPE_TO, parts->to, error)
      || !add_recipients (message, GMIME_ADDRESS_TYPE_CC, parts->cc, error))
    return NULL;
  g_mime_message_set_subject (message, parts->subject, "utf-8");
  g_autofree char *subject = fold_subject (parts->subject);
  g_mime_header_set_raw_value (
      g_mime_header_list_get_header (g_mime_object_get_header_list (GMIME_OBJECT (message)), "Subject"), subject);
  g_mime_message_set_date (message, now);
  g_mime_message_set_message_id (message, parts->message_id);
  if (!parts->by_hand)
    g_mime_object_append_header (GMIME_OBJECT (message), "Auto-Submitted", "auto-generated", NULL);

  g_mime_message_set_mime_part (message, content);
  /* so that no server needs 8BITMIME for it */
  g_mime_object_encode (GMIME_OBJECT (message), GMIME_ENCODING_CONSTRAINT_7BIT);

  g_autofree char *out = g_mime_object_to_string (GMIME_OBJECT (message), NULL);
  return mopt_message_to_wire (out, strlen (out), FALSE);
}

char *
mopt_message_new_id (const char *address)
{
  g_autofree char *uuid = g_uuid_string_random ();
  const char *at = address != NULL ? strrchr (address, '@') : NULL;
  g_autofree char *domain = g_strdup (at != NULL ? at + 1 : "");
  gsize length = strspn (domain, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-");

  /* "Name <a@b.example>" ends at the bracket; anything but a plain domain is not worth a broken id */
  if (length == 0 || (domain[length] != '\0' && domain[length] != '>'))
    return g_strdup_printf ("%s@localhost", uuid);
  domain[length] = '\0';
  return g_strdup_printf ("%s@%s", uuid, domain);
}

GBytes *
mopt_message_to_wire (const char *text, gsize length, gboolean stuff_dots)
{
  GByteArray *out = g_byte_array_sized_new (length + length / 32 + 5);
  MoptWireText wire;

  mopt_wire_text_init (&wire, stuff_dots);
  mopt_wire_text_add (&wire, text, length, out);
  mopt_wire_text_end (&wire, out);
  return g_byte_array_free_to_bytes (out);
}

static GMimeMessage *
parse (GBytes *bytes)
{
  mopt_gmime_ensure ();

  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);
  g_autoptr (GMimeStream) stream = g_mime_stream_mem_new_with_buffer (data, length);
  g_autoptr (GMimeParser) parser = g_mime_parser_new_with_stream (stream);

  return g_mime_parser_construct_message (parser, NULL);
}

char *
mopt_message_get_subject (GBytes *message)
{
  g_autoptr (GMimeMessage) parsed = parse (message);

  return parsed != NULL ? g_strdup (g_mime_message_get_subject (parsed)) : NULL;
}

char *
mopt_message_get_text (GBytes *message)
{
  g_autoptr (GMimeMessage) parsed = parse (message);

  if (parsed == NULL || g_mime_message_get_mime_part (parsed) == NULL)
    return NULL;

  g_autoptr (GMimePartIter) iter = g_mime_part_iter_new (GMIME_OBJECT (parsed));

  do
    {
      GMimeObject *part = g_mime_part_iter_get_current (iter);

      if (part != NULL && GMIME_IS_TEXT_PART (part))
        return g_mime_text_part_get_text (GMIME_TEXT_PART (part));
    }
  while (g_mime_part_iter_next (iter));
  return NULL;
}

char *
mopt_message_get_id (const char *headers, gsize length)
{
  /* GBytes give NULL for nothing */
  g_autofree char *text = g_strndup (length > 0 ? headers : "", length);
  g_auto (GStrv) lines = NULL;
  GString *unfolded = g_string_new (NULL);

  /* unfold (RFC 5322 §2.2.3): a line that begins with white space goes on with the one before */
  for (const char *p = text; *p != '\0'; p++)
    {
      const char *next = p[0] == '\r' && p[1] == '\n' ? p + 2 : p[0] == '\n' ? p + 1 : NULL;

      if (next != NULL && (*next == ' ' || *next == '\t'))
        p = next - 1;
      else if (*p != '\r')
        g_string_append_c (unfolded, *p);
    }
  lines = g_strsplit (unfolded->str, "\n", -1);
  g_string_free (unfolded, TRUE);
  for (guint i = 0; lines[i] != NULL && lines[i][0] != '\0'; i++)
    {
      if (g_ascii_strncasecmp (lines[i], "Message-ID:", 11) != 0)
        continue;
      char *id = g_strstrip (lines[i] + 11);
      gsize n = strlen (id);

      if (n > 2 && id[0] == '<' && id[n - 1] == '>')
        return g_strndup (id + 1, n - 2);
      return g_strdup (id);
    }
  return NULL;
}

gboolean
mopt_message_has_id (GBytes *message, const char *id)
{
  gsize length;
  const char *text = g_bytes_get_data (message, &length);
  g_autofree char *found = mopt_message_get_id (text, length);

  return g_strcmp0 (found, id) == 0;
}
