import { expect, test } from '@jest/globals'
import { createInbox } from '@sluice/database/append'
import { createCommit } from '@sluice/database/commit'
import { EventError, type Handler } from '@sluice/events'
import { decide } from '@sluice/handlers'
import { providers } from '@sluice/providers'
import { type SentEvent, subscriptionLifecycle } from '@sluice/simulator'
import { SECRETS } from '@sluice/testing'
import { type TestActions, withActions } from './with-actions.ts'

const EVENTS = subscriptionLifecycle({
  seed: 'previews',
  userId: 'user_1',
  email: 'ada@example.com',
  steps: ['customer_created', 'created', 'finalized', 'activated', 'paid'],
})

/** Records the events, and processes them with these handlers; what throws becomes a dead letter. */
async function process({ owner }: TestActions, handler: Handler, events: SentEvent[] = EVENTS): Promise<void> {
  await owner.query(`INSERT INTO users (id) VALUES ('user_1') ON CONFLICT DO NOTHING`)
  const inbox = createInbox(owner)
  const stripe = providers.find(({ name }) => name === 'stripe')
  for (const { id, body } of events) {
    const headers = stripe?.sign(body, SECRETS['stripe'] as string, { id }) ?? {}
    const event = stripe?.verify({ headers, body: Buffer.from(body) }, [SECRETS['stripe'] as string], {
      toleranceSeconds: 300,
    })
    if (event) await inbox.append(event)
  }
  await commitAll({ owner }, handler)
}

async function commitAll({ owner }: Pick<TestActions, 'owner'>, handler: Handler): Promise<void> {
  const commit = createCommit(owner, { decide: handler, pastDueIsActive: true, jobWaitSeconds: 0 })
  const { rows } = await owner.query(`SELECT id FROM webhook_events WHERE status = 'received' ORDER BY id`)
  for (const { id } of rows) await commit([id])
  await owner.query(
    `UPDATE webhook_events SET status = 'failed', error = 'handler_threw: none', attempts = 8 WHERE status = 'received'`,
  )
  await owner.query(`INSERT INTO webhook_dead_letters (provider, event_id, type, raw_body, error, fingerprint, attempts)
    SELECT provider, event_id, type, raw_body, error, 'f1', 8 FROM webhook_events WHERE status = 'failed'`)
}

const failing: Handler = (event) => {
  if (event.type === 'invoice.paid') throw new EventError('invalid_object', 'invoice: amount_paid')
  return decide(event)
}

const stateOf = async ({ owner }: TestActions) => {
  const { rows } = await owner.query(`SELECT
    (SELECT count(*)::int FROM payments) AS payments, (SELECT count(*)::int FROM ledger_entries) AS entries,
    (SELECT count(*)::int FROM webhook_events WHERE status = 'failed') AS failed,
    (SELECT count(*)::int FROM webhook_events WHERE status = 'received') AS waiting`)
  return rows[0]
}

test('the preview of a redrive says what mended handlers would make of dead letters, and changes nothing', () =>
  withActions(async (actions) => {
    await process(actions, failing)
    const before = await stateOf(actions)
    expect(before).toMatchObject({ payments: 0, failed: 1 })

    const { state, result, handlerVersion } = await actions.carryOut({
      kind: 'preview',
      filter: { fingerprint: 'f1' },
      reason: '',
    })

    expect([state, handlerVersion]).toEqual(['done', 'handlers 1'])
    expect(result).toMatchObject({
      ...{ of: 'redrive', events: 1, passing: 1, failing: 0, changesNothing: false, failures: [] },
      untried: { effects: 0, thin: 0 },
      effects: expect.arrayContaining([{ kind: 'receipt', count: 1 }]),
    })
    expect(result?.['tables']).toContainEqual({ table: 'payments', isNew: 1, changed: 0, gone: 0 })
    expect(result?.['money']).toContainEqual({ account: 'cash', currency: 'usd', change: expect.any(Number) })
    expect(JSON.stringify(result)).not.toContain('ada@example.com')
    expect(await stateOf(actions)).toEqual(before)
    expect(
      (await actions.carryOut({ kind: 'preview', filter: { type: 'invoice.*' }, reason: '' })).result,
    ).toMatchObject({ of: 'replay' })
  }))

