/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Challenges of servers: the first byte is the mechanism, each part up to a form feed a challenge, an exclamation mark
 * in it what a server that knows the password would say, a % the client's nonce; a first byte in upper case has them
 * sent as they are, not as base64. The password goes to no one who did not ask in the way of the mechanism, and no
 * SCRAM ends well without the server's signature. */
#include <string.h>

#include "base/error.h"
#include "certificates.h"
#include "fuzz.h"
#include "mail/sasl.h"
#include "scram-server.h"
#include "scripted-server.h"

#define USER "jo"
#define SECRET "tanstaaf-tanstaaf"
#define ANSWERS 4 /* as many are tried to get, whatever was said */

const char *const mopt_fuzz_seeds[] = {
  "1!\f!",
  "2!\f!\f!",
  "3!\f!",
  "1r=%x,s=c2FsdA==,i=4095\fv=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
  "2r=%x,s=c2FsdA==,i=18446744073709551616\fe=invalid-proof",
  "2m=ext,r=%,s=,i=-1",
  "2e=other-error,x=y\f\f",
  "lUsername:\fPassword:\fToken:",
  "LVXNlcm5hbWU6\f*",
  "p\fPassword:",
  "c<1896.697170952@postoffice.reston.mci.net>\f<more>",
  "C====\f\xff",
  NULL,
};

static MoptConnection *
get_connection (void)
{
  static MoptConnection *connection;
  static ScriptedServer *server;

  if (connection != NULL)
    return connection;
  test_certificates_init ();
  server = scripted_server_new ("TLS valid\nHOLD");
  connection = mopt_connection_open ("127.0.0.1", NULL, scripted_server_get_port (server),
                                     g_get_monotonic_time () + 60 * G_USEC_PER_SEC, NULL, NULL, NULL, NULL);
  g_assert_true (mopt_connection_start_tls (connection, "localhost", TRUE, NULL));
  return connection;
}

static const char *
mechanism_of (guint8 letter)
{
  switch (g_ascii_tolower (letter))
    {
    case '1':
      return "SCRAM-SHA-1";
    case '2':
      return "SCRAM-SHA-256";
    case '3':
      return "SCRAM-SHA-256-PLUS";
    case 'l':
      return "LOGIN";
    case 'p':
      return "PLAIN";
    default:
      return "CRAM-MD5";
    }
}

static char *
decode (const char *base64)
{
  gsize length;
  g_autofree guchar *bytes = g_base64_decode (base64, &length);

  return g_strndup ((const char *) bytes, length);
}

/* What of the dialogue is judged in the end. */
typedef struct
{
  MoptSasl *sasl;
  ScramServer server; /* SCRAM only */
  gboolean is_scram;
  guint n_answers;    /* with the initial response */
  char *right;        /* what a server would say now, that knows the password; NULL: nothing any more */
  gboolean is_proven; /* and it was said */
} Dialogue;

static void
hear (Dialogue *self, const char *answer)
{
  g_autofree char *plain = decode (answer);
  gboolean may_tell = !self->is_scram && mopt_sasl_is_clear_text (mopt_sasl_get_mechanism (self->sasl));

  self->n_answers++;
  if (!may_tell)
    g_assert_null (strstr (plain, SECRET));
  if (g_str_equal (mopt_sasl_get_mechanism (self->sasl), "LOGIN"))
    g_assert_cmpstr (plain, ==, self->n_answers == 1 ? USER : SECRET);
  g_clear_pointer (&self->right, g_free);
  if (self->is_scram && self->n_answers == 1)
    self->right = scram_server_first (&self->server, plain);
  else if (self->is_scram && self->n_answers == 2)
    self->right = scram_server_final (&self->server, plain);
}

/* The challenge that @part stands for; of the server's turn. */
static char *
challenge_of (Dialogue *self, const char *part, gsize length, gboolean as_it_is)
{
  g_autoptr (GString) text = g_string_new_len (part, length);
  g_auto (GStrv) fields = g_strsplit (self->server.client_bare != NULL ? self->server.client_bare : "", ",", -1);

  for (guint i = 0; fields[i] != NULL; i++)
    if (g_str_has_prefix (fields[i], "r="))
      g_string_replace (text, "%", fields[i] + 2, 1);
  if (self->right != NULL)
    g_string_replace (text, "!", self->right, 1);
  if (self->n_answers == 2 && self->right != NULL && g_str_has_prefix (self->right, "v=")
      && g_str_has_prefix (text->str, self->right))
    self->is_proven = TRUE;
  if (as_it_is)
    return g_strdup (text->str);
  return g_base64_encode ((const guchar *) text->str, text->len);
}

static void
check_error (const GError *error)
{
  g_assert_nonnull (error);
  g_assert_true (error->domain == MOPT_ERROR);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_null (strstr (error->message, SECRET));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  if (size == 0)
    return 0;

  MoptConnection *connection = get_connection ();
  g_autoptr (MoptPassword) password = mopt_password_new (SECRET);
  const MoptSaslOptions options = { .user = USER, .password = password, .connection = connection };
  const char *type, *mechanism = mechanism_of (data[0]);
  g_autoptr (GError) error = NULL;
  g_autoptr (MoptSasl) sasl = mopt_sasl_new (mechanism, &options, &error);
  g_autoptr (GBytes) binding = mopt_connection_get_channel_binding (connection, &type);
  Dialogue self = {
    .sasl = sasl,
    .server = { .digest = g_str_equal (mechanism, "SCRAM-SHA-1") ? "SHA1" : "SHA256", .user = USER,
                .password = SECRET, .salt = "c2FsdA==", .iterations = 4096, .nonce = "server",
                .binding = g_str_has_suffix (mechanism, "-PLUS") ? binding : NULL },
    .is_scram = g_str_has_prefix (mechanism, "SCRAM"),
  };

  g_assert_no_error (error);
  if (mopt_sasl_has_initial (sasl))
    {
      g_autofree char *initial = mopt_sasl_step (sasl, NULL, NULL, &error);

      g_assert_no_error (error);
      hear (&self, initial);
    }

  const char *part = (const char *) data + 1, *end = (const char *) data + size;
  for (guint i = 0; i < ANSWERS && part <= end; i++)
    {
      const char *feed = part < end ? memchr (part, '\f', end - part) : NULL;
      const char *stop = feed != NULL ? feed : end;
      g_autofree char *challenge = challenge_of (&self, part, stop - part, g_ascii_isupper (data[0]));
      g_autofree char *reply = mopt_sasl_step (sasl, challenge, NULL, &error);

      part = stop + 1;
      if (reply == NULL)
        break;
      g_assert_no_error (error);
      hear (&self, reply);
    }
  if (error != NULL)
    check_error (error);
  g_clear_error (&error);

  if (!mopt_sasl_finish (sasl, NULL, NULL, &error))
    check_error (error);
  else
    g_assert_true (self.is_scram ? self.is_proven : self.n_answers == (g_str_equal (mechanism, "LOGIN") ? 2 : 1));
  scram_server_clear (&self.server);
  g_free (self.right);
  return 0;
}
