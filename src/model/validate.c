/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "base/error.h"
#include "base/number.h"
#include "model/address.h"
#include "model/host.h"
#include "model/text.h"
#include "model/validate.h"


static gboolean
check_choice (MoptField field, MoptKind kind, const char *text, GError **error)
{
  const MoptFieldInfo *info = mopt_field_info (field);
  g_autoptr (GString) names = g_string_new (NULL);

  if (mopt_field_choice (field, kind, text) != NULL)
    return TRUE;
  for (const MoptChoice *choice = info->choices; choice->name != NULL; choice++)
    if ((choice->kinds & kind) != 0)
      g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", choice->name);
  g_autofree char *shown = mopt_text_shorten (text);
  return mopt_text_refuse (error, _ ("“%s” is no value of %s. Choose one of these: %s."), shown, info->name,
                           names->str);
}

static gboolean
check_port (const char *text, GError **error)
{
  guint64 number;

  if (*text == '\0' || (*text != '0' && mopt_number (text, 1, G_MAXUINT16, &number)))
    return TRUE;
  g_autofree char *shown = mopt_text_shorten (text);
  return mopt_text_refuse (error, _ ("“%s” is no port. A port is a number from 1 to 65535."), shown);
}

/* A single address, not a pattern. */
static gboolean
check_address (const char *text, GError **error)
{
  g_autoptr (MoptAddress) address = mopt_address_parse (text, error);

  if (address == NULL)
    return FALSE;
  if (!mopt_address_is_pattern (address))
    return TRUE;
  g_autofree char *shown = mopt_text_shorten (text);
  return mopt_text_refuse (error, _ ("“%s” stands for many addresses. Enter one of them."), shown);
}

/* The only control character of a list is the newline between its entries. */
static gboolean
check_list (const char *text, gboolean (*check) (const char *, GError **), GError **error)
{
  g_autofree char *entries = g_strdup (text);
  char *rest = entries;
  char *entry;

  while ((entry = strsep (&rest, "\n")) != NULL)
    if (!mopt_text_check (entry, error) || (*g_strstrip (entry) != '\0' && !check (entry, error)))
      return FALSE;
  return TRUE;
}

gboolean
mopt_validate_field (MoptField field, MoptKind kind, const char *text, GError **error)
{
  MoptFieldType type = mopt_field_info (field)->type;

  /* 1. Lists */
  if (type == MOPT_TYPE_ADDRESSES)
    return check_list (text, check_address, error);
  if (type == MOPT_TYPE_ADDRESS_PATTERNS)
    return check_list (text, mopt_address_check_pattern, error);

  /* 2. What is one line */
  if (!mopt_text_check (text, error))
    return FALSE;
  switch (type)
    {
    case MOPT_TYPE_HOST:
      {
        if (*text == '\0' || mopt_host_name_is_plain (text))
          return TRUE;
        g_autofree char *ascii = mopt_host_to_ascii (text, error);
        return ascii != NULL;
      }
    case MOPT_TYPE_CHOICE:
      return check_choice (field, kind, text, error);
    case MOPT_TYPE_BOOLEAN:
      if (g_str_equal (text, "true") || g_str_equal (text, "false"))
        return TRUE;
      return mopt_text_refuse (error, _ ("The value of %s must be true or false."), mopt_field_info (field)->name);
    case MOPT_TYPE_PORT:
      return check_port (text, error);
    case MOPT_TYPE_ADDRESS:
      return *text == '\0' || check_address (text, error);
    case MOPT_TYPE_USER:
    case MOPT_TYPE_MAILBOX:
      return TRUE;
    case MOPT_TYPE_ADDRESSES:
    case MOPT_TYPE_ADDRESS_PATTERNS:
      break;
    }
  g_return_val_if_reached (FALSE);
}

/* The check box beside a port; MOPT_FIELD_NONE for any other field. */
static MoptField
custom_port_of (MoptField field)
{
  if (field == MOPT_FIELD_INCOMING_PORT)
    return MOPT_FIELD_INCOMING_CUSTOM_PORT;
  return field == MOPT_FIELD_OUTGOING_PORT ? MOPT_FIELD_OUTGOING_CUSTOM_PORT : MOPT_FIELD_NONE;
}

