import { describe, expect, test } from '@jest/globals'
import { entryOf, eventually, startProcess, withFolder } from '@sluice/testing'
import { jsonOf } from './sluice.ts'
import { type Inbox, withInbox } from './with-inbox.ts'

const statuses = async ({ client }: Inbox) =>
  (await client.query('SELECT status FROM webhook_events ORDER BY id')).rows.map(({ status }) => status)

/** Events that are dead letters: the first on 2020-01-01, and one each day. */
async function die(inbox: Inbox, deaths: { type: string; error: string }[]) {
  for (const [index, { type, error }] of deaths.entries()) {
    await inbox.add(`evt_${index}`, { status: 'failed', type })
    await inbox.client.query('UPDATE webhook_dead_letters SET error = $2, failed_at = $3 WHERE event_id = $1', [
      `evt_${index}`,
      error,
      new Date(Date.UTC(2020, 0, index + 1)),
    ])
  }
}

const alike = (count: number) =>
  Array.from({ length: count }, () => ({ type: 'invoice.paid', error: 'crashed: twice' }))

describe('redrive', () => {
  test('redrives the dead letters that match, and only counts them in a dry run', () =>
    withInbox(async (inbox) => {
      const { add, run } = inbox
      await add('evt_1', { status: 'failed', type: 'invoice.paid' })
      await add('evt_2', { status: 'failed', type: 'customer.created' })

      const dry = await run('redrive', '--dry-run', '--json')
      expect(dry.exitCode).toBe(3)
      const deadLetters = ['customer.created', 'invoice.paid'].map((type) => ({
        type,
        cause: 'invalid_object',
        count: 1,
      }))
      expect(jsonOf(dry)).toEqual([{ matched: 2, redriven: 0, deadLetters }])
      expect(await statuses(inbox)).toEqual(['failed', 'failed'])

      expect(await run('redrive', '--type', 'invoice.paid')).toEqual({
        exitCode: 0,
        output: '1 dead letter went back to the queue.\n',
      })
      expect(await statuses(inbox)).toEqual(['received', 'failed'])

      expect((await run('redrive', '--since', '2999-01-01')).output).toBe('No dead letter matches.\n')
      expect(jsonOf(await run('redrive', '--fingerprint', 'customer.created', '--json'))).toEqual([
        { matched: 1, redriven: 1, deadLetters: deadLetters.slice(0, 1) },
      ])
      expect(await run('redrive')).toEqual({ exitCode: 0, output: 'No dead letter matches.\n' })
    }))

  test('finds them by cause and by time, and its plan says how many of each it would be', () =>
    withInbox(async (inbox) => {
      const { run } = inbox
      await die(inbox, [
        { type: 'invoice.paid', error: 'handler_threw: TypeError' },
        { type: 'invoice.paid', error: 'handler_threw: RangeError' },
        { type: 'invoice.paid', error: 'crashed: two isolated runs never ended' },
        { type: 'charge.refunded', error: 'handler_threw: TypeError' },
      ])

      expect(await run('redrive', '--dry-run')).toEqual({
        exitCode: 3,
        output: [
          'type             cause          dead letters',
          'invoice.paid     handler_threw  2',
          'charge.refunded  handler_threw  1',
          'invoice.paid     crashed        1',
          '',
          '4 dead letters would go back to the queue.\n',
        ].join('\n'),
      })
      const chosen = ['--cause', 'handler_threw', '--since', '2020-01-02', '--until', '2020-01-03T12:00:00Z']
      expect((await run('redrive', ...chosen)).output).toBe('1 dead letter went back to the queue.\n')
      expect(await statuses(inbox)).toEqual(['failed', 'received', 'failed', 'failed'])
    }))

  test('goes no faster than asked for, oldest first; Ctrl-C leaves the rest to a second run', () =>
    withInbox(async (inbox) => {
      const { client, run, url } = inbox
      await die(inbox, alike(60))
      const open = async () => (await statuses(inbox)).filter((status) => status === 'failed').length
      const begun = Date.now()

      await withFolder(async (cwd) => {
        const running = startProcess(entryOf('cli'), ['redrive', '--rate', '20'], { env: { DATABASE_URL: url }, cwd })
        await eventually(async () => expect(await open()).toBeLessThanOrEqual(50))
        expect(await running.kill('SIGINT')).toBe(1)
        const left = await open()
        expect(left).toBeGreaterThan(0)
        expect(running.output()).toBe(
          `${60 - left} dead letters went back to the queue. ${left} of 60 did not: run it again.\n`,
        )
      })
      const { rows: steps } = await client.query<{ size: number; first: number; at: Date }>(
        `SELECT count(*)::int AS size, min(id)::int AS first, redriven_at AS at FROM webhook_dead_letters
          WHERE redriven_at IS NOT NULL GROUP BY redriven_at ORDER BY redriven_at`,
      )
      expect(steps.map(({ size, first }) => ({ size, first }))).toEqual(
        steps.map((_, index) => ({ size: 5, first: 1 + index * 5 })),
      )
      expect((steps.at(-1)?.at.getTime() ?? 0) - begun).toBeGreaterThan((steps.length - 1) * 250)

      const left = await open()
      expect((await run('redrive')).output).toBe(`${left} dead letters went back to the queue.\n`)
      expect(await open()).toBe(0)
    }))
})
