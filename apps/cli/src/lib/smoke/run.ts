import { randomUUID } from 'node:crypto'
import { prismaOf } from '@sluice/database/client'
import { type Delivery, sampleEvent } from '@sluice/sending'
import type { Pool } from 'pg'
import type { Settings } from '../settings.ts'

/** One smoke test. It uses its own ids, which are kept here so that its rows can be removed. */
export interface Run {
  pool: Pool
  settings: Settings
  to: string
  /** Part of every Stripe event of this run. */
  name: string
  /** Id of the last inbox row before the run. */
  after: bigint
  payment: Delivery
  forged: Delivery
  failed: Delivery
  succeeded: Delivery
}

export async function newRun(pool: Pool, settings: Settings, to: string): Promise<Run> {
  const name = `smoke_${randomUUID().replaceAll('-', '')}`
  const { _max } = await prismaOf(pool).webhookEvent.aggregate({ _max: { id: true } })
  return {
    pool,
    settings,
    to,
    name,
    after: _max.id ?? 0n,
    payment: await sampleEvent('stripe', 'invoice.payment_succeeded', `evt_${name}`),
    forged: await sampleEvent('stripe', 'invoice.payment_succeeded', `evt_${name}_forged`),
    failed: await sampleEvent('replicate', 'prediction.failed', `msg_${name}_failed`),
    succeeded: await sampleEvent('replicate', 'prediction.succeeded', `msg_${name}_succeeded`),
  }
}
