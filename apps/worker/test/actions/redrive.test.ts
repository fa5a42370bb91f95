import { expect, test } from '@jest/globals'
import { readAction } from '@sluice/database/actions'
import { takeActions } from '@sluice/database/actions/run'
import { eventually } from '@sluice/testing'
import { runAction } from '../../src/actions/run-action.ts'
import { startActions } from '../../src/actions/start.ts'
import { type TestActions, withActions } from './with-actions.ts'

/** Failed events with their dead letters, of two causes in turn. */
const fail = (count: number) => `
  WITH failed AS (
    INSERT INTO webhook_events (provider, event_id, type, ordering_key, status, raw_body, attempts)
    SELECT 'stripe', 'evt_' || n, 'invoice.paid', 'stripe::cus_' || n, 'failed', '{}', 8 FROM generate_series(1, ${count}) AS n
    RETURNING provider, event_id, type, raw_body
  )
  INSERT INTO webhook_dead_letters (provider, event_id, type, raw_body, error, fingerprint, attempts)
    SELECT provider, event_id, type, raw_body, 'handler_threw: none', 'f' || (right(event_id, 1)::int % 2), 8 FROM failed`

const countsOf = async ({ owner }: TestActions) => {
  const { rows } = await owner.query(`SELECT
    (SELECT count(*)::int FROM webhook_dead_letters WHERE redriven_at IS NULL) AS open,
    (SELECT count(*)::int FROM webhook_events WHERE status = 'received' AND attempts = 0) AS waiting`)
  return rows[0]
}

test.each([
  [{ fingerprint: 'f1' }, 5],
  [{ ids: ['evt_1', 'evt_2', 'evt_99'] }, 2],
  [{ type: 'invoice.*' }, 10],
  [{ type: 'invoice.paid', cause: 'handler_threw', since: '2020-01-01' }, 10],
  [{ until: '2020-01-01' }, 0],
])('redrive of %j gives back %i of 10', (filter, count) =>
  withActions(async (actions) => {
    await actions.owner.query(fail(10))
    const ended = await actions.carryOut({ kind: 'redrive', filter })
    expect(ended).toMatchObject({ state: 'done', done: count, total: count, result: { redriven: count, left: 0 } })
    expect(await countsOf(actions)).toEqual({ open: 10 - count, waiting: count })
  }),
)

test('a second redrive of the same, and one of what failed again meanwhile, change nothing', () =>
  withActions(async (actions) => {
    await actions.owner.query(fail(4))
    const id = await actions.ask({ kind: 'redrive', filter: { type: 'invoice.paid' } })
    await actions.owner.query(
      `UPDATE webhook_dead_letters SET failed_at = now() + interval '1 second' WHERE event_id = 'evt_1'`,
    )
    const [taken] = await takeActions(actions.tools.pool, { limit: 1, isStop: false })
    if (!taken) throw new Error(`action ${id} was not taken`)
    await runAction(actions.tools, taken, new AbortController().signal)
    expect(await countsOf(actions)).toEqual({ open: 1, waiting: 3 })
    await runAction(actions.tools, taken, new AbortController().signal)
    expect(await countsOf(actions)).toEqual({ open: 1, waiting: 3 })
    expect(await readAction(actions.owner, id)).toMatchObject({ state: 'done', done: 3, total: 3 })
  }))

test('what the worker ended in is taken by another, and counted once', () =>
  withActions(async (actions) => {
    const { owner, tools } = actions
    await owner.query(fail(300))
    const id = await actions.ask({ kind: 'redrive', filter: { type: 'invoice.paid', rate: 400 } })
    const [first] = await takeActions(tools.pool, { limit: 1, isStop: false })
    if (!first) throw new Error('not taken')
    const stopping = new AbortController()
    const run = runAction(tools, first, stopping.signal)
    await eventually(async () => expect((await readAction(owner, id))?.done).toBeGreaterThan(0))
    expect(await takeActions(tools.pool, { limit: 1, isStop: false })).toEqual([])
    stopping.abort()
    await run

    const half = await readAction(owner, id)
    expect(half).toMatchObject({ state: 'running', total: 300, result: null })
    const [second] = await takeActions(tools.pool, { limit: 1, isStop: false })
    expect(second).toMatchObject({ id, done: half?.done, total: 300 })
    if (second) await runAction(tools, second, new AbortController().signal)

    expect(await readAction(owner, id)).toMatchObject({ state: 'done', done: 300, result: { redriven: 300, left: 0 } })
    expect(await countsOf(actions)).toEqual({ open: 0, waiting: 300 })
  }))

