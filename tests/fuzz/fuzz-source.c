/* SPDX-License-Identifier: GPL-3.0-or-later */
/* source.conf: whatever stands there, a key that somebody meant to give is either taken or an error. */
#include <string.h>

#include "base/error.h"
#include "fuzz.h"
#include "store/source.h"

#define KEY "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE="

const char *const mopt_fuzz_seeds[] = {
  "# who\n[Source]\nFormat=1\nUrl=https://config.example.com/mail/published.conf\nPublicKey=" KEY "\n",
  "\xef\xbb\xbf[Source]\r\nPublicKey = " KEY "\r\n",
  "[Source]\nUrl=https://u:p@[::1]:99999/%00?a#b\nPublicKey=/nonexistent\\n\n[Source]\n",
  "[Other]\nPublicKey=-----BEGIN PUBLIC KEY-----\\n" KEY "\\n-----END PUBLIC KEY-----\\n\n",
  NULL,
};

/* Whether a line sets that key, seen without the parser. */
static gboolean
has_line (const char *text, gsize length, const char *key)
{
  for (const char *line = text, *end = text + length; line < end;)
    {
      const char *next = memchr (line, '\n', end - line);
      gsize left = (next != NULL ? next : end) - line;
      g_autofree char *copy = g_strndup (line, left);

      g_strchug (copy);
      if (g_str_has_prefix (copy, key) && strchr (" \t\r\v\f=", copy[strlen (key)]) != NULL)
        return TRUE;
      line += left + 1;
    }
  return FALSE;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const char *text = (const char *) data;
  g_autoptr (GError) error = NULL;
  g_autoptr (MoptSourceFile) source = mopt_source_parse (text, size, "/source.conf", &error);

  if (source == NULL)
    {
      g_assert_error (error, MOPT_ERROR, MOPT_ERROR_SOURCE_BROKEN);
      g_assert_true (g_str_has_prefix (error->message, "/source.conf, line "));
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      return 0;
    }
  g_assert_no_error (error);
  g_assert_cmpint (source->has_key, ==, has_line (text, size, "PublicKey"));
  g_assert_cmpint (source->url != NULL, ==, has_line (text, size, "Url"));
  g_assert_true (source->url == NULL || g_ascii_strncasecmp (source->url, "https://", 8) == 0);
  g_autofree char *signature_url = mopt_source_get_signature_url (source);
  g_assert_cmpint (signature_url != NULL, ==, source->url != NULL);
  return 0;
}
