/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "check/failure-table.h"
#include "check/test-run.h"

/* Copy Report. Its words are stable English, so that whoever helps can read and search it; only the sentences that
 * the person saw are in her language. No secret can be in it: passwords are not part of the settings, and the
 * transcript never gets one. */

static const char *const side_names[] = { "incoming", "outgoing", "arrival" };
static const char *const state_names[] = { "waiting", "running", "passed", "failed", "skipped" };
static const char *const result_names[] = { "running", "passed", "failed", "cancelled" };

const char *
mopt_test_side_name (MoptTestSide side)
{
  return side_names[side];
}

const char *
mopt_test_state_name (MoptTestState state)
{
  return state_names[state];
}

const char *
mopt_test_result_name (MoptTestResult result)
{
  return result_names[result];
}

static void
add_server (GString *text, const char *name, const MoptServer *server)
{
  g_string_append_printf (text, "%s: %s %s security=%s", name, mopt_protocol_name (server->protocol), server->host,
                          mopt_security_name (server->security));
  if (server->custom_port != 0)
    g_string_append_printf (text, " custom-port=%u", server->custom_port);
  if (server->authenticate)
    g_string_append_printf (text, " user=%s", server->user);
  else
    g_string_append (text, " no-authentication");
  if (server->published)
    g_string_append (text, " published");
  g_string_append_c (text, '\n');
}

/* Which sections the publisher keeps shut, "incoming-server outgoing-server". Caller frees. */
static char *
locked_text (guint locked)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < MOPT_N_SECTIONS; i++)
    if ((locked & 1u << i) != 0)
      g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", mopt_section_info (i)->name);
  return g_string_free (text, FALSE);
}

static void
add_publication (GString *text, const MoptSettings *settings)
{
  const MoptPublication *publication = settings->publication;
  g_autofree char *locked = locked_text (settings->locked);

  if (publication == NULL)
    return;
  g_string_append_printf (text, "publication: %s, serial %" G_GUINT64_FORMAT "%s\n", mopt_publication_who (publication),
                          publication->serial, publication->verified ? ", signed" : "");
  if (*locked != '\0')
    g_string_append_printf (text, "locked: %s\n", locked);
}

static char *
time_text (gint64 seconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (seconds);

  return time != NULL ? g_date_time_format_iso8601 (time) : g_strdup ("?");
}

static void
add_tls (GString *text, const char *side, const MoptTlsInfo *tls)
{
  g_autofree char *from = time_text (tls->not_before);
  g_autofree char *until = time_text (tls->not_after);

  g_string_append_printf (text, "\nencryption, %s: %s %s\n", side, tls->protocol, tls->cipher);
  g_string_append_printf (text, "  subject: %s\n  issuer: %s\n  names: %s\n", tls->subject, tls->issuer,
                          tls->names != NULL ? tls->names : "");
  g_string_append_printf (text, "  valid: %s to %s\n  SHA-256: %s\n  problems:", from, until, tls->sha256);
  for (guint i = 0; tls->reasons != NULL && i < tls->reasons->len; i++)
    g_string_append_printf (text, " %s", (const char *) g_ptr_array_index (tls->reasons, i));
  g_string_append (text, tls->reasons != NULL && tls->reasons->len > 0 ? "\n" : " none\n");
}

/* Auto tries several ways at once; of the other modes there is one. */
static void
add_tried (GString *text, const char *side, GPtrArray *tried)
{
  static const char *const ways[] = { [MOPT_TLS_NONE] = "none", [MOPT_TLS_IMPLICIT] = "implicit",
                                      [MOPT_TLS_STARTTLS] = "starttls" };
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  g_string_append_printf (text, "\nattempts, %s (port, TLS, end, ms, code):\n", side);
  for (guint i = 0; i < tried->len; i++)
    {
      const MoptTried *one = g_ptr_array_index (tried, i);
      const char *end = one->chosen ? "chosen" : one->abandoned ? "abandoned" : one->error != NULL ? "failed" : "works";
      MoptError code = one->error != NULL && one->error->domain == MOPT_ERROR ? (MoptError) one->error->code
                                                                             : MOPT_ERROR_FAILED;

      if (code == MOPT_ERROR_CERTIFICATE)
        code = mopt_failure_certificate_cause (one->tls, now);
      g_string_append_printf (text, "  %5u %-8s %-9s %6u", one->attempt.port, ways[one->attempt.tls], end, one->ms);
      if (one->error != NULL)
        g_string_append_printf (text, "  %s", mopt_error_word (code));
      g_string_append_c (text, '\n');
    }
}

