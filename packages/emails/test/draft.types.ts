/** Never run: `pnpm check` fails if one of these lines compiles that must not. */
import type { Draft } from '../src/index.ts'

const amount = { amount: 2_000n, currency: 'usd' }
const date = new Date(0)

export const drafts: Draft[] = [
  { kind: 'payment.failed', values: { amount }, isTest: false },
  { kind: 'payment.failed', variant: 'withRetry', values: { amount, date }, isTest: false },
  // @ts-expect-error a kind that does not exist
  { kind: 'payment.fialed', values: { amount }, isTest: false },
  // @ts-expect-error a variant of another kind
  { kind: 'payment.failed', variant: 'withDueDate', values: { amount, date }, isTest: false },
  // @ts-expect-error a variant without the value that only it has
  { kind: 'payment.failed', variant: 'withRetry', values: { amount }, isTest: false },
  // @ts-expect-error a placeholder without a value
  { kind: 'payment.failed', values: {}, isTest: false },
  // @ts-expect-error a detail that has no label
  { kind: 'payment.failed', values: { amount }, details: { total: amount }, isTest: false },
]
