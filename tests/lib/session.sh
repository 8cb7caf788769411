#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# bash session.sh [options] -- COMMAND...    - COMMAND in a desktop session of its own
#
#   -k unlocked     the keyring is there and open (default)
#   -k locked       it is there; opening it would ask for its password ("test")
#   -k none         there is no Secret Service, and none can be started
#   -k activatable  it is not running, D-Bus starts it when it is asked for
#   -x none|virtual|mine   no display; Xvfb with AT-SPI; the display of the caller
#   -w              a window manager: title bars, focus, dialogs above their windows
#   -s WxH          size of the virtual display (1280x900)
#   -d DIR          where HOME and the logs are; kept (else below RIG, and removed)
#
# HOME, the XDG folders, the bus and the keyring are new and private; nothing
# of the caller's desktop is reached.  RIG in the environment is what unpack.sh
# filled.  COMMAND sees SESSION_DIR.  All that was started ends with COMMAND.
set -u

RIG_KEEPS=${RIG_KEEPS:-}    # run.sh searches all that was written in the end
keyring=unlocked
display=none
manager=
size=1280x900
dir=
while getopts k:x:ws:d: option; do
  case $option in
    k) keyring=$OPTARG ;;
    x) display=$OPTARG ;;
    w) manager=yes ;;
    s) size=$OPTARG ;;
    d) dir=$OPTARG ;;
    *) exit 2 ;;
  esac
done
shift $((OPTIND - 1))

keep=$dir
dir=${dir:-$(mktemp -d "$RIG/desk-XXXXXX")}
mkdir -p "$dir/log" "$dir/services"
chmod 700 "$dir"

pids=()
command=
# shellcheck disable=SC2317  # called by the trap
finish ()
{
  local code=$? pid
  trap - EXIT
  trap '' HUP INT TERM
  [ -z "$command" ] || pids+=("$command")
  for pid in "${pids[@]}"; do
    kill "$pid" 2>/dev/null
  done
  for pid in "${pids[@]}"; do
    wait "$pid" 2>/dev/null
  done
  # What the bus started goes with the bus, a little later.
  for pid in "${activated[@]}"; do
    kill "$pid" 2>/dev/null
  done
  [ -n "$keep$RIG_KEEPS" ] || rm -rf "$dir"
  exit "$code"
}
activated=()
trap finish EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

fail ()
{
  echo "session.sh: $1 did not start" >&2
  cat "$dir/log/$1" >&2
  exit 70
}

