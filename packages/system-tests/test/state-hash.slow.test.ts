import { expect, test } from '@jest/globals'
import { connect } from '@sluice/database/pool'
import { stateHash } from '@sluice/database/state-hash'
import { withPostgres } from '@sluice/testing'

const ROWS = 100_000

/** Rows as large as those of real payments. */
const PAYMENTS = `INSERT INTO payments (payment_id, status, amount, currency, occurred_at, registers)
  SELECT 'in_' || n, 'succeeded', n, 'usd', now(), jsonb_build_object('status', 'succeeded', 'currency', 'usd', 'invoiceId',
    'in_' || n, 'subscriptionId', 'sub_' || n, 'customerId', 'cus_' || n, 'parts', '{}'::jsonb, 'stated', jsonb_build_object(
      'precedence', 1, 'digest', md5(n::text), 'money', jsonb_build_object('amount', n, 'external', 0, 'total', n, 'tax', 0)))
  FROM generate_series(1, ${ROWS}) AS n`

/** Guarantees that a hash of many rows holds one page of them in memory, and no cent is lost among them. */
test('the hash of 100,000 rows is read in pages, and finds one changed cent', () =>
  withPostgres(async ({ url }) => {
    const pool = connect(url, { max: 2 })
    try {
      await pool.query(PAYMENTS)
      const pages: number[] = []
      const startedAt = performance.now()
      const before = await stateHash(pool, (rows) => pages.push(rows))
      const seconds = (performance.now() - startedAt) / 1000
      console.log(`${ROWS} rows: ${seconds.toFixed(1)} s`)
      expect(before.tables['payments']?.rows).toBe(ROWS)
      expect(Math.max(...pages)).toBeLessThanOrEqual(ROWS / 10)

      await pool.query(`UPDATE payments SET amount = amount + 1 WHERE payment_id = 'in_77777'`)
      expect((await stateHash(pool)).hash).not.toBe(before.hash)
    } finally {
      await pool.end()
    }
  }))
