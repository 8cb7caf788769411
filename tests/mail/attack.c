/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attack.h"

#include <string.h>

#include "certificates.h"

#define USER "jo-the-user"
#define PASSWORD "secret-Pa55"
#define LIMIT_MS 5000
#define AT_ONCE 8
#define TOO_LATE_US (4 * G_USEC_PER_SEC) /* an attack ends with a verdict, not with the limit */

typedef struct
{
  char *name;
  AttackCase played;
  gboolean is_login;
} Play;

static struct
{
  MoptProtocol protocol;
  GPtrArray *plays;
  GMutex mutex; /* guards this */
  GPtrArray *problems;
} all;

G_GNUC_PRINTF (2, 3)
static void
complain (const Play *play, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *what = g_strdup_vprintf (format, args);
  va_end (args);
  g_mutex_lock (&all.mutex);
  g_ptr_array_add (all.problems, g_strdup_printf ("%s: %s", play->name, what));
  g_mutex_unlock (&all.mutex);
}

/* ---- what holds of all ---- */

/* Not a list of what must not be there: whatever is not on this one is too much. */
static gboolean
may_be_clear (MoptProtocol protocol, const char *line)
{
  static const char *const patterns[] = {
    [MOPT_PROTOCOL_IMAP] = "^a[0-9]+ (CAPABILITY|STARTTLS|LOGOUT)\r$",
    [MOPT_PROTOCOL_POP3] = "^(CAPA|STLS|QUIT)\r$",
    [MOPT_PROTOCOL_SMTP] = "^((EHLO|HELO) \\[127\\.0\\.0\\.1\\]|STARTTLS|QUIT)\r$",
  };

  return g_regex_match_simple (patterns[protocol], line, G_REGEX_DOLLAR_ENDONLY, 0);
}

static char *
too_much (MoptProtocol protocol, const char *clear)
{
  g_auto (GStrv) lines = g_strsplit (clear, "\n", -1);

  for (guint i = 0; lines[i] != NULL && lines[i][0] != '\0'; i++)
    if (!may_be_clear (protocol, lines[i]))
      return g_strescape (lines[i], NULL);
  return NULL;
}

static void
check_text (const Play *play, const char *what, const char *text, gboolean after_tls)
{
  if (text == NULL)
    return;
  if (strstr (text, PASSWORD) != NULL)
    complain (play, "%s holds the password: %s", what, text);
  if (after_tls && !play->played.attack.inside && strstr (text, "EVIL") != NULL)
    complain (play, "%s holds what was said before TLS: %s", what, text);
}

static void
check_session (const Play *play, MoptSession *session, AttackServer *server)
{
  const char *const *offers = mopt_session_get_offers (session);
  g_autoptr (GError) error = NULL;
  guint64 n = 0;

  if (mopt_session_get_tls_info (session) == NULL || mopt_session_get_attempt (session)->tls == MOPT_TLS_NONE)
    complain (play, "opened without TLS");
  /* the only one that is offered inside; where that is the attack, the protocol's own may be left */
  if (g_strcmp0 (mopt_session_get_mechanism (session), "LOGIN") != 0
      && !(play->played.attack.inside && play->played.attack.step == STEP_OFFERS))
    complain (play, "logged in by %s", mopt_session_get_mechanism (session));
  for (guint i = 0; offers[i] != NULL; i++)
    check_text (play, "an offer", offers[i], TRUE);
  if (all.protocol == MOPT_PROTOCOL_IMAP && !play->played.attack.inside
      && !(mopt_session_open_mailbox (session, "INBOX", &n, &error) && n == ATTACK_EXISTS))
    complain (play, "%" G_GUINT64_FORMAT " messages, as told before TLS", n);
}

/* What is told about each attempt. */
static void
check_tried (const Play *play, GPtrArray *tried)
{
  for (guint i = 0; i < tried->len; i++)
    {
      const MoptTried *one = tried->pdata[i];

      for (guint j = 0; one->attempt.tls != MOPT_TLS_NONE && one->offers != NULL && one->offers[j] != NULL; j++)
        check_text (play, "an offer of an attempt", one->offers[j], TRUE);
      if (one->error != NULL && one->error->domain == MOPT_ERROR)
        check_text (play, "an attempt", mopt_error_get_server_words (one->error), one->stage > MOPT_STAGE_SECURE);
    }
}

