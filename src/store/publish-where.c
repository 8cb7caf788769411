/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where drafts lie and where they go. */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/paths.h"
#include "store/publish.h"

#define GROUP "Publish"

char *
mopt_publish_default_target (void)
{
  char *tryout = mopt_paths_tryout ();

  return tryout != NULL ? tryout : mopt_paths_system ("published.conf");
}

char *
mopt_publish_default_draft (void)
{
  return g_build_filename (g_get_user_data_dir (), "mail-options", "draft.conf", NULL);
}

/* --- What was used last ------------------------------------------------------------------------------------------ */

static char *
settings_path (void)
{
  g_autofree char *accounts = mopt_paths_accounts ();
  g_autofree char *folder = g_path_get_dirname (accounts);

  return g_build_filename (folder, "publish.conf", NULL);
}

void
mopt_publish_recall (char **target, char **key)
{
  g_autofree char *path = settings_path ();
  gsize length;
  /* a note of ours: what cannot be read is as good as none */
  g_autofree char *text = mopt_file_read (path, &length, NULL, NULL);
  g_autoptr (MoptKeyfile) file = mopt_keyfile_new (text != NULL ? text : "", text != NULL ? length : 0);
  int group = mopt_keyfile_find (file, GROUP);

  *target = group >= 0 ? mopt_keyfile_get_string (file, group, "To", NULL) : NULL;
  *key = group >= 0 ? mopt_keyfile_get_string (file, group, "Key", NULL) : NULL;
}

static char *
edit (const char *text, gsize length, gsize *new_length, gpointer user_data, GError **error)
{
  const char *const *values = user_data;
  g_autoptr (MoptKeyfile) file = mopt_keyfile_new (text, length);
  int group = mopt_keyfile_find (file, GROUP);

  if (group < 0)
    group = mopt_keyfile_append (file, GROUP);
  mopt_keyfile_set_string (file, group, "To", values[0]);
  mopt_keyfile_set_string (file, group, "Key", values[1]);
  return mopt_keyfile_dup_text (file, new_length);
}

gboolean
mopt_publish_remember (const char *target, const char *key, GError **error)
{
  g_autofree char *path = settings_path ();

  return mopt_file_update (path, MOPT_FILE_NO_SYNC, edit, (const char *[]){ target, key }, error);
}

/* --- Who may ----------------------------------------------------------------------------------------------------- */

gboolean
mopt_publish_may_write (const char *target)
{
  g_autofree char *folder = g_path_get_dirname (target);

  while (!g_file_test (folder, G_FILE_TEST_EXISTS))
    {
      char *parent = g_path_get_dirname (folder);

      g_free (folder);
      folder = parent;
    }
  return access (folder, W_OK | X_OK) == 0;
}

/* As a shell takes it, unquoted where it can be. Caller frees. */
static char *
quote (const char *word)
{
  gsize length = strspn (word, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_./+:@%");

  return length > 0 && word[length] == '\0' ? g_strdup (word) : g_shell_quote (word);
}

char *
mopt_publish_get_command (const char *draft, const char *target, const char *key, const char *reason)
{
  GString *command = g_string_new ("sudo mopt publish");
  const char *const words[] = { draft, "--to", target, key != NULL ? "--key" : NULL, key,
                                reason != NULL ? "--reason" : NULL, reason };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (words[i] != NULL)
      {
        g_autofree char *quoted = quote (words[i]);

        g_string_append_printf (command, " %s", quoted);
      }
  return g_string_free (command, FALSE);
}
