/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mopt publish */
#include "config.h"

#include <glib/gi18n.h>
#include <unistd.h>

#include "base/error.h"
#include "cli/as-owner.h"
#include "cli/cli.h"
#include "cli/output.h"
#include "cli/prompt.h"
#include "cli/signature.h"
#include "cli/validate.h"
#include "model/publication-keys.h"
#include "model/text.h"
#include "store/publish.h"
#include "store/published-lint.h"

/* What the person said, and what came of it. */
typedef struct
{
  char *target;
  char *key_path;
  char *reason;
  MoptPromptOptions passphrase;
  gboolean yes;
  gboolean json;

  MoptPublishPlan *plan;
  GPtrArray *findings; /* of MoptLintFinding */
  char **changes;      /* sentences */
  MoptPrivateKey *key;
} Publish;

static void
publish_clear (Publish *self)
{
  g_free (self->target);
  g_free (self->key_path);
  g_free (self->reason);
  g_clear_pointer (&self->plan, mopt_publish_plan_free);
  g_clear_pointer (&self->findings, g_ptr_array_unref);
  g_clear_pointer (&self->changes, g_strfreev);
  g_clear_pointer (&self->key, mopt_private_key_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Publish, publish_clear)

/* --- What is said ------------------------------------------------------------------------------------------------ */

static void
say_findings (const Publish *self)
{
  for (guint i = 0; i < self->findings->len; i++)
    {
      const MoptLintFinding *finding = self->findings->pdata[i];
      gboolean is_error = finding->severity == MOPT_LINT_ERROR;

      if (finding->line > 0)
        mopt_cli_complain (is_error ? _ ("Error in line %u: %s") : _ ("Warning, line %u: %s"), finding->line,
                           finding->text);
      else
        mopt_cli_complain (is_error ? _ ("Error: %s") : _ ("Warning: %s"), finding->text);
    }
}

static void
say_changes (const Publish *self)
{
  gboolean first = g_bytes_get_size (self->plan->target.text) == 0;

  if (self->json)
    return;
  g_print ("%s\n", first ? _ ("Nothing is published there yet. What will be:")
                         : _ ("What changes for those who have what is published now:"));
  for (guint i = 0; self->changes[i] != NULL; i++)
    {
      g_autofree char *visible = mopt_output_visible (self->changes[i]);

      g_print ("  %s\n", visible);
    }
  if (self->changes[0] == NULL)
    g_print ("  %s\n", _ ("Nothing that a program reads, such as a comment."));
}

static void
add_member (JsonBuilder *json, const char *name, const char *value)
{
  json_builder_set_member_name (json, name);
  if (value != NULL)
    json_builder_add_string_value (json, value);
  else
    json_builder_add_null_value (json);
}

static void
print_json (const Publish *self, const char *result)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  gboolean next = !g_str_equal (result, "unchanged"); /* else what is there keeps its own */
  g_autofree char *serial = g_strdup_printf (
      "%" G_GUINT64_FORMAT, next ? self->plan->serial : self->plan->target.said->publication->serial);
  g_autofree char *count = g_strdup_printf ("%u", mopt_publish_plan_count (self->plan));

  json_builder_begin_object (json);
  add_member (json, "result", result);
  add_member (json, "file", self->plan->target.path);
  add_member (json, "serial", serial);
  add_member (json, "accounts", count);
  add_member (json, "reason", self->reason);
  add_member (json, "signed", self->key != NULL ? "true" : "false");
  json_builder_set_member_name (json, "changes");
  json_builder_begin_array (json);
  for (guint i = 0; self->changes[i] != NULL; i++)
    json_builder_add_string_value (json, self->changes[i]);
  json_builder_end_array (json);
  json_builder_set_member_name (json, "findings");
  json_builder_add_value (json, mopt_findings_to_json (self->findings));
  json_builder_end_object (json);
  g_autoptr (JsonNode) root = json_builder_get_root (json);
  mopt_output_json (root, FALSE);
}

static int
finish (const Publish *self, const char *result, int code)
{
  if (self->json)
    print_json (self, result);
  return code;
}

static void
say_done (const Publish *self)
{
  guint n = mopt_publish_plan_count (self->plan);
  /* Translators: a file, a number, "3 accounts", "signed" */
  g_autofree char *accounts = g_strdup_printf (ngettext ("%u account", "%u accounts", n), n);
  g_autofree char *serial = g_strdup_printf ("%" G_GUINT64_FORMAT, self->plan->serial);

  if (!self->json)
    g_print (_ ("Published to %s: serial %s, %s, %s.\n"), self->plan->target.path, serial, accounts,
             self->key != NULL ? _ ("signed") : _ ("not signed"));
}

/* --- The steps --------------------------------------------------------------------------------------------------- */

/* Whether the person gave a reason; else *@code. */
static gboolean
ask_reason (Publish *self, int *code)
{
  g_autoptr (GError) error = NULL;

  *code = MOPT_EXIT_USAGE;
  if (self->reason == NULL && isatty (STDIN_FILENO))
    self->reason = mopt_prompt_line (_ ("Reason of the change, for those whom it concerns:"));
  if (self->reason == NULL)
    {
      mopt_cli_misused ("publish", _ ("Say why it is published, for those whom it concerns: --reason TEXT"));
      return FALSE;
    }
  g_autofree char *stripped = mopt_text_strip (self->reason);
  g_free (self->reason);
  self->reason = g_steal_pointer (&stripped);
  if (*self->reason == '\0')
    {
      mopt_cli_complain (_ ("Nothing is published without a reason."));
      return FALSE;
    }
  if (mopt_text_check (self->reason, &error))
    return TRUE;
  mopt_cli_complain ("%s", error->message);
  return FALSE;
}

