/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/error.h"
#include "check/test-mail.h"
#include "model/address.h"

MoptTestMail *
mopt_test_mail_copy (const MoptTestMail *self)
{
  if (self == NULL)
    return NULL;

  MoptTestMail *copy = g_new (MoptTestMail, 1);

  *copy = (MoptTestMail){ g_strdup (self->to),      g_strdup (self->cc),   g_strdup (self->bcc),
                          g_strdup (self->subject), g_strdup (self->text), self->html };
  return copy;
}

void
mopt_test_mail_free (MoptTestMail *self)
{
  if (self == NULL)
    return;
  g_free (self->to);
  g_free (self->cc);
  g_free (self->bcc);
  g_free (self->subject);
  g_free (self->text);
  g_free (self);
}

void
mopt_test_recipient_free (MoptTestRecipient *self)
{
  if (self == NULL)
    return;
  g_free (self->typed);
  g_free (self->address);
  g_free (self->problem);
  g_free (self);
}

static MoptTestRecipient *
recipient_new (MoptRecipientKind kind, const char *typed)
{
  MoptTestRecipient *self = g_new0 (MoptTestRecipient, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (MoptAddress) address = mopt_address_parse (typed, &error);

  self->kind = kind;
  self->typed = g_strdup (typed);
  if (address == NULL)
    self->problem = g_strdup (error->message);
  else if (mopt_address_is_pattern (address))
    self->problem = g_strdup_printf (_ ("“%s” stands for many addresses. Enter one of them."), typed);
  else
    self->address = mopt_address_to_spec (address);
  return self;
}

static gboolean
has_address (GPtrArray *list, const char *address)
{
  for (guint i = 0; address != NULL && i < list->len; i++)
    {
      const MoptTestRecipient *other = g_ptr_array_index (list, i);

      if (other->address != NULL && g_ascii_strcasecmp (other->address, address) == 0)
        return TRUE;
    }
  return FALSE;
}

GPtrArray *
mopt_test_mail_recipients (const MoptTestMail *self)
{
  const char *const fields[] = { self->to, self->cc, self->bcc };
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) mopt_test_recipient_free);

  for (guint kind = 0; kind < G_N_ELEMENTS (fields); kind++)
    {
      g_auto (GStrv) entries = mopt_address_list_paste (fields[kind] != NULL ? fields[kind] : "");

      for (char **entry = entries; *entry != NULL; entry++)
        {
          g_autoptr (MoptTestRecipient) recipient = recipient_new (kind, *entry);

          if (!has_address (list, recipient->address))
            g_ptr_array_add (list, g_steal_pointer (&recipient));
        }
    }
  return list;
}

/* Whether @text (nullable) holds control characters other than @allowed, or is no UTF-8. */
static gboolean
has_controls (const char *text, const char *allowed)
{
  if (text == NULL)
    return FALSE;
  for (const char *p = text; *p != '\0'; p++)
    if (((guchar) *p < 0x20 || *p == 0x7f) && strchr (allowed, *p) == NULL)
      return TRUE;
  return !g_utf8_validate (text, -1, NULL);
}

char *
mopt_test_mail_problem (const MoptTestMail *self)
{
  g_autoptr (GPtrArray) list = mopt_test_mail_recipients (self);

  for (guint i = 0; i < list->len; i++)
    {
      const MoptTestRecipient *recipient = g_ptr_array_index (list, i);

      if (recipient->problem != NULL)
        return g_strdup (recipient->problem);
    }
  if (list->len == 0)
    return g_strdup (_ ("Enter at least one recipient."));
  if (list->len > MOPT_TEST_RECIPIENTS_MAX)
    return g_strdup_printf (_ ("A test goes to at most %d recipients."), MOPT_TEST_RECIPIENTS_MAX);
  if (has_controls (self->subject, ""))
    return g_strdup (_ ("The subject holds line ends or other characters that cannot be seen. Type it again."));
  if (has_controls (self->text, "\n\r\t"))
    return g_strdup (_ ("The message holds characters that cannot be seen, or is no text."));
  return NULL;
}

gboolean
mopt_test_mail_goes_to (const MoptTestMail *self, const char *address)
{
  g_autoptr (GPtrArray) list = mopt_test_mail_recipients (self);
  g_autoptr (MoptAddress) parsed = address != NULL ? mopt_address_parse (address, NULL) : NULL;
  g_autofree char *spec = parsed != NULL ? mopt_address_to_spec (parsed) : NULL;

  return has_address (list, spec);
}
