import { randomBytes } from 'node:crypto'

/** A signing secret in the form that Stripe and Standard Webhooks give theirs. */
export const makeWhsec = (): string => `whsec_${randomBytes(24).toString('base64')}`
