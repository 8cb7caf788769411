/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef gboolean (*MoptAction) (gpointer data, GError **error);

/* Calls @action with the rights of the owner of the file @path, where we are root and he is somebody else: with sudo
 * one publishes a draft of one's own, and what root writes into other people's folders they could lead elsewhere. */
gboolean mopt_as_owner_of (const char *path, MoptAction action, gpointer data, GError **error);

G_END_DECLS
