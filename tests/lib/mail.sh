#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# bash mail.sh start RIG [NAME]    - real mail servers on loopback, all in RIG/NAME
# bash mail.sh stop  RIG [NAME]    - end them
#
# RIG is what unpack.sh filled; NAME is "mail" unless another set of servers is
# wanted.  RIG/NAME/env holds the ports for `.`: MAIL_IMAP, MAIL_IMAPS,
# MAIL_POP3, MAIL_POP3S, MAIL_SMTP (submission with STARTTLS), MAIL_SMTPS,
# MAIL_MX (takes mail without authentication), and MAIL_CA, MAIL_BOXES (a
# Maildir for each user), MAIL_LOG.
#
# Dovecot does IMAP, POP3, LMTP and the passwords.  Started by root it runs as
# nobody, with Postfix for SMTP; else its submission service and relay.py do
# that.  The ports are the same on all addresses, the address picks the case:
#
#   127.0.0.1  a good certificate           127.0.0.6  TLS offered, not required
#   127.0.0.2  an expired one               127.0.0.7  from an unknown authority
#   127.0.0.3  one for another host         127.0.0.8  not yet valid
#   127.0.0.4  a self-signed one            127.0.0.9  good; LOGINDISABLED before TLS
#   127.0.0.5  no TLS at all                           (Dovecot counts .1 as secured)
#
# Users @example.test: alex, jo, ann, and lost, to whom mail is taken and never
# arrives.  The password of jo is " jo SECRET ", and so on; for SECRET see the
# file of that name.  SMTP: jo may send as jo.alias, too; each other one as himself.
#
# From the environment: MAIL_PASSWORDS (simple, for those who have to type them:
# jo-pass, and so on), MAIL_MECHANISMS (for Dovecot), MAIL_SMTP_BY (dovecot,
# for the servers of a user although root starts them), MAIL_PORTS (the first
# port, or "standard" for those of the RFCs; else some free ones below 32768,
# where the kernel takes none itself), MAIL_SIZE_MAX (bytes of a message; else
# 2,000,000), MAIL_FAR (another address of this machine, where Postfix takes
# submissions as on 127.0.0.1).
set -eu

here=$(cd "$(dirname "$0")" && pwd)
command=$1
rig=$2
dir=$rig/${3:-mail}

# kill -0 lies about the dead whose parent does not care.
running ()
{
  kill -0 "$1" 2>/dev/null && ! grep -q '^State:.Z' "/proc/$1/status" 2>/dev/null
}

stop_server ()   # a server is the leader of its own process group
{
  [ -s "$dir/$1.pid" ] || return 0
  local pid
  pid=$(cat "$dir/$1.pid")
  rm -f "$dir/$1.pid"
  running "$pid" || return 0
  kill "$pid"
  for _ in $(seq 200); do
    running "$pid" || break
    sleep 0.02
  done
  kill -KILL -- "-$pid" 2>/dev/null || true
}

stop_all ()
{
  stop_server postfix
  stop_server relay
  stop_server dovecot
}

case $command in
  stop)
    stop_all
    rm -f "$dir/env"
    exit 0 ;;
  start) ;;
  *)
    echo "usage: mail.sh start|stop RIG [NAME]" >&2
    exit 2 ;;
esac

if [ "$(id -u)" = 0 ]; then
  user=nobody
  group=$(id -gn nobody)
  as_user=(setpriv "--reuid=$user" "--regid=$group" --clear-groups)
else
  user=$(id -un)
  group=$(id -gn)
  as_user=()
fi

# From RIG, or from a distribution that is not Debian.
libexec=$rig
dovecot=$rig/dovecot
doveconf=$rig/bin/doveconf
if [ ! -x "$doveconf" ]; then
  doveconf=$(command -v doveconf || true)
  dovecot=$(PATH=$PATH:/usr/sbin command -v dovecot || true)
  libexec=/usr/lib/dovecot
  [ -d "$libexec" ] || libexec=/usr/libexec/dovecot
fi
if [ ! -x "$dovecot" ] || [ ! -x "$libexec/imap" ]; then
  echo "mail.sh: Dovecot with IMAP, POP3, LMTP and submission is needed." >&2
  exit 1
