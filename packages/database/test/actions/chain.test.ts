import { describe, expect, test } from '@jest/globals'
import { type TestPostgres, withPostgres } from '@sluice/testing'
import type { Pool } from 'pg'
import { insertAction, type NewAction, readAction, verifyActions } from '../../src/actions/index.ts'
import { connect } from '../../src/sql/pool.ts'
import { refusalOf, sql } from '../sql.ts'

const REFUSED = '42501'

const ACTION: NewAction = {
  kind: 'redrive',
  filter: { fingerprint: 'abc' },
  actor: 'ada',
  role: 'operator',
  address: '127.0.0.1',
  reason: 'the handler was mended',
}

const withBoardPool = (use: (board: Pool, postgres: TestPostgres) => Promise<void>): Promise<void> =>
  withPostgres(async (postgres) => {
    const board = connect(postgres.roleUrl('sluice_board'), { max: 8 })
    try {
      await use(board, postgres)
    } finally {
      await board.end()
    }
  })

describe('the chain of actions', () => {
  test('does not fork when many are inserted at once, has no gaps, and holds', () =>
    withBoardPool(async (board, { url }) => {
      const ids = await Promise.all(Array.from({ length: 20 }, () => insertAction(board, ACTION)))
      expect(ids.map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
      expect(await verifyActions(board)).toEqual([])
      expect(await readAction(board, '7')).toMatchObject({ ...ACTION, id: '7', state: 'queued', done: 0, total: null })
      await sql(url, `SET TIME ZONE 'Asia/Tokyo'; SELECT 1`)
      expect(await sql(url, 'SELECT count(DISTINCT previous_hash)::int AS count FROM operator_actions')).toEqual([
        { count: 20 },
      ])
    }))

  test('refuses a row whose transaction has not seen the newest one', () =>
    withBoardPool(async (board) => {
      const client = await board.connect()
      try {
        await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM operator_actions')
        await insertAction(board, ACTION)
        const text = `INSERT INTO operator_actions (actor, role, kind) VALUES ('ada', 'operator', 'redrive')`
        await expect(client.query(text)).rejects.toMatchObject({ code: '23505' })
      } finally {
        await client.query('ROLLBACK')
        client.release()
      }
      expect(await verifyActions(board)).toEqual([])
    }))

  test.each([
    ['who it was', `UPDATE operator_actions SET actor = 'bob' WHERE id = 2`, [{ id: '2', problem: 'row' }]],
    [
      'the reason',
      `UPDATE operator_actions SET reason = 'another one' WHERE id = 2`,
      [{ id: '2', problem: 'content' }],
    ],
    ['the filter', `UPDATE operator_actions SET filter = '{}' WHERE id = 2`, [{ id: '2', problem: 'content' }]],
    ['the time', `UPDATE operator_actions SET at = at - interval '1 day' WHERE id = 3`, [{ id: '3', problem: 'row' }]],
    ['a row that is gone', 'DELETE FROM operator_actions WHERE id = 2', [{ id: '3', problem: 'gap' }]],
    [
      'a row that is replaced',
      `UPDATE operator_actions SET actor = 'bob' WHERE id = 2;
        UPDATE operator_actions a SET hash = operator_action_hash(a) WHERE id = 2`,
      [{ id: '3', problem: 'order' }],
    ],
  ])('shows when somebody changed %s', (_what, statement, broken) =>
    withBoardPool(async (board, { url }) => {
      for (let n = 0; n < 3; n += 1) await insertAction(board, ACTION)
      await sql(url, statement)
      expect(await verifyActions(board)).toEqual(broken)
    }),
  )

  test('holds while a worker writes what became of an action, and after a person in it was erased', () =>
    withBoardPool(async (board, { url }) => {
      await insertAction(board, ACTION)
      await insertAction(board, ACTION)
      await sql(url, `UPDATE operator_actions SET state = 'done', done = 3, total = 3, result = '{"redriven": 3}'`)
      await sql(
        url,
        `UPDATE operator_actions SET filter = '{"erased": true}', reason = '', content_salt = NULL WHERE id = 1`,
      )
      expect(await verifyActions(board)).toEqual([])
    }))
})

const insert = (columns: string, values: string) => `INSERT INTO operator_actions (${columns}) VALUES (${values})`

const WHO = 'actor, role, kind'

test.each([
  ['as a viewer', insert(WHO, `'ada', 'viewer', 'redrive'`), '23514'],
  ['in the name of a command', insert(WHO, `'cli:root', 'admin', 'redrive'`), REFUSED],
  ['that is done already', insert(`${WHO}, state`, `'ada', 'operator', 'redrive', 'done'`), REFUSED],
  ['at another time', insert(`${WHO}, at`, `'ada', 'operator', 'redrive', '2020-01-01'`), REFUSED],
  ['with an id', insert(`${WHO}, id`, `'ada', 'operator', 'redrive', 99`), REFUSED],
  ['with a hash', insert(`${WHO}, previous_hash`, `'ada', 'operator', 'redrive', 'x'`), REFUSED],
  ['changed', `UPDATE operator_actions SET reason = 'another one'`, REFUSED],
  ['stopped', `UPDATE operator_actions SET state = 'stopped'`, REFUSED],
  ['deleted', 'DELETE FROM operator_actions', REFUSED],
  ['locked', 'SELECT id FROM operator_actions FOR UPDATE', REFUSED],
])('the board cannot have an action %s', (_how, statement, code) =>
  withPostgres(async ({ roleUrl }) => expect(await refusalOf(roleUrl('sluice_board'), statement)).toBe(code)),
)

test('a worker neither asks for actions nor changes what was asked for', () =>
  withPostgres(async ({ roleUrl }) => {
    const worker = roleUrl('sluice_worker')
    for (const statement of [
      insert(WHO, `'ada', 'operator', 'redrive'`),
      `UPDATE operator_actions SET reason = 'another one'`,
      `UPDATE operator_actions SET actor = 'bob'`,
      `UPDATE operator_actions SET hash = 'x'`,
      'DELETE FROM operator_actions',
    ])
      expect([statement, await refusalOf(worker, statement)]).toEqual([statement, REFUSED])
  }))
