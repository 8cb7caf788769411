/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything that is not a success, wherever it is said, through the whole test of an account: it may fail, or not
 * be seen, but it never passes. The server says yes to all the rest. */
#include <string.h>

#include "attack-server.h"
#include "certificates.h"
#include "check/test-run.h"
#include "check/worker.h"

#define USER "alice@example.test"
#define PASSWORD "s3cret-Pässword"
#define AT_ONCE 5
#define ARRIVAL_MS 1000
#define SCENARIOS_MIN 40

#define IMAP MOPT_PROTOCOL_IMAP
#define POP MOPT_PROTOCOL_POP3
#define SMTP MOPT_PROTOCOL_SMTP
#define BIT(step) (1 << STEP_##step)
#define LOGIN_STEPS (BIT (GREETING) | BIT (AUTH) | BIT (ANSWER))

/* ---- replies, each at every step where it is no success ---- */

static const struct
{
  MoptProtocol protocol;
  guint steps;
} roads[] = {
  { IMAP, LOGIN_STEPS | BIT (EXAMINE) },
  { POP, LOGIN_STEPS | BIT (EXAMINE) | BIT (UIDL) },
  { SMTP, LOGIN_STEPS | BIT (OFFERS) | BIT (MAIL) | BIT (RCPT) | BIT (DATA) | BIT (DOT) },
};

typedef struct
{
  MoptProtocol protocol;
  const char *text;
  guint good; /* the steps at which it is one, or leads on */
} Reply;

static const Reply replies[] = {
  { SMTP, "220 x\\r\\n", BIT (GREETING) },
  { SMTP, "221 x\\r\\n" },
  { SMTP, "235 x\\r\\n", BIT (ANSWER) },
  { SMTP, "250 x\\r\\n", BIT (MAIL) | BIT (RCPT) | BIT (DOT) },
  { SMTP, "334 VXNlcm5hbWU6\\r\\n", BIT (AUTH) },
  { SMTP, "354 go\\r\\n", BIT (DATA) },
  { SMTP, "354 go\\r\\n250 queued\\r\\n" },
  { SMTP, "250 x\\r\\n250 x\\r\\n", BIT (DOT) },
  { SMTP, "550 x\\r\\n250 x\\r\\n" },
  { SMTP, "199 x\\r\\n" },
  { SMTP, "299 x\\r\\n" },
  { SMTP, "421 x\\r\\n%C" },
  { SMTP, "450 x\\r\\n" },
  { SMTP, "451 4.7.1 x\\r\\n" },
  { SMTP, "452 x\\r\\n" },
  { SMTP, "500 x\\r\\n" },
  { SMTP, "502 x\\r\\n" },
  { SMTP, "503 x\\r\\n" },
  { SMTP, "530 5.7.0 x\\r\\n" },
  { SMTP, "535 5.7.8 x\\r\\n" },
  { SMTP, "550 5.7.1 x\\r\\n" },
  { SMTP, "552 x\\r\\n" },
  { SMTP, "554-x\\r\\n554 x\\r\\n" },
  { SMTP, "600 x\\r\\n" },
  { SMTP, "250-x\\r\\n550 x\\r\\n" },
  { SMTP, "250-x\\r\\n" },
  { SMTP, "250-x\\r\\n%C" },
  { SMTP, "250%C" },
  { SMTP, "OK\\r\\n" },
  { SMTP, "+OK\\r\\n" },
  { SMTP, "* OK\\r\\n" },
  { SMTP, "" },
  { SMTP, "%C" },
  { IMAP, "%T OK x\\r\\n", BIT (ANSWER) },
  { IMAP, "%T NO x\\r\\n" },
  { IMAP, "%T BAD x\\r\\n" },
  { IMAP, "%T BYE x\\r\\n" },
  { IMAP, "%T PREAUTH x\\r\\n" },
  { IMAP, "a99 OK x\\r\\n" },
  { IMAP, "* OK x\\r\\n", BIT (GREETING) },
  { IMAP, "* OK x\\r\\n%C" },
  { IMAP, "* PREAUTH x\\r\\n" },
  { IMAP, "* BYE x\\r\\n%C" },
  { IMAP, "* OK x\\r\\n%T NO x\\r\\n", BIT (GREETING) },
  { IMAP, "* 3 EXISTS\\r\\n%T NO x\\r\\n" },
  { IMAP, "* 3 EXISTS\\r\\na99 OK x\\r\\n" },
  { IMAP, "* 3 EXISTS\\r\\n%C" },
  { IMAP, "* x EXISTS\\r\\n%T OK\\r\\n", BIT (ANSWER) },
  { IMAP, "* -3 EXISTS\\r\\n%T OK\\r\\n", BIT (ANSWER) },
  { IMAP, "+ x\\r\\n", BIT (AUTH) },
  { IMAP, "+OK\\r\\n" },
  { IMAP, "250 x\\r\\n" },
  { IMAP, "" },
  { IMAP, "%C" },
  { IMAP, "%T O%C" },
  { POP, "+OK\\r\\n", BIT (GREETING) | BIT (ANSWER) },
  { POP, "+OK many\\r\\n", BIT (GREETING) | BIT (ANSWER) },
  /* without UIDL the numbers serve */
  { POP, "-ERR x\\r\\n", BIT (UIDL) },
  { POP, "-ERR [IN-USE] x\\r\\n" },
  { POP, "-ERR [SYS/TEMP] x\\r\\n", BIT (UIDL) },
  { POP, "+OK 3\\r\\n-ERR x\\r\\n" },
  { POP, "-ERR x\\r\\n+OK 3\\r\\n" },
  { POP, "+OK\\r\\n1 a\\r\\n%C", BIT (GREETING) | BIT (ANSWER) },
  { POP, "+OK\\r\\nnonsense\\r\\n.\\r\\n" },
  { POP, "+ x\\r\\n", BIT (AUTH) },
  { POP, "OK\\r\\n" },
  { POP, "* OK x\\r\\n" },
  { POP, "250 x\\r\\n" },
  { POP, "" },
  { POP, "%C" },
  { POP, "+O%C" },
};

