/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/prompt.h"
#include "cli/test-mail.h"

#define MESSAGE_MAX (1024 * 1024) /* bytes */

void
mopt_test_mail_wish_clear (MoptTestMailWish *self)
{
  g_free (self->cc);
  g_free (self->bcc);
  g_free (self->subject);
  g_free (self->message);
}

gboolean
mopt_test_mail_is_wanted (const MoptTestMailWish *self)
{
  return self->cc != NULL || self->bcc != NULL || self->subject != NULL || self->message != NULL || self->html;
}

/* NULL: it has been said what is wrong. */
static char *
read_message (const char *path)
{
  gboolean from_stdin = g_str_equal (path, "-");
  FILE *file = from_stdin ? stdin : fopen (path, "re");
  g_autoptr (GString) text = g_string_new (NULL);
  char buffer[8192];
  size_t n = 0;

  while (file != NULL && text->len <= MESSAGE_MAX && (n = fread (buffer, 1, sizeof buffer, file)) > 0)
    g_string_append_len (text, buffer, (gssize) n);

  gboolean failed = file == NULL || ferror (file);
  if (file != NULL && !from_stdin)
    fclose (file);
  if (failed)
    mopt_cli_complain (_ ("“%s” cannot be read."), path);
  else if (text->len > MESSAGE_MAX)
    mopt_cli_complain (_ ("The message is too long for a test; 1 MiB is the most."));
  else if (strlen (text->str) != text->len)
    mopt_cli_complain (_ ("The message holds characters that cannot be seen, or is no text."));
  else
    return g_string_free (g_steal_pointer (&text), FALSE);
  return NULL;
}

MoptTestMail *
mopt_test_mail_from_wish (const MoptTestMailWish *self, const char *to)
{
  g_autoptr (MoptTestMail) mail = g_new0 (MoptTestMail, 1);

  mail->to = g_strdup (to);
  mail->cc = g_strdup (self->cc);
  mail->bcc = g_strdup (self->bcc);
  mail->subject = g_strdup (self->subject);
  mail->html = self->html;
  mail->text = self->message != NULL ? read_message (self->message) : g_strdup ("");
  if (mail->text == NULL)
    return NULL;

  g_autofree char *problem = mopt_test_mail_problem (mail);
  if (problem == NULL)
    return g_steal_pointer (&mail);
  mopt_cli_complain ("%s", problem);
  return NULL;
}

gboolean
mopt_test_mail_confirm (const MoptTestMailWish *self, const MoptTestMail *mail)
{
  static const char *const kinds[] = { "To", "Cc", "Bcc" };
  g_autoptr (GPtrArray) list = mopt_test_mail_recipients (mail);

  mopt_cli_complain (_ ("The message goes to:"));
  for (guint i = 0; i < list->len; i++)
    {
      const MoptTestRecipient *recipient = g_ptr_array_index (list, i);

      mopt_cli_complain ("  %s: %s", kinds[recipient->kind], recipient->typed);
    }
  if (self->yes)
    return TRUE;
  if (isatty (STDIN_FILENO) && isatty (STDERR_FILENO))
    return mopt_prompt_confirm (_ ("Send it?"));
  mopt_cli_complain (_ ("Nothing was sent. Say --yes to send it without a terminal to ask on."));
  return FALSE;
}
