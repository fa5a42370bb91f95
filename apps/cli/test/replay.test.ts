import { expect, test } from '@jest/globals'
import { jsonOf } from './sluice.ts'
import { withInbox } from './with-inbox.ts'

test('replay opens finished events again, by id or by time', () =>
  withInbox(async ({ add, client, run }) => {
    await add('evt_1')
    await add('evt_2', { status: 'ignored' })
    const received = async () =>
      (await client.query(`SELECT event_id FROM webhook_events WHERE status = 'received' ORDER BY id`)).rows.map(
        ({ event_id }) => event_id,
      )

    expect(await run('replay', 'evt_1')).toEqual({ exitCode: 0, output: '1 event is processed again.\n' })
    expect(await received()).toEqual(['evt_1'])
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
  }))
