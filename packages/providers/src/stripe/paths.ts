import { webhookPaths } from '../paths.ts'

/** The last path is for existing endpoints that were registered before Sluice was used. */
export const STRIPE_PATHS = webhookPaths('stripe', '/api/webhook/stripe')
