/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/paths.h"
#include "check/refresh-plan.h"
#include "check/refresh-words.h"
#include "check/refresh.h"
#include "store/published.h"
#include "web/pair.h"

const char *
mopt_refresh_result_name (MoptRefreshResult result)
{
  static const char *const names[] = {
    [MOPT_REFRESH_NO_SOURCE] = "no-source",
    [MOPT_REFRESH_NOT_DUE] = "not-due",
    [MOPT_REFRESH_BUSY] = "busy",
    [MOPT_REFRESH_NOT_CHANGED] = "not-changed",
    [MOPT_REFRESH_NEW] = "new",
    [MOPT_REFRESH_BEING_REPLACED] = "being-replaced",
    [MOPT_REFRESH_FAILED] = "failed",
  };

  return names[result];
}

void
mopt_refresh_free (MoptRefresh *self)
{
  if (self == NULL)
    return;
  g_free (self->sentence);
  g_free (self->advice);
  g_free (self->detail);
  g_strfreev (self->warnings);
  g_free (self);
}

static MoptRefresh *
new_refresh (MoptRefreshResult result, const char *sentence)
{
  MoptRefresh *self = g_new0 (MoptRefresh, 1);

  self->result = result;
  self->sentence = g_strdup (sentence);
  self->advice = g_strdup ("");
  self->warnings = g_new0 (char *, 1);
  return self;
}

static MoptRefresh *
new_failed (const GError *cause, const char *url)
{
  MoptRefresh *self
      = new_refresh (g_error_matches (cause, MOPT_ERROR, MOPT_ERROR_PUBLICATION_CHANGING) ? MOPT_REFRESH_BEING_REPLACED
                                                                                          : MOPT_REFRESH_FAILED,
                     NULL);

  self->code = mopt_error_word (cause->domain == MOPT_ERROR ? (MoptError) cause->code : MOPT_ERROR_FAILED);
  g_free (self->advice);
  mopt_refresh_words (cause, url, &self->sentence, &self->advice, &self->detail);
  return self;
}

/* --- One at a time --- */

static void
close_fd (int *fd)
{
  if (*fd >= 0)
    close (*fd);
}
#define auto_close __attribute__ ((cleanup (close_fd)))

/* Held as long as the descriptor is open, gone with the process. -1 with errno: EWOULDBLOCK = somebody holds it. */
static int
take_lock (void)
{
  g_autofree char *path = mopt_paths_state ("fetch.lock");
  g_autofree char *folder = g_path_get_dirname (path);
  auto_close int fd = -1;
  int locked;

  g_mkdir_with_parents (folder, 0700); /* open says what is wrong */
  fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0 || flock (fd, LOCK_EX | LOCK_NB) != 0)
    return -1;
  locked = fd;
  fd = -1;
  return locked;
}

static MoptRefresh *
new_not_locked (int lock_errno)
{
  if (lock_errno == EWOULDBLOCK)
    return new_refresh (MOPT_REFRESH_BUSY, _ ("Another program is fetching just now."));

  g_autofree char *path = mopt_paths_state ("fetch.lock");
  g_autofree char *shown = g_filename_display_name (path);
  g_autoptr (GError) cause = g_error_new (MOPT_ERROR, MOPT_ERROR_NOT_WRITTEN,
                                          _ ("The file “%s” could not be saved: %s."), shown, g_strerror (lock_errno));
  return new_failed (cause, "");
}

/* --- The fetch --- */

/* Fetches and hands on. TRUE: it is in force, or nothing has changed since last time. *@retry_after: what the server
 * asked for where it failed. */
static gboolean
fetch (const MoptSourceFile *source, gboolean whole, gint64 *retry_after, GCancellable *cancellable, GError **error)
{
  g_autoptr (MoptHttp) http = mopt_http_new (NULL);
  g_autofree char *mark = whole ? NULL : mopt_published_get_etag (source);
  g_autofree char *signature_url = source->has_key ? mopt_source_get_signature_url (source) : NULL;
  g_autoptr (GError) cause = NULL;
  g_autoptr (MoptPair) pair
      = mopt_pair_fetch (http, source->url, signature_url, MOPT_PUBLISHED_MAX, mark, cancellable, error);

  *retry_after = mopt_http_get_retry_after (http);
  if (pair == NULL)
    return FALSE;
  if (pair->text == NULL || mopt_published_accept (source, pair->text, pair->signature, pair->mark, &cause))
    return TRUE;
  if (!g_error_matches (cause, MOPT_ERROR, MOPT_ERROR_PUBLICATION_CHANGING))
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }

  /* one of the two may have been replaced between our two requests: once more at once */
  g_autoptr (MoptPair) again
      = mopt_pair_fetch (http, source->url, signature_url, MOPT_PUBLISHED_MAX, NULL, cancellable, error);
  *retry_after = mopt_http_get_retry_after (http);
  return again != NULL && mopt_published_accept (source, again->text, again->signature, again->mark, error);
}

