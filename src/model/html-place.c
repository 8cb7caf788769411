/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Only what it takes to find a place: no tree is built, and what is not understood is text. */
#include "model/html-place.h"

#include <string.h>

void
mopt_html_place_init (MoptHtmlPlace *self)
{
  *self = (MoptHtmlPlace){ .state = MOPT_HTML_TEXT };
}

/* ---- Lines of text ---- */

/* A line ends at a tag that breaks it. The next one begins with it if it opens something, else behind it. */
static void
break_line (MoptHtmlPlace *self, gboolean is_opening)
{
  if (self->has_text && !self->has_signature && !self->has_quotes && self->head_length == 2
      && memcmp (self->head, "--", 2) == 0)
    {
      self->has_signature = TRUE;
      self->signature = self->line;
    }
  if (self->has_text)
    {
      self->was_colon_line = self->ends_in_colon;
      self->last_line = self->line;
    }
  /* of several tags that open one line the first counts */
  if (!is_opening || self->has_text || !self->line_is_set || !self->line_is_tag)
    {
      self->line = self->open;
      self->line_is_set = TRUE;
      self->line_is_tag = is_opening;
      self->line_is_next = !is_opening;
    }
  self->has_text = FALSE;
  self->head_length = 0;
}

static void
add_text (MoptHtmlPlace *self, char c, MoptTextPos pos)
{
  if (strchr (" \t\r\n", c) != NULL)
    return;
  if (!self->line_is_set)
    {
      self->line = pos;
      self->line_is_set = TRUE;
    }
  if (!self->has_text)
    self->head_length = 0;
  if (self->head_length < sizeof self->head)
    self->head[self->head_length++] = c;
  self->has_text = TRUE;
  self->ends_in_colon = c == ':' || c == '\x9a'; /* the end of "：" in UTF-8 */
  /* words of one's own behind a quote: it was not the end */
  if (self->quote_depth == 0 && !self->quotes_for_good)
    self->has_quotes = FALSE;
}

/* ---- Tags ---- */

static gboolean
is_tag (const char *tag, const char *name)
{
  gsize length = strlen (name);

  return g_ascii_strncasecmp (tag, name, length) == 0 && strchr (" \t\r\n/>", tag[length]) != NULL;
}

static gboolean
is_one_of (const char *tag, const char *const *names)
{
  for (; *names != NULL; names++)
    if (is_tag (tag, *names))
      return TRUE;
  return FALSE;
}

static gboolean
mentions (const char *tag, const char *const *words)
{
  for (; *words != NULL; words++)
    if (strstr (tag, *words) != NULL)
      return TRUE;
  return FALSE;
}

static void
begin_quotes (MoptHtmlPlace *self, MoptTextPos pos, gboolean for_good)
{
  if (self->quote_depth == 0 && !self->has_quotes)
    {
      self->has_quotes = TRUE;
      self->quotes = self->has_cite                               ? self->cite
                     : self->has_text && self->ends_in_colon      ? self->line
                     : !self->has_text && self->was_colon_line    ? self->last_line
                                                                  : pos;
    }
  self->quotes_for_good = self->quotes_for_good || for_good;
  self->has_cite = FALSE;
}

/* The tag from self->open on is complete. */
static void
take_tag (MoptHtmlPlace *self)
{
  static const char *const blocks[] = { "p",  "div", "table", "ul", "ol", "pre",     "center",
                                        "h1", "h2",  "h3",    "h4", "dl", "section", "blockquote", NULL };
  /* what can hold a paragraph, but have none beside it */
  static const char *const cells[] = { "br", "hr", "body", "tr", "td", "th", "li", "dd", NULL };
  static const char *const raws[] = { "style", "script", "title", "textarea", NULL };
  static const char *const signatures[] = { "moz-signature", "gmail_signature", NULL };
  static const char *const quote_marks[] = { "gmail_quote", "divRplyFwdMsg", "appendonsend", "yahoo_quoted", NULL };
  static const char *const cites[] = { "moz-cite-prefix", NULL };
  const char *tag = self->tag;

  if (*tag == '/')
    {
      if (is_tag (tag + 1, "body") || (is_tag (tag + 1, "html") && !self->has_close))
        {
          self->has_close = TRUE;
          self->close = self->open;
        }
      if (is_tag (tag + 1, "blockquote") && self->quote_depth > 0)
        self->quote_depth--;
      if (is_one_of (tag + 1, blocks) || is_one_of (tag + 1, cells))
        break_line (self, FALSE);
      return;
    }
  for (guint i = 0; raws[i] != NULL; i++)
    if (is_tag (tag, raws[i]) && !g_str_has_suffix (tag, "/"))
      {
        self->state = MOPT_HTML_RAW;
        g_snprintf (self->raw_end, sizeof self->raw_end, "/%s", raws[i]);
      }
  if (mentions (tag, signatures) && self->quote_depth == 0 && !self->has_quotes && !self->has_signature)
    {
      self->has_signature = TRUE;
      self->signature = self->open;
    }
  if (mentions (tag, cites) && self->quote_depth == 0 && !self->has_quotes)
    {
      self->has_cite = TRUE;
      self->cite = self->open;
    }
  if (mentions (tag, quote_marks))
    begin_quotes (self, self->open, TRUE);
  if (is_tag (tag, "blockquote"))
    {
      begin_quotes (self, self->open, FALSE);
      self->quote_depth++;
    }
  if (is_one_of (tag, blocks) || is_one_of (tag, cells))
    break_line (self, is_one_of (tag, blocks));
}

