import { expect, test } from '@jest/globals'
import { connect } from '@sluice/database/pool'
import { redrive } from '@sluice/database/upkeep'
import { eventually, type SentEvent, stripeEvent, withStack } from '@sluice/testing'
import { withPoisoned } from './supervised.ts'
import { calm, sendAll, statuses } from './support.ts'

const QUICK = { EVENT_ATTEMPTS: '3', EVENT_BACKOFF_MS: '20', SWEEP_INTERVAL_MS: '500' }

/** Guarantees that what failed for good comes through once the fault is mended, and only once. */
test('dead letters come through after a redrive, and a second redrive changes nothing', () =>
  withStack({ workers: 0, env: QUICK }, async (stack) => {
    const events = Array.from(
      { length: 20 },
      (_, index): SentEvent =>
        stripeEvent(
          'poison.throws',
          { id: `obj_${index}`, object: 'poison' },
          { id: `evt_${index}`, created: 1_767_600_000 },
        ),
    )
    await withPoisoned(stack, 1, async () => {
      await sendAll(stack, events)
      expect(await calm(stack, 20)).toEqual({ failed: 20 })
    })
    expect(await stack.query('SELECT DISTINCT attempts, error FROM webhook_dead_letters')).toEqual([
      { attempts: 3, error: 'handler_threw: TypeError' },
    ])

    const pool = connect(stack.postgres.url)
    try {
      expect(await redrive(pool, { type: 'poison.throws', dryRun: true })).toEqual({ matched: 20, redriven: 0 })
      expect(await statuses(stack)).toEqual({ failed: 20 })
      await stack.start('worker')
      expect(await redrive(pool, { type: 'poison.throws' })).toEqual({ matched: 20, redriven: 20 })

      expect(await calm(stack, 20)).toEqual({ ignored: 20 })
      expect(await redrive(pool, {})).toEqual({ matched: 0, redriven: 0 })
      expect(await stack.query('SELECT id FROM webhook_dead_letters WHERE redriven_at IS NULL')).toEqual([])
    } finally {
      await pool.end()
    }
  }))

test('a retry on the board is a redrive of one: the event is done and its dead letter closed', () =>
  withStack({ workers: 0, boards: 1, env: QUICK }, async (stack) => {
    const event = stripeEvent('poison.throws', { id: 'obj', object: 'poison' }, { id: 'evt_1', created: 1_767_600_000 })
    await withPoisoned(stack, 1, async () => {
      await sendAll(stack, [event])
      expect(await calm(stack, 1)).toEqual({ failed: 1 })
    })
    await stack.start('worker')

    const { BOARD_USER, BOARD_PASSWORD } = stack.env
    const login = Buffer.from(`${BOARD_USER}:${BOARD_PASSWORD}`).toString('base64')
    const retry = `${stack.boards[0]?.url}/queues/api/queues/webhook-events/stripe-evt_1/retry`
    const headers = { authorization: `Basic ${login}`, 'sec-fetch-site': 'same-origin' }
    const answer = await fetch(retry, { method: 'PUT', headers })

    expect(answer.status).toBe(204)
    await eventually(async () => expect(await statuses(stack)).toEqual({ ignored: 1 }))
    expect(await stack.query('SELECT id FROM webhook_dead_letters WHERE redriven_at IS NULL')).toEqual([])
  }))

test('a body that is not what its type promises is a dead letter that names the field, never the value', () =>
  withStack({ env: QUICK }, async (stack) => {
    const broken = {
      id: 'in_1',
      object: 'invoice',
      customer: 'cus_1',
      amount_paid: 'a secret',
      currency: 'eur',
      created: 1,
    }
    await sendAll(stack, [stripeEvent('invoice.paid', broken, { id: 'evt_broken', created: 1_767_600_000 })])

    expect(await calm(stack, 1)).toEqual({ failed: 1 })
    const [letter] = await stack.query<{ error: string }>('SELECT error FROM webhook_dead_letters')
    expect(letter?.error).toMatch(/^invalid_object: .*amount_paid/)
    expect(letter?.error).not.toContain('a secret')
    await eventually(async () => expect(stack.workers[0]?.output()).toContain('dead_letter'))
    expect(stack.workers[0]?.output()).not.toContain('a secret')
  }))
