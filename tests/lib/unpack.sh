#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# sh unpack.sh RIG SET...    - make packaged programs usable below RIG
#
# A server or a keyring that is installed stays: as a service, a user, the Secret
# Service of the desktop.  So these packages are only downloaded (kept
# in the user's cache for the next time) and unpacked below RIG.  What can be
# called afterwards is in RIG/bin, each a small script that sets the library
# path for that program alone.  On a machine without apt RIG/bin stays empty
# and the installed programs are used, if there are any.
#
# SET: mail      Dovecot, and Postfix for root (its master runs as nothing else)
#      keyring   gnome-keyring-daemon, gcr-prompter, secret-tool
#      web       nginx
#      desktop   the AT-SPI registry, and a window manager
#      clients   programs that call sendmail: git send-email, s-nail, mailx, mutt,
#                and cron for root; what signs and encrypts; and a desktop's
#                notifications
set -eu

rig=$1
shift
sets=$*
root=$rig/root
mkdir -p "$root" "$rig/bin"

wanted=
for set in $sets; do
  case $set in
    mail)
      wanted="$wanted dovecot-core dovecot-imapd dovecot-pop3d dovecot-lmtpd"
      wanted="$wanted dovecot-submissiond"
      [ "$(id -u)" != 0 ] || wanted="$wanted postfix" ;;
    keyring) wanted="$wanted gnome-keyring gcr libsecret-tools" ;;
    web) wanted="$wanted nginx" ;;
    desktop) wanted="$wanted at-spi2-core xfwm4" ;;
    clients)
      wanted="$wanted git-email libmailtools-perl s-nail bsd-mailx mutt dunst"
      wanted="$wanted gpg gpg-agent"
      [ "$(id -u)" != 0 ] || wanted="$wanted cron" ;;
    *) echo "unpack.sh: no set '$set'" >&2; exit 2 ;;
  esac
done

if ! command -v apt-get >/dev/null || ! command -v dpkg >/dev/null; then
  echo "No apt-get: the installed programs are used instead of Debian's$wanted."
  exit 0
fi

cache=${XDG_CACHE_HOME:-${HOME:-$rig}/.cache}/mail-options-servers
mkdir -p "$cache/apt/archives/partial"
cd "$cache"

# Root's downloads need not be readable for apt's own user; a user has lists of
# packages of his own where the system has none.
apt ()
{
  command=$1
  shift
  set -- "$command" -q -y -o Debug::NoLocking=1 "$@"
  [ "$(id -u)" != 0 ] || set -- "$@" -o APT::Sandbox::User=root
  [ ! -d "$cache/lists" ] || set -- "$@" \
    -o "Dir::State::lists=$cache/lists" -o "Dir::Cache=$cache/apt"
  apt-get "$@"
}

# File names of the packages: the wanted ones, and the libraries that they need
# and the machine does not have.  (Not libc: its loader would not fit.)
resolve ()
{
  # An empty archive: what apt has at hand would not be listed.
  # shellcheck disable=SC2086  # a list
  apt install --print-uris --reinstall --no-install-recommends \
    -o "Dir::Cache::archives=$cache/apt/archives" $wanted >plan.new || return 1
  awk -v wanted="$wanted " '
    /^'\''/ {
      split ($2, part, "_")
      if (index (wanted, " " part[1] " ") ||
          (part[1] ~ /^lib/ && part[1] !~ /^lib(c6|c-bin|pam|nss|systemd-shared)/))
        print $2
    }' plan.new >files.new
  rm plan.new
}

