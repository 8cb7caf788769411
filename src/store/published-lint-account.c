/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is hardly meant in an account that could be read; what could not has been told by the reader. */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "model/audience.h"
#include "model/from-policy.h"
#include "model/text.h"
#include "store/account-reader.h"
#include "store/published-lint-private.h"
#include "store/shared-password.h"

/* One account under examination. */
typedef struct
{
  MoptLint *lint;
  guint group;
  MoptAccount *account;
  const char *id;
} Subject;

#define SUBMISSION_PORT 587 /* RFC 6409 */

/* The two logins, with the server that each is for. */
static const struct
{
  MoptSection server, account;
  MoptField host, security, custom_port, port, user;
  MoptTerm password_file;
} sides[] = {
  { MOPT_SECTION_INCOMING_SERVER, MOPT_SECTION_INCOMING_ACCOUNT, MOPT_FIELD_INCOMING_HOST, MOPT_FIELD_INCOMING_SECURITY,
    MOPT_FIELD_INCOMING_CUSTOM_PORT, MOPT_FIELD_INCOMING_PORT, MOPT_FIELD_INCOMING_USER,
    MOPT_TERM_INCOMING_PASSWORD_FILE },
  { MOPT_SECTION_OUTGOING_SERVER, MOPT_SECTION_OUTGOING_ACCOUNT, MOPT_FIELD_OUTGOING_HOST, MOPT_FIELD_OUTGOING_SECURITY,
    MOPT_FIELD_OUTGOING_CUSTOM_PORT, MOPT_FIELD_OUTGOING_PORT, MOPT_FIELD_OUTGOING_USER,
    MOPT_TERM_OUTGOING_PASSWORD_FILE },
};

/* The line of @key, or that of the group's header. */
static guint
line_of (const Subject *self, const char *key)
{
  guint line = mopt_keyfile_get_line (self->lint->file, self->group, key);

  return line != 0 ? line : mopt_keyfile_get_group (self->lint->file, self->group)->line;
}

static guint
line_of_field (const Subject *self, MoptField field)
{
  return line_of (self, mopt_field_info (field)->name);
}

#define WARN(self, line, code, ...) mopt_lint_add ((self)->lint, MOPT_LINT_WARNING, (self)->id, line, code, __VA_ARGS__)
#define FAIL(self, line, code, ...) mopt_lint_add ((self)->lint, MOPT_LINT_ERROR, (self)->id, line, code, __VA_ARGS__)

static gboolean
is_blank (const Subject *self, MoptField field)
{
  g_autofree char *stripped = mopt_text_strip (mopt_account_get (self->account, field));

  return *stripped == '\0';
}

/* --- Keys ----------------------------------------------------------------------------------------------------------
 */

static void
lint_keys (const Subject *self)
{
  static const char *const personal[] = { "Published", "Customised", "Parked", "from-use", NULL };
  const char *known[3 + MOPT_N_FIELDS + MOPT_N_TERMS + 1] = { "Kind", "Name", "Locked" };
  guint n = 3, line = 0;
  const char *key;

  for (guint i = 0; i < MOPT_N_FIELDS; i++)
    known[n++] = mopt_field_info (i)->name;
  for (guint i = 0; i < MOPT_N_TERMS; i++)
    known[n++] = mopt_term_info (i)->name;
  while ((key = mopt_keyfile_next_key (self->lint->file, self->group, &line)) != NULL)
    if (g_strv_contains (personal, key))
      WARN (self, line, "personal-key", _ ("“%s” belongs in the file of each user; here it means nothing."), key);
    else if (!g_strv_contains (known, key))
      mopt_lint_unknown_key (self->lint, self->id, line, key, known);
}

/* --- Servers -------------------------------------------------------------------------------------------------------
 */

static gboolean
is_port_of (MoptProtocol protocol, MoptSecurity security, guint port)
{
  for (const guint16 *p = mopt_default_ports (protocol, security); *p != 0; p++)
    if (*p == port)
      return TRUE;
  return FALSE;
}

