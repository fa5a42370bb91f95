import { expect, test } from '@jest/globals'
import { entryOf, eventually, startProcess, withChaosProxy, withFolder } from '@sluice/testing'
import { withInbox } from './with-inbox.ts'

test('sluice tail prints arrivals and ends by its filter, counts a flood, and waits for a database that is away', () =>
  withInbox(({ add, client, url }) =>
    withChaosProxy({ host: new URL(url).hostname, port: Number(new URL(url).port) }, (proxy) =>
      withFolder(async (cwd) => {
        const env = { DATABASE_URL: proxy.urlOf(url) }
        const tail = startProcess(entryOf('cli'), ['tail', '--type', 'invoice.*', '--provider', 'stripe'], { env, cwd })
        const linesOf = (eventId: string) => tail.output().match(new RegExp(`.*\\b${eventId}\\b.*`, 'g')) ?? []
        try {
          // The first look has nothing to compare with.
          let count = 0
          await eventually(async () => {
            count += 1
            await add(`evt_${count}`, { status: 'received' })
            expect(tail.output()).toContain(' evt_')
          })
          await add('evt_other', { type: 'customer.created' })
          await add('evt_a', { status: 'received' })
          await eventually(() => expect(linesOf('evt_a')).toEqual([expect.stringContaining('received')]))
          await client.query(
            `UPDATE webhook_events SET status = 'ignored', processed_at = clock_timestamp() WHERE event_id = 'evt_a'`,
          )
          await eventually(() =>
            expect(linesOf('evt_a')).toEqual([expect.anything(), expect.stringContaining('ignored')]),
          )

          await client.query(`INSERT INTO webhook_events (provider, event_id, type, ordering_key)
            SELECT 'stripe', 'many_' || n, 'invoice.paid', 'k' FROM generate_series(1, 400) AS n`)
          await eventually(() => expect(tail.output()).toMatch(/^3\d\d more, too many to print$/m))

          await proxy.set('refuse')
          await eventually(() => expect(tail.output()).toContain('does not answer'))
          await add('evt_late', { status: 'received' })
          await proxy.heal()
          await eventually(() => expect(linesOf('evt_late')).toHaveLength(1))
          expect(linesOf('evt_other')).toEqual([])
          expect(tail.output().match(/does not answer/g)).toHaveLength(1)
        } finally {
          expect(await tail.kill('SIGINT')).toBe(0)
        }
      }),
    ),
  ))
