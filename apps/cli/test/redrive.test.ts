import { expect, test } from '@jest/globals'
import { jsonOf } from './sluice.ts'
import { withInbox } from './with-inbox.ts'

test('redrive gives back the dead letters that match, and only counts them when told so', () =>
  withInbox(async ({ add, client, run }) => {
    await add('evt_1', { status: 'failed', type: 'invoice.paid' })
    await add('evt_2', { status: 'failed', type: 'customer.created' })
    const statuses = async () =>
      (await client.query('SELECT status FROM webhook_events ORDER BY id')).rows.map(({ status }) => status)

    const dry = await run('redrive', '--dry-run', '--json')
    expect(dry.exitCode).toBe(3)
    expect(jsonOf(dry)).toEqual([{ matched: 2, redriven: 0 }])
    expect(await statuses()).toEqual(['failed', 'failed'])

    expect(await run('redrive', '--type', 'invoice.paid')).toEqual({
      exitCode: 0,
      output: '1 dead letter went back to the queue.\n',
    })
    expect(await statuses()).toEqual(['received', 'failed'])

    expect((await run('redrive', '--since', '2999-01-01')).output).toBe('No dead letter matches.\n')
    expect(jsonOf(await run('redrive', '--fingerprint', 'customer.created', '--json'))).toEqual([
      { matched: 1, redriven: 1 },
    ])
    expect(await run('redrive')).toEqual({ exitCode: 0, output: 'No dead letter matches.\n' })
  }))
