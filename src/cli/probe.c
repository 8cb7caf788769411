/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mopt probe */
#include "config.h"

#include <glib/gi18n.h>

#include "check/probe.h"
#include "check/worker.h"
#include "cli/cli.h"
#include "cli/online.h"
#include "cli/output.h"

#define GOOD_BYE_MS 500

static const char *const tls_names[] = {
  [MOPT_TLS_NONE] = "none",
  [MOPT_TLS_IMPLICIT] = "implicit",
  [MOPT_TLS_STARTTLS] = "starttls",
};

/* --- for people --- */

static const struct
{
  const char *sign;
  const char *colour;
} states[] = {
  [MOPT_PROBE_CHOSEN] = { "✓", "\033[32m" },
  [MOPT_PROBE_WORKS] = { "+", "" },
  [MOPT_PROBE_FAILED] = { "✗", "\033[31m" },
  [MOPT_PROBE_ABANDONED] = { "–", "\033[2m" },
};

static void
print_fact (const char *label, const char *text)
{
  if (*text == '\0')
    return;
  g_autofree char *line = g_strdup_printf ("%s %s", label, text);
  mopt_output_below (line, 2);
}

static void
print_row (const MoptProbeRow *row)
{
  gboolean colour = mopt_output_wants_colour ();
  g_autofree char *size = row->size > 0 ? g_format_size (row->size) : g_strdup ("");

  g_print ("%s%s%s ", colour ? states[row->state].colour : "", states[row->state].sign, colour ? "\033[0m" : "");
  mopt_output_padded (row->title, 30);
  g_print ("%5u ms\n", row->tried->ms);
  mopt_output_below (row->sentence, 2);
  if (row->server_words != NULL)
    mopt_output_below (row->server_words, 4);
  if (row->in_clear)
    mopt_output_below (mopt_failure_in_clear_text (), 4);
  print_fact (_ ("Encryption:"), row->encryption);
  print_fact (_ ("Certificate:"), row->certificate);
  print_fact (_ ("Logins before encryption:"), row->before);
  print_fact (_ ("Logins:"), row->mechanisms);
  print_fact (_ ("Largest message:"), size);
  print_fact (_ ("Offers:"), row->capabilities);
}

static void
print (const MoptProbe *probe)
{
  for (guint i = 0; i < probe->rows->len; i++)
    print_row (g_ptr_array_index (probe->rows, i));
  g_print ("\n");
  mopt_output_below (probe->conclusion, 0);
}

/* --- for programs --- */

static void
add_list (JsonBuilder *json, const char *member, char **words)
{
  json_builder_set_member_name (json, member);
  if (words == NULL)
    {
      json_builder_add_null_value (json);
      return;
    }
  json_builder_begin_array (json);
  for (char **word = words; *word != NULL; word++)
    {
      g_autofree char *valid = g_utf8_make_valid (*word, -1);

      json_builder_add_string_value (json, valid);
    }
  json_builder_end_array (json);
}

static void
add_certificate (JsonBuilder *json, const MoptTlsInfo *tls)
{
  json_builder_set_member_name (json, "certificate");
  if (tls == NULL || tls->sha256 == NULL)
    {
      json_builder_add_null_value (json);
      return;
    }

  g_autoptr (GDateTime) end = g_date_time_new_from_unix_utc (tls->not_after);
  g_autofree char *until = end != NULL ? g_date_time_format_iso8601 (end) : NULL;
  json_builder_begin_object (json);
  mopt_output_json_member (json, "subject", tls->subject);
  mopt_output_json_member (json, "issuer", tls->issuer);
  mopt_output_json_member (json, "names", tls->names);
  mopt_output_json_member (json, "until", until);
  mopt_output_json_member (json, "sha256", tls->sha256);
  json_builder_set_member_name (json, "reasons");
  json_builder_begin_array (json);
  for (guint i = 0; i < tls->reasons->len; i++)
    json_builder_add_string_value (json, g_ptr_array_index (tls->reasons, i));
  json_builder_end_array (json);
  json_builder_end_object (json);
}

static void
add_row (JsonBuilder *json, const MoptProbeRow *row)
{
  const MoptTried *tried = row->tried;

  json_builder_begin_object (json);
  mopt_output_json_number (json, "port", tried->attempt.port);
  mopt_output_json_member (json, "tls", tls_names[tried->attempt.tls]);
  mopt_output_json_member (json, "state", mopt_probe_state_name (row->state));
  mopt_output_json_member (json, "stage", mopt_stage_name (tried->stage));
  mopt_output_json_member (json, "code", row->code);
  mopt_output_json_number (json, "ms", tried->ms);
  mopt_output_json_member (json, "peer", tried->peer);
  mopt_output_json_member (json, "sentence", row->sentence);
  mopt_output_json_member (json, "detail", row->server_words);
  mopt_output_json_member (json, "encryption", row->encryption);
  add_certificate (json, tried->tls);
  add_list (json, "offers_before", tried->offers_before);
  add_list (json, "offers", tried->offers);
  mopt_output_json_member (json, "mechanisms_before", row->before);
  mopt_output_json_member (json, "mechanisms", row->mechanisms);
  if (row->size > 0)
    mopt_output_json_number (json, "size", (gint64) row->size);
  else
    mopt_output_json_member (json, "size", NULL);
  json_builder_end_object (json);
}

