import { expect, test } from '@jest/globals'
import { applyRetention } from '@sluice/database/inbox'
import { stripeEvent } from '@sluice/simulator'
import { withStripe } from '@sluice/testing/stand-ins'
import pg from 'pg'
import { jsonOf } from './sluice.ts'
import { type Inbox, withInbox } from './with-inbox.ts'

test('replay opens finished events again to be revised, by id or by time', () =>
  withInbox(async ({ add, client, run }) => {
    await add('evt_1')
    await add('evt_2', { status: 'ignored' })
    const received = async () =>
      (await client.query(`SELECT event_id FROM webhook_events WHERE status = 'received' ORDER BY id`)).rows.map(
        ({ event_id }) => event_id,
      )

    expect(await run('replay', 'evt_1')).toEqual({ exitCode: 0, output: '1 event will be processed again.\n' })
    expect(await received()).toEqual(['evt_1'])
    const none = { replayed: 0, restored: 0, erased: [], merged: 0, deletedBefore: null }
    expect(jsonOf(await run('replay', '--since', '7d', '--until', '1h', '--json'))).toEqual([none])
    expect(jsonOf(await run('replay', '--since', '1h', '--json'))).toEqual([{ ...none, replayed: 1 }])
    expect(await received()).toEqual(['evt_1', 'evt_2'])
    const { rows } = await client.query('SELECT DISTINCT revision IS NOT NULL AS revised FROM webhook_events')
    expect(rows).toEqual([{ revised: true }])
  }))

test('options choose events by type, customer and prediction, and narrow each other down', () =>
  withInbox(async ({ add, client, run }) => {
    await add('evt_1', { customerId: 'cus_1' })
    await add('evt_2', { customerId: 'cus_1', type: 'customer.updated' })
    await add('evt_3', { type: 'prediction.succeeded' })
    await client.query(
      `UPDATE webhook_events SET provider = 'replicate', ordering_key = 'replicate:p1' WHERE event_id = 'evt_3'`,
    )
    const countOf = async (...options: string[]) => {
      const [{ replayed } = { replayed: -1 }] = jsonOf(await run('replay', ...options, '--json')) as {
        replayed: number
      }[]
      await client.query(`UPDATE webhook_events SET status = 'processed'`)
      return replayed
    }
    expect(await countOf('--customer', 'cus_1')).toBe(2)
    expect(await countOf('--customer', 'cus_1', '--type', 'invoice.*')).toBe(1)
    expect(await countOf('--type', 'customer.updated')).toBe(1)
    expect(await countOf('--prediction', 'p1')).toBe(1)
    expect(await countOf('--until', '0m')).toBe(3)
    expect(await countOf('--prediction', 'p1', '--customer', 'cus_1')).toBe(0)
  }))

test('events whose bodies are gone are named, and fetched from Stripe with a key', () =>
  withInbox(({ add, client, run, runWith }) =>
    withStripe(async (stripe) => {
      await add('evt_1')
      await add('evt_2')
      await client.query('UPDATE webhook_events SET raw_body = NULL')
      expect(await run('replay', '--since', '1h')).toEqual({
        exitCode: 0,
        output: 'No finished event with a body matches.\nThe bodies of 2 events are gone: evt_1, evt_2\n',
      })
      const customer = { id: 'cus_1', object: 'customer', email: 'somebody@example.com' }
      stripe.record([stripeEvent('customer.created', customer, { id: 'evt_2', created: 1_767_600_000 })])
      const { exitCode, output } = await runWith(stripe.env, 'replay', 'evt_1', 'evt_2')
      expect(output).toBe('1 event will be processed again.\nThe body of 1 event is gone: evt_1\n')
      expect(exitCode).toBe(1)
      const { rows } = await client.query('SELECT event_id, raw_body IS NULL AS erased FROM webhook_events ORDER BY 1')
      expect(rows).toEqual([
        { event_id: 'evt_1', erased: true },
        { event_id: 'evt_2', erased: false },
      ])
    }),
  ))