/* ---- one scenario ---- */

typedef enum
{
  MUST_FAIL,
  MUST_NOT_BE_SEEN,
  MUST_PASS, /* so that we know that the rest is not to blame */
} Expected;

/* What becomes of the message between the two servers. */
typedef struct
{
  const char *name;
  const char *(*deliver) (GString *message); /* changes what lies in the mailbox; gives what is fetched as a whole */
  Expected expected;
  const char *whole; /* the answer to a command for it: %T tag, %N length, %M text; %C closes */
} Delivery;

typedef struct
{
  char *name;
  MoptProtocol protocol; /* of the incoming or the one server */
  Expected expected;
  Attack attack;
  Attack outgoing_attack; /* of a delivery */
  AttackServer *server;
  AttackServer *outgoing;
  MoptTestRun *run;

  const Delivery *delivery; /* NULL: only one side */
  GMutex mutex;             /* guards the two: */
  GString *message;         /* as it lies in the mailbox; NULL: nothing has come */
  char *whole;              /* as it is given out */
} Scenario;

static const char offers_smtp[] = "250-m\\r\\n250 AUTH LOGIN\\r\\n";
static const char offers_imap[] = "* CAPABILITY IMAP4rev1 AUTH=LOGIN\\r\\n%T OK\\r\\n";
static const char offers_pop[] = "+OK\\r\\nSASL LOGIN\\r\\nUIDL\\r\\nTOP\\r\\n.\\r\\n";
static const char *const offers[] = { offers_imap, offers_pop, offers_smtp };

static GPtrArray *scenarios;
static guint n_started, n_ended, n_false;

