/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web-test.h"

#include "certificates.h"

const MoptHttpLimits web_test_limits = { 1000, 1000, 4000 };

void
web_test_init (int *argc, char ***argv)
{
  g_test_init (argc, argv, NULL);
  g_unsetenv ("https_proxy");
  g_unsetenv ("HTTPS_PROXY");
  g_unsetenv ("all_proxy");
  g_unsetenv ("ALL_PROXY");
  test_certificates_init ();
}

char *
web_test_url (ScriptedServer *server)
{
  return g_strdup_printf ("https://127.0.0.1:%u/file.conf", scripted_server_get_port (server));
}

void
web_test_get (const char *script, gsize max, const char *body)
{
  g_autoptr (ScriptedServer) server = scripted_server_new (script);
  g_autoptr (MoptHttp) http = mopt_http_new (&web_test_limits);
  g_autofree char *url = web_test_url (server);
  g_autofree char *mark = NULL;
  g_autoptr (GError) error = NULL;
  gboolean not_changed = FALSE;
  g_autoptr (GBytes) bytes = mopt_http_get (http, url, max, &mark, &not_changed, NULL, &error);

  g_clear_pointer (&http, mopt_http_free);
  if (bytes == NULL)
    {
      g_test_message ("%s", error->message);
      g_assert_true (error->domain == MOPT_ERROR);
      g_assert_cmpstr (mopt_error_word (error->code), ==, body);
      g_assert_true (g_str_has_prefix (error->message, url) || g_str_has_prefix (error->message, "https://"));
      g_assert_null (mark);
    }
  else
    {
      gsize length;
      const char *data = g_bytes_get_data (bytes, &length);
      g_autofree char *text = g_strndup (data != NULL ? data : "", length);

      g_assert_no_error (error);
      g_assert_false (not_changed);
      g_assert_cmpstr (text, ==, body);
    }
  scripted_server_assert_finished (server);
}
