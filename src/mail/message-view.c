/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/message-view.h"

#include <string.h>

#include "base/harmful.h"
#include "mail/gmime.h"
#include "mail/html-text.h"

/* One line of what somebody wrote; NULL counts as "". */
static char *
clean_line (const char *text)
{
  char *clean = text != NULL ? mopt_clean_words (text, -1) : g_strdup ("");

  return g_strdelimit (clean, "\n", ' ');
}

static char *
find_sender (GMimeMessage *message)
{
  InternetAddressList *list = g_mime_message_get_from (message);
  g_autofree char *text = NULL;

  if (list == NULL || internet_address_list_length (list) == 0)
    list = g_mime_message_get_sender (message);
  if (list != NULL && internet_address_list_length (list) > 0)
    text = internet_address_list_to_string (list, NULL, FALSE);
  return clean_line (text);
}

static gint64
to_unix (GDateTime *date)
{
  return date != NULL ? MAX (g_date_time_to_unix (date), 0) : 0;
}

/* The topmost Received field ends in "; date" (RFC 5321 §4.4). */
static gint64
find_arrival (GMimeMessage *message)
{
  const char *received = g_mime_object_get_header (GMIME_OBJECT (message), "Received");
  const char *semicolon = received != NULL ? strrchr (received, ';') : NULL;
  g_autoptr (GDateTime) date = semicolon != NULL ? g_mime_utils_header_decode_date (semicolon + 1) : NULL;

  return to_unix (date);
}

/* The first text/@subtype that is no attachment. Borrowed. */
static GMimeTextPart *
find_part (GMimeMessage *message, const char *subtype)
{
  g_autoptr (GMimePartIter) iter = g_mime_part_iter_new (GMIME_OBJECT (message));

  do
    {
      GMimeObject *part = g_mime_part_iter_get_current (iter);

      if (part != NULL && GMIME_IS_TEXT_PART (part)
          && g_mime_content_type_is_type (g_mime_object_get_content_type (part), "text", subtype)
          && g_strcmp0 (g_mime_object_get_disposition (part), GMIME_DISPOSITION_ATTACHMENT) != 0)
        return GMIME_TEXT_PART (part);
    }
  while (g_mime_part_iter_next (iter));
  return NULL;
}

static char *
get_text (GMimeTextPart *part)
{
  char *text = part != NULL ? g_mime_text_part_get_text (part) : NULL;
  char *valid = text != NULL ? g_utf8_make_valid (text, -1) : NULL;

  g_free (text);
  return valid;
}

/* @text without what is harmful, and what it ends in for nothing; at most MOPT_MESSAGE_TEXT_MAX bytes. */
static char *
clean_text (const char *text, gboolean *is_cut)
{
  GString *clean = g_string_new (NULL);
  const char *p;

  for (p = text; *p != '\0' && clean->len + 6 <= MOPT_MESSAGE_TEXT_MAX; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c != '\r' || p[1] != '\n')
        g_string_append_unichar (clean, mopt_is_harmful (c) && c != '\n' && c != '\t' ? ' ' : c);
    }
  *is_cut = *p != '\0';
  g_strchomp (clean->str);
  return g_string_free (clean, FALSE);
}

static void
read_text (MoptMessageView *self, GMimeMessage *message)
{
  g_autofree char *plain = get_text (find_part (message, "plain"));
  g_autofree char *html = plain == NULL ? get_text (find_part (message, "html")) : NULL;
  g_autofree char *reduced = html != NULL ? mopt_html_to_text (html) : NULL;
  const char *text = plain != NULL ? plain : reduced;

  g_free (self->text);
  self->text = clean_text (text != NULL ? text : "", &self->is_cut);
}

MoptMessageView *
mopt_message_view_new (GBytes *bytes)
{
  MoptMessageView *self = g_new0 (MoptMessageView, 1);

  mopt_gmime_ensure ();

  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);
  g_autoptr (GMimeStream) stream = g_mime_stream_mem_new_with_buffer (data != NULL ? data : "", length);
  g_autoptr (GMimeParser) parser = g_mime_parser_new_with_stream (stream);
  g_autoptr (GMimeMessage) message = g_mime_parser_construct_message (parser, NULL);

  self->text = g_strdup ("");
  if (message == NULL)
    {
      self->sender = g_strdup ("");
      self->subject = g_strdup ("");
      return self;
    }
  self->sender = find_sender (message);
  self->subject = clean_line (g_mime_message_get_subject (message));
  self->date = to_unix (g_mime_message_get_date (message));
  self->arrived = find_arrival (message);
  if (self->arrived == 0)
    self->arrived = self->date;
  if (g_mime_message_get_mime_part (message) != NULL)
    read_text (self, message);
  return self;
}

void
mopt_message_view_free (MoptMessageView *self)
{
  if (self == NULL)
    return;
  g_free (self->sender);
  g_free (self->subject);
  g_free (self->text);
  g_free (self);
}
