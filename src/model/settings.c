/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "base/error.h"
#include "model/address.h"
#include "model/host.h"
#include "model/placeholder.h"
#include "model/settings.h"
#include "model/validate.h"

static const char *const protocol_names[] = { "imap", "pop3", "smtp" };

static const char *const security_names[] = { "auto", "basic", "ssl", "ssl-no-authentication", "tls" };

/* Best first. Auto is implicit TLS, then STARTTLS; on the submission side STARTTLS is tried on 587 before 25. */
static const struct
{
  guint16 by_security[5][4];
} ports[] = {
  [MOPT_PROTOCOL_IMAP] = { {
      [MOPT_SECURITY_AUTO] = { 993, 143 },
      [MOPT_SECURITY_BASIC] = { 143 },
      [MOPT_SECURITY_SSL] = { 993 },
      [MOPT_SECURITY_SSL_NO_AUTHENTICATION] = { 993 },
      [MOPT_SECURITY_TLS] = { 143 },
  } },
  [MOPT_PROTOCOL_POP3] = { {
      [MOPT_SECURITY_AUTO] = { 995, 110 },
      [MOPT_SECURITY_BASIC] = { 110 },
      [MOPT_SECURITY_SSL] = { 995 },
      [MOPT_SECURITY_SSL_NO_AUTHENTICATION] = { 995 },
      [MOPT_SECURITY_TLS] = { 110 },
  } },
  [MOPT_PROTOCOL_SMTP] = { {
      [MOPT_SECURITY_AUTO] = { 465, 587, 25 },
      [MOPT_SECURITY_BASIC] = { 25 },
      [MOPT_SECURITY_SSL] = { 465 },
      [MOPT_SECURITY_SSL_NO_AUTHENTICATION] = { 465 },
      [MOPT_SECURITY_TLS] = { 25 },
  } },
};

const char *
mopt_protocol_name (MoptProtocol protocol)
{
  return protocol_names[protocol];
}

MoptSecurity
mopt_security_by_name (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (security_names); i++)
    if (g_strcmp0 (security_names[i], name) == 0)
      return i;
  return MOPT_SECURITY_AUTO;
}

const char *
mopt_security_name (MoptSecurity security)
{
  return security_names[security];
}

const guint16 *
mopt_default_ports (MoptProtocol protocol, MoptSecurity security)
{
  return ports[protocol].by_security[security];
}

char *
mopt_default_ports_text (MoptProtocol protocol, MoptSecurity security)
{
  const guint16 *p = mopt_default_ports (protocol, security);

  if (p[1] == 0)
    return g_strdup_printf ("%u", p[0]);
  if (p[2] == 0)
    /* Translators: two port numbers that Auto tries, as in "993 or 143" */
    return g_strdup_printf (_ ("%u or %u"), p[0], p[1]);
  /* Translators: three port numbers that Auto tries, as in "465, 587 or 25" */
  return g_strdup_printf (_ ("%u, %u or %u"), p[0], p[1], p[2]);
}

/* What makes a server, one row for each side. */
static const struct
{
  MoptField host, security, custom_port, port, user;
  MoptSection server, account;
  MoptTerm password_file, previous_hosts;
} sides[] = {
  { MOPT_FIELD_INCOMING_HOST, MOPT_FIELD_INCOMING_SECURITY, MOPT_FIELD_INCOMING_CUSTOM_PORT, MOPT_FIELD_INCOMING_PORT,
    MOPT_FIELD_INCOMING_USER, MOPT_SECTION_INCOMING_SERVER, MOPT_SECTION_INCOMING_ACCOUNT,
    MOPT_TERM_INCOMING_PASSWORD_FILE, MOPT_TERM_INCOMING_HOST_PREVIOUS },
  { MOPT_FIELD_OUTGOING_HOST, MOPT_FIELD_OUTGOING_SECURITY, MOPT_FIELD_OUTGOING_CUSTOM_PORT, MOPT_FIELD_OUTGOING_PORT,
    MOPT_FIELD_OUTGOING_USER, MOPT_SECTION_OUTGOING_SERVER, MOPT_SECTION_OUTGOING_ACCOUNT,
    MOPT_TERM_OUTGOING_PASSWORD_FILE, MOPT_TERM_OUTGOING_HOST_PREVIOUS },
};

/* Whether what counts of @section is the publisher's. Not so for who publishes: his draft is on no desktop yet. */
static gboolean
is_publishers (MoptAccount *account, MoptSection section)
{
  MoptState state = mopt_account_get_state (account, section);

  return state == MOPT_STATE_INHERITED || state == MOPT_STATE_PARKED;
}

