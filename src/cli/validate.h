/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The findings of the checks (element-type MoptLintFinding) as an array, as `validate --json` prints it. Transfer
 * full. */
JsonNode *mopt_findings_to_json (GPtrArray *findings);

G_END_DECLS
