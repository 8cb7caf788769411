/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

#include "base/error.h"
#include "cli/cli.h"
#include "cli/output.h"
#include "cli/prompt.h"
#include "model/text.h"

static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP };

/* The last one that came while a password was read, 0 = none. They are blocked but for the moments of waiting: one
 * that came just before would else be missed. */
static volatile sig_atomic_t caught;
static pthread_t reader; /* the thread that waits */

/* What there was before. */
typedef struct
{
  struct sigaction actions[G_N_ELEMENTS (signals)];
  sigset_t mask;
} Signals;

static void
on_signal (int number)
{
  caught = number;
  /* the kernel picks any thread that has not blocked it; one of GDBus does not wake the one that waits */
  if (!pthread_equal (pthread_self (), reader))
    pthread_kill (reader, number);
}

/* A line as it comes in. It is wiped, and never leaves locked memory but for a MoptPassword. */
typedef struct
{
  char bytes[MOPT_PROMPT_MAX + 1];
  gsize length;
} Line;

static Line *
line_new (void)
{
  Line *self = g_new0 (Line, 1);
  mlock (self, sizeof *self);
  return self;
}

static void
line_free (Line *self)
{
  mopt_wipe (self, sizeof *self);
  munlock (self, sizeof *self);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Line, line_free)

/* Byte by byte, so that what follows the line is left to whoever reads next. 0 at its end, else an errno. */
static int
read_line (int fd, const Signals *signals_before, Line *line)
{
  for (;;)
    {
      struct pollfd poll = { .fd = fd, .events = POLLIN };
      char byte;
      gssize n;

      if (ppoll (&poll, 1, NULL, &signals_before->mask) < 0)
        {
          if (errno == EINTR && caught == 0)
            continue;
          return errno;
        }
      n = read (fd, &byte, 1);
      if (n < 0)
        return errno;
      if (n == 0 || byte == '\n')
        return 0;
      if (line->length == MOPT_PROMPT_MAX)
        return EMSGSIZE;
      line->bytes[line->length++] = byte;
      mopt_wipe (&byte, 1);
    }
}

static void
catch_signals (Signals *before)
{
  struct sigaction action = { .sa_handler = on_signal };
  sigset_t blocked;

  caught = 0;
  reader = pthread_self ();
  sigemptyset (&action.sa_mask);
  sigemptyset (&blocked);
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    sigaddset (&blocked, signals[i]);
  sigprocmask (SIG_BLOCK, &blocked, &before->mask);
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    {
      sigaction (signals[i], &action, &before->actions[i]);
      if (signals[i] == SIGHUP && before->actions[i].sa_handler == SIG_IGN) /* nohup means it */
        sigaction (signals[i], &before->actions[i], NULL);
    }
}

static void
release_signals (const Signals *before)
{
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    sigaction (signals[i], &before->actions[i], NULL);
  sigprocmask (SIG_SETMASK, &before->mask, NULL);
}

static MoptPassword *
line_to_password (const Line *line, int failure, GError **error)
{
  if (caught != 0)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("Cancelled."));
  else if (failure == EMSGSIZE)
    g_set_error (error, MOPT_ERROR, MOPT_ERROR_INVALID, _ ("The password is longer than %d bytes."), MOPT_PROMPT_MAX);
  else if (failure != 0)
    g_set_error (error, MOPT_ERROR, MOPT_ERROR_FAILED, _ ("The password cannot be read: %s."), g_strerror (failure));
  else if (line->length == 0)
    g_set_error_literal (error, MOPT_ERROR, MOPT_ERROR_MISSING, _ ("No password was given."));
  else if (memchr (line->bytes, '\0', line->length) != NULL)
    g_set_error_literal (error, MOPT_ERROR, MOPT_ERROR_INVALID, _ ("The password holds a NUL byte."));
  else
    return mopt_password_new_bytes (line->bytes, line->length);
  return NULL;
}

/* Writes all of @text to the terminal; what fails there is seen by the person. */
static void
say (int fd, const char *text)
{
  for (gsize left = strlen (text); left > 0;)
    {
      gssize n = write (fd, text, left);

      if (n <= 0)
        return;
      text += n;
      left -= n;
    }
}