/* The shared password of one side's login, for the server of @server_side: never for one that the user chose. */
static char *
shared_password (MoptAccount *account, guint login_side, guint server_side)
{
  const char *file = mopt_account_get_term (account, sides[login_side].password_file);

  if (*file == '\0' || !is_publishers (account, sides[login_side].account)
      || !is_publishers (account, sides[server_side].server))
    return NULL;
  return g_strdup (file);
}

static char **
previous_hosts (MoptAccount *account, guint side)
{
  const MoptPublication *publication = mopt_account_get_publication (account);

  if (publication == NULL || !publication->verified)
    return NULL;

  g_autoptr (GStrvBuilder) hosts = g_strv_builder_new ();
  g_auto (GStrv) lines = g_strsplit (mopt_account_get_term (account, sides[side].previous_hosts), "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *host = mopt_host_to_ascii (lines[i], NULL); /* what is no name is nobody's server */

      if (host != NULL)
        g_strv_builder_add (hosts, host);
    }
  return g_strv_builder_end (hosts);
}

static gboolean
fill_server (MoptServer *server, MoptAccount *account, guint side, MoptProtocol protocol, GError **error)
{
  const char *host = mopt_account_get (account, sides[side].host);

  server->protocol = protocol;
  server->host = *host == '\0' ? g_strdup ("") : mopt_host_to_ascii (host, error);
  if (server->host == NULL)
    return FALSE;
  server->security = mopt_security_by_name (mopt_account_get (account, sides[side].security));
  if (mopt_account_get_boolean (account, sides[side].custom_port))
    {
      server->custom_port = (guint16) g_ascii_strtoull (mopt_account_get (account, sides[side].port), NULL, 10);
      if (server->custom_port == 0)
        {
          g_set_error (error, MOPT_ERROR, MOPT_ERROR_MISSING, _ ("Enter the port of %s, or untick Custom Port."),
                       _ (mopt_field_info (sides[side].host)->label));
          return FALSE;
        }
    }
  server->user = g_strdup (mopt_account_get (account, sides[side].user));
  server->authenticate = TRUE;
  server->shared_password = shared_password (account, side, side);
  server->shared_only = server->shared_password != NULL && mopt_account_is_locked (account, sides[side].account);
  server->published = is_publishers (account, sides[side].server);
  server->previous_hosts = server->published ? previous_hosts (account, side) : NULL;
  server->allow_trust = g_str_equal (mopt_account_get_term (account, MOPT_TERM_ALLOW_TRUST), "true")
                        && !mopt_account_is_locked (account, sides[side].server);
  server->requires_tls = g_str_equal (mopt_account_get_term (account, MOPT_TERM_MINIMUM_SECURITY), "tls");
  return TRUE;
}

/* What comes from the general part of the publication (nullable). */
static void
fill_published (MoptSettings *self, const MoptPublication *publication)
{
  gboolean limits = publication != NULL && publication->domains[0] != NULL;

  self->own_domains = limits ? g_strdupv (publication->domains) : NULL;
  self->conversation_prefix = g_strdup (publication != NULL ? publication->prefix : "");
  self->previous_prefixes = publication != NULL ? g_strdupv (publication->previous_prefixes) : g_new0 (char *, 1);
  self->conversation_counter = g_strdup (publication != NULL ? publication->counter : "");
}

static void
expand (char **user, const MoptIdentity *who)
{
  char *expanded = mopt_placeholder_expand (*user, who);

  g_free (*user);
  *user = expanded;
}

void
mopt_settings_expand (MoptSettings *self, const MoptIdentity *who)
{
  expand (&self->incoming.user, who);
  expand (&self->outgoing.user, who);
}