/* Somebody else's changes are not to be lost by accident. */
static gboolean
may_overtake (const Publish *self)
{
  const MoptPublication *published = self->plan->target.said->publication;
  g_autofree char *begun_with
      = mopt_publication_get_text (self->plan->draft.said->publication, MOPT_PUBLICATION_SERIAL);
  g_autofree char *serial = mopt_publication_get_text (published, MOPT_PUBLICATION_SERIAL);

  if (!self->plan->overtaken)
    return TRUE;
  mopt_cli_complain (_ ("Somebody else has published meanwhile: %s has serial %s, your draft was begun with %s. "
                        "Their reason: %s"),
                     self->plan->target.path, serial, begun_with,
                     *published->reason != '\0' ? mopt_publication_why (published) : "–");
  if (isatty (STDIN_FILENO) && mopt_prompt_confirm (_ ("Publish your draft, and lose what they changed?")))
    return TRUE;
  mopt_cli_complain (_ ("Nothing was published. Take over what they changed, and set Serial=%s in the draft."),
                     serial);
  return FALSE;
}

typedef struct
{
  const char *draft, *target;
} Adopt;

static gboolean
adopt (gpointer data, GError **error)
{
  Adopt *self = data;

  return mopt_publish_adopt (self->draft, self->target, FALSE, error);
}

/* It is published: what goes wrong from here on is only said. */
static void
tell_draft (const Publish *self)
{
  Adopt data = { self->plan->draft.path, self->plan->target.path };
  g_autoptr (GError) error = NULL;

  if (!mopt_as_owner_of (data.draft, adopt, &data, &error))
    mopt_cli_complain (_ ("Note: the draft still has its old serial number. %s"), error->message);
}

static int
publish (Publish *self)
{
  g_autoptr (GError) error = NULL;
  int code;

  if (self->key_path != NULL)
    self->key = mopt_signature_open_key (self->key_path, &self->passphrase, &error);
  if (self->key_path != NULL && self->key == NULL)
    return mopt_cli_fail (error);
  if (mopt_publish_plan_is_done (self->plan, self->key))
    {
      g_autofree char *serial
          = mopt_publication_get_text (self->plan->target.said->publication, MOPT_PUBLICATION_SERIAL);

      if (!self->json)
        g_print (_ ("Nothing has changed since it was published with serial %s.\n"), serial);
      tell_draft (self);
      return finish (self, "unchanged", MOPT_EXIT_DONE);
    }
  say_changes (self);
  if (!may_overtake (self))
    return finish (self, "refused", MOPT_EXIT_FAILED);
  if (!ask_reason (self, &code))
    return code;
  g_autofree char *question = g_strdup_printf (_ ("Publish this to %s?"), self->plan->target.path);
  if (!self->yes && isatty (STDIN_FILENO) && !mopt_prompt_confirm (question))
    {
      mopt_cli_complain (_ ("Cancelled."));
      return MOPT_EXIT_CANCELLED;
    }
  if (!mopt_publish_write (self->plan, self->reason, self->key, &error))
    return mopt_cli_fail (error);
  tell_draft (self);
  say_done (self);
  return finish (self, "published", MOPT_EXIT_DONE);
}

static int
run (Publish *self, const char *draft)
{
  g_autoptr (GError) error = NULL;

  if (self->target == NULL)
    self->target = mopt_publish_default_target ();
  self->plan = mopt_publish_plan_new (draft, self->target, &error);
  if (self->plan == NULL)
    return mopt_cli_fail (error);
  self->findings = mopt_publish_plan_check (self->plan);
  self->changes = mopt_publish_plan_list_changes (self->plan);
  if (!self->json)
    say_findings (self);
  if (mopt_published_lint_count_errors (self->findings) == 0)
    return publish (self);
  mopt_cli_complain (_ ("Nothing was published: correct the errors first."));
  return finish (self, "refused", MOPT_EXIT_FAILED);
}

int
mopt_verb_publish (const char *const *args)
{
  g_auto (Publish) self = { .passphrase.fd = MOPT_PROMPT_NO_FD };
  const GOptionEntry entries[] = {
    { "to", 0, 0, G_OPTION_ARG_FILENAME, &self.target, N_ ("The file to publish to"), N_ ("FILE") },
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &self.key_path, N_ ("Sign with this private key"), N_ ("PEM") },
    { "reason", 0, 0, G_OPTION_ARG_STRING, &self.reason, N_ ("Why it changes, for those whom it concerns"),
      N_ ("TEXT") },
    { "yes", 'y', 0, G_OPTION_ARG_NONE, &self.yes, N_ ("Do not ask"), NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &self.json, N_ ("For programs"), NULL },
    MOPT_PROMPT_ENTRIES (self.passphrase),
    { NULL },
  };
  g_auto (GStrv) words = mopt_cli_parse (args, entries, 1, 1);

  if (words == NULL || !mopt_prompt_check (&self.passphrase, "publish"))
    return MOPT_EXIT_USAGE;
  return run (&self, words[0]);
}
