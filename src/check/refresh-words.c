/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check/failure speaks to somebody who can mend an account; here it is the administrator's address and server. */
#include "config.h"

#include <glib/gi18n-lib.h>

#include "check/refresh-words.h"
#include "check/template.h"

#define TRY_AGAIN N_ ("Check the network connection. It is tried again by itself.")
#define SERVER_LATER N_ ("It is tried again by itself. If it stays so, tell your administrator.")
#define ADMINISTRATOR N_ ("Tell your administrator.")

/* clang-format off: a table */
/* What is not here has a whole sentence of its own. */
static const struct
{
  const char *sentence;
  const char *advice;
} causes[MOPT_N_ERRORS] = {
  [MOPT_ERROR_HOST_NOT_FOUND] = { N_ ("There is no server called {host}, or there is no way to it."), TRY_AGAIN },
  [MOPT_ERROR_CONNECTION_REFUSED] = { N_ ("{host} does not take connections."), SERVER_LATER },
  [MOPT_ERROR_UNREACHABLE] = { N_ ("There is no way to {host}."), TRY_AGAIN },
  [MOPT_ERROR_CONNECT_TIMED_OUT] = { N_ ("{host} does not answer."), TRY_AGAIN },
  [MOPT_ERROR_CONNECT_FAILED] = { N_ ("There is no way to {host}."), TRY_AGAIN },
  [MOPT_ERROR_PROXY]
  = { N_ ("The proxy of this computer does not lead to {host}."), N_ ("Check the proxy in the network settings.") },
  [MOPT_ERROR_TLS_HANDSHAKE] = { N_ ("No encryption could be agreed on with {host}."), ADMINISTRATOR },
  [MOPT_ERROR_TLS_TOO_OLD] = { N_ ("{host} knows only encryption that is too old to be safe."), ADMINISTRATOR },
  [MOPT_ERROR_TLS_NOT_SPOKEN] = { N_ ("What answers at {host} is no secure web server."), ADMINISTRATOR },
  [MOPT_ERROR_CERTIFICATE] = { N_ ("The identity of {host} could not be confirmed."),
                               N_ ("Check the date of this computer. If it is right, tell your administrator.") },
  [MOPT_ERROR_TIMED_OUT] = { N_ ("{host} does not answer."), SERVER_LATER },
  [MOPT_ERROR_TOO_SLOW] = { N_ ("{host} sends too slowly to wait for it."), SERVER_LATER },
  [MOPT_ERROR_HUNG_UP] = { N_ ("{host} hung up in the middle."), SERVER_LATER },
  [MOPT_ERROR_PROTOCOL] = { N_ ("{host} gave an answer that makes no sense."), ADMINISTRATOR },
  [MOPT_ERROR_TOO_LARGE] = { N_ ("What {host} sends is larger than a publication may be."), ADMINISTRATOR },
  [MOPT_ERROR_HTTP_REDIRECT] = { N_ ("{host} points to an address that must not be used."), ADMINISTRATOR },
  [MOPT_ERROR_HTTP_NOT_FOUND] = { N_ ("{host} has no such file."), ADMINISTRATOR },
  [MOPT_ERROR_HTTP_FORBIDDEN] = { N_ ("{host} does not hand out the file."), ADMINISTRATOR },
  [MOPT_ERROR_HTTP_BUSY] = { N_ ("{host} has too much to do at the moment."), SERVER_LATER },
  [MOPT_ERROR_HTTP_STATUS] = { N_ ("{host} could not deliver the file."), SERVER_LATER },
  [MOPT_ERROR_INVALID] = { N_ ("The address in source.conf cannot be used."), ADMINISTRATOR },
  [MOPT_ERROR_PUBLICATION_CHANGING] = { "{message}", N_ ("It is tried again by itself.") },
  [MOPT_ERROR_NOT_WRITTEN] = { "{message}", N_ ("Check that the folder can be written and the disk is not full.") },
};
/* clang-format on */

/* As people read it. */
static char *
get_host (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);

  return g_strdup (uri != NULL && g_uri_get_host (uri) != NULL ? g_uri_get_host (uri) : url);
}

void
mopt_refresh_words (const GError *cause, const char *url, char **sentence, char **advice, char **detail)
{
  MoptError code = cause->domain == MOPT_ERROR ? (MoptError) cause->code : MOPT_ERROR_FAILED;
  g_autofree char *host = get_host (url);
  const MoptPlace places[] = { { "host", host }, { "message", cause->message }, { NULL } };
  const char *template = causes[code].sentence != NULL ? causes[code].sentence : "{message}";
  gboolean is_whole = g_str_equal (template, "{message}");

  *sentence = mopt_template_fill (is_whole ? template : _ (template), places);
  *advice = g_strdup (_ (causes[code].advice != NULL ? causes[code].advice : ADMINISTRATOR));
  *detail = is_whole ? NULL : g_strdup (cause->message);
}
