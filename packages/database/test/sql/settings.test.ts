import { describe, expect, test } from '@jest/globals'
import { processed } from '@sluice/events'
import { withPostgres } from '@sluice/testing'
import { createCommit, linkChangedUsers } from '../../src/commit/index.ts'
import { COMPARABLE, comparableRows } from '../../src/comparable-rows.ts'
import { appendRows } from '../../src/inbox/append-rows.ts'
import { loadEffect } from '../../src/outbox/index.ts'
import { kindOf } from '../../src/sql/error-kind.ts'
import { connect } from '../../src/sql/pool.ts'
import { at, customer, payment, prediction, subscription } from '../facts.ts'
import { received } from '../received.ts'
import { sql } from '../sql.ts'

const FACTS = [
  customer({ customerId: 'cus_1', contact: { email: 'a@example.com', deleted: false } }),
  customer({ customerId: 'cus_2', links: [{ by: 'own', userId: 'nobody' }] }),
  subscription(1, 'active', {
    contents: { currentPeriodEnd: at(60).toISOString(), cancellationReason: 'it\'s \\ "gone"' },
  }),
  payment({ paymentId: 'in_1', stripeCustomerId: 'cus_1' }),
  prediction('succeeded', {
    predictionId: 'pred_1',
    metrics: { predict_time: 0.1234567890123456 },
    completedAt: at(3),
  }),
]

const EFFECT = { key: 'receipt:in_1', kind: 'receipt' as const, payload: { paymentId: 'in_1' }, waitSeconds: 1 }

/** Everything that is read and written, in a database with these settings: as a worker's role, from the append to an effect. */
const resultsWith = (...settings: string[]) =>
  withPostgres(async ({ url, roleUrl }) => {
    const database = new URL(url).pathname.slice(1)
    const owner = connect(url, { max: 1 })
    await owner.query(`INSERT INTO users (id, stripe_customer_id) VALUES ('user_1', 'cus_1');
      INSERT INTO generation_jobs (id, prediction_id) VALUES ('job_1', 'pred_1'); DELETE FROM user_changes`)
    for (const setting of settings)
      await sql(
        url,
        setting.startsWith('of the role: ')
          ? `ALTER ROLE sluice_worker IN DATABASE ${database} SET ${setting.slice('of the role: '.length)}`
          : `ALTER DATABASE ${database} SET ${setting}`,
      )
    const pool = connect(roleUrl('sluice_worker'), { max: 2 })
    try {
      const rules = { decide: () => processed(FACTS, [EFFECT]), pastDueIsActive: true, jobWaitSeconds: 0 }
      const [row] = await appendRows(pool, [received('evt_1', { rawBody: Buffer.from('{"a":"\\\\u0001é"}') })])
      const outcome = (await createCommit(pool, rules)([row?.id ?? ''])).get(row?.id ?? '')
      if (outcome?.outcome !== 'processed') return { outcome }
      await owner.query(`INSERT INTO users (id) VALUES ('nobody')`)
      await linkChangedUsers(pool)
      const { rows } = await pool.query(`SELECT raw_body FROM webhook_events`)
      const effect = await loadEffect(pool, outcome.effects[0]?.id ?? '')
      const tables = await Promise.all(COMPARABLE.map(async (name) => [name, await comparableRows(owner, name)]))
      return {
        body: rows[0].raw_body,
        effect: { ...effect, id: null, availableAt: null, webhookEventId: null },
        tables,
      }
    } finally {
      await Promise.all([owner.end(), pool.end()])
    }
  })

describe('results do not depend on the settings of server, database or role', () => {
  test.each([
    `DateStyle = 'SQL, DMY'`,
    `of the role: DateStyle = 'German'`,
    `timezone = 'Pacific/Auckland'`,
    `of the role: timezone = 'America/New_York'`,
    `IntervalStyle = 'sql_standard'`,
    `default_transaction_isolation = 'serializable'`,
    `of the role: default_transaction_isolation = 'repeatable read'`,
    'default_transaction_deferrable = on',
    `of the role: lock_timeout = '1ms'`,
    `idle_in_transaction_session_timeout = '1ms'`,
    'standard_conforming_strings = off',
    `backslash_quote = off`,
    `bytea_output = 'escape'`,
    'extra_float_digits = -15',
    'array_nulls = off',
    'transform_null_equals = on',
    `client_encoding = 'LATIN1'`,
    `session_replication_role = 'replica'`,
    'row_security = off',
    `search_path = 'nowhere'`,
    `of the role: search_path = 'public'`,
  ])('%s', async (setting) => {
    expect(await resultsWith(setting)).toEqual(await resultsWith())
  })
})

describe('a setting that forbids to work is an outage, and blames no event', () => {
  test.each(['default_transaction_read_only = on'])('%s', async (setting) => {
    const error = await resultsWith(setting).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    expect(error).toBeDefined()
    expect(kindOf(error)).toBe('outage')
  })
})
