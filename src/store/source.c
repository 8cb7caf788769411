/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "base/harmful.h"
#include "base/paths.h"
#include "store/account-reader.h"
#include "store/owner.h"
#include "store/source.h"

#define GROUP "Source"
#define SOURCE_MAX (256 * 1024) /* bytes */

/* Nothing may be accepted until that line is mended. */
static gboolean
fail_line (GError **error, const char *path, guint line, const char *reason)
{
  g_autofree char *sentence = mopt_reader_place (path, line, reason);

  g_set_error_literal (error, MOPT_ERROR, MOPT_ERROR_SOURCE_BROKEN, sentence);
  return FALSE;
}

/* NULL: @url can be fetched from; else a translated sentence. */
static const char *
find_url_problem (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_ENCODED, NULL);

  for (const char *p = url; *p != '\0'; p = g_utf8_next_char (p))
    if (mopt_is_harmful (g_utf8_get_char (p)) || g_unichar_isspace (g_utf8_get_char (p)))
      return _ ("The address in “Url” holds a blank or a control character.");
  if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0')
    return _ ("“Url” is not a web address such as https://config.example.com/mail/published.conf.");
  if (g_ascii_strcasecmp (g_uri_get_scheme (uri), "https") != 0)
    return _ ("The address in “Url” must begin with https://, so that nobody on the way can change the publication.");
  if (g_uri_get_userinfo (uri) != NULL)
    return _ ("The address in “Url” must hold no user name or password.");
  if (g_uri_get_fragment (uri) != NULL)
    return _ ("The address in “Url” must hold no “#”.");
  return NULL;
}

static gboolean
read_key (MoptSourceFile *self, const char *value, GError **error)
{
  self->has_key = TRUE;
  return g_path_is_absolute (value) ? mopt_public_key_read (value, &self->key, error)
                                    : mopt_public_key_parse (value, &self->key, error);
}

static gboolean
take_value (MoptSourceFile *self, const char *key, const char *value, guint line, GError **error)
{
  g_autoptr (GError) cause = NULL;
  const char *problem;

  if (g_str_equal (key, "Url"))
    {
      problem = find_url_problem (value);
      if (problem != NULL)
        return fail_line (error, self->path, line, problem);
      self->url = g_strdup (value);
      return TRUE;
    }
  if (g_str_equal (key, "PublicKey"))
    {
      if (read_key (self, value, &cause))
        return TRUE;
      g_autofree char *reason = g_strdup_printf (_ ("“PublicKey” cannot be used. %s"), cause->message);
      return fail_line (error, self->path, line, reason);
    }
  if (g_str_equal (key, "Format") && g_str_equal (value, G_STRINGIFY (MOPT_SOURCE_FORMAT)))
    return TRUE;
  if (g_str_equal (key, "Format"))
    return fail_line (error, self->path, line, _ ("This format needs a newer version of the program."));
  g_autofree char *shown = mopt_clean_words (key, -1);
  g_autofree char *reason = g_strdup_printf (_ ("There is no key “%s”; there are Url and PublicKey."), shown);
  return fail_line (error, self->path, line, reason);
}

static gboolean
read_group (MoptSourceFile *self, MoptKeyfile *file, guint group, GError **error)
{
  const char *key;
  guint line = 0;

  while ((key = mopt_keyfile_next_key (file, group, &line)) != NULL)
    {
      g_autoptr (GError) cause = NULL;
      g_autofree char *value = mopt_keyfile_string_at (file, line, &cause);

      if (value == NULL)
        return fail_line (error, self->path, line, cause->message);
      if (!take_value (self, key, value, line, error))
        return FALSE;
    }
  return TRUE;
}

MoptSourceFile *
mopt_source_parse (const char *text, gsize length, const char *path, GError **error)
{
  g_autoptr (MoptSourceFile) self = g_new0 (MoptSourceFile, 1);
  g_autoptr (MoptKeyfile) file = mopt_keyfile_new (text, length);
  guint line;
  const char *problem = mopt_keyfile_get_head_problem (file, &line);

  self->path = g_strdup (path);
  self->warnings = g_new0 (char *, 1);
  if (problem == NULL && mopt_keyfile_get_n_groups (file) == 0)
    {
      problem = _ ("The group [Source] is missing.");
      line = 1;
    }
  for (guint i = 0; i < mopt_keyfile_get_n_groups (file) && problem == NULL; i++)
    {
      const MoptKeyfileGroup *group = mopt_keyfile_get_group (file, i);

      problem = group->problem;
      line = group->problem_line;
      if (problem == NULL && !g_str_equal (group->name, GROUP))
        {
          problem = _ ("There is no such group; there is [Source].");
          line = group->line;
        }
    }
  if (problem != NULL)
    {
      fail_line (error, path, line, problem);
      return NULL;
    }
  return read_group (self, file, 0, error) ? g_steal_pointer (&self) : NULL;
}

MoptSourceFile *
mopt_source_load (GError **error)
{
  g_autofree char *path = mopt_paths_source ();
  g_autoptr (GError) cause = NULL;
  struct stat info;
  g_autoptr (GBytes) text = mopt_file_load (path, SOURCE_MAX, &info, &cause);
  MoptSourceFile *self;

  /* a link to nowhere is no decision to do without: what it named may have asked for signatures */
  if (g_error_matches (cause, MOPT_ERROR, MOPT_ERROR_NOT_FOUND) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    {
      self = g_new0 (MoptSourceFile, 1);
      self->path = g_steal_pointer (&path);
      self->warnings = g_new0 (char *, 1);
      return self;
    }
  if (text == NULL)
    {
      g_set_error_literal (error, MOPT_ERROR, MOPT_ERROR_SOURCE_BROKEN, cause->message);
      return NULL;
    }
  self = mopt_source_parse (g_bytes_get_data (text, NULL), g_bytes_get_size (text), path, error);
  if (self != NULL)
    {
      g_autoptr (GStrvBuilder) warnings = g_strv_builder_new ();

      mopt_owner_check (path, &info, warnings);
      g_strfreev (self->warnings);
      self->warnings = g_strv_builder_end (warnings);
    }
  return self;
}

void
mopt_source_free (MoptSourceFile *self)
{
  if (self == NULL)
    return;
  g_free (self->path);
  g_free (self->url);
  g_strfreev (self->warnings);
  g_free (self);
}

char *
mopt_source_get_signature_url (const MoptSourceFile *self)
{
  if (self->url == NULL)
    return NULL;

  gsize path_end = strcspn (self->url, "?");
  return g_strdup_printf ("%.*s" MOPT_SIGNATURE_SUFFIX "%s", (int) path_end, self->url, self->url + path_end);
}
