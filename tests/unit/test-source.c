/* SPDX-License-Identifier: GPL-3.0-or-later */
/* source.conf: what is not understood to the letter is an error, for a slip of the pen must not open the door. */
#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "store/source.h"

/* The example of RFC 8410 §10.1. */
#define KEY "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE="

static const struct
{
  const char *text;
  guint line;       /* of the error; 0: it is right */
  const char *part; /* of the error; or the address */
} rows[] = {
  { "[Source]\nUrl=https://config.example.com/mail/published.conf\nPublicKey=" KEY "\n", 0,
    "https://config.example.com/mail/published.conf" },
  { "# a comment\n\n[Source]\nFormat=1\nUrl=HTTPS://[::1]:8443/p?a=b\n", 0, "HTTPS://[::1]:8443/p?a=b" },
  { "[Source]\n", 0, NULL },
  { "[Source]\nPublicKey=" KEY "\n", 0, NULL },
  { "", 1, "[Source]" },
  { "\n# nothing\n", 1, "[Source]" },
  { "PublicKey=" KEY "\n[Source]\n", 1, "" },
  { "[Sources]\nUrl=https://a.example/\n", 1, "[Source]" },
  { "[Source]\n[Source]\n", 2, "" },
  { "[Source]\n[Other]\n", 2, "[Source]" },
  { "[Source\nUrl=https://a.example/\n", 1, "" },
  { "[Source]\nPublicKey\n", 2, "" },
  { "[Source]\nPublicKey=" KEY "\nPublicKey=" KEY "\n", 3, "" },
  { "[Source]\nPublickey=" KEY "\n", 2, "“Publickey”" },
  { "[Source]\nUrl[de]=https://a.example/\n", 2, "“Url[de]”" },
  { "[Source]\nPublicKey=\n", 2, "“PublicKey”" },
  { "[Source]\nPublicKey=" KEY "x\n", 2, "“PublicKey”" },
  { "[Source]\nPublicKey=publisher.pub\n", 2, "“PublicKey”" },
  { "[Source]\nPublicKey=/nonexistent/publisher.pub\n", 2, "/nonexistent/publisher.pub" },
  { "[Source]\nPublicKey=/dev/zero\n", 2, "/dev/zero" },
  { "[Source]\nPublicKey=\\q\n", 2, "PublicKey" },
  { "[Source]\nFormat=2\n", 2, "newer" },
  { "[Source]\nUrl=\n", 2, "“Url”" },
  { "[Source]\nUrl=http://a.example/\n", 2, "https://" },
  { "[Source]\nUrl=file:///etc/passwd\n", 2, "“Url”" },
  { "[Source]\nUrl=ftp://a.example/p\n", 2, "https://" },
  { "[Source]\nUrl=a.example/p\n", 2, "“Url”" },
  { "[Source]\nUrl=https:///p\n", 2, "“Url”" },
  { "[Source]\nUrl=https://u:p@a.example/\n", 2, "password" },
  { "[Source]\nUrl=https://a.example/#x\n", 2, "#" },
  { "[Source]\nUrl=https://a.example/a b\n", 2, "blank" },
  { "[Source]\nUrl=https://a.example/\\n\n", 2, "control" },
  { "[Source]\nUrl=https://a.example/\xff\n", 2, "" },
  { "[Source]\nUrl=https://a.example/\nx\xe2\x80\xae=1\n", 3, "" },
  { "[Source]\nPublicKey=-----BEGIN PUBLIC KEY-----END PUBLIC KEY----------/r\n", 2, "PublicKey" },
};

static void
test_rows (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (MoptSourceFile) source
          = mopt_source_parse (rows[i].text, strlen (rows[i].text), "/etc/mail-options/source.conf", &error);
      g_autofree char *place = g_strdup_printf ("/etc/mail-options/source.conf, line %u: ", rows[i].line);

      g_test_message ("%u: %s", i, error != NULL ? error->message : "right");
      if (rows[i].line == 0)
        {
          g_assert_no_error (error);
          g_assert_cmpstr (source->url, ==, rows[i].part);
          g_assert_cmpint (source->has_key, ==, strstr (rows[i].text, "PublicKey") != NULL);
          g_assert_cmpint (source->key.bytes[0], ==, source->has_key ? 0x19 : 0);
          continue;
        }
      g_assert_null (source);
      g_assert_error (error, MOPT_ERROR, MOPT_ERROR_SOURCE_BROKEN);
      g_assert_true (g_str_has_prefix (error->message, place));
      g_assert_nonnull (strstr (error->message + strlen (place), rows[i].part));
      g_assert_null (strstr (error->message, "\xe2\x80\xae"));
    }
}