test('events that retention deleted are told from none, and so are the rows that they touched', () =>
  withInbox(async ({ url, add, client, run }) => {
    for (const id of ['evt_old', 'evt_young']) await add(id)
    await client.query(`UPDATE webhook_events SET touched = '{payments/in_1}'`)
    await client.query(
      `UPDATE webhook_events SET received_at = now() - days, processed_at = now() - days
        FROM (VALUES ('evt_old', interval '40 days'), ('evt_young', '20 days')) AS aged (id, days) WHERE event_id = aged.id`,
    )
    const pool = new pg.Pool({ connectionString: url, max: 1 })
    expect(await applyRetention(pool, { eventDays: 30, bodyDays: 30 })).toBe(1)
    await pool.end()

    const since45 = ['--since', '45d']
    const { rows } = await client.query('SELECT received_at AS at FROM webhook_events')
    const deleted = `Recorded events begin at ${rows[0].at.toISOString()}: earlier ones were deleted, and are not replayed.`
    const { output } = await run('replay', ...since45, '--dry-run')
    expect(output).toContain(deleted)
    const merged = '1 row can only be merged into, because events about it are gone. --dry-run names them.'
    const processed = '1 event will be processed again.'
    expect((await run('replay', ...since45)).output.trim().split('\n')).toEqual([processed, merged, deleted])
    await client.query('DELETE FROM webhook_events')
    expect((await run('replay', ...since45)).output).toMatch(/^No finished event .*\nRecorded events begin at /)
  }))

test('replay says when an id is unknown, and wants to be told what', () =>
  withInbox(async ({ run }) => {
    expect(await run('replay', 'evt_none')).toEqual({
      exitCode: 1,
      output: 'No finished event with a body matches.\n',
    })
    expect((await run('replay')).exitCode).toBe(2)
    expect((await run('replay', 'evt_1', '--since', '1h')).exitCode).toBe(2)
    expect((await run('replay', 'evt_1', '--until', '1h')).exitCode).toBe(2)
    expect((await run('replay', 'evt_1', '--diff')).exitCode).toBe(2)
    expect((await run('replay', 'evt_1', '--resend', 'postcard')).exitCode).toBe(2)
    expect((await run('replay', 'evt_1', '--resend', 'receipt', '--dry-run')).exitCode).toBe(2)
  }))

/** Three events as a worker of long ago left them: it knew no customers, took one for good that is not, and one is fine. */
async function addOldEvents({ add, client }: Inbox): Promise<void> {
  await add('evt_bad')
  await add('evt_fine', { type: 'fine.of_no_type', status: 'ignored', error: 'no handler for this type' })
  await add('evt_cus', { type: 'customer.created', status: 'ignored', error: 'no handler for this type' })
  const customer = { id: 'cus_1', object: 'customer', email: 'somebody@example.com', livemode: false }
  await client.query(
    `UPDATE webhook_events SET raw_body = $1, livemode = false, occurred_at = now() WHERE event_id = $2`,
    [
      JSON.stringify({ id: 'evt_cus', object: 'event', type: 'customer.created', data: { object: customer } }),
      'evt_cus',
    ],
  )
}

const digestOf = async ({ client }: Inbox) =>
  (
    await client.query(
      `SELECT md5(string_agg(e::text, '|' ORDER BY id)) AS events, (SELECT count(*) FROM customers) AS customers,
        (SELECT count(*) FROM outbox_messages) AS effects FROM webhook_events e`,
    )
  ).rows

test('a dry run names what today’s handlers would change, and writes nothing', () =>
  withInbox(async (inbox) => {
    const { run } = inbox
    await addOldEvents(inbox)
    const before = await digestOf(inbox)

    const { exitCode, output } = await run('replay', '--since', '1h', '--dry-run', '--diff')
    expect(output.split('\n')).toEqual([
      'webhook_events evt_cus status: ignored → processed',
      'webhook_events evt_cus error: no handler for this type → none',
      'customers cus_1: new (deleted false, livemode false, is_subscriber false)',
      '',
      'evt_bad invoice.paid would fail: invalid_object: event: data is not of type object',
      '',
      '3 events checked, nothing written: a replay would change 1 row, add 1 row, and fail for 1 event.',
      '',
    ])
    expect(exitCode).toBe(3)

    expect((await run('replay', '--since', '1h', '--dry-run')).output).toMatch(/^customers +1 +0 +0$/m)
    expect(jsonOf(await run('replay', 'evt_cus', '--dry-run', '--diff', '--json'))).toMatchObject([{ events: 1 }])
    expect(await digestOf(inbox)).toEqual(before)
  }))

test('a dry run keeps to the scope of the worker, and finds nothing where nothing would change', () =>
  withInbox(async (inbox) => {
    await addOldEvents(inbox)
    const looked = '1 event checked, nothing written: a replay would change nothing.\n'
    expect(await inbox.run('replay', 'evt_fine', '--dry-run')).toEqual({ exitCode: 0, output: looked })
    await inbox.client.query(`UPDATE webhook_events SET error = 'other mode' WHERE event_id = 'evt_cus'`)
    const env = { LIVEMODE: 'true' }
    expect(await inbox.runWith(env, 'replay', 'evt_cus', '--dry-run')).toEqual({ exitCode: 0, output: looked })
    expect((await inbox.run('replay', 'evt_fine', 'evt_none', '--dry-run')).exitCode).toBe(1)
  }))
