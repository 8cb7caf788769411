/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/html-text.h"

#include <string.h>

#define NAME_MAX_BYTES 12   /* no tag that means anything here has a longer name */
#define ENTITY_MAX_BYTES 12 /* "&thetasym;" and the like are left as they stand */

/* Tags that do something; all others are transparent. */
typedef enum
{
  TAG_BREAK = 1 << 0, /* a new line */
  TAG_BLOCK = 1 << 1, /* begins and ends on lines of its own */
  TAG_SPACE = 1 << 2, /* an empty line around it */
  TAG_ITEM = 1 << 3,
  TAG_CELL = 1 << 4,
  TAG_HIDDEN = 1 << 5, /* with all up to its end tag, which is no markup */
  TAG_PRE = 1 << 6,    /* white space counts */
} Tag;

static const struct
{
  const char *name;
  guint tag;
} tags[] = {
  { "blockquote", TAG_BLOCK | TAG_SPACE },
  { "br", TAG_BREAK },
  { "dd", TAG_BLOCK },
  { "div", TAG_BLOCK },
  { "dt", TAG_BLOCK },
  { "h1", TAG_BLOCK | TAG_SPACE },
  { "h2", TAG_BLOCK | TAG_SPACE },
  { "h3", TAG_BLOCK | TAG_SPACE },
  { "h4", TAG_BLOCK | TAG_SPACE },
  { "h5", TAG_BLOCK | TAG_SPACE },
  { "h6", TAG_BLOCK | TAG_SPACE },
  { "hr", TAG_BLOCK },
  { "li", TAG_BLOCK | TAG_ITEM },
  { "ol", TAG_BLOCK },
  { "p", TAG_BLOCK | TAG_SPACE },
  { "pre", TAG_BLOCK | TAG_SPACE | TAG_PRE },
  { "script", TAG_HIDDEN },
  { "style", TAG_HIDDEN },
  { "table", TAG_BLOCK },
  { "td", TAG_CELL },
  { "th", TAG_CELL },
  { "title", TAG_HIDDEN },
  { "tr", TAG_BLOCK },
  { "ul", TAG_BLOCK },
};

static const struct
{
  const char *name;
  const char *text;
} entities[] = {
  { "amp", "&" },    { "lt", "<" },     { "gt", ">" },     { "quot", "\"" },  { "apos", "'" },   { "nbsp", " " },
  { "auml", "ä" },   { "ouml", "ö" },   { "uuml", "ü" },   { "Auml", "Ä" },   { "Ouml", "Ö" },   { "Uuml", "Ü" },
  { "szlig", "ß" },  { "eacute", "é" }, { "egrave", "è" }, { "agrave", "à" }, { "ccedil", "ç" }, { "ntilde", "ñ" },
  { "euro", "€" },   { "pound", "£" },  { "copy", "©" },   { "reg", "®" },    { "sect", "§" },   { "deg", "°" },
  { "ndash", "–" },  { "mdash", "—" },  { "hellip", "…" }, { "bull", "•" },   { "middot", "·" }, { "shy", "" },
  { "lsquo", "‘" },  { "rsquo", "’" },  { "sbquo", "‚" },  { "ldquo", "“" },  { "rdquo", "”" },  { "bdquo", "„" },
  { "laquo", "«" },  { "raquo", "»" },  { "zwnj", "" },    { "zwj", "" },     { "times", "×" },  { "rarr", "→" },
};

typedef struct
{
  GString *out;
  guint breaks;    /* line ends that are due before the next word: 0, 1, or 2 for an empty line */
  gboolean space;  /* a blank is due before the next word */
  gboolean bullet; /* so is "• " */
  guint pre;       /* how deep in <pre> */
} Writer;

/* What is due, before something visible. */
static void
settle (Writer *self)
{
  if (self->out->len > 0)
    for (guint i = 0; i < self->breaks; i++)
      g_string_append_c (self->out, '\n');
  if (self->bullet)
    g_string_append (self->out, "• ");
  else if (self->space && self->breaks == 0 && self->out->len > 0)
    g_string_append_c (self->out, ' ');
  self->breaks = 0;
  self->space = FALSE;
  self->bullet = FALSE;
}

static void
put (Writer *self, const char *text, gsize length)
{
  if (length == 1 && g_ascii_isspace (*text))
    {
      if (self->pre == 0)
        self->space = TRUE;
      else if (*text == '\n')
        {
          settle (self);
          self->breaks = 1;
        }
      else if (*text != '\r')
        {
          settle (self);
          g_string_append_c (self->out, *text == '\t' ? '\t' : ' ');
        }
      return;
    }
  if (length == 0)
    return;
  settle (self);
  g_string_append_len (self->out, text, length);
}