/* What the publisher wants of an account beyond what its fields can hold. */
static gboolean
check_minimum (MoptAccount *account, MoptField field, GError **error)
{
  const MoptPublication *publication = mopt_account_get_publication (account);
  const char *who = publication != NULL ? mopt_publication_who (publication) : _ ("your administrator");
  gboolean security = field == MOPT_FIELD_INCOMING_SECURITY || field == MOPT_FIELD_OUTGOING_SECURITY;

  if (!security || !g_str_equal (mopt_account_get (account, field), "basic")
      || !g_str_equal (mopt_account_get_term (account, MOPT_TERM_MINIMUM_SECURITY), "tls"))
    return TRUE;
  if (mopt_account_may_edit (account, mopt_field_info (field)->section))
    return mopt_text_refuse (
        /* Translators: an organisation, or "your administrator" */
        error, _ ("Basic does not encrypt, but %s wants encryption for this account. Choose another security."), who);
  return mopt_text_refuse (
      /* Translators: an organisation, or "your administrator"; then the same, or an address or a number */
      error, _ ("Basic does not encrypt, but %s wants encryption for this account and has locked the choice. Ask %s."),
      who, publication != NULL ? mopt_publication_whom_to_ask (publication) : who);
}

gboolean
mopt_validate_effective (MoptAccount *account, MoptField field, GError **error)
{
  MoptField custom_port = custom_port_of (field);

  if (custom_port != MOPT_FIELD_NONE && !mopt_account_get_boolean (account, custom_port))
    return TRUE;
  if (!check_minimum (account, field, error))
    return FALSE;
  return mopt_validate_field (field, mopt_account_get_kind (account), mopt_account_get (account, field), error);
}

/* Whether the account @id of @accounts is called @folded already. */
static gboolean
has_name (GListModel *accounts, const char *id, const char *folded)
{
  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (MoptAccount) account = g_list_model_get_item (accounts, i);
      g_autofree char *name = mopt_text_strip (mopt_account_get_name (account));
      g_autofree char *its = mopt_text_fold (name);

      if (g_strcmp0 (mopt_account_get_id (account), id) == 0)
        return g_str_equal (its, folded);
    }
  return FALSE;
}

gboolean
mopt_validate_name (const char *name, GListModel *accounts, const char *id, GError **error)
{
  if (!mopt_text_check (name, error))
    return FALSE;

  g_autofree char *stripped = mopt_text_strip (name);
  if (*stripped == '\0')
    {
      g_set_error_literal (error, MOPT_ERROR, MOPT_ERROR_MISSING, _ ("Enter a name for the account."));
      return FALSE;
    }
  if (g_utf8_strlen (stripped, -1) > MOPT_NAME_MAX)
    return mopt_text_refuse (error, _ ("The name is too long: %d characters is the most."), MOPT_NAME_MAX);

  if (accounts == NULL)
    return TRUE;
  g_autofree char *folded = mopt_text_fold (stripped);
  /* two that came with the same name keep it: the rest of them can be changed all the same */
  if (has_name (accounts, id, folded))
    return TRUE;
  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (MoptAccount) other = g_list_model_get_item (accounts, i);
      g_autofree char *other_name = mopt_text_strip (mopt_account_get_name (other));
      g_autofree char *other_folded = mopt_text_fold (other_name);

      if (g_strcmp0 (mopt_account_get_id (other), id) == 0 || !g_str_equal (folded, other_folded))
        continue;
      g_autofree char *shown = mopt_text_shorten (other_name);
      g_set_error (error, MOPT_ERROR, MOPT_ERROR_EXISTS, _ ("There is an account “%s” already. Choose another name."),
                   shown);
      return FALSE;
    }
  return TRUE;
}

void
mopt_problem_free (MoptProblem *problem)
{
  g_clear_error (&problem->error);
  g_free (problem);
}

/* Takes @error; nothing where that is NULL. */
static void
add_problem (GPtrArray *problems, const char *property, GError *error)
{
  if (error == NULL)
    return;
  MoptProblem *problem = g_new0 (MoptProblem, 1);
  problem->property = property;
  problem->error = error;
  g_ptr_array_add (problems, problem);
}

static void
add_missing (GPtrArray *problems, MoptField field, const char *sentence)
{
  add_problem (problems, mopt_field_info (field)->name, g_error_new_literal (MOPT_ERROR, MOPT_ERROR_MISSING, sentence));
}

static gboolean
is_blank (MoptAccount *account, MoptField field)
{
  g_autofree char *stripped = mopt_text_strip (mopt_account_get (account, field));

  return *stripped == '\0';
}

/* A Custom Port without number. */
static void
check_port_given (GPtrArray *problems, MoptAccount *account, MoptField port)
{
  if (mopt_account_get_boolean (account, custom_port_of (port)) && *mopt_account_get (account, port) == '\0')
    add_missing (problems, port, _ ("Enter the number of the port, or untick Custom Port."));
}

