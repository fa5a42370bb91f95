import { setTimeout } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { Redis } from 'ioredis'
import { withClient } from '../src/cluster.ts'
import { eventually, withOwnPostgres, withPostgres, withRedis } from '../src/index.ts'

const countEvents = (url: string) =>
  withClient(
    url,
    async (client) => (await client.query('select count(*)::int as count from webhook_events')).rows[0].count,
  )

test('every test has its own migrated database, also as each role', async () => {
  await withPostgres(({ url, roleUrl }) =>
    withPostgres(async (other) => {
      expect(other.url).not.toBe(url)
      expect(await countEvents(url)).toBe(0)
      expect(await countEvents(roleUrl('sluice_board'))).toBe(0)
    }),
  )
})

test('an own Postgres keeps its data when it is stopped and started', () =>
  withOwnPostgres(async ({ url, stop, crash, start }) => {
    await withClient(url, (client) => client.query('create table kept as select 1'))
    await stop()
    await expect(countEvents(url)).rejects.toThrow('ECONNREFUSED')
    await start()
    await crash()
    await start()
    expect(await countEvents(url)).toBe(0)
    await withClient(url, (client) => client.query('select * from kept'))
  }))

test('an own Postgres can be frozen and thawed', () =>
  withOwnPostgres(({ url, freeze, thaw }) =>
    withClient(url, async (client) => {
      freeze()
      const answer = client.query('select 1').then(() => 'answered')
      const other = setTimeout(500, 'silent')
      expect(await Promise.race([answer, other])).toBe('silent')
      thaw()
      expect(await answer).toBe('answered')
    }),
  ))

test('an own Redis can be flushed, stopped, crashed and frozen', () =>
  withRedis(async ({ url, flush, stop, crash, start, freeze, thaw }) => {
    const client = new Redis(url, { commandTimeout: 300, maxRetriesPerRequest: null })
    client.on('error', () => {})
    try {
      await client.set('kept', 'yes')
      await crash()
      await start()
      await eventually(async () => expect(await client.get('kept')).toBe('yes'))
      freeze()
      await expect(client.get('kept')).rejects.toThrow('timed out')
      thaw()
      await stop()
      await start()
      await eventually(async () => expect(await client.get('kept')).toBe('yes'))
      await flush()
      expect(await client.get('kept')).toBeNull()
    } finally {
      client.disconnect()
    }
  }))

test('eventually throws the last failure of the assertion', async () => {
  await expect(eventually(() => expect(1).toBe(2), 100)).rejects.toThrow('Expected: 2')
})
