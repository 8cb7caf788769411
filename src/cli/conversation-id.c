/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mopt conversation-id */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <unistd.h>

#include "base/error.h"
#include "check/conversation.h"
#include "cli/cli.h"
#include "cli/output.h"
#include "mail/outgoing.h"
#include "model/conversation-id.h"

static void
add_text (JsonBuilder *json, const char *name, const char *text)
{
  json_builder_set_member_name (json, name);
  if (text != NULL)
    json_builder_add_string_value (json, text);
  else
    json_builder_add_null_value (json);
}

static void
print_object (JsonBuilder *json)
{
  json_builder_end_object (json);
  g_autoptr (JsonNode) root = json_builder_get_root (json);
  mopt_output_json (root, FALSE);
}

static const char *
place_name (const MoptSettings *settings)
{
  return settings->conversation_id_in_body ? "body" : "subject";
}

/* How the account's IDs look, and which one would come next. */
static int
show (const MoptSettings *settings, gboolean as_json)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) prefixes = mopt_conversation_prefixes (settings, &error);
  g_autofree char *warning = NULL;
  g_autofree char *next = prefixes != NULL ? mopt_conversation_preview (settings, &warning, &error) : NULL;

  if (next == NULL)
    return mopt_cli_fail (error);
  if (as_json)
    {
      g_autoptr (JsonBuilder) json = json_builder_new ();

      json_builder_begin_object (json);
      add_text (json, "prefix", prefixes[0]);
      json_builder_set_member_name (json, "previous");
      json_builder_begin_array (json);
      for (char **prefix = prefixes + 1; *prefix != NULL; prefix++)
        json_builder_add_string_value (json, *prefix);
      json_builder_end_array (json);
      add_text (json, "next", next);
      add_text (json, "add", settings->conversation_id_add ? "true" : "false");
      add_text (json, "place", place_name (settings));
      add_text (json, "warning", warning);
      print_object (json);
      return MOPT_EXIT_DONE;
    }

  g_autofree char *previous = g_strjoinv (", ", prefixes + 1);
  MoptTable *table = mopt_table_new (2);
  mopt_table_add (table, (const char *[]){ _ ("Prefix"), prefixes[0] });
  if (*previous != '\0')
    mopt_table_add (table, (const char *[]){ _ ("Earlier prefixes"), previous });
  mopt_table_add (table, (const char *[]){ _ ("Next"), next });
  mopt_table_add (table,
                  (const char *[]){ _ ("Added"), !settings->conversation_id_add      ? _ ("no")
                                                 : settings->conversation_id_in_body ? _ ("to the body")
                                                                                     : _ ("to the subject line") });
  mopt_table_print (table, 0);
  if (warning != NULL)
    mopt_cli_complain (_ ("Note: %s"), warning);
  return MOPT_EXIT_DONE;
}

/* A number that nobody gets again. */
static int
draw (const MoptSettings *settings, gboolean as_json)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *warning = NULL;
  g_autofree char *id = mopt_conversation_draw (settings, &warning, &error);

  if (id == NULL)
    return mopt_cli_fail (error);
  if (as_json)
    {
      g_autoptr (JsonBuilder) json = json_builder_new ();

      json_builder_begin_object (json);
      add_text (json, "id", id);
      add_text (json, "warning", warning);
      print_object (json);
      return MOPT_EXIT_DONE;
    }
  g_print ("%s\n", id);
  if (warning != NULL)
    mopt_cli_complain (_ ("Note: %s"), warning);
  return MOPT_EXIT_DONE;
}

static MoptSpool *
open_message (const char *file, GError **error)
{
  gboolean is_input = g_str_equal (file, "-");
  int fd = is_input ? STDIN_FILENO : open (file, O_RDONLY | O_CLOEXEC | O_NOCTTY);

  if (fd < 0)
    {
      g_set_error (error, MOPT_ERROR, MOPT_ERROR_FAILED, _ ("The file “%s” could not be read: %s."), file,
                   g_strerror (errno));
      return NULL;
    }
  MoptSpool *message = mopt_spool_new_from_fd (fd, NULL, NULL, error);
  if (!is_input)
    close (fd);
  return message;
}

/* The one that a message carries: what `mopt send` would keep. */
static int
find (const MoptSettings *settings, const char *file, gboolean as_json)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) prefixes = mopt_conversation_prefixes (settings, &error);
  g_autoptr (MoptSpool) message = prefixes != NULL ? open_message (file, &error) : NULL;
  g_autoptr (MoptOutgoing) outgoing = message != NULL ? mopt_outgoing_new (message, MOPT_HEADER_LENIENT, &error) : NULL;
  g_autofree char *found = NULL;
  gboolean in_body;

  if (outgoing == NULL
      || !mopt_outgoing_find_id (outgoing, (const char *const *) prefixes, &found, &in_body, &error))
    return mopt_cli_fail (error);
  g_autofree char *id = found != NULL ? mopt_conversation_id_tidy (found) : NULL;
  if (as_json)
    {
      g_autoptr (JsonBuilder) json = json_builder_new ();

      json_builder_begin_object (json);
      add_text (json, "id", id);
      add_text (json, "place", found == NULL ? NULL : in_body ? "body" : "subject");
      print_object (json);
    }
  else if (id != NULL)
    g_print ("%s\n", id);
  else
    mopt_cli_complain (_ ("The message carries no Conversation ID of this account."));
  return found != NULL ? MOPT_EXIT_DONE : MOPT_EXIT_FAILED;
}

int
mopt_verb_conversation_id (const char *const *args)
{
  gboolean is_draw = FALSE, json = FALSE;
  g_autofree char *file = NULL;
  const GOptionEntry entries[] = {
    { "draw", 0, 0, G_OPTION_ARG_NONE, &is_draw, N_ ("Draw a new one, which no message gets again, and print it"),
      NULL },
    { "find", 0, 0, G_OPTION_ARG_FILENAME, &file, N_ ("Find the one that a message carries (“-”: standard input)"),
      N_ ("FILE") },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("For programs"), NULL },
    { NULL },
  };
  g_auto (GStrv) words = mopt_cli_parse (args, entries, 0, 1);
  g_autoptr (MoptAccounts) accounts = NULL;
  g_autoptr (GError) error = NULL;
  int code;

  if (words == NULL)
    return MOPT_EXIT_USAGE;
  if (is_draw && file != NULL)
    return mopt_cli_misused (args[0], _ ("--draw and --find do not go together."));
  MoptAccount *account = mopt_cli_open (words[0], &accounts, &code);
  if (account == NULL)
    return code;
  g_autoptr (MoptSettings) settings = mopt_settings_new (account, &error);
  if (settings == NULL)
    return mopt_cli_fail (error);
  if (file != NULL)
    return find (settings, file, json);
  return is_draw ? draw (settings, json) : show (settings, json);
}
