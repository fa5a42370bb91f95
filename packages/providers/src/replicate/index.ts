export { fetchedPrediction } from './fetched-event.ts'

import { randomUUID } from 'node:crypto'
import { withRequest } from '../headers.ts'
import { parseJson } from '../json.ts'
import type { Provider } from '../provider.ts'
import { messageId, readReplicateEvent } from './event.ts'
import { checkReplicateSignature, replicateSignature } from './signature.ts'

const SIGNATURE_HEADERS = ['webhook-id', 'webhook-timestamp', 'webhook-signature']
const KEPT_HEADERS = ['content-type', 'user-agent', ...SIGNATURE_HEADERS]

/** Replicate's webhooks for predictions and trainings (https://replicate.com/docs/topics/webhooks). */
export const replicate: Provider = {
  name: 'replicate',
  secretVariable: 'REPLICATE_WEBHOOK_SECRET',
  secretPattern: /^(whsec_)?[A-Za-z0-9+/]{4,}={0,2}$/,
  signatureHeaders: SIGNATURE_HEADERS,
  maxBodyBytes: 5 * 1024 * 1024,
  mayBeUnsigned: true,
  allowedAddressesVariable: null,

  verify(request, secrets, options) {
    const unsigned = options.allowUnsigned === true && secrets.length === 0
    if (!unsigned) checkReplicateSignature(request, secrets, options)
    const event = readReplicateEvent(parseJson(request.body), messageId(request))
    return withRequest(event, request, KEPT_HEADERS)
  },

  sign(body, secret, { id = `msg_${randomUUID()}`, at = new Date() } = {}) {
    const timestamp = String(Math.floor(at.getTime() / 1000))
    return {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': replicateSignature(id, timestamp, body, secret),
    }
  },
}