static void
on_stage (MoptStage stage, const char *evidence, gpointer user_data)
{
  check_text (user_data, mopt_stage_name (stage), evidence, stage > MOPT_STAGE_SECURE);
}

static void
check_outcome (const Play *play, const GError *error, MoptStage failed)
{
  const AttackCase *expected = &play->played;

  if (error == NULL)
    {
      if (expected->code != ATTACK_PASSES && expected->code != ATTACK_ANY)
        complain (play, "it passed");
      return;
    }
  if (error->domain != MOPT_ERROR)
    complain (play, "%s", error->message);
  else if (expected->code != ATTACK_ANY && (error->code != expected->code || failed != expected->stage))
    complain (play, "%s: %s", mopt_stage_name (failed), error->message);
  check_text (play, "the error", error->message, failed > MOPT_STAGE_SECURE);
  check_text (play, "the words", mopt_error_get_server_words (error), failed > MOPT_STAGE_SECURE);
}

static void
play_one (gpointer data, gpointer user_data)
{
  Play *play = data;
  const Attack *attack = &play->played.attack;
  AttackServer *server = attack_server_new (attack);
  g_autoptr (MoptPassword) password = mopt_password_new (PASSWORD);
  g_autoptr (MoptKnownServer) known = mopt_known_server_new ();
  g_autoptr (GPtrArray) tried = mopt_tried_array_new ();
  const MoptServer settings = {
    .protocol = attack->protocol,
    .host = (char *) "127.0.0.1",
    .security = play->played.security,
    .custom_port = attack_server_get_port (server),
    .authenticate = TRUE,
    .user = (char *) USER,
    .requires_tls = play->played.reason == ATTACK_REQUIRES_TLS,
    .known = known,
  };
  const MoptSessionOptions options = {
    .server = &settings,
    .password = password,
    .limit_ms = LIMIT_MS,
    .stage = on_stage,
    .user_data = play,
    .tried = tried,
  };
  g_autoptr (GError) error = NULL;
  g_autofree char *transcript = NULL;
  MoptStage failed = MOPT_N_STAGES;
  gint64 start = g_get_monotonic_time ();

  known->level = (MoptLevel) { play->played.reason == ATTACK_HAD_TLS, MOPT_STRENGTH_CLEAR };
  known->unencrypted_agreed = play->played.reason == ATTACK_AGREED;
  MoptSession *session = mopt_session_open (&options, &failed, &transcript, NULL, &error);

  if (g_get_monotonic_time () - start > TOO_LATE_US)
    complain (play, "it took %" G_GINT64_FORMAT " ms", (g_get_monotonic_time () - start) / 1000);
  check_text (play, "the transcript", transcript, FALSE);
  check_outcome (play, error, failed);
  check_tried (play, tried);
  if (session != NULL)
    check_session (play, session, server);
  g_clear_pointer (&session, mopt_session_close);

  attack_server_finish (server);
  g_autofree char *said = too_much (attack->protocol, attack_server_get_clear (server));
  if (said != NULL)
    complain (play, "said in clear: %s", said);
  if (error == NULL && !attack_server_has_login (server) && !play->is_login)
    complain (play, "logged in, and nobody was asked");
  if (attack->reply != NULL && !attack_server_has_struck (server))
    complain (play, "the attack did not take place");
  attack_server_free (server);
}

/* ---- the product ---- */

static void
add (const char *name, const AttackCase *played, gboolean is_login)
{
  Play *play = g_new0 (Play, 1);

  play->name = g_strdup (name);
  play->played = *played;
  play->played.attack.protocol = all.protocol;
  play->is_login = is_login;
  g_ptr_array_add (all.plays, play);
}

static void
free_play (gpointer data)
{
  Play *play = data;

  g_free (play->name);
  g_free (play);
}