static Scenario *
add (const char *name, MoptProtocol protocol, Expected expected)
{
  Scenario *scenario = g_new0 (Scenario, 1);

  scenario->name = g_strdup_printf ("%s: %s", mopt_protocol_name (protocol), name);
  scenario->protocol = protocol;
  scenario->expected = expected;
  scenario->attack = (Attack) { .protocol = protocol, .offers = offers[protocol], .data = scenario };
  scenario->outgoing_attack = (Attack) { .protocol = SMTP, .offers = offers_smtp, .data = scenario };
  g_mutex_init (&scenario->mutex);
  g_ptr_array_add (scenarios, scenario);
  return scenario;
}

static void
free_scenario (gpointer data)
{
  Scenario *scenario = data;

  attack_server_free (scenario->server);
  g_clear_pointer (&scenario->outgoing, attack_server_free);
  g_clear_object (&scenario->run);
  if (scenario->message != NULL)
    g_string_free (scenario->message, TRUE);
  g_mutex_clear (&scenario->mutex);
  g_free (scenario->whole);
  g_free (scenario->name);
  g_free (scenario);
}

/* ---- how messages come through ---- */

static const char *
faithful (GString *message)
{
  return message->str;
}

static const char *
swallowed (GString *message)
{
  return NULL;
}

static const char *
another_id (GString *message)
{
  char *id = strstr (message->str, "Message-Id: <");

  if (id == NULL)
    id = strstr (message->str, "Message-ID: <");
  g_assert_nonnull (id);
  memcpy (id + strlen ("Message-ID: <"), "other", 5);
  return message->str;
}

static const char *
id_in_text (GString *message)
{
  g_autofree char *all = g_strdup (message->str);

  g_string_printf (message, "Subject: the same\r\n\r\n%s", all);
  return message->str;
}

static const char *
no_headers (GString *message)
{
  g_string_assign (message, "");
  return message->str;
}

static const char *
other_text (GString *message)
{
  return "Message-ID: <other@example.test>\r\nSubject: x\r\n\r\nx\r\n";
}

static const char *
stripped (GString *message)
{
  g_string_replace (message, "{CMI: ", "[CMI ", 0);
  return message->str;
}

static const char *
other_number (GString *message)
{
  char *number = strstr (message->str, "{CMI: ");

  g_assert_nonnull (number);
  number = strpbrk (number, "0123456789");
  *number = *number == '9' ? '1' : '9';
  return message->str;
}

static const char *
other_prefix (GString *message)
{
  g_string_replace (message, "{CMI: PUBLSHD", "{CMI: WXYZ", 0);
  return message->str;
}

#define IMAP_WHOLE "* 4 FETCH (UID 4 BODY[]<0> {%N}\r\n%M)\r\n"

static const Delivery imap_deliveries[] = {
  { "as it was", faithful, MUST_PASS, IMAP_WHOLE "%T OK\r\n" },
  { "swallowed", swallowed, MUST_NOT_BE_SEEN, "" },
  { "another one", another_id, MUST_NOT_BE_SEEN, IMAP_WHOLE "%T OK\r\n" },
  { "the id in the text", id_in_text, MUST_NOT_BE_SEEN, IMAP_WHOLE "%T OK\r\n" },
  { "no headers at all", no_headers, MUST_NOT_BE_SEEN, IMAP_WHOLE "%T OK\r\n" },
  { "the text of another", other_text, MUST_NOT_BE_SEEN, IMAP_WHOLE "%T OK\r\n" },
  { "NIL", faithful, MUST_NOT_BE_SEEN, "* 4 FETCH (UID 4 BODY[]<0> NIL)\r\n%T OK\r\n" },
  { "of another UID", faithful, MUST_NOT_BE_SEEN,
    "* 4 FETCH (UID 9 BODY[]<0> {%N}\r\n%M)\r\n%T OK\r\n" },
  { "gone", faithful, MUST_NOT_BE_SEEN, "%T OK\r\n" },
  { "cut off", faithful, MUST_FAIL, "* 4 FETCH (UID 4 BODY[]<0> {99999}\r\n%M%C" },
  { "NO after all", faithful, MUST_FAIL, IMAP_WHOLE "%T NO\r\n" },
  { "BAD after all", faithful, MUST_FAIL, IMAP_WHOLE "%T BAD\r\n" },
  { "another tag", faithful, MUST_FAIL, IMAP_WHOLE "a99 OK\r\n" },
  { "no tag", faithful, MUST_FAIL, IMAP_WHOLE "%C" },
  { "ID stripped", stripped, MUST_FAIL, IMAP_WHOLE "%T OK\r\n" },
  { "ID with another number", other_number, MUST_FAIL, IMAP_WHOLE "%T OK\r\n" },
  { "ID with another prefix", other_prefix, MUST_FAIL, IMAP_WHOLE "%T OK\r\n" },
};