static void
print_json (const MoptProbe *probe)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  MoptSecurity security;
  guint16 port;

  json_builder_begin_object (json);
  mopt_output_json_member (json, "host", probe->host);
  mopt_output_json_member (json, "protocol", mopt_protocol_name (probe->protocol));
  json_builder_set_member_name (json, "attempts");
  json_builder_begin_array (json);
  for (guint i = 0; i < probe->rows->len; i++)
    add_row (json, g_ptr_array_index (probe->rows, i));
  json_builder_end_array (json);
  json_builder_set_member_name (json, "pin");
  if (mopt_probe_pin (probe, &security, &port))
    {
      json_builder_begin_object (json);
      mopt_output_json_member (json, "security", mopt_security_name (security));
      if (port != 0)
        mopt_output_json_number (json, "port", port);
      else
        mopt_output_json_member (json, "port", NULL); /* Custom Port is not needed */
      json_builder_end_object (json);
    }
  else
    json_builder_add_null_value (json);
  mopt_output_json_member (json, "code", probe->failure != NULL ? probe->failure->code : NULL);
  mopt_output_json_member (json, "conclusion", probe->conclusion);
  mopt_output_json_object (json);
}

/* --- the verb --- */

typedef struct
{
  char *kind;
  char *account;
  int port;
  int limit;
  gboolean json;
} Wish;

static void
wish_clear (Wish *self)
{
  g_free (self->kind);
  g_free (self->account);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Wish, wish_clear)

static gboolean
parse_kind (const char *kind, MoptProtocol *protocol)
{
  static const char *const kinds[] = { "imap", "pop", "smtp" }; /* by MoptProtocol */

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (kind != NULL ? kind : "imap", kinds[i]))
      {
        *protocol = i;
        return TRUE;
      }
  return FALSE;
}

/* The settings to go by: the account's, with what is known of its server, or those of a server alone. NULL: it has been
 * said why, *@code is what the verb ends with. */
static MoptSettings *
find_settings (const Wish *wish, const char *host, MoptProtocol protocol, MoptSide *side, int *code)
{
  g_autoptr (MoptAccounts) accounts = NULL;
  g_autoptr (GError) error = NULL;
  MoptSettings *settings;

  *side = protocol == MOPT_PROTOCOL_SMTP ? MOPT_SIDE_OUTGOING : MOPT_SIDE_INCOMING;
  if (wish->account == NULL)
    settings = mopt_probe_settings (protocol, host, (guint16) MAX (wish->port, 0), &error);
  else
    {
      MoptAccount *account = mopt_cli_open (wish->account, &accounts, code);

      if (account == NULL)
        return NULL;
      if (!mopt_online_is_complete (account, *side))
        {
          *code = MOPT_EXIT_FAILED;
          return NULL;
        }
      settings = mopt_settings_new (account, &error);
    }
  if (settings == NULL)
    *code = mopt_cli_fail (error);
  return settings;
}

static int
probe (const MoptSettings *settings, MoptSide side, const Wish *wish)
{
  g_auto (MoptWait) wait = { 0 };
  g_autoptr (GError) error = NULL;

  mopt_cli_wait_init (&wait);
  mopt_probe_async (settings, side, (guint) MAX (wish->limit, 0) * 1000, wait.cancellable, mopt_cli_wait_done, &wait);
  g_autoptr (MoptProbe) result = mopt_probe_finish (mopt_cli_wait (&wait), &error);
  if (result == NULL)
    return mopt_cli_fail (error);
  if (wish->json)
    print_json (result);
  else
    print (result);
  mopt_worker_settle (GOOD_BYE_MS);
  return result->chosen >= 0 ? MOPT_EXIT_DONE : MOPT_EXIT_FAILED;
}

int
mopt_verb_probe (const char *const *args)
{
  g_auto (Wish) wish = { .limit = MOPT_ONLINE_NO_LIMIT };
  const GOptionEntry entries[] = {
    { "kind", 0, 0, G_OPTION_ARG_STRING, &wish.kind, N_ ("What kind of server it is (imap)"), "imap|pop|smtp" },
    { "port", 0, 0, G_OPTION_ARG_INT, &wish.port, N_ ("Only this port"), "N" },
    { "account", 0, 0, G_OPTION_ARG_STRING, &wish.account,
      N_ ("The server of this account instead of a HOST, with what is known of it"), N_ ("ACCOUNT") },
    { "limit", 0, 0, G_OPTION_ARG_INT, &wish.limit, N_ ("How long each stage may take (10)"), N_ ("SECONDS") },
    { "json", 0, 0, G_OPTION_ARG_NONE, &wish.json, N_ ("For programs: a JSON object"), NULL },
    { NULL },
  };
  g_auto (GStrv) words = mopt_cli_parse (args, entries, 0, 1);
  MoptProtocol protocol;
  MoptSide side;
  int code = MOPT_EXIT_FAILED;

  if (words == NULL || !mopt_online_check_limit (wish.limit, args[0]))
    return MOPT_EXIT_USAGE;
  if (!parse_kind (wish.kind, &protocol))
    return mopt_cli_misused (args[0], _ ("A kind of server is imap, pop or smtp, not “%s”."), wish.kind);
  if (wish.port < 0 || wish.port > G_MAXUINT16)
    return mopt_cli_misused (args[0], _ ("A port is a number from 1 to 65535."));
  if ((words[0] != NULL) == (wish.account != NULL))
    return mopt_cli_misused (args[0], _ ("Say which server: HOST, or --account ACCOUNT."));
  if (wish.account != NULL && (wish.port != 0 || (wish.kind != NULL && protocol != MOPT_PROTOCOL_SMTP)))
    return mopt_cli_misused (args[0], _ ("An account knows its servers: only --kind smtp can stand beside --account."));

  g_autoptr (MoptSettings) settings = find_settings (&wish, words[0], protocol, &side, &code);
  return settings != NULL ? probe (settings, side, &wish) : code;
}