/* One go at it. Its signals are caught, and given on once the terminal is as it was; being stopped ends the go. */
static int
ask_once (int tty, const char *question, Line *line)
{
  Signals signals_before;
  struct termios before, silent;
  int failure;

  catch_signals (&signals_before);
  if (tcgetattr (tty, &before) != 0)
    {
      release_signals (&signals_before);
      return errno;
    }
  silent = before;
  silent.c_lflag &= ~(ECHO | ECHONL);
  silent.c_lflag |= ICANON | ISIG;
  tcsetattr (tty, TCSAFLUSH, &silent);
  say (tty, question);
  failure = read_line (tty, &signals_before, line);
  say (tty, "\n");
  tcsetattr (tty, TCSAFLUSH, &before);
  release_signals (&signals_before);
  return failure;
}

MoptPassword *
mopt_prompt_password (const char *question, GError **error)
{
  int tty = open ("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
  g_autofree char *visible = mopt_output_visible (question);
  g_autofree char *text = g_strconcat (visible, " ", NULL);
  g_autoptr (Line) line = line_new ();
  MoptPassword *password;
  int failure;

  if (tty < 0)
    {
      g_set_error_literal (error, MOPT_ERROR, MOPT_ERROR_MISSING,
                           _ ("There is no terminal to ask for the password. Use --password-stdin or --password-fd."));
      return NULL;
    }
  failure = ask_once (tty, text, line);
  while (caught == SIGTSTP)
    {
      kill (getpid (), SIGTSTP); /* stopped here, until the shell lets us go on */
      mopt_wipe (line, sizeof *line);
      failure = ask_once (tty, text, line);
    }
  password = line_to_password (line, failure, error);
  close (tty);
  return password;
}

MoptPassword *
mopt_prompt_read (int fd, GError **error)
{
  Signals signals_before;
  g_autoptr (Line) line = NULL;
  int failure;

  if (isatty (fd))
    return mopt_prompt_password (_ ("Password:"), error);

  line = line_new ();
  catch_signals (&signals_before);
  failure = read_line (fd, &signals_before, line);
  release_signals (&signals_before);
  return line_to_password (line, failure, error);
}

gboolean
mopt_prompt_confirm (const char *question)
{
  char answer[64];
  g_autofree char *visible = mopt_output_visible (question);

  g_printerr ("%s [y/N] ", visible);
  if (fgets (answer, sizeof answer, stdin) == NULL)
    return FALSE;
  g_strstrip (answer);
  /* Translators: what one types for yes, in lower case */
  return g_ascii_strcasecmp (answer, "y") == 0 || g_ascii_strcasecmp (answer, "yes") == 0
         || g_ascii_strcasecmp (answer, _ ("yes")) == 0;
}

char *
mopt_prompt_line (const char *question)
{
  char line[MOPT_PROMPT_MAX];
  g_autofree char *visible = mopt_output_visible (question);

  g_printerr ("%s ", visible);
  if (fgets (line, sizeof line, stdin) == NULL)
    return g_strdup ("");
  g_autofree char *text = g_locale_to_utf8 (line, -1, NULL, NULL, NULL);
  return text != NULL ? mopt_text_strip (text) : g_strdup ("");
}

gboolean
mopt_prompt_is_given (const MoptPromptOptions *options)
{
  return options->standard_input || options->fd != MOPT_PROMPT_NO_FD;
}

gboolean
mopt_prompt_check (const MoptPromptOptions *options, const char *verb)
{
  if (options->fd != MOPT_PROMPT_NO_FD && (options->standard_input || options->fd < 0))
    {
      mopt_cli_misused (verb, options->fd < 0 ? _ ("A file descriptor is a number from 0 on.")
                                              : _ ("--password-fd and --password-stdin exclude each other."));
      return FALSE;
    }
  return TRUE;
}

MoptPassword *
mopt_prompt_from_options (const MoptPromptOptions *options, GError **error)
{
  return mopt_prompt_read (options->standard_input ? STDIN_FILENO : options->fd, error);
}
