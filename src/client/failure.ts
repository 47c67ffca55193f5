import { AppError, messageOf } from '../base/index.ts'

type Words = (at: { url: string; host: string }) => string

const away: Words = ({ host }) => `${host} cannot be reached from here; look at the network`
const unknownName: Words = ({ host }) =>
  `the name ${host} is not known here; look at its spelling, or at the network`
const untrusted: Words = ({ host }) =>
  `the certificate of ${host} is from nobody that is trusted here; name its authority's file in NODE_EXTRA_CA_CERTS`
const noTls: Words = ({ url }) =>
  `${url} speaks no TLS; if it is meant so, write ${url.replace('https:', 'http:')}`
const noHttp: Words = ({ url }) =>
  `what answers at ${url} is no HTTP${url.startsWith('http:') ? `; if it speaks TLS, write ${url.replace('http:', 'https:')}` : '; look at the address'}`
const broken: Words = ({ url }) => `the connection to ${url} broke; try again`

// The codes of Node, of its fetch and of OpenSSL.
const WORDS: Record<string, Words> = {
  ECONNREFUSED: ({ url }) => `nothing answers at ${url}; is the server started there, and the port right?`,
  ENOTFOUND: unknownName,
  EAI_AGAIN: unknownName,
  ETIMEDOUT: away,
  EHOSTUNREACH: away,
  ENETUNREACH: away,
  UND_ERR_CONNECT_TIMEOUT: away,
  ECONNRESET: broken,
  EPIPE: broken,
  UND_ERR_SOCKET: broken,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  CERT_HAS_EXPIRED: ({ host }) => `the certificate of ${host} has expired; it must be renewed there`,
  ERR_TLS_CERT_ALTNAME_INVALID: ({ host }) =>
    `the certificate that ${host} shows is for another name; look at the address`,
  ERR_SSL_WRONG_VERSION_NUMBER: noTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: noTls,
  EPROTO: noTls,
}

/** Why a request to the address got no answer, with what to do: `unavailable`, whatever it is. */
export function unreachable(url: string, error: unknown): AppError {
  const cause = (error as { cause?: { code?: string } }).cause
  const code = cause?.code ?? ''
  const words = code.startsWith('HPE_') ? noHttp : WORDS[code]
  const { host } = new URL(url)
  if (words) return new AppError('unavailable', words({ url, host }), { cause: error })
  if ((error as Error).name === 'TimeoutError')
    return new AppError('unavailable', `${url} does not answer; look how it is there`, { cause: error })
  const why = cause ? messageOf(cause) : messageOf(error)
  // The Fetch Standard's own list of ports that no page may ask.
  if (why === 'bad port')
    return new AppError('invalid', `${url}: HTTP is not asked on this port; look at the address`)
  return new AppError('unavailable', `${url} cannot be asked: ${why}`, { cause: error })
}
