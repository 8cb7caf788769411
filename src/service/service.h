/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "service/life.h"

G_BEGIN_DECLS

#define MOPT_SERVICE_NAME "org.mailoptions.Service"

/* The object /org/mailoptions/Service (data/org.mailoptions.Service.xml) on @connection. Lives as long as the program;
 * all is borrowed. */
typedef struct _MoptService MoptService;
MoptService *mopt_service_new (GDBusConnection *connection, MoptLife *life, guint silence_ms);

/* Cancels what can still be cancelled. */
void mopt_service_cancel (MoptService *self);

G_END_DECLS