/* A custom port that every server gives to another mode. */
static void
lint_port (const Subject *self, guint side)
{
  MoptProtocol incoming
      = mopt_account_get_kind (self->account) == MOPT_KIND_POP ? MOPT_PROTOCOL_POP3 : MOPT_PROTOCOL_IMAP;
  MoptProtocol protocol = side == 0 ? incoming : MOPT_PROTOCOL_SMTP;
  const char *mode = mopt_account_get (self->account, sides[side].security);
  MoptSecurity security = mopt_security_by_name (mode);
  const char *text = mopt_account_get (self->account, sides[side].port);
  guint port = (guint) g_ascii_strtoull (text, NULL, 10);
  gboolean custom = mopt_account_get_boolean (self->account, sides[side].custom_port);
  gboolean at_once = is_port_of (protocol, MOPT_SECURITY_SSL, port);
  gboolean later = is_port_of (protocol, MOPT_SECURITY_BASIC, port) || (side == 1 && port == SUBMISSION_PORT);
  gboolean ssl = security == MOPT_SECURITY_SSL || security == MOPT_SECURITY_SSL_NO_AUTHENTICATION;
  guint line = line_of_field (self, sides[side].port);

  if (custom && port == 0)
    FAIL (self, line_of_field (self, sides[side].custom_port), "missing-value",
          _ ("Custom Port is on, but “%s” gives no port."), mopt_field_info (sides[side].port)->name);
  else if (!custom && port != 0)
    WARN (self, line, "unused-value", _ ("“%s” is not used, for Custom Port is off (“%s”)."),
          mopt_field_info (sides[side].port)->name, mopt_field_info (sides[side].custom_port)->name);
  else if (custom && ssl && later)
    WARN (self, line, "port", _ ("On port %u servers do not begin with encryption, as “%s” (“%s”) expects."), port,
          mopt_field_info (sides[side].security)->name, mode);
  else if (custom && !ssl && security != MOPT_SECURITY_AUTO && at_once)
    WARN (self, line, "port", _ ("On port %u servers begin with encryption, which “%s” (“%s”) does not expect."), port,
          mopt_field_info (sides[side].security)->name, mode);
}

static void
lint_server (const Subject *self, guint side)
{
  MoptField security = sides[side].security;

  lint_port (self, side);
  if (is_blank (self, sides[side].host) && mopt_account_has_padlock (self->account, sides[side].server))
    WARN (self, line_of_field (self, sides[side].host), "blank-and-locked",
          _ ("“%s” is empty and locked: no user can fill it in."), mopt_field_info (sides[side].host)->name);
  if (g_str_equal (mopt_account_get (self->account, security), "basic")
      && g_str_equal (mopt_account_get_term (self->account, MOPT_TERM_MINIMUM_SECURITY), "tls"))
    FAIL (self, line_of_field (self, security), "minimum-security",
          _ ("“%s” is “basic”, which does not encrypt, but MinimumSecurity asks for it."),
          mopt_field_info (security)->name);
}

/* --- Logins --------------------------------------------------------------------------------------------------------
 */

/* Whether the login of this side is one of its own. */
static gboolean
has_login (const Subject *self, guint side)
{
  return side == 0
         || (mopt_account_get_boolean (self->account, MOPT_FIELD_OUTGOING_REQUIRES_AUTHENTICATION)
             && g_str_equal (mopt_account_get (self->account, MOPT_FIELD_OUTGOING_LOGIN), "own"));
}

static void
lint_user (const Subject *self, guint side)
{
  const char *user = mopt_account_get (self->account, sides[side].user);
  const char *name = mopt_field_info (sides[side].user)->name;
  const char *password = mopt_term_info (sides[side].password_file)->name;
  gboolean locked = mopt_account_has_padlock (self->account, sides[side].account);
  gboolean shared = *mopt_account_get_term (self->account, sides[side].password_file) != '\0';
  guint line = line_of_field (self, sides[side].user);

  if (is_blank (self, sides[side].user) && locked)
    WARN (self, line, "blank-and-locked", _ ("“%s” is empty and locked: no user can fill it in."), name);
  else if (is_blank (self, sides[side].user) && shared)
    WARN (self, line, "missing-value", _ ("There is a shared password (“%s”), but “%s” does not say whose."), password,
          name);
  else if (locked && !shared)
    WARN (self, line, "no-password",
          _ ("The login is locked, so that users can type no password, and “%s” does not give one."), password);
  else if (!locked && !is_blank (self, sides[side].user) && strchr (user, '%') == NULL)
    WARN (self, line, "filled-and-unlocked",
          _ ("“%s” is the same for all users, but each of them may change it. Lock “%s”, or use a placeholder such as "
             "%%EMAILADDRESS%%."),
          name, mopt_section_info (sides[side].account)->name);
}