static const Delivery pop_deliveries[] = {
  { "as it was", faithful, MUST_PASS, "+OK\r\n%M.\r\n" },
  { "swallowed", swallowed, MUST_NOT_BE_SEEN, "" },
  { "another one", another_id, MUST_NOT_BE_SEEN, "+OK\r\n%M.\r\n" },
  { "the id in the text", id_in_text, MUST_NOT_BE_SEEN, "+OK\r\n%M.\r\n" },
  { "no headers at all", no_headers, MUST_NOT_BE_SEEN, "+OK\r\n%M.\r\n" },
  { "the text of another", other_text, MUST_NOT_BE_SEEN, "+OK\r\n%M.\r\n" },
  { "nothing", faithful, MUST_NOT_BE_SEEN, "+OK\r\n.\r\n" },
  { "refused", faithful, MUST_FAIL, "-ERR\r\n" },
  { "cut off", faithful, MUST_FAIL, "+OK\r\n%M%C" },
  { "ID stripped", stripped, MUST_FAIL, "+OK\r\n%M.\r\n" },
  { "ID with another number", other_number, MUST_FAIL, "+OK\r\n%M.\r\n" },
};

static void
take_message (gpointer data, const char *text)
{
  Scenario *scenario = data;

  g_mutex_lock (&scenario->mutex);
  scenario->message = g_string_new (text);
  scenario->whole = g_strdup (scenario->delivery->deliver (scenario->message));
  g_mutex_unlock (&scenario->mutex);
}

/* The header section, with the empty line after it. */
static char *
headers_of (const char *message)
{
  const char *end = strstr (message, "\r\n\r\n");

  return end != NULL ? g_strndup (message, end + 4 - message) : g_strdup (message);
}

static char *
fill_in (const char *answer, const char *tag, const char *message)
{
  GString *text = g_string_new (answer);
  g_autofree char *length = g_strdup_printf ("%" G_GSIZE_FORMAT, strlen (message));

  g_string_replace (text, "%T", tag, 0);
  g_string_replace (text, "%N", length, 0);
  g_string_replace (text, "%M", message, 1);
  return g_string_free (text, FALSE);
}

static char *
give_message (gpointer data, const char *line, const char *tag)
{
  Scenario *scenario = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&scenario->mutex);

  if (scenario->whole == NULL)
    return NULL;

  const char *whole = scenario->whole;
  g_autofree char *headers = headers_of (scenario->message->str);
  if (strstr (line, " NOOP") != NULL)
    return g_strdup_printf ("* 4 EXISTS\r\n%s OK\r\n", tag);
  if (strstr (line, "HEADER.FIELDS") != NULL)
    return g_strdup_printf ("* 4 FETCH (UID 4 BODY[HEADER.FIELDS (MESSAGE-ID)] {%" G_GSIZE_FORMAT "}\r\n%s)\r\n%s OK\r\n",
                            strlen (headers), headers, tag);
  if (strcmp (line, "UIDL") == 0)
    return g_strdup ("+OK\r\n1 a\r\n2 b\r\n3 c\r\n4 d\r\n.\r\n");
  if (strcmp (line, "TOP 4 0") == 0)
    return g_strdup_printf ("+OK\r\n%s.\r\n", headers);
  if (strstr (line, "BODY.PEEK[]") != NULL || g_str_has_prefix (line, "TOP 4 ") || g_str_has_prefix (line, "RETR 4"))
    return fill_in (scenario->delivery->whole, tag, whole);
  return NULL;
}
/* ---- running them ---- */

