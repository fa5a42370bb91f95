import { expect, test } from '@jest/globals'
import { withPostgres } from '@sluice/testing'
import type { Pool } from 'pg'
import { countLedger } from '../../src/counts/count-ledger.ts'
import { readLedger } from '../../src/inspect/ledger.ts'
import { ledgerBalances } from '../../src/ledger/index.ts'
import { connect } from '../../src/sql/pool.ts'

/** Lines of three days and of just now, in two currencies, of the platform and of a connected account. */
const LINES = `
  INSERT INTO ledger_entries (entry_key, payment_id, stripe_account, livemode, account, direction, amount, currency, created_at)
  SELECT 'payment:in_' || n, 'in_' || n, CASE WHEN n % 3 = 0 THEN 'acct_1' END, CASE WHEN n % 2 = 0 THEN true END, line.account,
    line.direction, n, CASE WHEN n % 4 = 0 THEN 'eur' ELSE 'usd' END, now() - n * interval '1 hour'
  FROM generate_series(0, 71) AS n, (VALUES ('cash', 'debit'), ('revenue', 'credit')) AS line (account, direction) WHERE n > 0`

const MORE = LINES.replaceAll('payment:', 'later:').replace("now() - n * interval '1 hour'", 'now()')

async function countAll(pool: Pool): Promise<void> {
  while ((await countLedger(pool)) > 0);
}

const counted = async (pool: Pool): Promise<string> =>
  (await pool.query('SELECT coalesce(sum(debit), 0) AS sum FROM ledger_days')).rows[0].sum

const ofLines = async (pool: Pool, where = 'true'): Promise<string> =>
  (await pool.query(`SELECT sum(amount) AS sum FROM ledger_entries WHERE direction = 'debit' AND ${where}`)).rows[0].sum

test('each line of the ledger is added up once, by however many workers, and the console shows what all lines add up to', () =>
  withPostgres(async ({ url, roleUrl }) => {
    const [owner, worker, board] = [connect(url), connect(roleUrl('sluice_worker')), connect(roleUrl('sluice_board'))]
    try {
      const isShown = async () => {
        const { balances, days } = await readLedger(board, new Date(0))
        expect(balances).toEqual(await ledgerBalances(owner))
        expect(String(days.reduce((sum, { debit }) => sum + debit, 0))).toBe(await ofLines(owner))
      }
      await owner.query(LINES)
      await isShown()

      await Promise.all([countAll(worker), countAll(worker), countAll(worker)])
      await countAll(worker)
      expect(await counted(owner)).toBe(await ofLines(owner))
      await isShown()

      // Dated before the end of a transaction that is not seen yet: neither is added up, and both are shown.
      const late = await worker.connect()
      await late.query('BEGIN')
      await late.query(`INSERT INTO ledger_entries (entry_key, payment_id, account, direction, amount, currency)
        VALUES ('late', 'in_1', 'cash', 'debit', 5, 'usd')`)
      await owner.query(MORE)
      await countAll(worker)
      expect(await counted(owner)).toBe(await ofLines(owner, "entry_key NOT LIKE 'later:%'"))
      await late.query('COMMIT')
      late.release()
      await isShown()
    } finally {
      await Promise.all([owner.end(), worker.end(), board.end()])
    }
  }))
