import { describe, expect, test } from '@jest/globals'
import { findMark, rowsWith } from '@sluice/testing'
import { redrive } from '../../src/dead-letters/redrive.ts'
import { findPerson } from '../../src/forget/find-person.ts'
import { countOpen, type ExternalStores, forget } from '../../src/forget/index.ts'
import { applyRetention } from '../../src/inbox/retention.ts'
import { loadBilledPayment, recordDocument, recordStored } from '../../src/records/index.ts'
import { replay } from '../../src/replay/replay.ts'
import { BY, findingsOf, forgetIn, LEDGER, MARK, OTHER, role, storesOf, USER, withPersons } from './persons.ts'

describe('a person who is forgotten', () => {
  test('is found nowhere any more: columns, registers, bodies, messages, effects; another person stays as it was', () =>
    withPersons(async (persons) => {
      const { owner, query } = persons
      expect((await findMark(query, MARK)).length).toBeGreaterThan(20)
      expect(await role(persons)).toMatchObject({ role: 'PREMIUM' })
      const [other, ledger] = [await rowsWith(query, OTHER), await query(LEDGER)]
      const removed: string[] = []

      const forgotten = await forgetIn(persons, storesOf(removed))

      expect(forgotten).toMatchObject({ isFinished: true, problems: [], waiting: 0 })
      expect(await findMark(query, MARK)).toEqual([])
      expect(removed.sort()).toEqual([
        ...[0, 1, 2].map(() => expect.stringMatching(/^job_a\/.*\.png$/)),
        'receipts/in_a.pdf',
      ])
      expect(await rowsWith(query, OTHER)).toEqual(other)
      expect(await query(LEDGER)).toEqual(ledger)
      expect(await findingsOf(persons)).toEqual([])
      expect(await role(persons)).toEqual({ role: 'FREE', host_role: null, had_subscription: false })
      expect(await role(persons, OTHER)).toMatchObject({ role: 'PREMIUM' })
      expect(await query(`SELECT amount::int, status FROM payments WHERE payment_id = 'in_a'`)).toEqual([
        { amount: 2_000, status: 'succeeded' },
      ])
      expect(await countOpen(owner, await findPerson(owner, USER))).toEqual({})
    }))

  test('gets no e-mail: open effects are skipped, and their dead letters closed; the staff still hear of a dispute', () =>
    withPersons(async (persons) => {
      const { pool, query } = persons
      await forgetIn(persons)
      expect(
        await query(
          `SELECT kind, status, error FROM outbox_messages WHERE effect_key LIKE '%\\_a%' AND kind ~ '^(payment.reminder|renewal|dispute)' ORDER BY kind`,
        ),
      ).toEqual([
        { kind: 'dispute.opened', status: 'pending', error: null },
        { kind: 'payment.reminder', status: 'skipped', error: 'forgotten' },
        { kind: 'renewal.upcoming', status: 'skipped', error: 'forgotten' },
      ])
      expect(
        await query(`SELECT type FROM webhook_dead_letters WHERE redriven_at IS NULL AND type = 'renewal.upcoming'`),
      ).toHaveLength(1)
      expect(await loadBilledPayment(pool, 'in_a')).toMatchObject({ email: null })
      expect(await loadBilledPayment(pool, 'in_b')).toMatchObject({ email: `${OTHER}@example.com` })
    }))

  test('is recorded as forgotten by numbers alone', () =>
    withPersons(async (persons) => {
      const { erased } = await forgetIn(persons)
      const [run] = await persons.query(
        'SELECT operator, finished_at IS NOT NULL AS done, keys, erased, problems FROM forget_runs',
      )
      expect(run).toEqual({ operator: 'tester', done: true, keys: null, erased, problems: [] })
      expect(erased).toMatchObject({
        customers: 1,
        invoices: 1,
        documents: 1,
        variants: 3,
        files: 4,
        webhook_dead_letters: 1,
      })
    }))

  test('a second time: nothing is left to erase', () =>
    withPersons(async (persons) => {
      await forgetIn(persons)
      expect(await forgetIn(persons)).toMatchObject({ isFinished: true, erased: {} })
    }))
})

