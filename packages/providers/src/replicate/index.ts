import { randomUUID } from 'node:crypto'
import { withRequest } from '../headers.ts'
import { parseJson } from '../json.ts'
import { webhookPaths } from '../paths.ts'
import type { Provider } from '../provider.ts'
import { makeWhsec } from '../secret.ts'
import { idOf, isObject } from '../text.ts'
import { messageId, readReplicateEvent } from './event.ts'
import { checkReplicateHeaders, checkReplicateSignature, replicateSignature } from './signature.ts'

export { fetchedPrediction, hadEndedBefore } from './fetched-event.ts'

const SIGNATURE_HEADERS = ['webhook-id', 'webhook-timestamp', 'webhook-signature']
const KEPT_HEADERS = ['content-type', 'user-agent', ...SIGNATURE_HEADERS]

/**
 * 24 to 64 bytes in base64, with or without padding
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#signature-scheme).
 */
const STANDARD_SECRET = /^whsec_(?=[^=]{32,86}=*$)(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/

/** Replicate's webhooks for predictions and trainings (https://replicate.com/docs/topics/webhooks). */
export const replicate: Provider = {
  name: 'replicate',
  title: 'Replicate',
  paths: webhookPaths('replicate'),

  secretVariable: 'REPLICATE_WEBHOOK_SECRET',
  secretPattern: STANDARD_SECRET,
  trialSecretPattern: /^whsec_[A-Za-z0-9+/]{4,}={0,2}$/,
  secretShape: 'whsec_ and 24 to 64 bytes in base64',
  makeSecret: makeWhsec,
  signatureHeaders: SIGNATURE_HEADERS,
  mayBeUnsigned: true,
  allowedAddressesVariable: null,
  maxBodyBytes: 5 * 1024 * 1024,

  eventId: { prefix: 'msg_', bodyKey: null },
  objectId: (payload) => (isObject(payload) ? (idOf(payload) ?? undefined) : undefined),
  predictionIdOf: (orderingKey) => orderingKey.slice('replicate:'.length),
  sampleType: 'prediction.succeeded',
  sample: async (type, id) => (await import('./sample.ts')).replicateSample(type, id),

  checkHeaders: checkReplicateHeaders,

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

  api: {
    keyVariable: 'REPLICATE_API_TOKEN',
    keyPattern: /^[\x21-\x7e]+$/,
    keyShape: 'a Replicate token, r8_…',
    keyDescription:
      'Replicate API token: to fetch protected files and to poll predictions whose final webhook is missing',
    baseVariable: 'REPLICATE_API_BASE',
    open: async (settings) => (await import('./api/reconcile.ts')).openReplicate(settings),
  },
}
