/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "check/test-run.h"

G_BEGIN_DECLS

/* One sentence of what a run (@stages, all ended) has shown, and one of what to do or what it does not prove; both
 * translated, never NULL, transfer full. @to: who got the message, nullable. */
void mopt_test_summarise (GListModel *stages, MoptTestResult result, const MoptSettings *settings, const char *to,
                          char **summary, char **advice);

G_END_DECLS