/* A file cut anywhere: either it is refused, or it asks for no less than its whole lines say. */
static void
test_truncated (void)
{
  const char text[] = "[Source]\nPublicKey=" KEY "\nUrl=https://a.example/\n";

  for (gsize length = 0; length < strlen (text); length++)
    {
      g_autoptr (MoptSourceFile) source = mopt_source_parse (text, length, "s", NULL);

      if (length < strlen ("[Source]"))
        g_assert_null (source);
      if (source != NULL && length > strlen ("[Source]\n"))
        g_assert_true (source->has_key);
    }
}

static void
test_signature_url (void)
{
  const char *const pairs[][2] = {
    { "https://a.example/p.conf", "https://a.example/p.conf.sig" },
    { "https://a.example/p?x=1&y=?", "https://a.example/p.sig?x=1&y=?" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autofree char *text = g_strdup_printf ("[Source]\nUrl=%s\n", pairs[i][0]);
      g_autoptr (MoptSourceFile) source = mopt_source_parse (text, strlen (text), "s", NULL);
      g_autofree char *url = mopt_source_get_signature_url (source);

      g_assert_cmpstr (url, ==, pairs[i][1]);
    }
}

/* Without a file there is nothing to obey; with one that cannot be read there is. */
static void
test_load (void)
{
  g_autofree char *folder = g_dir_make_tmp ("mopt-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "source.conf", NULL);
  g_autofree char *key_path = g_build_filename (folder, "a key.pub", NULL);
  g_autofree char *text = g_strdup_printf ("[Source]\nPublicKey=%s\n", key_path);
  g_autoptr (GError) error = NULL;

  g_setenv ("MAIL_OPTIONS_SOURCE", path, TRUE);
  g_autoptr (MoptSourceFile) none = mopt_source_load (&error);
  g_assert_no_error (error);
  g_assert_null (none->url);
  g_assert_false (none->has_key);
  g_autofree char *url = mopt_source_get_signature_url (none);
  g_assert_null (url);

  g_assert_cmpint (mkfifo (path, 0644), ==, 0);
  g_assert_null (mopt_source_load (&error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_SOURCE_BROKEN);
  g_clear_error (&error);
  g_remove (path);
  g_assert_cmpint (symlink ("source.conf", path), ==, 0);
  g_assert_null (mopt_source_load (&error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_SOURCE_BROKEN);
  g_clear_error (&error);
  g_remove (path);
  g_assert_cmpint (symlink ("not-there.conf", path), ==, 0);
  g_assert_null (mopt_source_load (&error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_SOURCE_BROKEN);
  g_clear_error (&error);
  g_remove (path);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_assert_cmpint (truncate (path, 1 << 30), ==, 0);
  g_assert_null (mopt_source_load (&error));
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_SOURCE_BROKEN);
  g_clear_error (&error);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_assert_null (mopt_source_load (&error)); /* the key is not there */
  g_assert_error (error, MOPT_ERROR, MOPT_ERROR_SOURCE_BROKEN);
  g_clear_error (&error);
  g_assert_true (
      g_file_set_contents (key_path, "-----BEGIN PUBLIC KEY-----\n" KEY "\n-----END PUBLIC KEY-----\n", -1, NULL));
  g_autoptr (MoptSourceFile) source = mopt_source_load (&error);
  g_assert_no_error (error);
  g_assert_true (source->has_key);
  g_assert_cmpint (source->key.bytes[31], ==, 0xe1);

  g_remove (path);
  g_remove (key_path);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/source/rows", test_rows);
  g_test_add_func ("/source/truncated", test_truncated);
  g_test_add_func ("/source/signature-url", test_signature_url);
  g_test_add_func ("/source/load", test_load);
  return g_test_run ();
}
