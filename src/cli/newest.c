/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mopt check --newest */
#include "config.h"

#include <glib/gi18n.h>

#include "base/when.h"
#include "cli/cli.h"
#include "cli/newest.h"
#include "cli/online.h"
#include "cli/output.h"

static void
add_time (JsonBuilder *json, const char *member, gint64 time)
{
  g_autoptr (GDateTime) date = time != 0 ? g_date_time_new_from_unix_utc (time) : NULL;
  g_autofree char *text = date != NULL ? g_date_time_format_iso8601 (date) : NULL;

  mopt_output_json_member (json, member, text);
}

static void
print_json (const MoptNewest *newest)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();

  json_builder_begin_object (json);
  mopt_output_json_number (json, "messages", newest->n_messages);
  mopt_output_json_member (json, "sender", newest->sender);
  mopt_output_json_member (json, "subject", newest->subject);
  add_time (json, "date", newest->date);
  add_time (json, "arrived", newest->arrived);
  mopt_output_json_number (json, "size", newest->size);
  mopt_output_json_member (json, "text", newest->text);
  mopt_output_json_boolean (json, "cut", newest->is_cut);
  mopt_output_json_member (json, "status", newest->status);
  mopt_output_json_object (json);
}

static void
print_failure_json (const MoptFailure *failure)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();

  json_builder_begin_object (json);
  mopt_output_json_member (json, "code", failure->code);
  mopt_output_json_member (json, "sentence", failure->sentence);
  mopt_output_json_member (json, "advice", failure->advice);
  mopt_output_json_member (json, "field", failure->property);
  mopt_output_json_member (json, "detail", failure->server_words);
  mopt_output_json_object (json);
}

static void
print (const MoptNewest *newest)
{
  g_autofree char *date = newest->date != 0 ? mopt_when_absolute (newest->date) : NULL;
  MoptTable *head = mopt_table_new (2);

  if (newest->n_messages > 0)
    {
      mopt_table_add (head, (const char *[]){ _ ("From:"), newest->sender });
      mopt_table_add (head, (const char *[]){ _ ("Subject:"), newest->subject });
      if (date != NULL)
        mopt_table_add (head, (const char *[]){ _ ("Date:"), date });
    }
  mopt_table_print (head, 0);
  if (*newest->text != '\0')
    {
      g_print ("\n");
      mopt_output_text (newest->text);
      g_print ("\n%s", newest->is_cut ? "[…]\n" : "");
    }
  if (newest->n_messages > 0)
    g_print ("\n");
  mopt_output_below (newest->status, 0);
}

int
mopt_newest_show (const MoptSettings *settings, MoptPassword *password, gboolean no_keyring, guint limit_ms,
                  gboolean json)
{
  g_auto (MoptWait) wait = { 0 };
  g_autoptr (MoptFailure) failure = NULL;
  g_autoptr (GError) error = NULL;

  mopt_cli_wait_init (&wait);
  mopt_newest_fetch_async (settings, password, no_keyring, limit_ms, wait.cancellable, mopt_cli_wait_done, &wait);
  g_autoptr (MoptNewest) newest = mopt_newest_fetch_finish (mopt_cli_wait (&wait), &failure, &error);

  if (newest != NULL && newest->note != NULL)
    mopt_cli_complain (_ ("Note: %s"), newest->note);
  if (newest != NULL && json)
    print_json (newest);
  else if (newest != NULL)
    print (newest);
  else if (failure == NULL)
    return mopt_cli_fail (error);
  else if (json)
    print_failure_json (failure);
  else
    {
      mopt_cli_complain ("%s", failure->sentence);
      if (failure->server_words != NULL)
        mopt_cli_complain ("%s", failure->server_words);
      if (failure->in_clear)
        mopt_cli_complain ("%s", mopt_failure_in_clear_text ());
      if (*failure->advice != '\0')
        mopt_cli_complain ("%s", failure->advice);
      if (mopt_online_agree_unencrypted (failure, settings, MOPT_SIDE_INCOMING))
        return mopt_newest_show (settings, password, no_keyring, limit_ms, json);
    }
  return newest != NULL ? MOPT_EXIT_DONE : MOPT_EXIT_FAILED;
}
