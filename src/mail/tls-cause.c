/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/tls-cause.h"

#include <openssl/ssl.h>

/* What comes first is a record of the handshake or an alert; anything else is another protocol. */
#define RECORD_ALERT 21
#define RECORD_HANDSHAKE 22

MoptError
mopt_tls_cause (int reason, int first)
{
  switch (first)
    {
    case -1:
    case RECORD_ALERT:
    case RECORD_HANDSHAKE:
      break;
    case 'H': /* HTTP/1.1 400 */
      return MOPT_ERROR_WEB_SERVER;
    case 'S': /* SSH-2.0- */
      return MOPT_ERROR_SSH_SERVER;
    default:
      return MOPT_ERROR_TLS_NOT_SPOKEN;
    }
  switch (reason)
    {
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
    case SSL_R_WRONG_SSL_VERSION:
    case SSL_R_VERSION_TOO_LOW:
      return MOPT_ERROR_TLS_TOO_OLD;
    case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
    case SSL_R_TLSV1_ALERT_INSUFFICIENT_SECURITY:
    case SSL_R_DH_KEY_TOO_SMALL:
      return MOPT_ERROR_TLS_NO_CIPHER;
    case SSL_R_TLSV1_UNRECOGNIZED_NAME:
      return MOPT_ERROR_TLS_NAME_UNKNOWN;
    default:
      return MOPT_ERROR_TLS_HANDSHAKE;
    }
}