MoptSettings *
mopt_settings_new (MoptAccount *account, GError **error)
{
  const char *problem = mopt_account_get_problem (account, NULL);
  MoptKind kind = mopt_account_get_kind (account);

  if (problem != NULL)
    {
      g_set_error_literal (error, MOPT_ERROR, MOPT_ERROR_BROKEN, problem);
      return NULL;
    }
  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    if (mopt_field_has_kind (i, kind) && !mopt_validate_effective (account, i, error))
      return NULL;

  g_autoptr (MoptSettings) self = g_new0 (MoptSettings, 1);
  self->account_id = g_strdup (mopt_account_get_id (account));
  self->account_name = g_strdup (mopt_account_get_name (account));
  if (mopt_account_get_publication (account) != NULL)
    self->publication = mopt_publication_ref ((MoptPublication *) mopt_account_get_publication (account));
  for (guint i = 0; i < MOPT_N_SECTIONS; i++)
    {
      /* a padlock is for users: who publishes has the key */
      if (mopt_account_is_locked (account, i) && !mopt_account_is_publishing (account))
        self->locked |= 1u << i;
      if (!mopt_account_may_edit (account, i) && !mopt_account_may_customise (account, i))
        self->fixed |= 1u << i;
    }
  if (!fill_server (&self->incoming, account, 0, kind == MOPT_KIND_POP ? MOPT_PROTOCOL_POP3 : MOPT_PROTOCOL_IMAP, error)
      || !fill_server (&self->outgoing, account, 1, MOPT_PROTOCOL_SMTP, error))
    return NULL;

  self->outgoing.authenticate = mopt_account_get_boolean (account, MOPT_FIELD_OUTGOING_REQUIRES_AUTHENTICATION);
  self->same_login
      = self->outgoing.authenticate && g_str_equal (mopt_account_get (account, MOPT_FIELD_OUTGOING_LOGIN), "same");
  if (self->same_login)
    {
      g_free (self->outgoing.user);
      self->outgoing.user = g_strdup (self->incoming.user);
      g_free (self->outgoing.shared_password);
      self->outgoing.shared_password = shared_password (account, 0, 1);
      self->outgoing.shared_only
          = self->outgoing.shared_password != NULL && mopt_account_is_locked (account, sides[0].account);
    }
  else if (!self->outgoing.authenticate)
    g_clear_pointer (&self->outgoing.shared_password, g_free);
  if (kind == MOPT_KIND_IMAP)
    self->mailbox = g_strdup (mopt_account_get (account, MOPT_FIELD_INCOMING_MAILBOX));

  self->conversation_id_add = mopt_account_get_boolean (account, MOPT_FIELD_CONVERSATION_ID_ADD);
  self->conversation_id_in_body = g_str_equal (mopt_account_get (account, MOPT_FIELD_CONVERSATION_ID_PLACE), "body");

  self->from_user_address = mopt_account_get_boolean (account, MOPT_FIELD_FROM_USER_ADDRESS);
  self->from_arbitrary = mopt_account_get_boolean (account, MOPT_FIELD_FROM_ARBITRARY);
  self->from_legal = mopt_address_list_split (mopt_account_get (account, MOPT_FIELD_FROM_LEGAL));
  if (mopt_account_get_source (account, MOPT_FIELD_FROM_USE) != MOPT_SOURCE_DEFAULT)
    self->from_use = mopt_address_list_split (mopt_account_get (account, MOPT_FIELD_FROM_USE));
  self->from_default = g_strdup (mopt_account_get (account, MOPT_FIELD_FROM_DEFAULT));
  fill_published (self, mopt_account_get_publication (account));
  return g_steal_pointer (&self);
}

static void
copy_server (MoptServer *to, const MoptServer *from)
{
  *to = *from;
  to->host = g_strdup (from->host);
  to->user = g_strdup (from->user);
  to->shared_password = g_strdup (from->shared_password);
  to->previous_hosts = g_strdupv (from->previous_hosts);
  to->known = mopt_known_server_copy (from->known);
}

static void
clear_server (MoptServer *server)
{
  g_free (server->host);
  g_free (server->user);
  g_free (server->shared_password);
  g_strfreev (server->previous_hosts);
  mopt_known_server_free (server->known);
}

MoptSettings *
mopt_settings_copy (const MoptSettings *self)
{
  MoptSettings *copy = g_memdup2 (self, sizeof *self);

  copy->account_id = g_strdup (self->account_id);
  copy->account_name = g_strdup (self->account_name);
  if (self->publication != NULL)
    mopt_publication_ref (self->publication);
  copy_server (&copy->incoming, &self->incoming);
  copy_server (&copy->outgoing, &self->outgoing);
  copy->mailbox = g_strdup (self->mailbox);
  copy->from_legal = g_strdupv (self->from_legal);
  copy->from_use = g_strdupv (self->from_use);
  copy->from_default = g_strdup (self->from_default);
  copy->own_domains = g_strdupv (self->own_domains);
  copy->conversation_prefix = g_strdup (self->conversation_prefix);
  copy->previous_prefixes = g_strdupv (self->previous_prefixes);
  copy->conversation_counter = g_strdup (self->conversation_counter);
  return copy;
}

void
mopt_settings_free (MoptSettings *self)
{
  if (self == NULL)
    return;
  g_free (self->account_id);
  g_free (self->account_name);
  g_clear_pointer (&self->publication, mopt_publication_unref);
  clear_server (&self->incoming);
  clear_server (&self->outgoing);
  g_free (self->mailbox);
  g_strfreev (self->from_legal);
  g_strfreev (self->from_use);
  g_free (self->from_default);
  g_strfreev (self->own_domains);
  g_free (self->conversation_prefix);
  g_strfreev (self->previous_prefixes);
  g_free (self->conversation_counter);
  g_free (self);
}
