/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "model/field.h"

/* The choices that fields.def names; the labels are the source documents'. */
#define AUTO_HINT N_ ("Takes the most secure way that the server offers.")
#define BASIC_HINT                                                                                                     \
  N_ ("Not encrypted: others on the way can read your mail, and your password if the server asks for it.")
#define SSL_HINT N_ ("Encrypted from the start; the server must prove its name with a certificate.")
#define SSL_NO_AUTHENTICATION_HINT                                                                                     \
  N_ ("Encrypted, but the server need not prove its name: somebody else may pretend to be it.")
#define TLS_HINT N_ ("Encryption begins on the ordinary port; the server must prove its name with a certificate.")

static const MoptChoice mopt_incoming_security[] = {
  { "auto", N_ ("Auto"), MOPT_KIND_ALL, AUTO_HINT },
  { "basic", N_ ("Basic"), MOPT_KIND_ALL, BASIC_HINT, TRUE },
  { "ssl", N_ ("SSL"), MOPT_KIND_ALL, SSL_HINT },
  { "ssl-no-authentication", N_ ("SSL with No Authentication"), MOPT_KIND_IMAP, SSL_NO_AUTHENTICATION_HINT, TRUE },
  { "tls", N_ ("TLS"), MOPT_KIND_IMAP, TLS_HINT },
  { NULL },
};

static const MoptChoice mopt_outgoing_security[] = {
  { "auto", N_ ("Auto"), MOPT_KIND_ALL, AUTO_HINT },
  { "basic", N_ ("Basic"), MOPT_KIND_ALL, BASIC_HINT, TRUE },
  { "ssl", N_ ("SSL"), MOPT_KIND_ALL, SSL_HINT },
  { "tls", N_ ("TLS"), MOPT_KIND_ALL, TLS_HINT },
  { NULL },
};

static const MoptChoice mopt_outgoing_login[] = {
  { "same", N_ ("Use Same Settings as My Incoming Server"), MOPT_KIND_ALL },
  { "own", N_ ("Log on Using"), MOPT_KIND_ALL },
  { NULL },
};

static const MoptChoice mopt_conversation_id_place[] = {
  { "subject", N_ ("Add to Subject Line"), MOPT_KIND_ALL },
  { "body", N_ ("Add to Body"), MOPT_KIND_ALL },
  { NULL },
};

static const MoptFieldInfo fields[MOPT_N_FIELDS] = {
#define FIELD(symbol, name, section, type, fallback, choices, label)                                                   \
  [MOPT_FIELD_##symbol] = { name, MOPT_SECTION_##section, MOPT_TYPE_##type, fallback, choices, label },
#include "model/fields.def"
#undef FIELD
};

static const MoptSectionInfo sections[MOPT_N_SECTIONS] = {
#define SECTION(symbol, name, locked, label) [MOPT_SECTION_##symbol] = { name, locked, label },
#include "model/sections.def"
#undef SECTION
};

static const struct
{
  MoptKind kind;
  const char *name;
  const char *label;
} kinds[] = {
  { MOPT_KIND_POP, "pop", N_ ("POP") },
  { MOPT_KIND_IMAP, "imap", N_ ("IMAP") },
};

const MoptFieldInfo *
mopt_field_info (MoptField field)
{
  g_return_val_if_fail ((guint) field < MOPT_N_FIELDS, NULL);

  return &fields[field];
}

const MoptSectionInfo *
mopt_section_info (MoptSection section)
{
  g_return_val_if_fail ((guint) section < MOPT_N_SECTIONS, NULL);

  return &sections[section];
}

/* name -> field + 1: large files ask a hundred thousand times. */
static GHashTable *
fields_by_name (void)
{
  static gsize table;

  if (g_once_init_enter (&table))
    {
      GHashTable *made = g_hash_table_new (g_str_hash, g_str_equal);

      for (guint i = 0; i < MOPT_N_FIELDS; i++)
        g_hash_table_insert (made, (gpointer) fields[i].name, GUINT_TO_POINTER (i + 1));
      g_once_init_leave (&table, (gsize) made);
    }
  return (GHashTable *) table;
}

MoptField
mopt_field_by_name (const char *name)
{
  guint found = name != NULL ? GPOINTER_TO_UINT (g_hash_table_lookup (fields_by_name (), name)) : 0;

  return found > 0 ? found - 1 : MOPT_FIELD_NONE;
}

MoptSection
mopt_section_by_name (const char *name)
{
  for (guint i = 0; i < MOPT_N_SECTIONS; i++)
    if (g_strcmp0 (sections[i].name, name) == 0)
      return i;
  return MOPT_SECTION_NONE;
}

const MoptChoice *
mopt_field_choice (MoptField field, MoptKind kind, const char *name)
{
  for (const MoptChoice *c = mopt_field_info (field)->choices; c != NULL && c->name != NULL; c++)
    if ((c->kinds & kind) != 0 && g_strcmp0 (c->name, name) == 0)
      return c;
  return NULL;
}

gboolean
mopt_field_has_kind (MoptField field, MoptKind kind)
{
  return (kind & (fields[field].type == MOPT_TYPE_MAILBOX ? MOPT_KIND_IMAP : MOPT_KIND_ALL)) != 0;
}

MoptKind
mopt_kind_by_name (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_strcmp0 (kinds[i].name, name) == 0)
      return kinds[i].kind;
  return MOPT_KIND_UNKNOWN;
}

const char *
mopt_kind_name (MoptKind kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (kinds[i].kind == kind)
      return kinds[i].name;
  return NULL;
}

const char *
mopt_kind_label (MoptKind kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (kinds[i].kind == kind)
      return _ (kinds[i].label);
  return _ ("Unknown kind");
}
