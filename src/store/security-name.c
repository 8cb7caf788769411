/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/security-name.h"

#include <string.h>

#include "base/number.h"
#include "model/host.h"

#define WORDS_MAX 4

/* ---- a name ---- */

char *
mopt_security_name_make (const char *account_id, const MoptServer *server)
{
  const char *protocol = mopt_protocol_name (server->protocol);

  return server->custom_port == 0
             ? g_strdup_printf ("%s %s %s", account_id, protocol, server->host)
             : g_strdup_printf ("%s %s %s %u", account_id, protocol, server->host, server->custom_port);
}

/* The words of @text without its brackets; ids, protocols and hosts have no blanks. */
static char **
split (const char *text)
{
  g_autofree char *bare = g_strdelimit (g_strdup (text), "[]\t", ' ');
  g_auto (GStrv) all = g_strsplit (bare, " ", -1);
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();

  for (char **word = all; *word != NULL; word++)
    if (**word != '\0')
      g_strv_builder_add (words, *word);
  return g_strv_builder_end (words);
}

/* FALSE: it is none. */
static gboolean
read_protocol (const char *word, MoptProtocol *protocol)
{
  static const MoptProtocol all[] = { MOPT_PROTOCOL_IMAP, MOPT_PROTOCOL_POP3, MOPT_PROTOCOL_SMTP };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    if (g_ascii_strcasecmp (word, mopt_protocol_name (all[i])) == 0)
      {
        *protocol = all[i];
        return TRUE;
      }
  return FALSE;
}

static gboolean
is_host (const char *word, const char *host)
{
  if (g_ascii_strcasecmp (word, host) == 0)
    return TRUE;
  g_autofree char *ascii = mopt_host_to_ascii (word, NULL);
  return g_strcmp0 (ascii, host) == 0;
}

/* Whether @words are a name, in whatever way its parts are written. */
static gboolean
is_name (char **words, MoptProtocol *protocol, guint64 *port)
{
  guint n = g_strv_length (words);

  *port = 0;
  return (n == WORDS_MAX - 1 || n == WORDS_MAX) && read_protocol (words[1], protocol)
         && (n < WORDS_MAX || mopt_number (words[3], 1, G_MAXUINT16, port));
}

/* Of words that are no name: how many parts of the server's name they hold; 0 where they hold those of another. */
static guint
count_parts (char **words, const char *account_id, const MoptServer *server)
{
  gboolean has_id = FALSE, has_host = FALSE, has_protocol = FALSE, has_other = FALSE;
  MoptProtocol protocol;
  guint64 number;

  if (words[0] != NULL && words[1] != NULL && read_protocol (words[1], &protocol)
      && !g_str_equal (words[0], account_id))
    return 0;
  for (char **word = words; *word != NULL; word++)
    if (g_str_equal (*word, account_id))
      has_id = TRUE;
    else if (is_host (*word, server->host))
      has_host = TRUE;
    else if (read_protocol (*word, &protocol))
      {
        if (protocol != server->protocol)
          return 0;
        has_protocol = TRUE;
      }
    else if (!mopt_number (*word, 0, G_MAXUINT64, &number))
      has_other = TRUE;
  return has_host || (has_id && !has_other) ? has_id + has_host + has_protocol : 0;
}

MoptNameMatch
mopt_security_name_match (const char *name, const char *account_id, const MoptServer *server)
{
  g_auto (GStrv) words = split (name);
  MoptProtocol protocol;
  guint64 port;

  if (!is_name (words, &protocol, &port))
    return count_parts (words, account_id, server) > 0 ? MOPT_NAME_DOUBTFUL : MOPT_NAME_OTHER;
  if (!g_str_equal (words[0], account_id) || protocol != server->protocol || !is_host (words[2], server->host))
    return MOPT_NAME_OTHER;
  return port == server->custom_port ? MOPT_NAME_SAME : MOPT_NAME_SAME_HOST;
}