fi
case $("$doveconf" -n -c /dev/null 2>/dev/null | sed -n '1s/^# \([0-9.]*\).*/\1/p') in
  2.3*) ;;
  *)
    echo "mail.sh: Dovecot 2.3 is needed; here is $("$dovecot" --version)." >&2
    exit 1 ;;
esac
postfix=$rig/root/usr/lib/postfix
smtp_by=${MAIL_SMTP_BY:-postfix}
if [ "$(id -u)" != 0 ] || [ ! -x "$postfix/sbin/master" ]; then
  smtp_by=dovecot
fi

mkdir -p "$dir/log" "$dir/boxes" "$dir/dovecot"
bash "$here/certs.sh" "$rig/certs"

# Kept in plain text, so that every mechanism works.
for name in alex jo ann lost; do
  case ${MAIL_PASSWORDS:-} in
    simple) password=$name-pass ;;
    *) password=" $name $(cat "$here/secret") " ;;
  esac
  printf '%s@example.test:{PLAIN}%s::::::\n' "$name" "$password"
done >"$dir/users"
chmod 600 "$dir/users"

certificate ()
{
  printf '  ssl_cert = <%s\n  ssl_key = <%s\n' "$rig/certs/$1.pem" "$rig/certs/$1.key"
}

case_of ()   # the certificate that goes with the last number of the address
{
  case $1 in
    2) echo expired ;;
    3) echo wrong-host ;;
    4) echo self-signed ;;
    7) echo unknown-ca ;;
    8) echo not-yet ;;
    *) echo valid ;;
  esac
}

write_dovecot_conf ()
{
  local last protocols="imap pop3 lmtp"
  [ "$smtp_by" = postfix ] || protocols="$protocols submission"
  cat <<X
base_dir = $dir/dovecot/run
state_dir = $dir/dovecot/state
instance_name = mopt-$$
libexec_dir = $libexec
import_environment = TZ LD_LIBRARY_PATH
log_path = $dir/log/dovecot
auth_verbose = yes
listen = $(seq -s ', ' -f '127.0.0.%.0f' 9)
protocols = $protocols
default_internal_user = $user
default_internal_group = $group
default_login_user = $user
default_process_limit = 50
default_vsz_limit = 256M
first_valid_uid = 1
mail_location = maildir:~/Maildir
mail_uid = $user
mail_gid = $group
mailbox_list_index = no
lda_mailbox_autocreate = yes
hostname = mail.example.test
namespace inbox {
  inbox = yes
  mailbox Sent {
    auto = subscribe
    special_use = \\Sent
  }
  mailbox Entwürfe {
    auto = subscribe
    special_use = \\Drafts
  }
  mailbox "R&D" {
    auto = subscribe
  }
  mailbox 日本語 {
    auto = create
  }
}
ssl = yes
ssl_min_protocol = TLSv1.2
$(certificate valid)
disable_plaintext_auth = yes
auth_mechanisms = ${MAIL_MECHANISMS:-plain login cram-md5 apop scram-sha-1 scram-sha-256}
auth_failure_delay = 0
auth_cache_size = 0
passdb {
  driver = passwd-file
  args = $dir/users
}
userdb {
  driver = static
  args = uid=$user gid=$group home=$dir/boxes/%Lu
}
X
  for last in 2 3 4 7 8; do
    printf 'local 127.0.0.%s {\n%s\n}\n' $last "$(certificate "$(case_of $last)")"
  done
  cat <<X
local 127.0.0.5 {
  ssl = no
  disable_plaintext_auth = no
}
local 127.0.0.6 {
  disable_plaintext_auth = no
}
service anvil {
  chroot =
  # Else each failed login slows all later ones from the same address.
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service stats {
  chroot =
}
service imap-login {
  chroot =
  process_min_avail = 1
  service_count = 0
  inet_listener imap {
    port = $MAIL_IMAP
  }
  inet_listener imaps {
    port = $MAIL_IMAPS
    ssl = yes
  }
}
service pop3-login {
  chroot =
  service_count = 0
  inet_listener pop3 {
    port = $MAIL_POP3
  }
  inet_listener pop3s {
    port = $MAIL_POP3S
    ssl = yes
  }
}
service submission-login {
  chroot =
  service_count = 0
  inet_listener submission {
    port = $MAIL_SMTP
  }
  inet_listener submissions {
    port = $MAIL_SMTPS
    ssl = yes
  }
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = $lmtp_port
  }
}
# Not TCP: that would add 40 ms to each login.
service auth {
  unix_listener $dir/dovecot/sasl {
    mode = 0666
  }
}
submission_relay_host = 127.0.0.1
submission_relay_port = $MAIL_MX
submission_relay_trusted = yes
submission_max_mail_size = ${MAIL_SIZE_MAX:-2000000}
X
}

