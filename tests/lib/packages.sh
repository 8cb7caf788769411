# shellcheck shell=sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What has to be on the machine to build and to test, in one place; read after
# common.sh.  Each line: how to see that it is there, and the Debian package
# that brings it.  Servers and the like are not here: they are never installed
# (unpack.sh).
# shellcheck disable=SC2034  # the tables are for the reader of this file

BUILD_NEEDS='
program meson                          meson
program ninja                          ninja-build
program cc                             gcc
program pkg-config                     pkg-config
program xmllint                        libxml2-utils
program msgfmt                         gettext
program desktop-file-validate          desktop-file-utils
program appstreamcli                   appstream
module  gtk4                           libgtk-4-dev
module  libsecret-1                    libsecret-1-dev
module  openssl                        libssl-dev
module  libcurl                        libcurl4-openssl-dev
module  libgsasl                       libgsasl-dev
module  gmime-3.0                      libgmime-3.0-dev
module  json-glib-1.0                  libjson-glib-dev
module  libidn2                        libidn2-dev
file    /etc/ssl/certs/ca-certificates.crt ca-certificates
'

# To run servers and a session that are not shown to anyone.
SESSION_NEEDS='
program bash                           bash
program dbus-daemon                    dbus-daemon
program gdbus                          libglib2.0-bin
program openssl                        openssl
program /usr/bin/python3               python3
'

# A window on a virtual display, driven through AT-SPI.
DESKTOP_NEEDS='
program Xvfb                           xvfb
program xauth                          xauth
program xdotool                        xdotool
program xprop                          x11-utils
program import                         imagemagick
python  Atspi                          python3-gi
python  Atspi                          gir1.2-atspi-2.0
file    /usr/share/fonts/opentype/cantarell fonts-cantarell
file    /usr/share/icons/Adwaita       adwaita-icon-theme
'

TEST_NEEDS='
program clang                          clang
program curl                           curl
file    /usr/share/perl5/Git.pm        git
program valgrind                       valgrind
program shellcheck                     shellcheck
module  libsasl2                       libsasl2-dev
file    /usr/lib/*/sasl2/libscram.so*  libsasl2-modules
file    /usr/lib/*/libnss_wrapper.so   libnss-wrapper
'

# missing_packages NEEDS: the packages for what is not there, on one line.
# shellcheck disable=SC2086  # a file may be a pattern
missing_packages ()
{
  printf '%s\n' "$1" | while read -r kind what package; do
    case $kind in
      program) command -v "$what" >/dev/null 2>&1 ;;
      module) pkg-config --exists "$what" 2>/dev/null ;;
      file) set -- $what; [ -e "$1" ] ;;
      python) /usr/bin/python3 -c "import gi
gi.require_version ('$what', '2.0')" 2>/dev/null ;;
    esac || printf '%s ' "$package"
  done
}

# need WHAT NEEDS: install what is missing for WHAT, or say what that is and
# end.  Nothing is ever removed or replaced for it.
need ()
{
  missing=$(missing_packages "$2")
  [ -n "$missing" ] || return 0
  if ! command -v apt-get >/dev/null 2>&1; then
    die "$1 needs more than is here; in Debian's packages: $missing"
  fi
  as_root=
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null 2>&1 ||
      die "$1 needs these packages, and sudo is not there to install them:
  apt-get install --no-install-recommends $missing"
    as_root=sudo
  fi
  say "$1: installing $missing"
  # shellcheck disable=SC2086  # a list of packages, and perhaps no sudo
  install_packages "$as_root" $missing ||
    { say "Looking for newer lists of packages"
      $as_root apt-get -q update >"$RIG/apt.log" 2>&1
      install_packages "$as_root" $missing; } ||
    { grep -E '^(E|W):' "$RIG/apt.log" >&2
      die "$1 needs these packages, and they could not be installed:
  apt-get install --no-install-recommends $missing"; }
  missing=$(missing_packages "$2")
  [ -z "$missing" ] ||
    die "$1 still misses something after the installation of: $missing"
}

# In the foreground, for sudo may ask for a password.
install_packages ()
{
  as_root=$1
  shift
  rm -f "$RIG/apt.failed"
  { $as_root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 \
      apt-get -y -q -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 \
      install --no-install-recommends --no-remove "$@" 2>&1 ||
      : >"$RIG/apt.failed"; } |
  {
    : >"$RIG/apt.log"
    total=0
    done=0
    while IFS= read -r line; do
      printf '%s\n' "$line" >>"$RIG/apt.log"
      case $line in
        *' newly installed, '*)
          total=${line%% newly installed,*}
          total=${total##* } ;;
        'Need to get '*)
          say "  $line" ;;
        'Setting up '*)
          done=$((done + 1))
          [ $((done % 50)) != 0 ] || say "  $done of $total packages" ;;
      esac
    done
  }
  [ ! -e "$RIG/apt.failed" ]
}
