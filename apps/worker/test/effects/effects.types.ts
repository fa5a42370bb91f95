/** Never run: `pnpm check` fails if one of these lines compiles that must not. */
import { type Effect, type EffectKind, processed } from '@sluice/events'
import { effectors } from '../../src/effects/index.ts'
import { defineEffect, type Effector, id } from '../../src/effects/run/effector.ts'

type Effectors = { [Kind in EffectKind]: Effector<Kind> }
const { receipt: _, ...withoutReceipt } = effectors
const run = async () => null

export const effects: Effect[] = [
  { key: 'k', kind: 'receipt', payload: { paymentId: 'in_1' } },
  // @ts-expect-error a kind that does not exist
  { key: 'k', kind: 'reciept', payload: { paymentId: 'in_1' } },
  // @ts-expect-error a payload without a field of its kind
  { key: 'k', kind: 'payment.failed', payload: { invoiceId: 'in_1' } },
  // @ts-expect-error a payload with the field of another kind
  { key: 'k', kind: 'receipt', payload: { paymentId: 'in_1', invoiceId: 'in_1' } },
  // @ts-expect-error a field of another type
  { key: 'k', kind: 'payment.reminder', payload: { invoiceId: 'in_1', attempt: '2' } },
]

// @ts-expect-error a handler that emits an effect with the payload of another kind
export const decision = processed([], [{ key: 'k', kind: 'receipt', payload: { sessionId: 'cs_1' } }])

// @ts-expect-error a kind without its effector
export const missing: Effectors = withoutReceipt
// @ts-expect-error an effector without its kind
export const unknown: Effectors = { ...effectors, 'receipt.copy': effectors.receipt }
// @ts-expect-error the effector of another kind
export const swapped: Effectors = { ...effectors, receipt: effectors.invoice }

// @ts-expect-error a schema without a field of the payload
export const shorter = defineEffect('payment.failed', { payload: { invoiceId: id }, run })
// @ts-expect-error a schema with a field that the payload does not have
export const longer = defineEffect('receipt', { payload: { paymentId: id, userId: id }, run })
// @ts-expect-error a schema of another type
export const other = defineEffect('payment.failed', { payload: { invoiceId: id, attempt: id }, run })
