import { SluiceError } from '@sluice/events'

/**
 * A setting, a certificate or an address is wrong, so every effect that needs this system fails until somebody mends
 * it. Attempts are few and far between, and then the effect is a dead letter. `message` says what to set, and quotes
 * nothing that the system sent.
 */
export class ConfigurationError extends SluiceError {
  override readonly name = 'ConfigurationError'
}

/** Codes of Node's TLS for a certificate that does not verify. https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const CERTIFICATE =
  /^(CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CRL_|INVALID_(CA|PURPOSE)|HOSTNAME_MISMATCH|PATH_LENGTH|ERR_TLS_CERT_ALTNAME)/

/** Codes of a handshake that fails, as with TLS to a port that does not speak it. */
const HANDSHAKE = /^(EPROTO|ERR_SSL_|ERR_TLS_)/

/**
 * A certificate that does not verify, or a handshake that cannot succeed; undefined for any other error.
 *
 * @param setting the variable that has the address
 */
export function tlsErrorOf(code: unknown, prefix: string, setting: string): ConfigurationError | undefined {
  if (typeof code !== 'string') return undefined
  if (CERTIFICATE.test(code))
    return new ConfigurationError(
      `${prefix}_${code}`,
      `the certificate does not verify: is the name in ${setting} the one in the certificate, and does NODE_EXTRA_CA_CERTS name its authority?`,
    )
  if (HANDSHAKE.test(code))
    return new ConfigurationError(
      `${prefix}_${code}`,
      `the server does not speak TLS on this port: are protocol and port of ${setting} correct?`,
    )
  return undefined
}
