/** By code of an answer: what it means, and what to do. The first one that fits counts. */
const EXPLANATIONS: readonly (readonly [RegExp, string])[] = [
  [/^http_3/, 'it redirects, which is not followed: put the final address into HOST_WEBHOOK_URL'],
  [
    /^http_40[013]$|^http_422$/,
    'it refuses the message: does it verify with the same HOST_WEBHOOK_SECRET, and ask for no login?',
  ],
  [/^http_(404|405|410)$/, 'nothing takes messages at this address: is the path in HOST_WEBHOOK_URL right?'],
  [/^http_(429|503)$/, 'it is overloaded, or is being started'],
  [/^http_5/, 'it failed while it handled the message: its log has the cause'],
  [/^http_/, 'only an answer of 2xx is an acknowledgement'],
  [/^timeout$/, 'it does not answer in time: it should record the message, answer, and then do the work'],
  [/^(ENOTFOUND|EAI_)/, 'DNS does not know its name: is the host in HOST_WEBHOOK_URL right?'],
  [/^ECONNREFUSED$/, 'nothing listens there: is it running, on this port?'],
  [/^(ETIMEDOUT|EHOST|ENET)/, 'the network has no way there'],
  [/^(ECONNRESET|EPIPE)$/, 'it closes the connection and does not answer'],
  [/^(EPROTO|ERR_SSL)/, 'it speaks no TLS that the worker knows: should HOST_WEBHOOK_URL begin with http?'],
  [
    /CERT|^(UNABLE_TO|ERR_TLS|INVALID|HOSTNAME)_/,
    'its certificate does not verify: it has expired, is for another name, or of an authority that NODE_EXTRA_CA_CERTS must name',
  ],
  [/^HPE_/, 'its answer is no HTTP: does HOST_WEBHOOK_URL begin with https where it must?'],
]

/** Why a host did not acknowledge a message, for people. @param code of an `Answer` */
export const explainAnswer = (code: string): string =>
  EXPLANATIONS.find(([pattern]) => pattern.test(code))?.[1] ?? 'the request failed'
