import { describe, expect, jest, test } from '@jest/globals'
import { processed } from '@sluice/events'
import { withPostgres } from '@sluice/testing'
import type { Pool } from 'pg'
import { type Committer, createCommitter } from '../../src/commit/index.ts'
import { appendRows } from '../../src/inbox/append-rows.ts'
import { OutageError } from '../../src/sql/error-kind.ts'
import { connect } from '../../src/sql/pool.ts'
import { customer, reference } from '../facts.ts'
import { received } from '../received.ts'

/** The effect of inserting a customer with that name. */
const TROUBLE = `
  CREATE FUNCTION trouble() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    CASE split_part(NEW.stripe_customer_id, ' ', 1)
      WHEN 'raises' THEN RAISE EXCEPTION 'x' USING ERRCODE = split_part(NEW.stripe_customer_id, ' ', 2);
      WHEN 'sleeps' THEN PERFORM pg_sleep(60);
      WHEN 'dawdles' THEN PERFORM pg_sleep(2.5);
      WHEN 'kills' THEN PERFORM pg_terminate_backend(pg_backend_pid());
      ELSE NULL;
    END CASE;
    RETURN NEW;
  END $$;
  CREATE TRIGGER trouble BEFORE INSERT ON customers FOR EACH ROW EXECUTE FUNCTION trouble();
  CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(2.5); RETURN NEW; END $$;
  CREATE TRIGGER dawdle BEFORE INSERT ON payment_references FOR EACH ROW EXECUTE FUNCTION dawdle()`

interface Committing {
  committer: Committer
  /** As owner. */
  owner: Pool
  /** Ids of rows whose events tell of a customer of that name; `throws` and `is too long` are bugs in its merge. */
  append(...names: string[]): Promise<string[]>
}

const withCommitter = (use: (committing: Committing) => Promise<void>, deadlineMs = 30_000) =>
  withPostgres(async ({ url, roleUrl }) => {
    const owner = connect(url, { max: 2 })
    const pool = connect(roleUrl('sluice_worker'), { deadlineMs })
    const throwing = (error: Error) =>
      Object.defineProperty(customer({}), 'customerId', {
        get: () => {
          throw error
        },
      })
    const factsOf = (name: string) => {
      if (name === 'throws') return [throwing(new TypeError('a@example.com'))]
      if (name === 'is too long') return [throwing(new RangeError('Invalid string length'))]
      if (name === 'dawdles') return [customer({ customerId: name }), reference('dawdles', null)]
      return [customer({ customerId: name })]
    }
    const committer = createCommitter(pool, {
      decide: ({ eventId }) => processed(factsOf(eventId)),
      pastDueIsActive: true,
      jobWaitSeconds: 0,
    })
    const append = async (...names: string[]) =>
      (
        await appendRows(
          owner,
          names.map((name) => received(name)),
        )
      ).map(({ id }) => id)
    try {
      await owner.query(TROUBLE)
      await use({ committer, owner, append })
    } finally {
      await Promise.all([owner.end(), pool.end()])
    }
  })

const outcomesOf = async ({ alone }: Committer, ids: string[]) =>
  (await Promise.all(ids.map((id) => alone(id)))).map(({ outcome }) => outcome)

