/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/signature.h"
#include "cli/prompt.h"

G_BEGIN_DECLS

/* Reads the private key at @path. Where it is protected by a passphrase that comes from @options, else it is asked for
 * on the terminal. Notes on standard error if others can read the file. */
MoptPrivateKey *mopt_signature_open_key (const char *path, const MoptPromptOptions *options, GError **error);

G_END_DECLS
