import { expect, test } from '@jest/globals'
import { withPostgres } from '@sluice/testing'
import type { Pool } from 'pg'
import { beginImport, saveCursor, wasImported } from '../../src/import/index.ts'
import { connect } from '../../src/sql/pool.ts'

const SCOPE = { account: null, livemode: true }
const LISTS = ['customers', 'invoices']

const withPool = (use: (pool: Pool) => Promise<void>) =>
  withPostgres(async ({ roleUrl }) => {
    const pool = connect(roleUrl('sluice_worker'), { max: 2 })
    try {
      await use(pool)
    } finally {
      await pool.end()
    }
  })

const begin = async (pool: Pool, since: Date | null = null, lists = LISTS) =>
  (await beginImport(pool, { ...SCOPE, lists, since })).map(({ list, cursor, isDone }) => [list, cursor, isDone])

test('an import that was stopped goes on, and one that is over begins anew', () =>
  withPool(async (pool) => {
    expect(await begin(pool)).toEqual([
      ['customers', null, false],
      ['invoices', null, false],
    ])
    await saveCursor(pool, SCOPE, 'customers', null)
    await saveCursor(pool, SCOPE, 'invoices', 'in_1')
    expect(await begin(pool)).toEqual([
      ['customers', null, true],
      ['invoices', 'in_1', false],
    ])
    expect(await begin(pool, new Date())).toEqual(await begin(pool)) // it covers less
    await saveCursor(pool, SCOPE, 'invoices', null)
    expect(await begin(pool)).toEqual([
      ['customers', null, false],
      ['invoices', null, false],
    ])
  }))

test('an import of less, or of long ago, is not continued', () =>
  withPool(async (pool) => {
    await begin(pool, new Date())
    await saveCursor(pool, SCOPE, 'invoices', 'in_1')
    expect(await begin(pool)).toContainEqual(['invoices', null, false])

    await saveCursor(pool, SCOPE, 'invoices', 'in_1')
    await pool.query(`UPDATE import_cursors SET updated_at = now() - '25 h'::interval`)
    expect(await begin(pool)).toContainEqual(['invoices', null, false])
  }))

test('each account and mode has cursors of its own', () =>
  withPool(async (pool) => {
    await begin(pool)
    await saveCursor(pool, SCOPE, 'customers', null)
    const others = [
      { account: 'acct_1', livemode: true },
      { account: null, livemode: false },
    ]
    for (const scope of others) {
      const [found] = await beginImport(pool, { ...scope, lists: LISTS, since: null })
      expect(found).toMatchObject({ cursor: null, isDone: false })
    }
    expect(await wasImported(pool, null, 'customers')).toBe(true)
    expect(await wasImported(pool, 'acct_1', 'customers')).toBe(false)
  }))
