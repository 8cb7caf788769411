/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reply ADDRESS SUBJECT [MESSAGE-ID] <TEXT    - answer a customer of the service desk
 *
 * What reply.sh does, as a desktop program would: the message goes by a file descriptor to org.mailoptions.Service,
 * which the session bus starts, and what became of it comes back. Needs GLib alone:
 *
 *   cc -o reply reply.c $(pkg-config --cflags --libs gio-unix-2.0)
 *
 * It prints the Conversation ID that the customer's answer will carry. The exit code is 75 where the same may pass
 * later, and 69 where it will not. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memfd_create */
#endif
#include <gio/gio.h>
#include <gio/gunixfdlist.h>
#include <locale.h>
#include <string.h>
#include <sys/mman.h>
#include <sysexits.h>
#include <unistd.h>

/* Whether @text may stand in a header: with a line break it would begin a field of its own. */
static gboolean
is_one_line (const char *text)
{
  for (const char *c = text; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      return FALSE;
  return g_utf8_validate (text, -1, NULL);
}

/* @text as a header holds it: ASCII, or a word of RFC 2047. */
static char *
encode (const char *text)
{
  g_autofree char *base64 = g_base64_encode ((const guchar *) text, strlen (text));

  return g_str_is_ascii (text) ? g_strdup (text) : g_strdup_printf ("=?UTF-8?B?%s?=", base64);
}

/* From, Date, Message-ID and the Conversation ID are added by the account. */
static char *
make_header (const char *to, const char *subject, const char *answered)
{
  g_autofree char *encoded = encode (subject);
  g_autofree char *threading
      = answered != NULL ? g_strdup_printf ("In-Reply-To: %s\nReferences: %s\n", answered, answered) : g_strdup ("");

  return g_strdup_printf ("To: %s\nSubject: %s\n%sMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
                          "Content-Transfer-Encoding: 8bit\n\n",
                          to, encoded, threading);
}

/* A file in memory: @header, and what @input gives. -1: errno. A pipe would do as well. */
static int
make_message (const char *header, int input)
{
  int message = memfd_create ("reply", MFD_CLOEXEC);
  const char *data = header;
  char block[65536];
  gssize n;

  if (message < 0)
    return -1;
  for (n = strlen (header); n > 0; n = read (input, block, sizeof block), data = block)
    for (gssize done = 0; done < n;)
      {
        gssize more = write (message, data + done, n - done);

        if (more < 0)
          return -1;
        done += more;
      }
  return n == 0 && lseek (message, 0, SEEK_SET) == 0 ? message : -1;
}

/* The answer of the service, a{sv}; NULL + error. */
static GVariant *
send_message (int message, GError **error)
{
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, error);
  g_autoptr (GUnixFDList) descriptors = g_unix_fd_list_new_from_array (&message, 1);

  if (bus == NULL)
    return NULL;
  /* Options go into the dictionary: none means the default account, and those who are named in To, Cc and Bcc. The
   * server may take its time: no time-out. */
  g_autoptr (GVariant) answer = g_dbus_connection_call_with_unix_fd_list_sync (
      bus, "org.mailoptions.Service", "/org/mailoptions/Service", "org.mailoptions.Service", "Send",
      g_variant_new ("(ha{sv})", 0, NULL), G_VARIANT_TYPE ("(a{sv})"), G_DBUS_CALL_FLAGS_NONE, G_MAXINT, descriptors,
      NULL, NULL, error);
  return answer != NULL ? g_variant_get_child_value (answer, 0) : NULL;
}

static int
fail (GError *error)
{
  g_autofree char *name = g_dbus_error_get_remote_error (error);
  gboolean is_temporary = name != NULL && g_str_has_prefix (name, "org.mailoptions.Error.Temporary.");

  g_dbus_error_strip_remote_error (error);
  g_printerr ("%s\n", error->message);
  return is_temporary ? EX_TEMPFAIL : EX_UNAVAILABLE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  const char *id = NULL;

  setlocale (LC_ALL, ""); /* the service speaks the language of the session */
  for (int i = 1; i < argc; i++)
    if (argc < 3 || argc > 4 || !is_one_line (argv[i]))
      argc = 0;
  if (argc < 3)
    {
      g_printerr ("usage: reply ADDRESS SUBJECT [MESSAGE-ID] <TEXT\n");
      return EX_USAGE;
    }
  g_autofree char *header = make_header (argv[1], argv[2], argc > 3 ? argv[3] : NULL);
  int message = make_message (header, STDIN_FILENO);
  if (message < 0)
    {
      g_printerr ("The text could not be read.\n");
      return EX_IOERR;
    }
  g_autoptr (GVariant) answer = send_message (message, &error);
  if (answer == NULL)
    return fail (error);
  if (g_variant_lookup (answer, "conversation-id", "&s", &id))
    g_print ("%s\n", id);
  return EX_OK;
}
