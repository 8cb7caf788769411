/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mopt trust */
#include "config.h"

#include <glib/gi18n.h>
#include <unistd.h>

#include "base/error.h"
#include "base/when.h"
#include "check/failure.h"
#include "check/learned.h"
#include "cli/cli.h"
#include "cli/online.h"
#include "cli/output.h"
#include "cli/prompt.h"

#define LIMIT_S 30 /* of each stage, to see the certificate */

static const MoptSide sides[] = { MOPT_SIDE_INCOMING, MOPT_SIDE_OUTGOING };

/* What the user asked for. */
typedef struct
{
  MoptSide sides;
  char *sha256; /* nullable; as in MoptTlsInfo */
  int limit;
  gboolean yes, revoke, forget_level, ask_again, json;
} Wish;

static void
wish_clear (Wish *self)
{
  g_free (self->sha256);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Wish, wish_clear)

/* NULL: it has been said what is wrong. */
static char **
parse (const char *const *args, Wish *wish)
{
  g_autofree char *side = NULL;
  g_autofree char *sha256 = NULL;
  const GOptionEntry entries[] = {
    { "side", 0, 0, G_OPTION_ARG_STRING, &side, N_ ("Only this side"), N_ ("incoming|outgoing") },
    { "sha256", 0, 0, G_OPTION_ARG_STRING, &sha256,
      N_ ("Trust the certificate that the server shows now, if this is its fingerprint"), N_ ("FINGERPRINT") },
    { "yes", 'y', 0, G_OPTION_ARG_NONE, &wish->yes, N_ ("Do not ask"), NULL },
    { "revoke", 0, 0, G_OPTION_ARG_NONE, &wish->revoke,
      N_ ("Trust no certificate by hand any more; with --sha256: not this one"), NULL },
    { "forget-level", 0, 0, G_OPTION_ARG_NONE, &wish->forget_level,
      N_ ("Forget how secure the connection and the login have been"), NULL },
    { "ask-again", 0, 0, G_OPTION_ARG_NONE, &wish->ask_again, N_ ("Take back the consent to go on without encryption"),
      NULL },
    { "limit", 0, 0, G_OPTION_ARG_INT, &wish->limit, N_ ("How long each step may take (30)"), N_ ("SECONDS") },
    { "json", 0, 0, G_OPTION_ARG_NONE, &wish->json, N_ ("For programs"), NULL },
    { NULL },
  };
  g_auto (GStrv) words = mopt_cli_parse (args, entries, 0, 1);

  if (words == NULL || !mopt_online_check_limit (wish->limit, args[0]))
    return NULL;
  if (!mopt_online_read_side (side, args[0], &wish->sides))
    return NULL;
  wish->sha256 = sha256 != NULL ? mopt_trusted_fingerprint (sha256) : NULL;
  if (sha256 != NULL && wish->sha256 == NULL)
    {
      mopt_cli_misused (args[0], _ ("A SHA-256 fingerprint has 64 hexadecimal digits, with or without colons."));
      return NULL;
    }
  gboolean changes = sha256 != NULL || wish->revoke || wish->forget_level || wish->ask_again;
  if (changes && wish->sides == MOPT_SIDE_BOTH)
    {
      mopt_cli_misused (args[0], _ ("Say which server: --side incoming or --side outgoing."));
      return NULL;
    }
  if (changes && wish->json)
    {
      mopt_cli_misused (args[0], _ ("--json only shows what is known."));
      return NULL;
    }
  return g_steal_pointer (&words);
}

static const MoptServer *
get_server (const MoptSettings *settings, MoptSide side)
{
  return side == MOPT_SIDE_OUTGOING ? &settings->outgoing : &settings->incoming;
}

/* --- what is known --- */

static void
show_side (const MoptSettings *settings, MoptSide side, const MoptKnownServer *known)
{
  const MoptServer *server = get_server (settings, side);
  MoptTable *table = mopt_table_new (2);
  g_autofree char *level = mopt_learned_level_text (known->level);
  g_autofree char *why_not = mopt_learned_why_not_trust (settings, side);

  mopt_table_add (table, (const char *[]){ side == MOPT_SIDE_OUTGOING ? _ ("Outgoing server") : _ ("Incoming server"),
                                           server->host });
  mopt_table_add (table, (const char *[]){ _ ("Reached"), *level != '\0' ? level : _ ("nothing yet") });
  mopt_table_add (table,
                  (const char *[]){ _ ("Without encryption"), server->requires_tls ? _ ("forbidden by the publisher")
                                                              : known->unencrypted_agreed ? _ ("you agreed to it")
                                                                                          : _ ("asks first") });
  for (guint i = 0; i < known->trusted->len; i++)
    {
      const MoptTrusted *trusted = g_ptr_array_index (known->trusted, i);
      g_autofree char *day = mopt_when_day (trusted->until);
      /* Translators: a certificate that is trusted by hand: its fingerprint, the port of the server, a date */
      g_autofree char *text = g_strdup_printf (_ ("%s on port %u until %s"), trusted->sha256, trusted->port, day);

      mopt_table_add (table, (const char *[]){ i == 0 ? _ ("Trusted by hand") : "", text });
    }
  if (why_not != NULL)
    mopt_table_add (table, (const char *[]){ known->trusted->len == 0 ? _ ("Trusted by hand") : "", why_not });
  else if (known->trusted->len == 0)
    mopt_table_add (table, (const char *[]){ _ ("Trusted by hand"), _ ("no certificate") });
  mopt_table_print (table, 0);
}

