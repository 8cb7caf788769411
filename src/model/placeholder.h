/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/audience.h"
#include "model/field.h"

G_BEGIN_DECLS

/* %USER%, %EMAILADDRESS%, %EMAILLOCALPART%, %EMAILDOMAIN% and %% in the published user names. */

/* Whether the published text of @field may hold placeholders. */
gboolean mopt_placeholder_has_field (MoptField field);
/* MOPT_ERROR_INVALID: any other %. */
gboolean mopt_placeholder_check (const char *text, GError **error);
/* @text for @who; "" where a placeholder needs the address and it is not known, so that the person is asked. Caller
 * frees. */
char *mopt_placeholder_expand (const char *text, const MoptIdentity *who);

G_END_DECLS