static void
lint_password_file (const Subject *self, guint side)
{
  MoptTerm term = sides[side].password_file;
  const char *file = mopt_account_get_term (self->account, term);
  guint line = line_of (self, mopt_term_info (term)->name);
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = NULL;
  gboolean is_tryout;

  if (*file == '\0')
    return;
  if (!has_login (self, side))
    WARN (self, line, "unused-value", _ ("“%s” is not used: the outgoing server has no login of its own."),
          mopt_term_info (term)->name);
  if (!(self->lint->flags & MOPT_LINT_SYSTEM))
    return;
  folder = mopt_shared_password_folder (&is_tryout);
  if (!mopt_shared_password_check (folder, is_tryout, file, &error))
    WARN (self, line, "shared-password", "%s", error->message);
}

/* --- The rest ------------------------------------------------------------------------------------------------------
 */

static void
lint_from (const Subject *self)
{
  const char *chosen = mopt_account_get (self->account, MOPT_FIELD_FROM_DEFAULT);
  g_autoptr (MoptSettings) settings = NULL;

  if (!mopt_account_get_boolean (self->account, MOPT_FIELD_FROM_USER_ADDRESS)
      && !mopt_account_get_boolean (self->account, MOPT_FIELD_FROM_ARBITRARY) && is_blank (self, MOPT_FIELD_FROM_LEGAL))
    FAIL (self, line_of_field (self, MOPT_FIELD_FROM_USER_ADDRESS), "no-from",
          _ ("There is no address that anyone could send from: from-user-address and from-arbitrary are off, and "
             "from-legal is empty."));
  else if (*chosen != '\0' && (settings = mopt_settings_new (self->account, NULL)) != NULL
           && !mopt_from_policy_check (settings, NULL, chosen, NULL))
    WARN (self, line_of_field (self, MOPT_FIELD_FROM_DEFAULT), "from-default",
          _ ("“%s” is proposed as From address, but it is none of those in from-legal."), chosen);
}

static void
lint_audience (const Subject *self)
{
  const char *text = mopt_account_get_term (self->account, MOPT_TERM_AVAILABLE_TO);
  g_auto (GStrv) words = g_strsplit (text, "\n", -1);
  gboolean available = g_str_equal (mopt_account_get_term (self->account, MOPT_TERM_AVAILABLE), "true");
  guint line = line_of (self, mopt_term_info (MOPT_TERM_AVAILABLE_TO)->name);

  if (available && (words[0] == NULL || g_strv_contains ((const char *const *) words, "nobody")))
    WARN (self, line, "for-nobody", _ ("The account is available to nobody."));
  mopt_lint_audience (self->lint, self->id, line, (const char *const *) words);
}

static void
lint_name (const Subject *self)
{
  g_autofree char *folded = mopt_text_fold (mopt_account_get_name (self->account));
  const char *other = g_hash_table_lookup (self->lint->names, folded);

  if (other != NULL)
    WARN (self, line_of (self, "Name"), "same-name", _ ("The account “%s” has the same name."), other);
  else
    g_hash_table_insert (self->lint->names, g_steal_pointer (&folded), g_strdup (self->id));
}

void
mopt_lint_account (MoptLint *lint, guint group, MoptAccount *account)
{
  const Subject self = { lint, group, account, mopt_account_get_id (account) };

  lint_keys (&self);
  lint_name (&self);
  if (mopt_account_get_problem (account, NULL) != NULL || mopt_account_has_term (account, MOPT_TERM_WITHDRAWN))
    return;
  for (guint side = 0; side < G_N_ELEMENTS (sides); side++)
    {
      lint_server (&self, side);
      if (has_login (&self, side))
        lint_user (&self, side);
      lint_password_file (&self, side);
    }
  lint_from (&self);
  lint_audience (&self);
}