static void
add_json (JsonBuilder *json, const MoptSettings *settings, MoptSide side, const MoptKnownServer *known)
{
  json_builder_begin_object (json);
  mopt_output_json_member (json, "side", side == MOPT_SIDE_OUTGOING ? "outgoing" : "incoming");
  mopt_output_json_member (json, "host", get_server (settings, side)->host);
  mopt_output_json_member (json, "tls", known->level.tls ? "true" : "false");
  mopt_output_json_member (json, "strength", mopt_strength_name (known->level.strength));
  mopt_output_json_member (json, "unencrypted-agreed", known->unencrypted_agreed ? "true" : "false");
  mopt_output_json_member (json, "may-trust", get_server (settings, side)->allow_trust ? "true" : "false");
  json_builder_set_member_name (json, "trusted");
  json_builder_begin_array (json);
  for (guint i = 0; i < known->trusted->len; i++)
    {
      const MoptTrusted *trusted = g_ptr_array_index (known->trusted, i);
      g_autofree char *port = g_strdup_printf ("%u", trusted->port);
      g_autofree char *day = mopt_when_day (trusted->until);

      json_builder_begin_object (json);
      mopt_output_json_member (json, "port", port);
      mopt_output_json_member (json, "sha256", trusted->sha256);
      mopt_output_json_member (json, "until", day);
      json_builder_end_object (json);
    }
  json_builder_end_array (json);
  json_builder_end_object (json);
}

/* What cannot be read can be mended, or forgotten. */
static int
fail (const MoptSettings *settings, MoptSide side, const GError *error)
{
  if (!g_error_matches (error, MOPT_ERROR, MOPT_ERROR_SECURITY_UNREADABLE))
    return mopt_cli_fail (error);
  g_autoptr (MoptFailure) failure = mopt_failure_new (error, settings, side, MOPT_STAGE_SECURE);

  /* the failure's own sentence is about a login: that nothing was sent */
  g_autoptr (GError) told
      = g_error_new (MOPT_ERROR, error->code,
                     _ ("What was learned about the security of %s before cannot be read. %s %s"),
                     get_server (settings, side)->host, error->message, failure->advice);
  return mopt_cli_fail (told);
}

static int
show (const MoptSettings *settings, const Wish *wish)
{
  g_autoptr (JsonBuilder) json = wish->json ? json_builder_new () : NULL;

  if (json != NULL)
    json_builder_begin_array (json);
  for (guint i = 0; i < G_N_ELEMENTS (sides); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (MoptKnownServer) known = NULL;

      if ((wish->sides & sides[i]) == 0)
        continue;
      known = mopt_learned_get (settings, sides[i], &error);
      if (known == NULL)
        return fail (settings, sides[i], error);
      if (json != NULL)
        add_json (json, settings, sides[i], known);
      else
        {
          if (i > 0 && wish->sides == MOPT_SIDE_BOTH)
            g_print ("\n");
          show_side (settings, sides[i], known);
        }
    }
  if (json != NULL)
    {
      json_builder_end_array (json);
      g_autoptr (JsonNode) root = json_builder_get_root (json);
      mopt_output_json (root, FALSE);
    }
  return MOPT_EXIT_DONE;
}

/* --- a certificate --- */

/* Whether the person wants it, who sees what is wrong with it. */
static gboolean
confirm (const MoptServer *server, const MoptTlsInfo *tls)
{
  g_autofree char *wrong = mopt_failure_certificate_text (tls, server->host);
  g_autofree char *day = mopt_when_day (mopt_trusted_until (tls->not_after, g_get_real_time () / G_USEC_PER_SEC));
  MoptTable *table = mopt_table_new (2);
  g_autofree char *question = g_strdup_printf (_ ("Trust this certificate of %s until %s?"), server->host, day);

  mopt_table_add (table, (const char *[]){ _ ("Certificate of"), tls->subject });
  mopt_table_add (table, (const char *[]){ _ ("Issued by"), tls->issuer });
  mopt_table_add (table, (const char *[]){ "SHA-256", tls->sha256 });
  mopt_table_add (table, (const char *[]){ _ ("Against it"), wrong });
  mopt_table_print (table, 0);
  return mopt_prompt_confirm (question);
}