describe('an event that makes its transaction fail, fails alone', () => {
  test.each([
    [
      'a bug',
      'throws',
      { code: 'commit_threw', message: expect.stringMatching(/^TypeError at committer\.test\.ts:\d+$/) },
    ],
    [
      'a value that is too long for this process',
      'is too long',
      { code: 'commit_threw', message: expect.stringMatching(/^RangeError at committer\.test\.ts:\d+$/) },
    ],
    ['a value that Postgres does not take', 'raises 22003', { code: 'database_22003' }],
    ['a constraint', 'raises 23514', { code: 'database_23514' }],
    ['a limit', 'raises 54000', { code: 'database_54000' }],
    ['a race that it loses each time', 'raises 40001', { code: 'database_40001' }],
  ])('by %s', (_what, name, cause) =>
    withCommitter(async ({ committer, append }) => {
      const [one, bad, other] = await append('cus_1', name, 'cus_2')
      const ids = [one, bad, other] as [string, string, string]
      expect(await committer.together(ids)).toBeUndefined()
      expect(ids.map(committer.isQuarantined)).toEqual([true, true, true])
      expect(await committer.alone(ids[1])).toMatchObject({ outcome: 'failed', ...cause })
      expect(await outcomesOf(committer, [ids[0], ids[2]])).toEqual(['processed', 'processed'])
      expect(ids.map(committer.isQuarantined)).toEqual([false, true, false])
    }),
  )

  test.each([
    ['a statement that is too slow', 'sleeps'],
    ['statements that are too slow together', 'dawdles'],
  ])('by %s', (_what, name) =>
    withCommitter(async ({ committer, append }) => {
      const ids = await append('cus_1', name, 'cus_2')
      expect(await committer.together(ids)).toBeUndefined()
      const alone = await Promise.all(ids.map((id) => committer.alone(id)))
      expect(alone).toMatchObject([
        { outcome: 'processed' },
        { outcome: 'failed', code: 'too_slow', message: 'its transaction took longer than 4000 ms' },
        { outcome: 'processed' },
      ])
    }, 5_000),
  )

  test('by an answer that never comes, once Postgres has answered others since', () =>
    withPostgres(async ({ url }) => {
      const pool = connect(url, { deadlineMs: 60_000 })
      const decide = () => processed([customer({ customerId: 'sleeps' })])
      const committer = createCommitter(pool, { decide, pastDueIsActive: true, jobWaitSeconds: 0 })
      Object.assign(pool.options, { query_timeout: 2_000 }) // so that the client gives up first
      await pool.query(TROUBLE)
      const [row] = await appendRows(pool, [received('evt_1')])
      const alone = async () => {
        const outcome = committer.alone(row?.id ?? '')
        await outcome.catch(() => {})
        await pool.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query ~ '^INSERT'`,
        )
        return outcome
      }
      await expect(alone()).rejects.toThrow(OutageError)
      expect(await alone()).toMatchObject({ outcome: 'failed', code: 'too_slow' })
      await pool.end()
    }))
})

describe('an outage', () => {
  test.each(['raises 55000', 'raises 26000', 'raises 0A000', 'raises P0001', 'kills'])(
    'is to blame as long as nothing else is committed, then the event: %s',
    (name) =>
      withCommitter(async ({ committer, append }) => {
        const [bad, other] = (await append(name, 'cus_1')) as [string, string]
        await committer.together([bad]).catch(() => undefined)
        await expect(committer.alone(bad)).rejects.toThrow(OutageError)
        await expect(committer.alone(bad)).rejects.toThrow(OutageError)
        expect(await outcomesOf(committer, [other])).toEqual(['processed'])
        expect(await committer.alone(bad)).toMatchObject({ outcome: 'failed' })
      }),
  )

  test('of the connection leaves the events of a batch to be committed alone', async () => {
    const pool = connect('postgresql://sluice@127.0.0.1:1/sluice')
    const rules = { decide: () => processed([]), pastDueIsActive: true, jobWaitSeconds: 0 }
    const committer = createCommitter(pool, rules)
    await expect(committer.together(['1', '2'])).rejects.toMatchObject({ name: 'OutageError', code: 'ECONNREFUSED' })
    expect(['1', '2'].map(committer.isQuarantined)).toEqual([true, true])
    await pool.end()
  })

  test('before the transaction began is never to be blamed on the event', () =>
    withPostgres(async ({ url }) => {
      const pool = connect(url, { max: 2 })
      const rules = { decide: () => processed([]), pastDueIsActive: true, jobWaitSeconds: 0 }
      const committer = createCommitter(pool, rules)
      const rows = await appendRows(pool, [received('evt_1'), received('evt_2')])
      const [first, second] = rows.map(({ id }) => id) as [string, string]
      const refuse = () => {
        const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' })
        return jest.spyOn(pool, 'connect').mockImplementation(() => Promise.reject(refused))
      }
      let outage = refuse()
      await expect(committer.together([first])).rejects.toThrow(OutageError)
      await expect(committer.alone(first)).rejects.toThrow(OutageError)
      outage.mockRestore()
      expect(await outcomesOf(committer, [second])).toEqual(['processed'])
      outage = refuse()
      await expect(committer.alone(first)).rejects.toThrow(OutageError)
      outage.mockRestore()
      expect(await outcomesOf(committer, [first])).toEqual(['processed'])
      await pool.end()
    }))
})
