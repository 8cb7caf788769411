/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/transcript.h"

#include <string.h>

#include "base/harmful.h"

#define SHOWN_MAX 1000 /* bytes of one line */

struct _MoptTranscript
{
  gsize max;
  GString *head; /* the first half, then full for good */
  GString *tail; /* the last half */
  gboolean full; /* head takes no more */
  gboolean cut;  /* something between head and tail is gone */
};

MoptTranscript *
mopt_transcript_new (gsize max)
{
  MoptTranscript *self = g_new0 (MoptTranscript, 1);

  self->max = max;
  self->head = g_string_new (NULL);
  self->tail = g_string_new (NULL);
  return self;
}

void
mopt_transcript_free (MoptTranscript *self)
{
  g_string_free (self->head, TRUE);
  g_string_free (self->tail, TRUE);
  g_free (self);
}

/* What may be shown as it is. */
static gboolean
is_plain_ascii (const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if ((guchar) text[i] < 0x20 || (guchar) text[i] > 0x7e)
      return FALSE;
  return TRUE;
}

static void
append_clean (GString *line, const char *text, gsize length)
{
  if (length <= SHOWN_MAX && is_plain_ascii (text, length))
    {
      g_string_append_len (line, text, length);
      return;
    }

  g_autofree char *valid = g_utf8_make_valid (text, MIN (length, SHOWN_MAX));

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      g_string_append_unichar (line, mopt_is_harmful (c) ? 0xfffd : c);
    }
  if (length > SHOWN_MAX)
    g_string_append (line, "…");
}

/* Keeps the newest whole lines that fit into half of the room. */
static void
shorten (MoptTranscript *self)
{
  const char *keep = self->tail->str + self->tail->len - self->max / 2;
  const char *end = strchr (keep, '\n');

  g_string_erase (self->tail, 0, end + 1 - self->tail->str);
  self->cut = TRUE;
}

void
mopt_transcript_add (MoptTranscript *self, const char *who, const char *text, gsize length)
{
  g_autoptr (GString) line = g_string_new (who);

  g_string_append_c (line, ' ');
  append_clean (line, text, length);
  g_string_append_c (line, '\n');

  self->full |= self->head->len + line->len > self->max / 2;
  g_string_append_len (self->full ? self->tail : self->head, line->str, line->len);
  /* not at each line: a flood would be copied again and again */
  if (self->tail->len > self->max)
    shorten (self);
}

char *
mopt_transcript_get_text (MoptTranscript *self)
{
  if (self->tail->len > self->max / 2)
    shorten (self);
  return g_strconcat (self->head->str, self->cut ? "-- (the middle is left out)\n" : "", self->tail->str, NULL);
}
