/** Never run: `pnpm check` fails if one of these lines compiles that must not. */
import { type Handler, ignored } from '@sluice/events'
import type { StripeHandlers } from '../../src/stripe/index.ts'

const handler: Handler = () => ignored('a test')

export const snapshot = { 'invoice.paid': handler } satisfies StripeHandlers
export const thin = { 'v2.core.account.updated': handler } satisfies StripeHandlers
// @ts-expect-error a misspelt type
export const misspelt = { 'invoice.payed': handler } satisfies StripeHandlers
// @ts-expect-error a misspelt type of v2
export const misspeltThin = { 'v2.core.acount.updated': handler } satisfies StripeHandlers
// @ts-expect-error the worker hands `v1.invoice.paid` on as `invoice.paid`
export const version1 = { 'v1.invoice.paid': handler } satisfies StripeHandlers
