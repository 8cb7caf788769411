/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsecret/secret.h>

#include "store/secrets.h"

G_BEGIN_DECLS

/* One call to the keyring, from the first question to the caller's answer; private to secrets. */
typedef struct _MoptSecretCall MoptSecretCall;

struct _MoptSecretCall
{
  GTask *task;           /* NULL: the caller has been answered */
  GCancellable *cancel;  /* of what libsecret does for us */
  GSource *on_cancelled; /* of the caller's cancellable */
  guint timer;
  gboolean prompting; /* there may be a prompt on the screen */

  MoptSecretKey *key; /* NULL: forget */
  MoptSecretsFlags flags;
  char *label;
  MoptPassword *password;
  MoptSecretKey *keep; /* forget: nullable */

  GList *items;    /* of SecretRetrievable: what the search found */
  gboolean locked; /* there are items, and all are locked */
  void (*act) (MoptSecretCall *call);
};

extern const SecretSchema mopt_secret_schema;

/* An empty table of attributes, and that of all that a password is found by. */
GHashTable *mopt_secret_attributes_new (void);
GHashTable *mopt_secret_attributes_of (const MoptSecretKey *key);

/* What libsecret, GDBus and the bus say, in our words. Takes @cause. */
GError *mopt_secret_error_translate (GError *cause);
GError *mopt_secret_error_dismissed (void);
GError *mopt_secret_error_not_stored (const MoptSecretKey *key);

/* A call whose task is tagged with @tag; @act is its second step. The limit runs from now. */
MoptSecretCall *mopt_secret_call_new (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data,
                                      gpointer tag, void (*act) (MoptSecretCall *call));
MoptSecretCall *mopt_secret_call_new_for_key (const MoptSecretKey *key, GCancellable *cancellable,
                                              GAsyncReadyCallback callback, gpointer user_data, gpointer tag,
                                              void (*act) (MoptSecretCall *call));
/* Each call ends here, from the last callback of libsecret. */
void mopt_secret_call_free (MoptSecretCall *call);

/* Step 1, then `act` with `items` and `locked`; a failure answers and frees. */
void mopt_secret_call_search (MoptSecretCall *call, GHashTable *attributes);
void mopt_secret_call_search_key (MoptSecretCall *call);
/* From here on a person may be asked: no limit but his patience. */
void mopt_secret_call_lift_limit (MoptSecretCall *call);
/* Back to step 1, with its limit. */
void mopt_secret_call_again (MoptSecretCall *call);

/* The task, for the one who answers it (transfer full); NULL: the caller has been answered. */
GTask *mopt_secret_call_take_task (MoptSecretCall *call);
/* Answers with @error (taken), unless that has happened. */
void mopt_secret_call_fail (MoptSecretCall *call, GError *error);

G_END_DECLS
