import { expect, test } from '@jest/globals'
import type { Effect } from '@sluice/events'
import { makeAllEffectsDue, sweepEffects } from '../../src/outbox/index.ts'
import { type TestWorker, withWorker } from '../with-worker.ts'

const HOUR_MS = 3_600_000
const inHours = (hours: number) => new Date(Date.now() + hours * HOUR_MS)
const reminder = (availableAt?: Date): Effect => ({
  key: 'payment_reminder:in_1:1',
  kind: 'payment.reminder',
  payload: { invoiceId: 'in_1', attempt: 1 },
  ...(availableAt && { availableAt }),
})

/** Ids that the sweeper would hand on now. */
async function swept({ pool }: TestWorker): Promise<string[]> {
  const found: string[] = []
  await sweepEffects(pool, async (due) => {
    found.push(...due.map(({ id }) => id))
    return due.length
  })
  return found
}

const anHourPasses = ({ query }: TestWorker) =>
  query(
    `UPDATE outbox_messages SET available_at = available_at - '1 h'::interval, sweep_after = sweep_after - '1 h'::interval`,
  )

test('an effect without a time is enqueued at once, and swept when its job was lost', () =>
  withWorker(async (worker) => {
    const settled = await worker.handle({ effects: [reminder()] })
    expect(settled).toMatchObject({ outcome: 'processed', effects: [{ id: expect.any(String), delayMs: 0 }] })
    expect(await swept(worker)).toEqual([])
    await anHourPasses(worker)
    expect(await swept(worker)).toHaveLength(1)
  }))

test('an effect whose time has passed is enqueued at once', () =>
  withWorker(async ({ handle }) => {
    expect(await handle({ effects: [reminder(inHours(-1))] })).toMatchObject({
      effects: [{ id: expect.any(String), delayMs: 0 }],
    })
  }))

test('a scheduled effect is neither enqueued nor swept before its time', () =>
  withWorker(async (worker) => {
    expect(await worker.handle({ effects: [reminder(inHours(1))] })).toMatchObject({ effects: [] })
    await makeAllEffectsDue(worker.pool)
    expect(await swept(worker)).toEqual([])
    const [row] = await worker.query('SELECT sweep_after >= available_at AS "costsNoSweep" FROM outbox_messages')
    expect(row).toEqual({ costsNoSweep: true })
    await anHourPasses(worker)
    expect(await swept(worker)).toHaveLength(1)
  }))

test('a repeat does not move the time of an effect', () =>
  withWorker(async ({ handle, query }) => {
    const first = inHours(1)
    await handle({ effects: [reminder(first)] })
    expect(await handle({ effects: [reminder(inHours(-1))] })).toMatchObject({ effects: [] })
    expect(await query('SELECT available_at FROM outbox_messages')).toEqual([{ available_at: first }])
  }))

test.each([
  ['its event is recorded', undefined],
  ['its event is recorded, whatever its time', inHours(-1)],
])('an effect that waits for others of its moment runs that long after %s', (_when, availableAt) =>
  withWorker(async (worker) => {
    const effect = { ...reminder(availableAt), waitSeconds: 10 }
    expect(await worker.handle({ effects: [effect] })).toMatchObject({ effects: [{ delayMs: 10_000 }] })
    expect(await swept(worker)).toEqual([])
    await anHourPasses(worker)
    expect(await swept(worker)).toHaveLength(1)
  }),
)