/* What servers say may have several lines; the later ones are set in. */
static void
add_indented (GString *text, const char *label, const char *words)
{
  g_auto (GStrv) lines = g_strsplit (words, "\n", -1);
  g_autofree char *joined = g_strjoinv ("\n    ", lines);

  g_string_append_printf (text, "    %s%s\n", label, joined);
}

static void
add_stage (GString *text, MoptTestStage *stage)
{
  const MoptFailure *failure = mopt_test_stage_get_failure (stage);
  const char *detail = mopt_test_stage_get_detail (stage);

  g_string_append_printf (text, "  %-9s %-16s %-8s %6u ms", side_names[mopt_test_stage_get_side (stage)],
                          mopt_stage_name (mopt_test_stage_get_stage (stage)),
                          state_names[mopt_test_stage_get_state (stage)], mopt_test_stage_get_ms (stage));
  if (failure != NULL)
    g_string_append_printf (text, "  %s", failure->code);
  g_string_append_c (text, '\n');
  if (*detail != '\0')
    add_indented (text, "", detail);
  if (failure != NULL)
    {
      if (failure->in_clear)
        add_indented (text, "", "(said without encryption: anybody on the way can have written it)");
      add_indented (text, "sentence: ", failure->sentence);
      if (*failure->advice != '\0')
        add_indented (text, "advice: ", failure->advice);
      if (failure->property != NULL)
        add_indented (text, "field: ", failure->property);
    }
}

char *
mopt_test_run_report (MoptTestRun *self)
{
  const MoptSettings *settings = mopt_test_run_get_settings (self);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *time = g_date_time_format_iso8601 (now);
  g_autofree char *system = g_get_os_info (G_OS_INFO_KEY_PRETTY_NAME);
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "E-mail Options report, %s\n", time);
  g_string_append_printf (text, "version: mail-options %s, GLib %u.%u.%u, %s\n", MOPT_VERSION, glib_major_version,
                          glib_minor_version, glib_micro_version, system != NULL ? system : "unknown system");
  g_string_append_printf (text, "account: %s, %s\n", settings->account_id,
                          settings->incoming.protocol == MOPT_PROTOCOL_POP3 ? "pop" : "imap");
  add_publication (text, settings);
  add_server (text, "incoming", &settings->incoming);
  if (settings->mailbox != NULL)
    g_string_append_printf (text, "mailbox: %s\n", settings->mailbox);
  add_server (text, "outgoing", &settings->outgoing);
  g_string_append_printf (text, "result: %s\n", result_names[mopt_test_run_get_result (self)]);
  if (*mopt_test_run_get_summary (self) != '\0')
    g_string_append_printf (text, "%s %s\n", mopt_test_run_get_summary (self), mopt_test_run_get_advice (self));

  g_string_append (text, "\nstages:\n");
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self)); i++)
    {
      g_autoptr (MoptTestStage) stage = g_list_model_get_item (G_LIST_MODEL (self), i);

      add_stage (text, stage);
    }
  for (guint i = 0; i < G_N_ELEMENTS (side_names); i++)
    {
      GPtrArray *tried = mopt_test_run_get_tried (self, i);
      const MoptTlsInfo *tls = mopt_test_run_get_tls (self, i);

      if (tried != NULL && tried->len > 0)
        add_tried (text, side_names[i], tried);
      if (tls != NULL && i != MOPT_TEST_SIDE_ARRIVAL) /* that is the incoming server's */
        add_tls (text, side_names[i], tls);
    }
  g_string_append_printf (text, "\ndialogue (secrets masked):\n%s\n", mopt_test_run_get_transcript (self));
  return g_string_free (text, FALSE);
}
