/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "check/probe.h"

G_BEGIN_DECLS

/* Fills in all words of @self, whose rows have but their facts (tried). @settings, @side: what was probed. */
void mopt_probe_say (MoptProbe *self, const MoptSettings *settings, MoptSide side);

G_END_DECLS