test('a stop ends it after the current step, and leaves the rest', () =>
  withActions(async (actions) => {
    const { owner, tools } = actions
    await owner.query(fail(300))
    const log = { warn: (_line: string, { reason }: { reason?: string }) => Promise.reject(new Error(reason)) } as never
    const worker = startActions(tools.pool, tools, log)
    try {
      const id = await actions.ask({ kind: 'redrive', filter: { type: 'invoice.paid', rate: 20 } })
      await eventually(async () => expect((await readAction(owner, id))?.done).toBeGreaterThan(0))
      const stop = await actions.ask({ kind: 'stop', filter: { id }, reason: '' })
      worker.soon()
      await eventually(async () => expect((await readAction(owner, stop))?.state).toBe('done'))
      const stopped = await readAction(owner, id)
      expect(stopped).toMatchObject({ state: 'stopped', total: 300 })
      const { open } = await countsOf(actions)
      expect(open).toBe(300 - (stopped?.done ?? 0))
      expect(open).toBeGreaterThan(0)
      const again = await actions.ask({ kind: 'stop', filter: { id }, reason: '' })
      worker.soon()
      await eventually(async () => expect((await readAction(owner, again))?.state).toBe('refused'))
    } finally {
      await worker.stop()
    }
  }))

test('more than 10,000 are refused, but not to an admin', () =>
  withActions(async (actions) => {
    await actions.owner.query(fail(10_001))
    const asked = { kind: 'redrive', filter: { type: 'invoice.paid' } } as const
    const refused = await actions.carryOut(asked)
    expect(refused).toMatchObject({ state: 'refused', done: 0, error: expect.stringContaining('10001 dead letters') })
    expect(await countsOf(actions)).toEqual({ open: 10_001, waiting: 0 })
    expect(await actions.carryOut({ ...asked, role: 'admin' })).toMatchObject({ state: 'done', done: 10_001 })
  }))

test('a worker refuses what the board should not have accepted', () =>
  withActions(async ({ owner, tools }) => {
    const carryOut = async (values: string) => {
      const { rows } = await owner.query(
        `INSERT INTO operator_actions (actor, role, kind, filter, reason) VALUES ('ada', ${values}) RETURNING id::text`,
      )
      const [taken] = await takeActions(tools.pool, { limit: 1, isStop: false })
      if (taken) await runAction(tools, taken, new AbortController().signal)
      const { state, error } = (await readAction(owner, rows[0].id)) ?? {}
      return [state, error]
    }
    expect(await carryOut(`'operator', 'obliterate', '{}', 'a b c'`)).toEqual([
      'refused',
      expect.stringMatching(/^kind must be/),
    ])
    expect(await carryOut(`'operator', 'redrive', '{"type": "a"}', 'short'`)).toEqual([
      'refused',
      'reason must have 3 words or more; got 1',
    ])
    expect(await carryOut(`'operator', 'redrive', '{"erased": true}', 'a b c'`)).toEqual([
      'refused',
      expect.stringMatching(/^filter /),
    ])
  }))

test('a ledger check says what does not match', () =>
  withActions(async ({ owner, carryOut }) => {
    await owner.query(`INSERT INTO ledger_entries (entry_key, payment_id, account, direction, amount, currency)
      VALUES ('payment:in_1', 'in_1', 'cash', 'debit', 2000, 'usd')`)
    const { state, result } = await carryOut({ kind: 'ledger-check', filter: {} })
    expect(state).toBe('done')
    expect(result).toMatchObject({ checked: 1, balances: [{ account: 'cash', balance: 2000 }] })
    expect(result?.['findingCount']).toBeGreaterThan(0)
  }))
