export { type Payload, RECORDED, recordedPayloads } from './payload.ts'
export { OUTPUTS, replicatePayloads } from './replicate.ts'
export { type SignatureVector, signatureVectors } from './signatures.ts'
export { refusedStripePayloads, stripePayloads, thinPayloads } from './stripe.ts'