describe('a run that does not come to its end', () => {
  test('says what is left, and a second one does the rest, although links are erased already', () =>
    withPersons(async (persons) => {
      const { query } = persons
      const broken: ExternalStores = {
        removeFile: async (file) => {
          if (file.kind === 'stored' && file.key.startsWith('receipts/'))
            throw Object.assign(new Error('x'), { code: 's3_503' })
        },
        eraseQueues: async () => {
          throw Object.assign(new Error('x'), { code: 'ECONNREFUSED' })
        },
      }
      expect(await forgetIn(persons, broken)).toMatchObject({
        isFinished: false,
        problems: [
          { what: 'file receipts/in_a.pdf', cause: 's3_503' },
          { what: 'queues', cause: 'ECONNREFUSED' },
        ],
      })
      const removed: string[] = []
      expect(await forgetIn(persons, storesOf(removed))).toMatchObject({ isFinished: true, problems: [] })
      expect(removed).toContain('receipts/in_a.pdf')
      expect(await findMark(query, MARK)).toEqual([])
      expect(await query('SELECT count(*)::int, max(keys::text) AS keys FROM forget_runs')).toEqual([
        { count: 1, keys: null },
      ])
    }))

  test('stopped after any number of steps, goes on', () =>
    withPersons(async (persons) => {
      const { owner, query } = persons
      let finished = false
      for (let stops = 1; !finished; stops += 3) {
        let steps = 0
        const isStopped = () => {
          steps += 1
          return steps > stops
        }
        finished = await forget(owner, USER, storesOf(), { ...BY, isStopped }).then(
          () => true,
          (error: { code?: string }) => {
            expect(error.code).toBe('stopped')
            return false
          },
        )
      }
      expect(await findMark(query, MARK)).toEqual([])
    }))
})

test('retention, redrive and replay of erased events go on', () =>
  withPersons(async (persons) => {
    const { owner, query, commit } = persons
    await forgetIn(persons)
    const [{ count } = { count: 0 }] = await query<{ count: number }>(
      "SELECT count(*)::int FROM webhook_events WHERE raw_body IS NOT NULL AND status <> 'failed'",
    )
    expect(await replay(owner, { since: new Date(0) }, persons)).toEqual({ replayed: count })
    await redrive(owner, {})
    const waiting = await query<{ id: string }>(`SELECT id::text FROM webhook_events WHERE status = 'received'`)
    await commit(waiting.map(({ id }) => id))
    await query(`UPDATE webhook_events SET processed_at = now() - '99 days'::interval WHERE status = 'processed'`)
    await applyRetention(owner, { eventDays: 30, bodyDays: 30 })
    expect(await findMark(query, MARK)).toEqual([])
  }))

test('a document or picture whose worker stores it meanwhile is not kept', () =>
  withPersons(async (persons) => {
    const { owner, pool, query } = persons
    const document = { kind: 'invoice' as const, number: '1', storageKey: 'x.pdf', webhookEventId: null }
    const [{ key } = { key: '' }] = await query<{ key: string }>(
      `SELECT asset_key AS key FROM variants WHERE asset_key LIKE 'job_a%'`,
    )
    await forget(owner, USER, storesOf(), BY)
    expect(await recordDocument(pool, { ...document, paymentId: 'in_a' })).toBe(false)
    expect(await recordDocument(pool, { ...document, paymentId: 'in_b' })).toBe(true)
    expect(await recordStored(pool, key, { storageKey: 'x.png', contentType: 'image/png', bytes: 1, sha256: '' })).toBe(
      false,
    )
    expect(await query(`SELECT payment_id FROM documents WHERE storage_key = 'x.pdf'`)).toEqual([
      { payment_id: 'in_b' },
    ])
  }))
