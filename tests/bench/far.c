/* SPDX-License-Identifier: GPL-3.0-or-later */
/* far MICROSECONDS COMMAND…    - runs it where 192.0.2.2 (RFC 5737) is this machine, so many microseconds away
 *
 * In a network namespace of its own, for root. What is sent to 192.0.2.2 comes back to 192.0.2.1, as if it came from
 * there: a tunnel that keeps each packet for that time and swaps its two addresses, which leaves all checksums right.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define HERE "192.0.2.1"
#define N_PACKETS 4096 /* on their way; more wait in the tunnel's own queue */
#define MTU 1500
#define IP_SOURCE 12 /* RFC 791 §3.1 */
#define IP_DESTINATION 16

typedef struct
{
  int64_t due; /* µs */
  size_t length;
  char bytes[MTU];
} Packet;

extern char **environ;

static Packet packets[N_PACKETS];
static unsigned first, next; /* of a ring */

static int64_t
now_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return now.tv_sec * INT64_C (1000000) + now.tv_nsec / 1000;
}

static int
fail (const char *what)
{
  fprintf (stderr, "far: %s: %s\n", what, strerror (errno));
  return -1;
}

static int
set (const char *name, unsigned long request, const char *address)
{
  struct ifreq device = { 0 };
  struct sockaddr_in in = { .sin_family = AF_INET };
  int any = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  strncpy (device.ifr_name, name, IFNAMSIZ - 1);
  if (address != NULL)
    {
      inet_pton (AF_INET, address, &in.sin_addr);
      memcpy (&device.ifr_addr, &in, sizeof in);
    }
  else
    device.ifr_flags = IFF_UP | IFF_RUNNING;
  int result = any >= 0 ? ioctl (any, request, &device) : -1;
  if (any >= 0)
    close (any);
  return result;
}

/* -1: it cannot be made here. */
static int
open_tunnel (void)
{
  struct ifreq device = { .ifr_name = "far", .ifr_flags = IFF_TUN | IFF_NO_PI };
  int tunnel = open ("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);

  if (tunnel < 0 || ioctl (tunnel, TUNSETIFF, &device) != 0)
    return fail ("a tunnel");
  if (set ("far", SIOCSIFADDR, HERE) != 0 || set ("far", SIOCSIFNETMASK, "255.255.255.0") != 0
      || set ("far", SIOCSIFFLAGS, NULL) != 0 || set ("lo", SIOCSIFFLAGS, NULL) != 0)
    return fail ("its address");
  return tunnel;
}

static void
take (int tunnel, int64_t delay)
{
  while (next - first < N_PACKETS)
    {
      Packet *packet = &packets[next % N_PACKETS];
      ssize_t length = read (tunnel, packet->bytes, sizeof packet->bytes);
      char source[4];

      if (length <= 0)
        return;
      if (length < IP_DESTINATION + 4 || packet->bytes[0] >> 4 != 4)
        continue;
      memcpy (source, packet->bytes + IP_SOURCE, 4);
      memcpy (packet->bytes + IP_SOURCE, packet->bytes + IP_DESTINATION, 4);
      memcpy (packet->bytes + IP_DESTINATION, source, 4);
      packet->length = (size_t) length;
      packet->due = now_us () + delay;
      next++;
    }
}

static void
give (int tunnel)
{
  for (; first != next && packets[first % N_PACKETS].due <= now_us (); first++)
    if (write (tunnel, packets[first % N_PACKETS].bytes, packets[first % N_PACKETS].length) < 0)
      fail ("a packet is lost");
}

int
main (int argc, char **argv)
{
  int64_t delay = argc > 2 ? strtol (argv[1], NULL, 10) : -1;
  int tunnel = delay >= 0 ? open_tunnel () : -1;
  pid_t child;
  int status;

  if (tunnel < 0 || posix_spawnp (&child, argv[2], NULL, NULL, argv + 2, environ) != 0)
    return 1;
  while (waitpid (child, &status, WNOHANG) == 0)
    {
      int64_t us = first != next ? packets[first % N_PACKETS].due - now_us () : 100000;
      struct timespec time = { .tv_nsec = us > 0 ? us * 1000 : 0 };
      struct pollfd poll = { .fd = tunnel, .events = next - first < N_PACKETS ? POLLIN : 0 };

      ppoll (&poll, 1, &time, NULL);
      take (tunnel, delay);
      give (tunnel);
    }
  return WIFEXITED (status) ? WEXITSTATUS (status) : 1;
}