/* At least one box on or one legal address. */
static void
check_some_from (GPtrArray *problems, MoptAccount *account)
{
  if (mopt_account_get_boolean (account, MOPT_FIELD_FROM_USER_ADDRESS)
      || mopt_account_get_boolean (account, MOPT_FIELD_FROM_ARBITRARY) || !is_blank (account, MOPT_FIELD_FROM_LEGAL))
    return;
  add_missing (problems, MOPT_FIELD_FROM_USER_ADDRESS,
               _ ("There is no address to send from. Tick Allow User's E-mail Address or add a legal address."));
}

GPtrArray *
mopt_validate_account (MoptAccount *account, GListModel *accounts)
{
  GPtrArray *problems = g_ptr_array_new_with_free_func ((GDestroyNotify) mopt_problem_free);
  GError *error = NULL;

  mopt_validate_name (mopt_account_get_name (account), accounts, mopt_account_get_id (account), &error);
  add_problem (problems, "name", error);

  /* the table has the order of the pages */
  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    {
      if (!mopt_field_has_kind (i, mopt_account_get_kind (account)))
        continue;
      error = NULL;
      mopt_validate_effective (account, i, &error);
      add_problem (problems, mopt_field_info (i)->name, error);
      if (custom_port_of (i) != MOPT_FIELD_NONE)
        check_port_given (problems, account, i);
      if (i == MOPT_FIELD_FROM_USER_ADDRESS)
        check_some_from (problems, account);
    }
  return problems;
}

/* A user name that is missing: @sentence where it is the user's to enter as he likes; else what the publisher left to
 * him, or whom to ask for it. */
static void
add_missing_user (GPtrArray *problems, MoptAccount *account, MoptField field, const char *sentence)
{
  MoptSection section = mopt_field_info (field)->section;
  MoptState state = mopt_account_get_state (account, section);
  const MoptPublication *publication = mopt_account_get_publication (account);
  const char *whom = publication != NULL ? mopt_publication_whom_to_ask (publication) : _ ("your administrator");

  if (state == MOPT_STATE_OWN || state == MOPT_STATE_CUSTOMISED)
    add_missing (problems, field, sentence);
  else if (mopt_account_may_customise (account, section))
    add_missing (problems, field, _ ("Enter your user name and password."));
  else
    {
      g_autofree char *ask = g_strdup_printf (_ ("The user name is missing. Ask %s for it."), whom);

      add_missing (problems, field, ask);
    }
}

GPtrArray *
mopt_validate_complete (MoptAccount *account, MoptSide sides)
{
  GPtrArray *problems = g_ptr_array_new_with_free_func ((GDestroyNotify) mopt_problem_free);
  gboolean incoming = (sides & MOPT_SIDE_INCOMING) != 0;
  gboolean outgoing = (sides & MOPT_SIDE_OUTGOING) != 0;
  gboolean authenticate = mopt_account_get_boolean (account, MOPT_FIELD_OUTGOING_REQUIRES_AUTHENTICATION);
  gboolean same_login = g_str_equal (mopt_account_get (account, MOPT_FIELD_OUTGOING_LOGIN), "same");

  if (incoming)
    {
      if (is_blank (account, MOPT_FIELD_INCOMING_HOST))
        add_missing (problems, MOPT_FIELD_INCOMING_HOST, _ ("Enter the incoming mail server."));
      check_port_given (problems, account, MOPT_FIELD_INCOMING_PORT);
    }
  if ((incoming || (outgoing && authenticate && same_login)) && is_blank (account, MOPT_FIELD_INCOMING_USER))
    add_missing_user (problems, account, MOPT_FIELD_INCOMING_USER,
                      _ ("Enter your user name for the incoming mail server."));
  if (incoming && mopt_field_has_kind (MOPT_FIELD_INCOMING_MAILBOX, mopt_account_get_kind (account))
      && is_blank (account, MOPT_FIELD_INCOMING_MAILBOX))
    add_missing (problems, MOPT_FIELD_INCOMING_MAILBOX, _ ("Choose the mailbox, such as INBOX."));

  if (outgoing)
    {
      if (is_blank (account, MOPT_FIELD_OUTGOING_HOST))
        add_missing (problems, MOPT_FIELD_OUTGOING_HOST, _ ("Enter the outgoing mail server."));
      check_port_given (problems, account, MOPT_FIELD_OUTGOING_PORT);
      if (authenticate && !same_login && is_blank (account, MOPT_FIELD_OUTGOING_USER))
        add_missing_user (problems, account, MOPT_FIELD_OUTGOING_USER,
                          _ ("Enter your user name for the outgoing mail server."));
    }
  return problems;
}
