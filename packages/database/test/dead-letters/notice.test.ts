import { describe, expect, test } from '@jest/globals'
import { fingerprintOf, loadDeadLetterGroup, recordFailure, redrive } from '../../src/dead-letters/index.ts'
import { recordEffectFailure } from '../../src/outbox/index.ts'
import { type TestWorker, withWorker } from '../with-worker.ts'

const BUG = { code: 'handler_threw', message: 'TypeError' }
const OTHER = { code: 'handler_threw', message: 'RangeError' }

async function die({ append, pool }: TestWorker, cause = BUG): Promise<void> {
  await recordFailure(pool, await append({}), cause, 0)
}

const notices = ({ query }: TestWorker) =>
  query<{ id: string; effect_key: string; payload: { fingerprint: string } }>(
    `SELECT id, effect_key, payload FROM outbox_messages WHERE kind = 'dead_letter.opened' ORDER BY effect_key`,
  )

describe('the staff are notified of dead letters', () => {
  test('once for all of one cause', () =>
    withWorker(async (worker) => {
      await Promise.all([die(worker), die(worker), die(worker)])
      await die(worker, OTHER)
      const keys = (await notices(worker)).map(({ effect_key }) => effect_key)
      expect(keys).toHaveLength(2)
      for (const key of keys) expect(key).toMatch(/^dead_letter:[0-9a-f]{16}:\d{4}-\d\d-\d\dT\d\d$/)
    }))

  test('again when the cause is still there an hour later', () =>
    withWorker(async (worker) => {
      await die(worker)
      await worker.query(`UPDATE outbox_messages SET effect_key = left(effect_key, -13) || '2020-01-05T09'`)
      await die(worker)
      await die(worker)
      expect(await notices(worker)).toHaveLength(2)
    }))

  test('not before the last attempt', () =>
    withWorker(async (worker) => {
      await recordFailure(worker.pool, await worker.append({}), BUG, 2)
      expect(await notices(worker)).toEqual([])
    }))

  test('of an effect too, but not of a notice that becomes a dead letter itself', () =>
    withWorker(async (worker) => {
      await worker.handle({ effects: [{ key: 'receipt:in_1', kind: 'receipt', payload: { paymentId: 'in_1' } }] })
      const [effect] = await worker.query<{ id: string }>('SELECT id FROM outbox_messages')
      const cause = { code: 'smtp_550', message: 'effect receipt failed' }
      await recordEffectFailure(worker.pool, effect?.id ?? '', cause, 1)
      const [notice, ...others] = await notices(worker)
      expect([notice?.payload, others]).toEqual([{ fingerprint: fingerprintOf('receipt', cause) }, []])

      await recordEffectFailure(worker.pool, notice?.id ?? '', { code: 'webhook_404', message: 'x' }, 1)
      expect(await worker.query('SELECT type FROM webhook_dead_letters ORDER BY id')).toEqual([
        { type: 'receipt' },
        { type: 'dead_letter.opened' },
      ])
      expect(await notices(worker)).toHaveLength(1)
    }))
})

test('a group counts what is open, and names the newest event', () =>
  withWorker(async (worker) => {
    await die(worker)
    await die(worker)
    await die(worker, OTHER)
    const [{ fingerprint }] = (await worker.query(`SELECT fingerprint FROM webhook_dead_letters ORDER BY id`)) as [
      { fingerprint: string },
    ]
    expect(await loadDeadLetterGroup(worker.pool, fingerprint)).toMatchObject({
      count: 2,
      isEffect: false,
      error: 'handler_threw: TypeError',
      eventId: 'evt_1',
    })
    await redrive(worker.pool, { fingerprint })
    expect(await loadDeadLetterGroup(worker.pool, fingerprint)).toBeUndefined()
  }))