# Postfix takes any two names that are not its own for its user and group.
write_main_cf ()
{
  cat <<X
compatibility_level = 3.6
queue_directory = $queue/spool
data_directory = $queue/data
command_directory = $rig/root/usr/sbin
daemon_directory = $postfix/sbin
shlib_directory = $postfix
meta_directory = $rig/root/etc/postfix
import_environment = MAIL_CONFIG TZ LD_LIBRARY_PATH
mail_owner = uucp
setgid_group = news
maillog_file = $dir/log/postfix
maillog_file_prefixes = $dir
myhostname = mail.example.test
myorigin = example.test
mydestination =
mynetworks =
relayhost =
alias_maps =
alias_database =
inet_protocols = ipv4
inet_interfaces = 127.0.0.1
virtual_mailbox_domains = example.test
virtual_mailbox_maps = texthash:$queue/conf/mailboxes
virtual_transport = lmtp:inet:127.0.0.1:$lmtp_port
transport_maps = texthash:$queue/conf/transport
default_transport = error:5.4.4 these servers send nothing outside
local_transport = error:5.1.1 no local users
message_size_limit = ${MAIL_SIZE_MAX:-2000000}
smtpd_banner = \$myhostname ESMTP
smtpd_peername_lookup = no
smtp_dns_support_level = disabled
biff = no
smtpd_sasl_type = dovecot
smtpd_sasl_path = $dir/dovecot/sasl
smtpd_sasl_auth_enable = yes
smtpd_sasl_security_options = noanonymous
smtpd_sasl_local_domain =
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_tls_cert_file = $rig/certs/valid.pem
smtpd_tls_key_file = $rig/certs/valid.key
smtpd_tls_session_cache_database =
smtpd_tls_loglevel = 1
smtpd_sender_login_maps = texthash:$queue/conf/logins
smtpd_client_restrictions =
smtpd_helo_restrictions =
smtpd_sender_restrictions = reject_sender_login_mismatch
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_recipient_restrictions = permit_sasl_authenticated, reject
smtpd_error_sleep_time = 0
smtpd_soft_error_limit = 100
smtpd_hard_error_limit = 100
service_throttle_time = 1s
X
}

write_master_cf ()
{
  local last name options
  echo "postlog unix-dgram n - n - 1 postlogd"
  for last in $(seq 9); do
    name=$rig/certs/$(case_of "$last")
    options=" -o smtpd_tls_cert_file=$name.pem -o smtpd_tls_key_file=$name.key"
    case $last in
      5) options=" -o smtpd_tls_security_level=none -o smtpd_tls_auth_only=no" ;;
      6) options=" -o smtpd_tls_auth_only=no" ;;
    esac
    echo "127.0.0.$last:$MAIL_SMTP inet n - n - - smtpd$options"
    [ "$last" != 1 ] || [ -z "${MAIL_FAR:-}" ] || echo "$MAIL_FAR:$MAIL_SMTP inet n - n - - smtpd$options"
    [ "$MAIL_SMTP" != 25 ] || echo "127.0.0.$last:587 inet n - n - - smtpd$options"
    [ "$last" = 5 ] ||
      echo "127.0.0.$last:$MAIL_SMTPS inet n - n - - smtpd -o smtpd_tls_wrappermode=yes$options"
  done
  echo "127.0.0.1:$MAIL_MX inet n - n - - smtpd -o smtpd_sasl_auth_enable=no" \
    "-o smtpd_sender_restrictions= -o smtpd_recipient_restrictions=permit_auth_destination,reject"
  cat <<'X'
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
flush unix n - n 1000? 0 flush
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
smtp unix - - n - - smtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
showq unix n - n - - showq
X
}

