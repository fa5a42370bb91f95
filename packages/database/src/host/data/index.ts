import type { HostMessageType } from '@sluice/events'
import type { Pool } from 'pg'
import { countUnprocessedImports } from '../../import/backlog.ts'
import type { PendingMessage } from '../message.ts'
import { customer, entitlements, subscription } from './access.ts'
import { canceled, completed, failed } from './generation.ts'
import { checkout, dispute, failedPayment, payment, refund } from './money.ts'
import type { HostData, LoadHostData } from './sql.ts'

export type { HostData } from './sql.ts'

/** How to read what each type of message is about. An import has no rows. */
const LOADS: Record<Exclude<HostMessageType, 'import.completed'>, LoadHostData> = {
  'entitlements.changed': entitlements,
  'subscription.changed': subscription,
  'checkout.completed': checkout,
  'payment.succeeded': payment,
  'payment.failed': failedPayment,
  'payment.refunded': refund,
  'dispute.changed': dispute,
  'customer.linked': customer,
  'generation.completed': completed,
  'generation.failed': failed,
  'generation.canceled': canceled,
}

/**
 * Reads how things stand that these messages are about. One query for each type.
 *
 * @returns by message id; a message is missing if its subject is gone
 */
export async function loadHostData(pool: Pool, messages: readonly PendingMessage[]): Promise<Map<string, HostData>> {
  const byType = new Map<HostMessageType, PendingMessage[]>()
  for (const message of messages) {
    const others = byType.get(message.payload.type)
    if (others) others.push(message)
    else byType.set(message.payload.type, [message])
  }
  const found = await Promise.all([...byType].map(([type, some]) => loadOfType(pool, type, some)))
  return new Map(found.flat())
}

async function loadOfType(
  pool: Pool,
  type: HostMessageType,
  messages: PendingMessage[],
): Promise<[string, HostData][]> {
  if (type === 'import.completed') return ofImports(pool, messages)
  const found = await LOADS[type](pool, [...new Set(messages.map(({ payload }) => payload.subject))])
  return messages.flatMap(({ id, payload }) => {
    const data = found.get(payload.subject)
    return data ? [[id, data] as [string, HostData]] : []
  })
}

/** An import is complete once the workers have processed what it has read. */
async function ofImports(pool: Pool, messages: PendingMessage[]): Promise<[string, HostData][]> {
  const waits = (await countUnprocessedImports(pool)) > 0
  return messages.flatMap(({ id, payload }) =>
    payload.imported ? [[id, { data: { ...payload.imported }, waits }] as [string, HostData]] : [],
  )
}
