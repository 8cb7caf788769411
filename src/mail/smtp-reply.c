/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/smtp-reply.h"

#include <string.h>

void
mopt_smtp_reply_init (MoptSmtpReply *reply)
{
  *reply = (MoptSmtpReply){ .lines = g_ptr_array_new_with_free_func (g_free) };
}

void
mopt_smtp_reply_clear (MoptSmtpReply *reply)
{
  g_clear_pointer (&reply->lines, g_ptr_array_unref);
}

/* class "." subject "." detail: 1, 1 to 3, 1 to 3 digits (RFC 3463 §2) */
static void
read_enhanced (MoptSmtpReply *reply, const char *text)
{
  guint lengths[3] = { 0 };
  gsize at = 0;

  for (guint part = 0; part < 3; part++)
    {
      while (g_ascii_isdigit (text[at]) && lengths[part] < 3)
        {
          lengths[part]++;
          at++;
        }
      if (lengths[part] == 0 || (part < 2 && text[at++] != '.'))
        return;
    }
  if (lengths[0] != 1 || strchr ("245", text[0]) == NULL || (text[at] != ' ' && text[at] != '\0'))
    return;
  g_strlcpy (reply->enhanced, text, MIN (at + 1, sizeof reply->enhanced));
}

gboolean
mopt_smtp_reply_add (MoptSmtpReply *reply, const char *line, gboolean *last)
{
  guint code;

  if (line[0] < '2' || line[0] > '5' || !g_ascii_isdigit (line[1]) || !g_ascii_isdigit (line[2])
      || strchr (" -", line[3]) == NULL)
    return FALSE;
  code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
  if (reply->code != 0 && reply->code != code)
    return FALSE;
  *last = line[3] != '-';

  const char *text = line[3] == '\0' ? "" : line + 4;
  if (reply->code == 0)
    read_enhanced (reply, text);
  reply->code = code;
  g_ptr_array_add (reply->lines, g_strdup (text));
  return TRUE;
}

const char *
mopt_smtp_reply_get_text (const MoptSmtpReply *reply)
{
  return reply->lines->len > 0 ? reply->lines->pdata[0] : "";
}

char *
mopt_smtp_reply_get_words (const MoptSmtpReply *reply)
{
  GString *words = g_string_new (NULL);

  g_string_printf (words, "%u", reply->code);
  for (guint i = 0; i < reply->lines->len; i++)
    g_string_append_printf (words, "%c%s", i == 0 ? ' ' : '\n', (const char *) reply->lines->pdata[i]);
  return g_string_free (words, FALSE);
}

gboolean
mopt_smtp_reply_is_temporary (const MoptSmtpReply *reply)
{
  return reply->code / 100 == 4 || (reply->code >= 500 && reply->enhanced[0] == '4');
}

gboolean
mopt_smtp_reply_has_detail (const MoptSmtpReply *reply, const char *detail)
{
  return reply->enhanced[0] != '\0' && strcmp (reply->enhanced + 2, detail) == 0;
}