/* @p stands on "&": what it means, and where it goes on; an "&" that means nothing stands for itself. */
static const char *
put_entity (Writer *self, const char *p)
{
  gsize length = 0;

  while (length < ENTITY_MAX_BYTES && (g_ascii_isalnum (p[1 + length]) || (length == 0 && p[1] == '#')))
    length++;

  const char *end = p + 1 + length;
  const char *next = *end == ';' ? end + 1 : end;
  if (length > 1 && p[1] == '#')
    {
      gboolean hex = p[2] == 'x' || p[2] == 'X';
      char *stop;
      guint64 c = g_ascii_strtoull (p + (hex ? 3 : 2), &stop, hex ? 16 : 10);
      char utf8[6];

      if (stop == end && c > 0 && c <= 0x10ffff && g_unichar_validate ((gunichar) c))
        {
          put (self, utf8, (gsize) g_unichar_to_utf8 ((gunichar) c, utf8));
          return next;
        }
    }
  for (guint i = 0; length > 0 && i < G_N_ELEMENTS (entities); i++)
    if (strlen (entities[i].name) == length && strncmp (entities[i].name, p + 1, length) == 0)
      {
        put (self, entities[i].text, strlen (entities[i].text));
        return next;
      }
  put (self, "&", 1);
  return p + 1;
}

/* The end of the tag that begins at @p ("<"): behind its ">", quoted values skipped; the end of the text if it has
 * none. */
static const char *
end_of_tag (const char *p)
{
  char quote = '\0';

  for (p++; *p != '\0'; p++)
    {
      if (quote != '\0')
        quote = *p == quote ? '\0' : quote;
      else if ((*p == '"' || *p == '\'') && p[-1] == '=')
        quote = *p;
      else if (*p == '>')
        return p + 1;
    }
  return p;
}

static guint
find_tag (const char *name, gsize length)
{
  for (guint i = 0; i < G_N_ELEMENTS (tags); i++)
    if (strlen (tags[i].name) == length && g_ascii_strncasecmp (tags[i].name, name, length) == 0)
      return tags[i].tag;
  return 0;
}

/* Behind the end tag "</name …>", the end of the text where there is none. */
static const char *
skip_hidden (const char *p, const char *name, gsize length)
{
  for (; *p != '\0'; p++)
    if (p[0] == '<' && p[1] == '/' && g_ascii_strncasecmp (p + 2, name, length) == 0)
      return end_of_tag (p);
  return p;
}

static void
put_tag (Writer *self, guint tag, gboolean closes)
{
  if ((tag & TAG_BREAK) != 0)
    {
      self->breaks = MIN (self->breaks + 1, 2);
      self->space = FALSE;
    }
  if ((tag & TAG_BLOCK) != 0)
    {
      self->breaks = MAX (self->breaks, (tag & TAG_SPACE) != 0 ? 2 : 1);
      self->space = FALSE;
      self->bullet = FALSE;
    }
  if ((tag & TAG_ITEM) != 0 && !closes)
    self->bullet = TRUE;
  if ((tag & TAG_CELL) != 0 && closes)
    self->space = TRUE;
  if ((tag & TAG_PRE) != 0)
    self->pre = closes ? self->pre - MIN (self->pre, 1) : self->pre + 1;
}

char *
mopt_html_to_text (const char *html)
{
  Writer writer = { .out = g_string_new (NULL) };

  for (const char *p = html; *p != '\0';)
    {
      if (g_str_has_prefix (p, "<!--"))
        {
          const char *end = strstr (p + 4, "-->");

          p = end != NULL ? end + 3 : p + strlen (p);
        }
      else if (*p == '<' && (g_ascii_isalpha (p[1]) || p[1] == '/' || p[1] == '!' || p[1] == '?'))
        {
          gboolean closes = p[1] == '/';
          const char *name = p + 1 + closes;
          gsize length = 0;

          while (length <= NAME_MAX_BYTES && g_ascii_isalnum (name[length]))
            length++;
          guint tag = find_tag (name, length);
          p = end_of_tag (p);
          if ((tag & TAG_HIDDEN) != 0 && !closes)
            p = skip_hidden (p, name, length);
          else
            put_tag (&writer, tag, closes);
        }
      else if (*p == '&')
        p = put_entity (&writer, p);
      else
        {
          const char *next = g_utf8_next_char (p);

          put (&writer, p, (gsize) (next - p));
          p = next;
        }
    }
  return g_string_free (writer.out, FALSE);
}
