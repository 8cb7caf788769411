/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/field-row.h"

G_BEGIN_DECLS

/* Shows how a message will look with the Conversation ID settings as they are now: a row without a field. */
#define MOPT_TYPE_CONVERSATION_PREVIEW (mopt_conversation_preview_get_type ())
G_DECLARE_FINAL_TYPE (MoptConversationPreview, mopt_conversation_preview, MOPT, CONVERSATION_PREVIEW, MoptFieldRow)

G_END_DECLS