static MoptTestState
state_of (MoptTestRun *run, MoptStage wanted)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (run)); i++)
    {
      g_autoptr (MoptTestStage) stage = g_list_model_get_item (G_LIST_MODEL (run), i);

      if (mopt_test_stage_get_stage (stage) == wanted)
        return mopt_test_stage_get_state (stage);
    }
  return MOPT_TEST_SKIPPED;
}

static void start_next (GMainLoop *loop);

static void
on_finished (MoptTestRun *run, gpointer user_data)
{
  Scenario *scenario = g_object_get_data (G_OBJECT (run), "scenario");
  gboolean passed = mopt_test_run_get_result (run) == MOPT_RESULT_PASSED;
  gboolean arrived = state_of (run, MOPT_STAGE_ARRIVED) == MOPT_TEST_PASSED;
  gboolean ok = scenario->expected == MUST_FAIL   ? !passed
                : scenario->expected == MUST_PASS ? passed && (scenario->delivery == NULL || arrived)
                                                  : passed && !arrived;

  n_ended++;
  if (!ok)
    {
      n_false++;
      g_test_message ("%s: %s; %s\n%s", scenario->name, mopt_test_result_name (mopt_test_run_get_result (run)),
                      mopt_test_run_get_summary (run), mopt_test_run_get_transcript (run));
    }
  start_next (user_data);
}

static void
start (Scenario *scenario, GMainLoop *loop)
{
  static char *nothing[] = { NULL };
  gboolean both = scenario->delivery != NULL;
  MoptSide sides = both                         ? MOPT_SIDE_BOTH
                   : scenario->protocol == SMTP ? MOPT_SIDE_OUTGOING
                                                : MOPT_SIDE_INCOMING;
  g_autoptr (MoptPassword) password = mopt_password_new (PASSWORD);

  scenario->server = attack_server_new (&scenario->attack);
  if (both)
    scenario->outgoing = attack_server_new (&scenario->outgoing_attack);

  const MoptServer server = {
    .protocol = scenario->protocol,
    .host = (char *) "127.0.0.1",
    .security = MOPT_SECURITY_BASIC,
    .custom_port = attack_server_get_port (scenario->server),
    .authenticate = TRUE,
    .user = (char *) USER,
  };
  MoptSettings settings = {
    .account_id = (char *) "work",
    .account_name = (char *) "Work",
    .incoming = server,
    .outgoing = server,
    .mailbox = scenario->protocol == IMAP ? (char *) "INBOX" : NULL,
    .same_login = TRUE,
    .from_user_address = TRUE,
    .from_legal = nothing,
    .from_default = (char *) "",
    .conversation_id_add = both,
    .conversation_prefix = (char *) "PUBLSHD",
  };
  const MoptTestOptions options = {
    .settings = &settings,
    .sides = sides,
    .flags = MOPT_TEST_SEND_MESSAGE,
    .incoming_password = password,
    .own_address = USER,
    .limit_ms = 5000,
    .arrival_ms = ARRIVAL_MS,
  };

  if (both)
    {
      settings.outgoing.protocol = SMTP;
      settings.outgoing.custom_port = attack_server_get_port (scenario->outgoing);
    }
  scenario->run = mopt_test_run_new (&options);
  g_object_set_data (G_OBJECT (scenario->run), "scenario", scenario);
  g_signal_connect (scenario->run, "finished", G_CALLBACK (on_finished), loop);
  mopt_test_run_start (scenario->run);
}