/* Looks at the server without logging in. What the attempts found; NULL: nobody was there, and it has been said. */
static GPtrArray *
look (const MoptSettings *settings, MoptSide side, int limit)
{
  g_autoptr (GPtrArray) tried = mopt_tried_array_new ();
  g_autofree char *note = NULL;
  const MoptSessionOptions options = {
    .limit_ms = (guint) (limit > 0 ? limit : LIMIT_S) * 1000,
    .tried = tried,
    .note = &note,
  };
  g_autoptr (GError) error = NULL;
  MoptStage stage = MOPT_STAGE_FIND;
  g_autoptr (MoptSession) session = mopt_learned_open (settings, side, &options, &stage, NULL, NULL, &error);

  if (note != NULL)
    mopt_cli_complain (_ ("Note: %s"), note);
  for (guint i = 0; i < tried->len; i++)
    if (((MoptTried *) tried->pdata[i])->tls != NULL)
      return g_steal_pointer (&tried);
  if (error != NULL)
    {
      g_autoptr (MoptFailure) failure = mopt_failure_new (error, settings, side, stage);

      mopt_cli_complain ("%s", failure->sentence);
    }
  else
    mopt_cli_complain (_ ("%s showed no certificate."), get_server (settings, side)->host);
  return NULL;
}

/* Trusts the certificate on the port that shows it, or each. */
static int
trust (const MoptSettings *settings, const Wish *wish)
{
  const MoptServer *server = get_server (settings, wish->sides);
  g_autofree char *why_not = mopt_learned_why_not_trust (settings, wish->sides);
  const char *other = NULL;
  gboolean asked = wish->yes, found = FALSE;
  g_autoptr (GError) error = NULL;

  if (why_not != NULL)
    {
      mopt_cli_complain ("%s", why_not);
      return MOPT_EXIT_FAILED;
    }
  if (!wish->yes && !isatty (STDIN_FILENO))
    {
      mopt_cli_complain (_ ("Nobody is there to be asked; --yes trusts it without a question."));
      return MOPT_EXIT_FAILED;
    }
  g_autoptr (GPtrArray) tried = look (settings, wish->sides, wish->limit);
  for (guint i = 0; tried != NULL && i < tried->len; i++)
    {
      const MoptTlsInfo *tls = ((MoptTried *) tried->pdata[i])->tls;

      if (tls == NULL || tls->sha256 == NULL)
        continue;
      if (!g_str_equal (tls->sha256, wish->sha256))
        {
          other = tls->sha256;
          continue;
        }
      if (!asked && tls->reasons->len > 0 && !confirm (server, tls))
        {
          mopt_cli_complain (_ ("Cancelled."));
          return MOPT_EXIT_CANCELLED;
        }
      asked = found = TRUE;
      if (!mopt_learned_trust (settings, wish->sides, tls, &error))
        return fail (settings, wish->sides, error);
    }
  if (found)
    return show (settings, wish);
  if (other != NULL)
    mopt_cli_complain (_ ("%s shows another certificate; its SHA-256 is %s. Nothing was changed."), server->host,
                       other);
  return MOPT_EXIT_FAILED;
}

/* --- all together --- */

static int
change (const MoptSettings *settings, const Wish *wish)
{
  g_autoptr (GError) error = NULL;

  if ((wish->revoke && !mopt_learned_revoke (settings, wish->sides, 0, wish->sha256, &error))
      || (wish->forget_level && !mopt_learned_lower (settings, wish->sides, &error))
      || (wish->ask_again && !mopt_learned_agree_unencrypted (settings, wish->sides, FALSE, &error)))
    return fail (settings, wish->sides, error);
  if (wish->sha256 != NULL && !wish->revoke)
    return trust (settings, wish);
  return show (settings, wish);
}

int
mopt_verb_trust (const char *const *args)
{
  g_auto (Wish) wish = { .limit = MOPT_ONLINE_NO_LIMIT };
  g_auto (GStrv) words = parse (args, &wish);
  g_autoptr (MoptAccounts) accounts = NULL;
  g_autoptr (GError) error = NULL;
  int code;

  if (words == NULL)
    return MOPT_EXIT_USAGE;
  MoptAccount *account = mopt_cli_open (words[0], &accounts, &code);
  if (account == NULL)
    return code;
  g_autoptr (MoptSettings) settings = mopt_settings_new (account, &error);
  if (settings == NULL)
    return mopt_cli_fail (error);
  for (guint i = 0; i < G_N_ELEMENTS (sides); i++)
    if ((wish.sides & sides[i]) != 0 && *get_server (settings, sides[i])->host == '\0')
      wish.sides &= ~sides[i];
  if (wish.sides == 0)
    {
      mopt_cli_complain (_ ("No server is entered there yet."));
      return MOPT_EXIT_FAILED;
    }
  return change (settings, &wish);
}
