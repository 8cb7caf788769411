/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/error.h"
#include "check/conversation.h"
#include "check/template.h"
#include "check/test-message.h"
#include "mail/html-text.h"
#include "mail/message.h"
#include "mail/outgoing.h"
#include "model/address.h"
#include "model/conversation-id.h"
#include "model/from-policy.h"

static char *
to_spec (const char *text, GError **error)
{
  g_autoptr (MoptAddress) address = mopt_address_parse (text, error);

  return address != NULL ? mopt_address_to_spec (address) : NULL;
}

/* The From header: the name that the address brings along, else the person's own. */
static char *
make_from (const char *from, const char *own_name)
{
  g_autoptr (MoptAddress) address = mopt_address_parse (from, NULL);
  g_autofree char *spec = mopt_address_to_spec (address);

  return mopt_address_write (address->name != NULL ? address->name : own_name, spec);
}

static char *
make_body (const MoptSettings *settings)
{
  const MoptPlace places[] = {
    { "computer", g_get_host_name () },
    { "account", settings->account_name },
    { NULL },
  };

  return mopt_template_fill (_ ("This is a test message.\n"
                                "\n"
                                "E-mail Options on the computer {computer} sent it to find out whether the account "
                                "“{account}” can send and receive.\n"
                                "Nobody needs to answer it, and it can be deleted.\n"),
                             places);
}

/* The same as HTML: paragraphs, and lines in them. */
static char *
to_html (const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);
  g_auto (GStrv) paragraphs = g_strsplit (g_strchomp (escaped), "\n\n", -1);
  g_autoptr (GString) html = g_string_new (NULL);

  for (char **paragraph = paragraphs; *paragraph != NULL; paragraph++)
    {
      g_auto (GStrv) lines = g_strsplit (*paragraph, "\n", -1);
      g_autofree char *joined = g_strjoinv ("<br>\n", lines);

      g_string_append_printf (html, "<p>%s</p>\n", joined);
    }
  return g_string_free (g_steal_pointer (&html), FALSE);
}

static void
take (char **place, char *text)
{
  g_free (*place);
  *place = text;
}

/* What goes into a message, before it is built. */
typedef struct
{
  char *to;
  char *cc;
  char *subject;
  char *body;
  char *html; /* nullable */
} Draft;

static void
draft_clear (Draft *draft)
{
  g_free (draft->to);
  g_free (draft->cc);
  g_free (draft->subject);
  g_free (draft->body);
  g_free (draft->html);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Draft, draft_clear)

static gboolean
add_conversation_id (MoptTestMessage *self, const MoptSettings *settings, Draft *draft, GError **error)
{
  g_auto (GStrv) prefixes = mopt_conversation_prefixes (settings, error);

  if (prefixes == NULL)
    return FALSE;
  self->prefix = g_strdup (prefixes[0]);
  self->conversation_id = mopt_conversation_draw (settings, &self->warning, error);
  if (self->conversation_id == NULL)
    return FALSE;

  if (!settings->conversation_id_in_body)
    take (&draft->subject, mopt_conversation_id_add_to_subject (draft->subject, self->conversation_id));
  else
    {
      take (&draft->body, mopt_conversation_id_add_to_body (draft->body, self->conversation_id));
      if (draft->html != NULL)
        take (&draft->html, mopt_conversation_id_add_to_html (draft->html, self->conversation_id));
    }
  return TRUE;
}

static char *
make_subject (const MoptSettings *settings)
{
  return g_strdup_printf (_ ("Test message of E-mail Options: %s"), settings->account_name);
}

MoptTestMail *
mopt_test_message_usual (const MoptSettings *settings, const char *to, gboolean html)
{
  MoptTestMail *mail = g_new0 (MoptTestMail, 1);

  mail->to = g_strdup (to);
  mail->subject = make_subject (settings);
  mail->text = make_body (settings);
  mail->html = html;
  if (html)
    take (&mail->text, to_html (mail->text));
  return mail;
}

/* The usual message, to @to. */
static gboolean
fill_in (MoptTestMessage *self, const MoptSettings *settings, const char *to, gboolean html, Draft *draft,
         GError **error)
{
  g_autofree char *spec = to_spec (to, error);

  if (spec == NULL)
    return FALSE;
  self->recipients = g_strdupv ((char *[]){ spec, NULL });
  draft->to = g_strdup (spec);
  draft->subject = make_subject (settings);
  draft->body = make_body (settings);
  draft->html = html ? to_html (draft->body) : NULL;
  return TRUE;
}