static void
add_product (const HostileReply *reply)
{
  static const struct
  {
    const char *name;
    MoptSecurity security;
    gboolean inside;
    AttackStep first, last;
    AttackReason reason;
  } phases[] = {
    { "TLS before", MOPT_SECURITY_TLS, FALSE, STEP_GREETING, STEP_TLS },
    { "TLS inside", MOPT_SECURITY_TLS, TRUE, STEP_OFFERS, STEP_ANSWER },
    { "SSL", MOPT_SECURITY_SSL, TRUE, STEP_GREETING, STEP_ANSWER },
    { "Auto before", MOPT_SECURITY_AUTO, FALSE, STEP_GREETING, STEP_TLS },
    { "Auto, TLS known", MOPT_SECURITY_AUTO, FALSE, STEP_GREETING, STEP_TLS, ATTACK_HAD_TLS },
    { "Auto, agreed", MOPT_SECURITY_AUTO, FALSE, STEP_TLS, STEP_TLS, ATTACK_AGREED },
  };
  static const char *const steps[] = { "greeting", "offers", "STARTTLS", "AUTH", "answer" };

  for (guint i = 0; i < G_N_ELEMENTS (phases); i++)
    for (AttackStep step = phases[i].first; step <= phases[i].last; step++)
      {
        g_autofree char *name = g_strdup_printf ("%s, %s, %s", phases[i].name, steps[step], reply->name);
        const AttackCase played = {
          .security = phases[i].security,
          .reason = phases[i].reason,
          .attack = { .step = step,
                      .inside = phases[i].inside,
                      .reply = reply->text,
                      .implicit = phases[i].security == MOPT_SECURITY_SSL },
          .code = ATTACK_ANY,
        };

        if ((reply->steps & (1 << step)) != 0 && !(phases[i].inside && step == STEP_TLS))
          add (name, &played, step == STEP_ANSWER && reply->is_login);
      }
}

/* ---- that the net holds ---- */

/* Without TLS the same server does get the password, and the check above does see that. */
static void
check_the_check (void)
{
  const Attack attack = { .protocol = all.protocol };
  AttackServer *server = attack_server_new (&attack);
  g_autoptr (MoptPassword) password = mopt_password_new (PASSWORD);
  const MoptServer settings = {
    .protocol = all.protocol,
    .host = (char *) "127.0.0.1",
    .security = MOPT_SECURITY_BASIC,
    .custom_port = attack_server_get_port (server),
    .authenticate = TRUE,
    .user = (char *) USER,
  };
  const MoptSessionOptions options = { .server = &settings, .password = password, .limit_ms = LIMIT_MS };
  MoptSession *session = mopt_session_open (&options, NULL, NULL, NULL, NULL);

  g_clear_pointer (&session, mopt_session_close);
  attack_server_finish (server);
  g_autofree char *said = too_much (all.protocol, attack_server_get_clear (server));
  g_assert_nonnull (said);
  attack_server_free (server);
}

static void
test_all (void)
{
  GThreadPool *pool = g_thread_pool_new (play_one, NULL, AT_ONCE, TRUE, NULL);

  check_the_check ();
  for (guint i = 0; i < all.plays->len; i++)
    g_thread_pool_push (pool, all.plays->pdata[i], NULL);
  g_thread_pool_free (pool, FALSE, TRUE);
  for (guint i = 0; i < all.problems->len; i++)
    g_test_message ("%s", (char *) all.problems->pdata[i]);
  g_test_message ("%u attacks", all.plays->len);
  g_assert_cmpuint (all.problems->len, ==, 0);
  g_assert_cmpuint (all.plays->len, >=, ATTACKS_MIN);
}

int
attack_main (int argc, char **argv, MoptProtocol protocol, const HostileReply *replies, guint n_replies,
             const AttackCase *cases, guint n_cases)
{
  g_autofree char *path = g_strconcat ("/starttls/", mopt_protocol_name (protocol), NULL);

  g_test_init (&argc, &argv, NULL);
  test_certificates_init ();
  all.protocol = protocol;
  all.plays = g_ptr_array_new_with_free_func (free_play);
  all.problems = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < n_replies; i++)
    add_product (&replies[i]);
  for (guint i = 0; i < n_cases; i++)
    add (cases[i].name, &cases[i], FALSE);
  g_test_add_func (path, test_all);

  int status = g_test_run ();
  g_ptr_array_unref (all.plays);
  g_ptr_array_unref (all.problems);
  return status;
}
