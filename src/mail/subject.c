/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/subject.h"

#include <string.h>

#include "model/conversation-id.h"

#define LINE_COLUMNS 78 /* of a header line (RFC 5322 §2.1.1) */

char *
mopt_subject_find_id (MoptHeader *header, const char *const *prefixes)
{
  g_auto (GStrv) values = mopt_header_get_all (header, "Subject");
  char *found = NULL;

  for (guint i = 0; values[i] != NULL && found == NULL; i++)
    {
      g_autofree char *text = mopt_header_decode (values[i]);

      found = mopt_conversation_id_find (text, prefixes);
      if (found == NULL)
        found = mopt_conversation_id_find (values[i], prefixes);
    }
  return found;
}

void
mopt_subject_add_id (MoptHeader *header, const char *id)
{
  const char *was = mopt_header_get_raw (header, "Subject");
  g_autoptr (GString) raw = g_string_new (was != NULL ? was : "Subject:\r\n");

  g_string_truncate (raw, raw->len - 2);
  const char *last_line = strrchr (raw->str, '\n');
  gsize column = raw->str + raw->len - (last_line != NULL ? last_line + 1 : raw->str);
  char last = raw->str[raw->len - 1];
  gboolean has_space = last == ' ' || last == '\t';

  /* the space before the ID is the one that begins the new line */
  if (!has_space)
    g_string_append_c (raw, ' ');
  if (column + !has_space + strlen (id) > LINE_COLUMNS)
    g_string_insert (raw, raw->len - 1, "\r\n");
  g_string_append_printf (raw, "%s\r\n", id);
  mopt_header_set_raw (header, "Subject", raw->str);
}
