import { randomBytes } from 'node:crypto'

/** A signing secret in the format of Stripe and Standard Webhooks. */
export const makeWhsec = (): string => `whsec_${randomBytes(24).toString('base64')}`