test('it says which dead letters would fail again, and with what', () =>
  withActions(
    async (actions) => {
      await process(actions, failing)
      const { result } = await actions.carryOut({ kind: 'preview', filter: { cause: 'handler_threw' }, reason: '' })
      const [event] = EVENTS.filter(({ type }) => type === 'invoice.paid')
      expect(result).toMatchObject({ of: 'redrive', events: 1, passing: 0, failing: 1, rowCount: 0 })
      expect(result?.['failures']).toEqual([
        { cause: 'invalid_object: invoice: amount_paid', type: 'invoice.paid', count: 1, events: [event?.id] },
      ])
    },
    { rules: { decide: failing, pastDueIsActive: true, jobWaitSeconds: 0 } },
  ))

/** Payments are missing. */
const withoutPayments: Handler = (event) => {
  const decision = decide(event)
  if (decision.outcome === 'ignored') return decision
  return { ...decision, facts: decision.facts.filter(({ kind }) => kind !== 'payment') }
}

test('a replay needs a preview of the same filter, by the same handlers', () => {
  let version = 'handlers 1'
  return withActions(
    async (actions) => {
      await process(actions, withoutPayments)
      const filter = { type: 'invoice.*' }
      const replay = () => actions.carryOut({ kind: 'replay', filter })
      expect(await replay()).toMatchObject({ state: 'refused', error: expect.stringContaining('there is none') })

      const other = { type: 'invoice.paid' }
      await actions.carryOut({ kind: 'preview', filter: { ...other, of: 'replay' }, reason: '' })
      expect(await replay()).toMatchObject({ state: 'refused', error: expect.stringContaining('there is none') })

      const preview = await actions.carryOut({ kind: 'preview', filter: { ...filter, of: 'replay' }, reason: '' })
      expect(preview.result).toMatchObject({ of: 'replay', changesNothing: false, failing: 0 })
      version = 'handlers 2'
      expect(await replay()).toMatchObject({
        state: 'refused',
        error: `The preview, action ${preview.id}, was made by the handlers handlers 1; this worker has handlers 2. Ask for a new preview.`,
      })
      version = 'handlers 1'
      const before = await stateOf(actions)
      expect(before.waiting).toBe(0)
      const replayed = await replay()
      expect(replayed).toMatchObject({ state: 'done', preview: preview.id, handlerVersion: 'handlers 1' })
      const { waiting } = await stateOf(actions)
      expect(replayed.result).toMatchObject({ replayed: waiting, erased: 0, merged: 0 })
      expect(waiting).toBeGreaterThan(0)

      await commitAll(actions, decide)
      const { rows } =
        await actions.owner.query(`SELECT sum(CASE direction WHEN 'debit' THEN amount ELSE -amount END)::int AS cash,
        (SELECT sum(amount)::int FROM payments) AS paid FROM ledger_entries WHERE account = 'cash'`)
      expect(rows[0].paid).toBeGreaterThan(0)
      expect(rows[0].cash).toBe(rows[0].paid)

      await actions.owner.query(`UPDATE operator_actions SET finished_at = now() - interval '61 minutes'`)
      expect(await replay()).toMatchObject({ state: 'refused', error: expect.stringContaining('there is none') })
    },
    { handlerVersion: () => version },
  )
})

test('where nothing would change, a preview says so', () =>
  withActions(async (actions) => {
    await process(actions, decide)
    const { result } = await actions.carryOut({
      kind: 'preview',
      filter: { since: '2020-01-01', of: 'replay' },
      reason: '',
    })
    expect(result).toMatchObject({ events: EVENTS.length, changesNothing: true, rows: [], money: [], roles: [] })
  }))

test('a reconcile without an API key is refused with the names of the variables', () =>
  withActions(async ({ carryOut }) => {
    const { state, error } = await carryOut({ kind: 'reconcile', filter: {} })
    expect([state, error]).toEqual(['refused', expect.stringContaining('STRIPE_API_KEY')])
  }))
