/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The options of Send; see data/org.mailoptions.Service.xml. All texts are nullable. */
typedef struct
{
  char *account;
  char **recipients;
  char *sender;
  char *full_name;
  gboolean from_header;
  gboolean conversation_id;
} MoptSendOptions;

/* @options: a{sv} that somebody sent. FALSE + G_DBUS_ERROR_INVALID_ARGS (a translated sentence). */
gboolean mopt_send_options_read (MoptSendOptions *self, GVariant *options, GError **error);
void mopt_send_options_clear (MoptSendOptions *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MoptSendOptions, mopt_send_options_clear)

G_END_DECLS
