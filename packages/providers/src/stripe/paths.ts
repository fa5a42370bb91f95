import { webhookPaths } from '../paths.ts'

/** The last one is kept for endpoints that were registered before Sluice. */
export const STRIPE_PATHS = webhookPaths('stripe', '/api/webhook/stripe')