gboolean
mopt_security_name_has_id (const char *name, const char *account_id)
{
  g_auto (GStrv) words = split (name);

  return words[0] != NULL && g_str_equal (words[0], account_id);
}

gboolean
mopt_security_name_read (const char *name, MoptServer *server)
{
  g_auto (GStrv) words = split (name);
  guint64 port;

  if (!is_name (words, &server->protocol, &port))
    return FALSE;
  server->host = mopt_host_to_ascii (words[2], NULL);
  if (server->host == NULL)
    server->host = g_ascii_strdown (words[2], -1);
  server->custom_port = (guint16) port;
  return TRUE;
}

/* ---- the text ---- */

/* Whether @line may have been a header that is one no more. */
static gboolean
has_lost_header (const char *line)
{
  return *line != '\0' && *line != '#' && strchr (line, '=') == NULL;
}

/* Whether it is sound in GKeyFile's syntax, which knows no brackets or tabulators inside. */
static gboolean
is_header (const char *line)
{
  const char *end = line + strlen (line);

  return line[0] == '[' && end[-1] == ']' && strcspn (line + 1, "[]\t") == (gsize) (end - line) - 2;
}

/* The header that @line was meant to be, or NULL. Caller frees. */
static char *
mend_line (const char *line, const char *account_id, const MoptServer *server)
{
  g_auto (GStrv) words = NULL;
  MoptProtocol protocol;
  guint64 port;

  if (!has_lost_header (line) || is_header (line))
    return NULL;
  words = split (line);
  gboolean has_bracket = line[0] == '[' || g_str_has_suffix (line, "]");
  if (!(has_bracket && is_name (words, &protocol, &port))
      && !(server != NULL && line[0] != '[' && count_parts (words, account_id, server) > 1))
    return NULL;
  g_autofree char *name = g_strjoinv (" ", words);
  return g_strdup_printf ("[%s]", name);
}

/* Behind a byte order mark, which belongs to no line. */
static const char *
first_line (const char *text, gsize length)
{
  return length >= 3 && memcmp (text, "\xef\xbb\xbf", 3) == 0 ? text + 3 : text;
}

/* The line at @at, up to its end or @end, without blanks around it; "" where it holds a NUL. Caller frees. */
static char *
get_line (const char *at, const char *end)
{
  const char *newline = memchr (at, '\n', end - at);
  gsize length = (newline != NULL ? newline : end) - at;

  return memchr (at, '\0', length) == NULL ? g_strstrip (g_strndup (at, length)) : g_strdup ("");
}

static const char *
next_line (const char *at, const char *end)
{
  const char *newline = memchr (at, '\n', end - at);

  return newline != NULL ? newline + 1 : end;
}

MoptKeyfile *
mopt_security_text_mend (const char *text, gsize length, const char *account_id, const MoptServer *server)
{
  const char *end = text + length, *first = first_line (text, length);
  g_autoptr (GString) mended = g_string_new_len (text, first - text);

  for (const char *at = first; at < end; at = next_line (at, end))
    {
      g_autofree char *line = get_line (at, end);
      g_autofree char *header = mend_line (line, account_id, server);

      if (header != NULL)
        g_string_append_printf (mended, "%s\n", header);
      else
        g_string_append_len (mended, at, next_line (at, end) - at);
    }
  return mopt_keyfile_new (mended->str, mended->len);
}

guint
mopt_security_text_find_doubt (MoptKeyfile *file, const char *account_id, const MoptServer *server)
{
  gsize length;
  const char *text = mopt_keyfile_get_text (file, &length), *end = text + length;
  guint number = 1;

  for (const char *at = first_line (text, length); at < end; at = next_line (at, end), number++)
    {
      g_autofree char *line = get_line (at, end);

      if (!has_lost_header (line) || line[0] == '[')
        continue;
      g_auto (GStrv) words = split (line);
      if (server != NULL ? count_parts (words, account_id, server) > 1
                         : words[1] != NULL && g_strv_contains ((const char *const *) words, account_id))
        return number;
    }
  return 0;
}