# The tree by hand: Postfix's own check takes seconds and looks at the system's files.
make_queue ()
{
  local name spool=$queue/spool
  rm -rf "$queue"
  mkdir -p "$queue/conf" "$queue/data" "$spool"
  for name in active bounce corrupt defer deferred flush hold incoming private saved trace; do
    mkdir -m 700 "$spool/$name"
    chown uucp "$spool/$name"
  done
  mkdir -m 755 "$spool/pid"
  mkdir -m 710 "$spool/public"
  mkdir -m 730 "$spool/maildrop"
  chown uucp:news "$spool/public" "$spool/maildrop"
  : >"$dir/log/postfix"
  chown uucp "$queue/data" "$dir/log/postfix"
  write_main_cf >"$queue/conf/main.cf"
  write_master_cf >"$queue/conf/master.cf"
  printf '%s@example.test x\n' alex jo ann lost >"$queue/conf/mailboxes"
  echo "lost@example.test discard:" >"$queue/conf/transport"
  printf '%s@example.test %s@example.test\n' alex alex jo jo jo.alias jo ann ann lost lost \
    >"$queue/conf/logins"
  # Postfix waits until a file of its configuration is two seconds old.
  touch -d '10 seconds ago' "$queue/conf"/*
}

launch ()   # NAME COMMAND...
{
  local name=$1
  shift
  setsid "$@" >"$dir/log/$name.out" 2>&1 </dev/null &
  echo $! >"$dir/$name.pid"
}

answers ()   # NAME PORT
{
  local pid
  pid=$(cat "$dir/$1.pid")
  for _ in $(seq 500); do
    if (exec 3<>"/dev/tcp/127.0.0.1/$2") 2>/dev/null; then
      return 0
    fi
    running "$pid" || return 1
    sleep 0.01
  done
  return 1
}

# The ports in order: IMAP IMAPS POP3 POP3S SMTP SMTPS MX LMTP.
ports ()
{
  if [ "${MAIL_PORTS:-}" = standard ]; then
    echo 143 993 110 995 25 465 2525 24
  else
    seq -s ' ' "${MAIL_PORTS:-$((20000 + (RANDOM % 1200) * 10))}" 32767 | cut -d ' ' -f 1-8
  fi
}

# try_ports PORT...: start everything
try_ports ()
{
  MAIL_IMAP=$1 MAIL_IMAPS=$2 MAIL_POP3=$3 MAIL_POP3S=$4 MAIL_SMTP=$5 MAIL_SMTPS=$6 MAIL_MX=$7 lmtp_port=$8
  local port
  for port in "$@"; do
    ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || return 1
  done
  write_dovecot_conf >"$dir/dovecot.conf"
  [ "$(id -u)" != 0 ] ||
    chown -R "$user:$group" "$rig/certs" "$dir/boxes" "$dir/dovecot" "$dir/log" "$dir/users"
  launch dovecot "${as_user[@]}" "$doveconf" -f service=master -c "$dir/dovecot.conf" \
    -m master -e "$dovecot" -F -c "$dir/dovecot.conf"
  if [ "$smtp_by" = postfix ]; then
    queue=$dir/postfix
    make_queue
    MAIL_CONFIG=$queue/conf LD_LIBRARY_PATH=$postfix \
      launch postfix "$postfix/sbin/master" -c "$queue/conf" -d
    answers postfix "$MAIL_MX" && answers postfix "$MAIL_SMTP" || return 1
  else
    cp "$here/relay.py" "$dir/relay.py"    # nobody cannot read it in a clone below a closed home
    launch relay "${as_user[@]}" /usr/bin/python3 "$dir/relay.py" "$MAIL_MX" "$lmtp_port"
    answers relay "$MAIL_MX" && answers dovecot "$MAIL_SMTP" || return 1
  fi
  answers dovecot "$MAIL_IMAP" && answers dovecot "$MAIL_POP3" && answers dovecot "$lmtp_port"
}

trap 'stop_all; exit 1' HUP INT TERM
for attempt in 1 2 3 4 5; do
  # shellcheck disable=SC2046  # words
  if try_ports $(ports); then
    {
      for name in IMAP IMAPS POP3 POP3S SMTP SMTPS MX; do
        value=MAIL_$name
        echo "export $value=${!value}"
      done
      echo "export MAIL_CA=$rig/certs/ca.pem MAIL_BOXES=$dir/boxes MAIL_LOG=$dir/log MAIL_BY=$smtp_by"
    } >"$dir/env"
    exit 0
  fi
  stop_all
done
echo "mail.sh: the servers did not start after $attempt tries; they said:" >&2
tail -n 5 "$dir"/log/* >&2
exit 1