/* What the person typed. */
static gboolean
fill_in_mail (MoptTestMessage *self, const MoptTestMail *mail, Draft *draft, GError **error)
{
  g_autofree char *problem = mopt_test_mail_problem (mail);
  g_autoptr (GStrvBuilder) specs = g_strv_builder_new ();
  GString *headers[] = { g_string_new (NULL), g_string_new (NULL), g_string_new (NULL) };

  if (problem == NULL)
    {
      g_autoptr (GPtrArray) list = mopt_test_mail_recipients (mail);

      for (guint i = 0; i < list->len; i++)
        {
          const MoptTestRecipient *recipient = g_ptr_array_index (list, i);
          g_autoptr (MoptAddress) address = mopt_address_parse (recipient->typed, NULL);
          g_autofree char *shown = mopt_address_write (address->name, recipient->address);
          GString *header = headers[recipient->kind];

          g_strv_builder_add (specs, recipient->address);
          g_string_append_printf (header, "%s%s", header->len > 0 ? ", " : "", shown);
        }
    }
  self->recipients = g_strv_builder_end (specs);
  draft->to = g_string_free (headers[MOPT_RECIPIENT_TO], FALSE);
  draft->cc = g_string_free (headers[MOPT_RECIPIENT_CC], FALSE);
  g_string_free (headers[MOPT_RECIPIENT_BCC], TRUE);
  if (problem != NULL)
    {
      g_set_error_literal (error, MOPT_ERROR, MOPT_ERROR_INVALID, problem);
      return FALSE;
    }
  draft->subject = g_strdup (mail->subject != NULL ? mail->subject : "");
  draft->html = mail->html ? g_strdup (mail->text != NULL ? mail->text : "") : NULL;
  draft->body = draft->html != NULL ? mopt_html_to_text (draft->html) : g_strdup (mail->text != NULL ? mail->text : "");
  return TRUE;
}

MoptTestMessage *
mopt_test_message_new (const MoptSettings *settings, const char *own_name, const char *own_address, const char *to,
                       gboolean html, const MoptTestMail *mail, GError **error)
{
  if (mail == NULL && (to == NULL || *to == '\0'))
    {
      g_set_error (error, MOPT_ERROR, MOPT_ERROR_RECIPIENT_UNKNOWN, "Your e-mail address is not known (see --to)");
      return NULL;
    }

  g_autoptr (MoptTestMessage) self = g_new0 (MoptTestMessage, 1);
  g_auto (Draft) draft = { 0 };
  g_autofree char *from = mopt_from_policy_default (settings, own_address);
  if (from == NULL)
    {
      g_set_error (error, MOPT_ERROR, MOPT_ERROR_FROM_NOT_ALLOWED,
                   _ ("There is no From address that %s may send with."), settings->account_name);
      return NULL;
    }
  self->sender = to_spec (from, error);
  if (self->sender == NULL)
    return NULL;
  if (!(mail != NULL ? fill_in_mail (self, mail, &draft, error) : fill_in (self, settings, to, html, &draft, error)))
    return NULL;
  self->recipient = g_strjoinv (", ", self->recipients);
  self->message_id = mopt_message_new_id (self->sender);
  if (settings->conversation_id_add && !add_conversation_id (self, settings, &draft, error))
    return NULL;

  g_autofree char *from_header = make_from (from, own_name);
  const MoptMessageParts parts = {
    .from = from_header,
    .to = draft.to,
    .cc = draft.cc,
    .subject = draft.subject,
    .body = draft.body,
    .html = draft.html,
    .message_id = self->message_id,
    .by_hand = mail != NULL,
  };
  g_autoptr (GBytes) bytes = mopt_message_build (&parts, error);
  if (bytes == NULL)
    return NULL;
  g_autoptr (MoptSpool) spool = mopt_spool_new_from_bytes (bytes);
  MoptWireText wire;
  self->pieces = mopt_pieces_new_whole (spool);
  if (!mopt_outgoing_survey (self->pieces, &wire, error))
    return NULL;
  self->size = wire.size;
  self->is_8bit = wire.is_8bit;
  return g_steal_pointer (&self);
}

void
mopt_test_message_free (MoptTestMessage *self)
{
  if (self == NULL)
    return;
  g_free (self->sender);
  g_strfreev (self->recipients);
  g_free (self->recipient);
  g_free (self->message_id);
  g_free (self->conversation_id);
  g_free (self->prefix);
  g_free (self->warning);
  mopt_pieces_free (self->pieces);
  g_free (self);
}

static gboolean
text_has_id (const MoptTestMessage *self, const char *text)
{
  const char *const prefixes[] = { self->prefix, NULL };
  g_autofree char *found = text != NULL ? mopt_conversation_id_find (text, prefixes) : NULL;

  return found != NULL && g_ascii_strcasecmp (found, self->conversation_id) == 0;
}

gboolean
mopt_test_message_kept_id (const MoptTestMessage *self, GBytes *arrived)
{
  g_autofree char *subject = mopt_message_get_subject (arrived);
  g_autofree char *text = mopt_message_get_text (arrived);

  return text_has_id (self, subject) || text_has_id (self, text);
}
