/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mopt publication */
#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "cli/cli.h"
#include "cli/output.h"
#include "store/published.h"

static const char *const state_names[] = {
  [MOPT_PUBLISHED_NONE] = "none",
  [MOPT_PUBLISHED_CURRENT] = "current",
  [MOPT_PUBLISHED_LAST_GOOD] = "last-good",
};

static const char *const state_labels[] = {
  [MOPT_PUBLISHED_NONE] = N_ ("nothing is in force"),
  [MOPT_PUBLISHED_CURRENT] = N_ ("what is published is in force"),
  [MOPT_PUBLISHED_LAST_GOOD] = N_ ("the last good copy is in force"),
};

/* What may be said of a publication, "" where it says nothing. */
typedef struct
{
  const char *organization, *contact, *reason;
  char *serial;
  GDateTime *expires; /* UTC, nullable */
} Facts;

static void
facts_init (Facts *self, const MoptPublished *published)
{
  const MoptPublication *said = published->said != NULL ? published->said->publication : NULL;

  self->organization = said != NULL ? said->organization : "";
  self->contact = said != NULL ? said->contact : "";
  self->reason = said != NULL ? said->reason : "";
  self->serial = published->serial != 0 ? g_strdup_printf ("%" G_GUINT64_FORMAT, published->serial) : g_strdup ("");
  self->expires = said != NULL && said->expires != 0 ? g_date_time_new_from_unix_utc (said->expires) : NULL;
}

static void
facts_clear (Facts *self)
{
  g_free (self->serial);
  g_clear_pointer (&self->expires, g_date_time_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Facts, facts_clear)

static void
add_text (JsonBuilder *json, const char *name, const char *text)
{
  json_builder_set_member_name (json, name);
  if (text != NULL && *text != '\0')
    json_builder_add_string_value (json, text);
  else
    json_builder_add_null_value (json);
}

static void
print_json (const MoptPublished *published, const Facts *facts)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  g_autofree char *expires = facts->expires != NULL ? g_date_time_format_iso8601 (facts->expires) : NULL;

  json_builder_begin_object (json);
  add_text (json, "state", state_names[published->state]);
  add_text (json, "origin", published->origin);
  add_text (json, "file", published->file);
  mopt_output_json_boolean (json, "tryout", published->is_tryout);
  mopt_output_json_boolean (json, "verified", published->verified);
  add_text (json, "serial", facts->serial);
  add_text (json, "organization", facts->organization);
  add_text (json, "contact", facts->contact);
  add_text (json, "reason", facts->reason);
  add_text (json, "expires", expires);
  add_text (json, "problem", published->problem);
  add_text (json, "code", published->error != NULL ? mopt_error_word (published->error->code) : NULL);
  json_builder_set_member_name (json, "warnings");
  json_builder_begin_array (json);
  for (char **warning = published->warnings; *warning != NULL; warning++)
    json_builder_add_string_value (json, *warning);
  json_builder_end_array (json);
  json_builder_end_object (json);

  g_autoptr (JsonNode) root = json_builder_get_root (json);
  mopt_output_json (root, FALSE);
}

static void
add_row (MoptTable *table, const char *label, const char *text)
{
  if (text != NULL && *text != '\0')
    mopt_table_add (table, (const char *[]){ label, text });
}

static void
print_table (const MoptPublished *published, const Facts *facts)
{
  MoptTable *table = mopt_table_new (2);
  g_autoptr (GDateTime) local = facts->expires != NULL ? g_date_time_to_local (facts->expires) : NULL;
  g_autofree char *expires = local != NULL ? g_date_time_format (local, "%F %H:%M") : NULL;
  g_autofree char *state = published->is_tryout
                               ? g_strdup_printf (_ ("%s (a try-out)"), _ (state_labels[published->state]))
                               : g_strdup (_ (state_labels[published->state]));

  add_row (table, _ ("State"), state);
  add_row (table, _ ("Published at"), published->origin);
  if (g_strcmp0 (published->file, published->origin) != 0)
    add_row (table, _ ("Copy"), published->file);
  add_row (table, _ ("Organisation"), facts->organization);
  add_row (table, _ ("Contact"), facts->contact);
  add_row (table, _ ("Serial number"), facts->serial);
  add_row (table, _ ("Reason of the change"), facts->reason);
  add_row (table, _ ("Meant until"), expires);
  if (published->text != NULL)
    add_row (table, _ ("Signature"), published->verified ? _ ("checked, it is right") : _ ("not asked for"));
  mopt_table_print (table, 0);
}

static int
show (gboolean as_json)
{
  g_autoptr (MoptPublished) published = mopt_published_load ();
  g_auto (Facts) facts = { 0 };

  facts_init (&facts, published);
  if (as_json)
    print_json (published, &facts);
  else
    {
      print_table (published, &facts);
      if (published->problem != NULL)
        mopt_cli_complain ("%s", published->problem);
      for (char **warning = published->warnings; *warning != NULL; warning++)
        mopt_cli_complain (_ ("Note: %s"), *warning);
    }
  return published->problem == NULL ? MOPT_EXIT_DONE : MOPT_EXIT_FAILED;
}

static int
forget (void)
{
  g_autoptr (MoptPublished) before = mopt_published_load ();
  g_autoptr (GError) error = NULL;

  /* a file that is in force needs no copy; what was fetched is one */
  if (before->state == MOPT_PUBLISHED_CURRENT && g_str_equal (before->file, before->origin))
    {
      g_print (_ ("There is nothing to forget: what is published at %s is in force.\n"), before->origin);
      return MOPT_EXIT_DONE;
    }
  if (!mopt_published_forget (&error))
    return mopt_cli_fail (error);

  g_autoptr (MoptPublished) after = mopt_published_load ();
  if (after->state == MOPT_PUBLISHED_NONE && before->text != NULL && strstr (after->origin, "://") != NULL)
    g_print ("%s\n", _ ("It is forgotten, and nothing is in force; “mopt fetch” fetches it again."));
  else if (after->state == MOPT_PUBLISHED_CURRENT)
    g_print (_ ("What is published at %s is in force now.\n"), after->origin);
  else if (before->text != NULL)
    g_print ("%s\n", _ ("The last good copy is forgotten. Nothing is in force any more."));
  else
    g_print ("%s\n", _ ("There was nothing in force, and nothing to forget."));
  return MOPT_EXIT_DONE;
}

int
mopt_verb_publication (const char *const *args)
{
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("For programs"), NULL },
    { NULL },
  };
  g_auto (GStrv) words = mopt_cli_parse (args, entries, 0, 1);

  if (words == NULL)
    return MOPT_EXIT_USAGE;
  if (words[0] == NULL || g_str_equal (words[0], "show"))
    return show (json);
  if (!g_str_equal (words[0], "forget"))
    return mopt_cli_misused (args[0], _ ("There is “show” and “forget”, not “%s”."), words[0]);
  if (json)
    return mopt_cli_misused (args[0], _ ("--json goes with “show” alone."));
  return forget ();
}