static void
start_next (GMainLoop *loop)
{
  if (n_started < scenarios->len)
    start (scenarios->pdata[n_started++], loop);
  else if (n_ended == scenarios->len)
    g_main_loop_quit (loop);
}

static void
add_replies (void)
{
  static const char *const steps[N_STEPS] = { "greeting", "offers", "TLS",  "AUTH", "answer", "mailbox",
                                              "UIDL",     "MAIL",   "RCPT", "DATA", "dot" };

  for (guint i = 0; i < G_N_ELEMENTS (replies); i++)
    for (AttackStep step = 0; step < N_STEPS; step++)
      for (guint j = 0; j < G_N_ELEMENTS (roads); j++)
        if (roads[j].protocol == replies[i].protocol && (roads[j].steps & ~replies[i].good & (1 << step)) != 0)
          {
            g_autofree char *name = g_strdup_printf ("%s \"%s\"", steps[step], replies[i].text);
            Scenario *scenario = add (name, replies[i].protocol, MUST_FAIL);

            scenario->attack.step = step;
            scenario->attack.reply = replies[i].text;
          }
}

static void
add_offers (void)
{
  static const struct
  {
    MoptProtocol protocol;
    const char *offers;
  } poor[] = {
    { SMTP, "250 m\\r\\n" },
    { SMTP, "250-m\\r\\n250 AUTH\\r\\n" },
    { SMTP, "250-m\\r\\n250 AUTH GSSAPI X-NONE\\r\\n" },
    { SMTP, "250-m\\r\\n250 STARTTLS\\r\\n" },
    { IMAP, "* CAPABILITY IMAP4rev1 LOGINDISABLED\\r\\n%T OK\\r\\n" },
    { IMAP, "* CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=GSSAPI\\r\\n%T OK\\r\\n" },
    { POP, "+OK\\r\\nSASL GSSAPI\\r\\n.\\r\\n" },
    { POP, "+OK\\r\\nUIDL\\r\\n.\\r\\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (poor); i++)
    add (poor[i].offers, poor[i].protocol, MUST_FAIL)->attack.offers = poor[i].offers;
  for (guint i = 0; i < G_N_ELEMENTS (offers); i++)
    add ("nothing wrong", i, MUST_PASS);
}

static void
add_deliveries (MoptProtocol protocol, const Delivery *deliveries, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      Scenario *scenario = add (deliveries[i].name, protocol, deliveries[i].expected);

      scenario->delivery = &deliveries[i];
      scenario->attack.other = give_message;
      scenario->outgoing_attack.take = take_message;
    }
}

static void
test_all (void)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  scenarios = g_ptr_array_new_with_free_func (free_scenario);
  add_deliveries (POP, pop_deliveries, G_N_ELEMENTS (pop_deliveries));
  add_deliveries (IMAP, imap_deliveries, G_N_ELEMENTS (imap_deliveries));
  add_replies ();
  add_offers ();
  for (guint i = 0; i < AT_ONCE; i++)
    start_next (loop);
  g_main_loop_run (loop);
  g_test_message ("%u scenarios, %u not as they should", scenarios->len, n_false);
  g_assert_cmpuint (n_false, ==, 0);
  g_assert_cmpuint (scenarios->len, >=, SCENARIOS_MIN);
  g_assert_true (mopt_worker_settle (5000));
  g_ptr_array_unref (scenarios);
}

int
main (int argc, char **argv)
{
  g_autofree char *state = g_dir_make_tmp ("mopt-XXXXXX", NULL);

  g_setenv ("XDG_STATE_HOME", state, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/false-pass", test_all);

  int status = g_test_run ();
  const char *const remove[] = { "rm", "-rf", state, NULL };
  g_spawn_sync (NULL, (char **) remove, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
  return status;
}