static void
push_tag (MoptHtmlPlace *self, char c)
{
  if (self->tag_length < MOPT_HTML_TAG - 2)
    self->tag[self->tag_length++] = c;
  self->tag[self->tag_length] = '\0';
  if (self->tag_length == 3 && memcmp (self->tag, "!--", 3) == 0)
    {
      self->state = MOPT_HTML_COMMENT;
      self->tag_length = 2; /* the "--": "<!-->" is whole */
      memcpy (self->tag, "--", 3);
      return;
    }
  if (self->quote != 0)
    {
      if (c == self->quote)
        self->quote = 0;
      return;
    }
  if ((c == '"' || c == '\'') && self->tag_length > 1 && *self->tag != '!' && *self->tag != '/')
    self->quote = c;
  if (c != '>')
    return;
  self->state = MOPT_HTML_TEXT;
  take_tag (self);
}

/* What stands between <style> and </style>, or in a comment. */
static void
push_hidden (MoptHtmlPlace *self, char c)
{
  const char *end = self->state == MOPT_HTML_COMMENT ? "--" : self->raw_end;
  gsize length = strlen (end);

  if (c == '<')
    self->tag_length = 0;
  else if (c == '>' && self->tag_length >= length
           && (self->state == MOPT_HTML_COMMENT
                   ? g_str_has_suffix (self->tag, end)
                   : g_ascii_strncasecmp (self->tag, end, length) == 0))
    self->state = MOPT_HTML_TEXT;
  else
    {
      if (self->tag_length == 16) /* its end is enough */
        memmove (self->tag, self->tag + 1, --self->tag_length);
      self->tag[self->tag_length++] = c;
      self->tag[self->tag_length] = '\0';
    }
}

/* ---- Text ---- */

/* The ASCII character of an entity; 0: some other one. */
static char
decode_entity (const char *name)
{
  static const struct { const char *name; char c; } names[] = {
    { "nbsp", ' ' }, { "lcub", '{' }, { "lbrace", '{' }, { "rcub", '}' }, { "rbrace", '}' }, { "colon", ':' },
    { "lt", '<' }, { "gt", '>' }, { "amp", '&' },
  };
  guint64 code = 0;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (name, names[i].name))
      return names[i].c;
  if (*name != '#')
    return 0;
  if (name[1] == 'x' || name[1] == 'X')
    code = g_ascii_strtoull (name + 2, NULL, 16);
  else
    code = g_ascii_strtoull (name + 1, NULL, 10);
  return code == 0xa0 ? ' ' : code > 0 && code < 0x80 ? (char) code : 0;
}

static char
push_text (MoptHtmlPlace *self, char c, MoptTextPos pos)
{
  if (self->in_entity)
    {
      if (g_ascii_isalnum (c) || (c == '#' && self->entity_length == 0))
        {
          if (self->entity_length < sizeof self->entity - 1)
            self->entity[self->entity_length++] = c;
          return 0;
        }
      self->entity[self->entity_length] = '\0';
      self->in_entity = FALSE;
      char decoded = decode_entity (self->entity);
      add_text (self, decoded != 0 ? decoded : 'x', pos);
      if (c == ';')
        return decoded;
    }
  if (c == '&')
    {
      self->in_entity = TRUE;
      self->entity_length = 0;
      return 0;
    }
  add_text (self, c, pos);
  return c;
}

char
mopt_html_place_push (MoptHtmlPlace *self, char c, MoptTextPos pos)
{
  if (self->line_is_next)
    {
      self->line = pos;
      self->line_is_next = FALSE;
    }
  switch (self->state)
    {
    case MOPT_HTML_COMMENT:
    case MOPT_HTML_RAW:
      push_hidden (self, c);
      return 0;
    case MOPT_HTML_IN_TAG:
      if (self->tag_length > 0 || g_ascii_isalpha (c) || strchr ("/!?", c) != NULL)
        {
          push_tag (self, c);
          return 0;
        }
      self->state = MOPT_HTML_TEXT; /* "1 < 2": a tag has a letter there, or one of these */
      add_text (self, '<', self->open);
      if (c != '<')
        return push_text (self, c, pos);
      self->state = MOPT_HTML_IN_TAG;
      self->open = pos;
      return 0;
    case MOPT_HTML_TEXT:
      break;
    }
  if (c == '<')
    {
      self->in_entity = FALSE;
      self->state = MOPT_HTML_IN_TAG;
      self->open = pos;
      self->tag_length = 0;
      self->quote = 0;
      return 0;
    }
  return push_text (self, c, pos);
}

void
mopt_html_place_end (MoptHtmlPlace *self, MoptTextPos end)
{
  if (self->state != MOPT_HTML_TEXT && !self->has_close) /* nobody would see what follows a tag that never ends */
    {
      self->has_close = TRUE;
      self->close = self->open;
    }
  self->at_end = !self->has_signature && !self->has_quotes && !self->has_close;
  self->place = self->has_signature ? self->signature
                : self->has_quotes  ? self->quotes
                : self->has_close   ? self->close
                                    : end;
}
