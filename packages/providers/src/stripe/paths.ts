import { webhookPaths } from '../paths.ts'

/** The last is of endpoints that are older than Sluice. */
export const STRIPE_PATHS = webhookPaths('stripe', '/api/webhook/stripe')
