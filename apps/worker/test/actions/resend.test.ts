import { expect, test } from '@jest/globals'
import { takeActions } from '@sluice/database/actions/run'
import { runAction } from '../../src/actions/run-action.ts'
import { type TestActions, withActions } from './with-actions.ts'

const id = (n: number) => `00000000-0000-4000-8000-00000000000${n}`

const EFFECTS = `
  INSERT INTO webhook_events (provider, event_id, type, ordering_key, status) VALUES ('stripe', 'evt_1', 'invoice.paid', 'k', 'processed');
  INSERT INTO outbox_messages (id, effect_key, kind, payload, status, error, webhook_event_id, attempts)
    SELECT effect.id::uuid, effect.key, 'receipt', '{"paymentId":"in_1"}', effect.status, effect.error, e.id, 8
    FROM webhook_events e, (VALUES
      ('${id(1)}', 'receipt:in_1', 'done', NULL),
      ('${id(2)}', 'receipt:in_2', 'failed', 'smtp_550: x'),
      ('${id(3)}', 'receipt:in_3', 'pending', NULL),
      ('${id(4)}', 'receipt:in_4', 'skipped', 'forgotten: the person'),
      ('${id(5)}', 'resend:action9:receipt:in_5', 'done', NULL)) AS effect (id, key, status, error);
  INSERT INTO webhook_dead_letters (outbox_message_id, provider, event_id, type, error, fingerprint, attempts)
    VALUES ('${id(2)}', 'stripe', 'evt_1', 'receipt', 'smtp_550: x', 'abc123', 8)`

const effectsIn = async ({ owner }: TestActions) =>
  (await owner.query(`SELECT effect_key || ' ' || status AS effect FROM outbox_messages ORDER BY 1`)).rows.map(
    ({ effect }) => effect,
  )

const AFTERWARDS = [
  'receipt:in_1 done',
  'receipt:in_2 pending',
  'receipt:in_3 pending',
  'receipt:in_4 skipped',
  'resend:action1:receipt:in_1 pending',
  'resend:action1:receipt:in_5 pending',
  'resend:action9:receipt:in_5 done',
]

test('what was sent is sent once more under a key of its own, and what is dead is tried again under its own', () =>
  withActions(async (actions) => {
    const { owner, tools } = actions
    await owner.query(EFFECTS)
    await actions.ask({ kind: 'resend', filter: { effects: [1, 2, 3, 4, 5].map(id) } })
    const [taken] = await takeActions(tools.pool, { limit: 1, isStop: false })
    if (!taken) throw new Error('not taken')
    await runAction(tools, taken, new AbortController().signal)
    expect(await effectsIn(actions)).toEqual(AFTERWARDS)
    const { rows } = await owner.query('SELECT result FROM operator_actions')
    expect(rows).toEqual([{ result: { retried: ['receipt:in_2'], resent: ['receipt:in_1', 'receipt:in_5'], left: 2 } }])
    expect((await owner.query('SELECT FROM webhook_dead_letters WHERE redriven_at IS NULL')).rows).toEqual([])

    await owner.query(`UPDATE operator_actions SET state = 'running', run_id = '${taken.runId}'`)
    await runAction(tools, taken, new AbortController().signal)
    expect(await effectsIn(actions)).toEqual(AFTERWARDS)
  }))

test('effects that are gone are refused', () =>
  withActions(async (actions) => {
    const ended = await actions.carryOut({ kind: 'resend', filter: { effects: [id(9)] } })
    expect(ended).toMatchObject({ state: 'refused', error: expect.stringContaining('sluice replay --resend') })
  }))