# --- the environment ---------------------------------------------------------
if [ "$display" = mine ]; then
  case ${WAYLAND_DISPLAY:-} in
    ''|/*) ;;
    *) WAYLAND_DISPLAY=${XDG_RUNTIME_DIR:-}/$WAYLAND_DISPLAY ;;
  esac
  if [ -n "${DISPLAY:-}" ] && [ -z "${XAUTHORITY:-}" ] && [ -e "${HOME:-}/.Xauthority" ]; then
    export XAUTHORITY=$HOME/.Xauthority
  fi
  # A screen reader of the caller's can read this window, too.
  readers=${AT_SPI_BUS_ADDRESS:-$(gdbus call --session -d org.a11y.Bus -o /org/a11y/bus \
    -m org.a11y.Bus.GetAddress 2>/dev/null | cut -d "'" -f 2)}
else
  readers=
  unset DISPLAY WAYLAND_DISPLAY XAUTHORITY
  export GDK_BACKEND=x11 LIBGL_ALWAYS_SOFTWARE=1 GSK_RENDERER=cairo
fi
unset DBUS_SESSION_BUS_ADDRESS DBUS_STARTER_ADDRESS AT_SPI_BUS_ADDRESS GNOME_KEYRING_CONTROL \
  SSH_AUTH_SOCK XDG_SESSION_ID XDG_CONFIG_DIRS
export HOME=$dir/home XDG_RUNTIME_DIR=$dir/run
export XDG_CONFIG_HOME=$HOME/.config XDG_DATA_HOME=$HOME/.local/share
export XDG_CACHE_HOME=$HOME/.cache XDG_STATE_HOME=$HOME/.local/state
export GSETTINGS_BACKEND=memory PATH=$RIG/bin:$PATH:/usr/sbin:/sbin
export SESSION_DIR=$dir
mkdir -p "$XDG_CONFIG_HOME" "$XDG_DATA_HOME" "$XDG_CACHE_HOME" "$XDG_STATE_HOME" \
  "$XDG_RUNTIME_DIR/keyring"
chmod 700 "$XDG_RUNTIME_DIR" "$XDG_RUNTIME_DIR/keyring"

# start NAME COMMAND...: in the background; standard input stays (bash would
# give a background job /dev/null, and the keyring reads its password there).
start ()
{
  local name=$1
  shift
  "$@" <&0 >"$dir/log/$name" 2>&1 &
  pids+=("$!")
}

# --- what is started below ---------------------------------------------------
# A bus can start only what is put into its folder.
service ()
{
  printf '[D-BUS Service]\nName=%s\nExec=%s\n' "$1" "$2" >"$dir/services/$1.service"
}

# bus NAME SOCKET [SERVICES]: start one, its address in $address
bus ()
{
  cat >"$dir/$1.conf" <<X
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=$2</listen>
  <auth>EXTERNAL</auth>
  ${3:+<servicedir>$3</servicedir>}
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
X
  mkfifo "$dir/$1.address"
  dbus-daemon --config-file="$dir/$1.conf" --nofork --nopidfile \
    --print-address=7 7>"$dir/$1.address" >"$dir/log/$1" 2>&1 </dev/null &
  pids+=("$!")
  read -r -t 20 address <"$dir/$1.address" || fail "$1"
}

ask_bus ()
{
  gdbus call --session -d org.freedesktop.DBus -o /org/freedesktop/DBus \
    -m "org.freedesktop.DBus.$1" "$2" 2>/dev/null
}

keyring_daemon ()   # OPTION; its password on standard input
{
  start keyring gnome-keyring-daemon --foreground --components=secrets \
    --control-directory="$XDG_RUNTIME_DIR/keyring" "$@"
  local pid=$!
  for _ in $(seq 500); do
    [[ $(ask_bus NameHasOwner org.freedesktop.secrets) != *true* ]] || return 0
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.02
  done
  fail keyring
}

# --- the display: before the bus, whose programs may want it -----------------
if [ "$display" = virtual ]; then
  export XAUTHORITY=$dir/xauthority
  cookie=$(mcookie)
  mkfifo "$dir/display"
  # The number is not known yet: the server looks only at the cookie itself.
  xauth -q -f "$XAUTHORITY" add :0 . "$cookie" 2>/dev/null
  Xvfb -displayfd 7 -screen 0 "${size}x24" -nolisten tcp -noreset -wr -dpi 96 -auth "$XAUTHORITY" \
    7>"$dir/display" >"$dir/log/Xvfb" 2>&1 </dev/null &
  pids+=("$!")
  read -r -t 20 number <"$dir/display" || fail Xvfb
  export DISPLAY=:$number
  xauth -q -f "$XAUTHORITY" add "$DISPLAY" . "$cookie"
fi

# --- the bus and the keyring that it may start -------------------------------
if [ "$keyring" != none ]; then
  service org.gnome.keyring.SystemPrompter "$(command -v gcr-prompter || echo /usr/libexec/gcr-prompter)"
  service org.freedesktop.secrets "$(command -v gnome-keyring-daemon || echo /bin/false) --start --foreground --components=secrets"
fi
bus bus "$XDG_RUNTIME_DIR/bus" "$dir/services"
export DBUS_SESSION_BUS_ADDRESS=$address

# --- what makes a desktop of it ----------------------------------------------
if [ -n "$readers" ]; then
  export AT_SPI_BUS_ADDRESS=$readers
elif [ "$display" = mine ]; then
  export GTK_A11Y=none
fi
if [ "$display" = virtual ]; then
  bus accessibility "$XDG_RUNTIME_DIR/accessibility"
  export AT_SPI_BUS_ADDRESS=$address
  start registry at-spi2-registryd </dev/null

  # No settings daemon here: GTK would use Sans 10.
  mkdir -p "$XDG_CONFIG_HOME/gtk-4.0"
  printf '[Settings]\ngtk-font-name=Cantarell 11\n%s\n' \
    $'gtk-xft-antialias=1\ngtk-xft-hinting=1\ngtk-xft-hintstyle=hintslight\ngtk-xft-rgba=none' \
    >"$XDG_CONFIG_HOME/gtk-4.0/settings.ini"
fi
if [ -n "$manager" ]; then
  NO_AT_BRIDGE=1 XDG_DATA_DIRS=$RIG/root/usr/share:/usr/local/share:/usr/share \
    start manager xfwm4 --compositor=off </dev/null
  for _ in $(seq 500); do
    ! xprop -root _NET_SUPPORTING_WM_CHECK 2>/dev/null | grep -q 'window id' || break
    kill -0 "${pids[-1]}" 2>/dev/null || fail manager
    sleep 0.02
  done
fi

# --- the keyring -------------------------------------------------------------
case $keyring in
  unlocked)
    keyring_daemon --unlock < <(printf test) ;;
  locked)   # there must be one that can be locked
    keyring_daemon --unlock < <(printf test)
    printf seeded | secret-tool store --label=seed seed 1
    kill "${pids[-1]}"
    wait "${pids[-1]}" 2>/dev/null
    unset 'pids[-1]'
    keyring_daemon </dev/null ;;
esac

# In the background, so that a signal to this script is felt at once.
"$@" <&0 &
command=$!
wait "$command"
code=$?
command=
for name in org.freedesktop.secrets org.gnome.keyring.SystemPrompter; do
  pid=$(ask_bus GetConnectionUnixProcessID "$name" | tr -dc '0-9 ' | awk '{ print $NF }')
  [ -z "$pid" ] || activated+=("$pid")
done
exit "$code"