static MoptRefresh *
conclude (const MoptPublished *before, const MoptPublished *after)
{
  g_autofree char *serial = g_strdup_printf ("%" G_GUINT64_FORMAT, after->serial);
  g_autofree char *sentence = NULL;
  gboolean same = before->text != NULL && after->text != NULL && g_bytes_equal (before->text, after->text);

  /* what was refused before is still there */
  if (after->error != NULL)
    return new_failed (after->error, after->origin);
  if (same)
    sentence = g_strdup_printf (_ ("Not changed: serial number %s is in force."), serial);
  else
    sentence = g_strdup_printf (_ ("New: serial number %s is in force now."), serial);
  return new_refresh (same ? MOPT_REFRESH_NOT_CHANGED : MOPT_REFRESH_NEW, sentence);
}

static gboolean
is_offline (const GError *cause)
{
  return g_error_matches (cause, MOPT_ERROR, MOPT_ERROR_HOST_NOT_FOUND)
         || g_error_matches (cause, MOPT_ERROR, MOPT_ERROR_UNREACHABLE)
         || g_error_matches (cause, MOPT_ERROR, MOPT_ERROR_PROXY);
}

static void
add_warnings (MoptRefresh *self, const MoptPublished *published, const GError *not_saved)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_strv_builder_addv (builder, (const char **) published->warnings);
  if (not_saved != NULL)
    g_strv_builder_add (builder, not_saved->message);
  g_strfreev (self->warnings);
  self->warnings = g_strv_builder_end (builder);
}

static MoptRefresh *
fetch_as_planned (const MoptSourceFile *source, MoptPlan *plan, MoptRefreshFlags flags, GCancellable *cancellable,
                  GError **error)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autoptr (MoptPublished) before = mopt_published_load ();
  g_autoptr (GError) cause = NULL;
  g_autoptr (GError) not_saved = NULL;
  MoptRefresh *self;
  gboolean changed;
  gint64 retry_after = 0;

  if ((flags & MOPT_REFRESH_IF_DUE) != 0
      && !mopt_plan_is_due (plan, now, before->state != MOPT_PUBLISHED_NONE, g_random_double (), &changed))
    {
      self = new_refresh (MOPT_REFRESH_NOT_DUE, _ ("It is not yet time to look again."));
      self->serial = before->serial;
      self->next = plan->next - now;
      if (changed && !mopt_plan_save (plan, &not_saved))
        add_warnings (self, before, not_saved);
      return self;
    }

  gboolean ok = fetch (source, (flags & MOPT_REFRESH_WHOLE) != 0, &retry_after, cancellable, &cause);
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return NULL;
    }
  g_autoptr (MoptPublished) after = mopt_published_load ();
  self = ok ? conclude (before, after) : new_failed (cause, source->url);
  self->serial = after->serial;

  now = g_get_real_time () / G_USEC_PER_SEC;
  if (self->result == MOPT_REFRESH_NEW || self->result == MOPT_REFRESH_NOT_CHANGED)
    mopt_plan_note_success (plan, now, g_random_double ());
  else
    mopt_plan_note_failure (plan, now, !is_offline (cause), retry_after, g_random_double ());
  self->next = plan->next - now;
  mopt_plan_save (plan, &not_saved);
  add_warnings (self, after, not_saved);
  return self;
}

MoptRefresh *
mopt_refresh_run (MoptRefreshFlags flags, GCancellable *cancellable, GError **error)
{
  g_autofree char *tryout = mopt_paths_tryout ();
  g_autoptr (GError) cause = NULL;
  g_autoptr (MoptSourceFile) source = NULL;

  if (tryout != NULL)
    return new_refresh (MOPT_REFRESH_NO_SOURCE, _ ("A published file is being tried out: nothing is fetched."));
  source = mopt_source_load (&cause);
  if (source == NULL)
    return new_failed (cause, "");
  if (source->url == NULL)
    return new_refresh (MOPT_REFRESH_NO_SOURCE, _ ("No address is set in source.conf: nothing to fetch."));

  auto_close int lock = take_lock ();
  if (lock < 0)
    return new_not_locked (errno);
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autoptr (MoptPlan) plan = mopt_plan_load (source->url, now);
  if ((flags & MOPT_REFRESH_BACK_ONLINE) != 0)
    mopt_plan_note_network (plan, now);
  return fetch_as_planned (source, plan, flags, cancellable, error);
}
