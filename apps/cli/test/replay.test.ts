import { expect, test } from '@jest/globals'
import { jsonOf } from './sluice.ts'
import { type Inbox, withInbox } from './with-inbox.ts'

test('replay opens finished events again, by id or by time', () =>
  withInbox(async ({ add, client, run }) => {
    await add('evt_1')
    await add('evt_2', { status: 'ignored' })
    const received = async () =>
      (await client.query(`SELECT event_id FROM webhook_events WHERE status = 'received' ORDER BY id`)).rows.map(
        ({ event_id }) => event_id,
      )

    expect(await run('replay', 'evt_1')).toEqual({ exitCode: 0, output: '1 event will be processed again.\n' })
    expect(await received()).toEqual(['evt_1'])
    expect(jsonOf(await run('replay', '--since', '7d', '--until', '1h', '--json'))).toEqual([{ replayed: 0 }])
    expect(jsonOf(await run('replay', '--since', '1h', '--json'))).toEqual([{ replayed: 1 }])
    expect(await received()).toEqual(['evt_1', 'evt_2'])
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

    expect((await run('replay', '--since', '1h', '--dry-run')).output).toContain('customers       1    0\n')
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