# Those of the given files that are not there yet.  NAME_VERSION_ARCH.deb
download ()
{
  set --
  while read -r file; do
    [ ! -e "$file" ] || continue
    version=${file#*_}
    set -- "$@" "${file%%_*}=$(printf '%s' "${version%_*}" | sed 's/%3a/:/')"
  done <files.new
  [ $# = 0 ] || apt download "$@"
}

refresh ()
{
  echo "Getting newer lists of packages"
  [ "$(id -u)" = 0 ] || mkdir -p lists/partial
  apt update
}

# The plan holds while neither the installed packages nor the wish changes.
plan=$(printf '%s' "$wanted" | cksum | cut -d ' ' -f 1).plan
at_hand ()
{
  [ -e "$plan" ] &&
    [ -z "$(find /var/lib/dpkg/status -newer "$plan")" ] &&
    while read -r file; do [ -e "$file" ] || return 1; done <"$plan"
}
if ! at_hand; then
  { resolve && download; } >get.log 2>&1 ||
    { refresh && resolve && download; } >get.log 2>&1 ||
    { grep -E '^E:' get.log >&2 || cat get.log >&2
      echo "Cannot download the packages$wanted." >&2
      exit 1; }
  mv files.new "$plan"
fi
while read -r file; do
  dpkg -x "$file" "$root"
done <"$plan"

libraries=$root/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null ||
  cc -print-multiarch)
wrap ()
{
  printf '#!/bin/sh\nLD_LIBRARY_PATH=%s exec %s "$@"\n' "$libraries" "$2" \
    >"$rig/bin/$1"
  chmod 755 "$rig/bin/$1"
}

for set in $sets; do
  case $set in
    mail)
      # Dovecot has the name of its folder in its programs; this one is as long.
      cp -a "$root/usr/lib/dovecot/." "$rig/"
      cp "$root/usr/sbin/dovecot" "$root/usr/bin/doveconf" \
        "$root/usr/bin/doveadm" "$rig/"
      find "$rig" -path "$root" -prune -o -type f -print0 |
        xargs -0 grep -lZ /usr/lib/dovecot |
        xargs -0 sed -i "s#/usr/lib/dovecot#$rig#g"
      wrap doveconf "$rig/doveconf"
      wrap doveadm "$rig/doveadm" ;;
    keyring)
      wrap gnome-keyring-daemon "$root/usr/bin/gnome-keyring-daemon"
      wrap secret-tool "$root/usr/bin/secret-tool"
      wrap gcr-prompter "$root/usr/libexec/gcr-prompter" ;;
    web)
      wrap nginx "$root/usr/sbin/nginx" ;;
    desktop)
      wrap at-spi2-registryd "$root/usr/libexec/at-spi2-registryd"
      # The window manager looks for its defaults in a folder of the same length.
      cp -a "$root/usr/share/xfwm4/defaults" "$rig/defaults"
      sed -i "s#/usr/share/xfwm4#$rig#g" "$root/usr/bin/xfwm4"
      wrap xfwm4 "$root/usr/bin/xfwm4" ;;
    clients)
      for name in s-nail bsd-mailx mutt dunst gpg-agent; do
        wrap "$name" "$root/usr/bin/$name"
      done
      wrap gpg "$root/usr/bin/gpg --agent-program $rig/bin/gpg-agent"
      printf '#!/bin/sh\nPERL5LIB=%s exec %s "$@"\n' "$root/usr/share/perl5" \
        "$root/usr/lib/git-core/git-send-email" >"$rig/bin/git-send-email"
      chmod 755 "$rig/bin/git-send-email"
      [ "$(id -u)" = 0 ] || continue
      # Its folders and the path of sendmail are in the program: in their place names of the same length, which are
      # below the folder that it is started in, and $rig/s.
      sed -e "s#/usr/sbin/sendmail#$rig/s#" -e "s#/var/spool/cron#./cron-in-a-box#" -e "s#/etc/crontab#./no-crontab#" \
        -e 's#/etc/cron\.d\x00#./no-cron.d\x00#' -e "s#/run/crond\.reboot#./cron-has-booted#" \
        -e "s#/var/run/\x00#.//./././\x00#" "$root/usr/sbin/cron" >"$rig/cron"
      chmod 755 "$rig/cron" ;;
  esac
done
