import { describe, expect, test } from '@jest/globals'
import { entryOf, eventually, startProcess, withFolder } from '@sluice/testing'
import { loadedFiles } from './loaded-files.ts'
import { jsonOf } from './sluice.ts'
import { withInbox } from './with-inbox.ts'

describe('sluice events', () => {
  test('lists the newest first, by status, type and customer', () =>
    withInbox(async ({ add, run }) => {
      await add('evt_1', { customerId: 'cus_1' })
      await add('evt_2', { type: 'invoice.payment_failed', status: 'failed', error: 'invalid_object: amount' })
      await add('evt_3', { type: 'customer.created', status: 'ignored' })

      const idsOf = async (...options: string[]) =>
        jsonOf(await run('events', '--json', ...options)).map(({ eventId }: { eventId: string }) => eventId)

      expect(await idsOf()).toEqual(['evt_3', 'evt_2', 'evt_1'])
      expect(await idsOf('--status', 'failed')).toEqual(['evt_2'])
      expect(await idsOf('--type', 'invoice.*')).toEqual(['evt_2', 'evt_1'])
      expect(await idsOf('--customer', 'cus_1')).toEqual(['evt_1'])
      expect(await idsOf('--since', '1h', '--limit', '1')).toEqual(['evt_3'])
    }))

  test('prints a table without bodies for a person', () =>
    withInbox(async ({ add, run }) => {
      await add('evt_1')

      const { exitCode, output } = await run('events')

      expect(exitCode).toBe(0)
      expect(output).toMatch(/^RECEIVED +STATUS/)
      expect(output).toMatch(/processed +0 +stripe +invoice\.paid +evt_1/)
      expect(output).not.toContain('somebody')
    }))

  /** Half of them are files of zod. Stripe's client alone has two hundred, BullMQ three hundred. */
  test('loads no library of other commands', () =>
    withInbox(({ runWith }) =>
      withFolder(async (folder) => {
        expect((await runWith({ NODE_V8_COVERAGE: folder }, 'events')).exitCode).toBe(0)
        const files = loadedFiles(folder)
        expect(files).toContainEqual(expect.stringContaining('/node_modules/pg/'))
        expect(
          files.filter((file) => /\/node_modules\/(@prisma|bullmq|ioredis|stripe|express|@aws-sdk)\//.test(file)),
        ).toEqual([])
        expect(files.length).toBeLessThanOrEqual(200)
      }),
    ))

  test('says that a database has no tables of Sluice, and what to do', () =>
    withInbox(async ({ runWith }) => {
      const { exitCode, output } = await runWith({ DATABASE_SCHEMA: 'nowhere' }, 'events')
      expect([exitCode, output]).toEqual([
        1,
        expect.stringMatching(/^The schema nowhere .* run sluice migrate, or .*\.\n$/),
      ])
    }))

  test('refuses what it does not understand with 2', () =>
    withInbox(async ({ run }) => {
      expect((await run('events', '--status', 'lost')).exitCode).toBe(2)
      expect((await run('events', '--since', 'tomorrow')).exitCode).toBe(2)
    }))
})

describe('sluice events --follow', () => {
  test('prints the latest, each event as it arrives and again when its status changes, and ends with Ctrl-C', () =>
    withInbox(({ add, client, url }) =>
      withFolder(async (cwd) => {
        await add('evt_1')
        const following = startProcess(entryOf('cli'), ['events', '--follow'], { env: { DATABASE_URL: url }, cwd })
        const linesOf = (eventId: string) => following.output().match(new RegExp(`.*\\b${eventId}\\b.*`, 'g')) ?? []
        try {
          await eventually(() => expect(linesOf('evt_1')).toEqual([expect.stringContaining('processed')]))
          await add('evt_2', { status: 'received' })
          await eventually(() => expect(linesOf('evt_2')).toEqual([expect.stringContaining('received')]))
          await client.query(
            `UPDATE webhook_events SET status = 'ignored', error = 'no handler' WHERE event_id = 'evt_2'`,
          )
          await eventually(() =>
            expect(linesOf('evt_2')).toEqual([expect.anything(), expect.stringContaining('ignored')]),
          )
        } finally {
          expect(await following.kill('SIGINT')).toBe(0)
        }
      }),
    ))
})

describe('sluice events --dead', () => {
  test('lists dead events and dead effects, with exit code 3', () =>
    withInbox(async ({ add, client, run }) => {
      expect(await run('events', '--dead')).toEqual({ exitCode: 0, output: 'There are no dead letters.\n' })
      await add('evt_1', { status: 'failed' })
      const event = await add('evt_2')
      const { rows } = await client.query(
        `INSERT INTO outbox_messages (effect_key, kind, payload, status, webhook_event_id)
          VALUES ('receipt:in_1', 'receipt', '{}', 'failed', $1) RETURNING id`,
        [event],
      )
      await client.query(
        `INSERT INTO webhook_dead_letters (outbox_message_id, provider, event_id, type, error, fingerprint, attempts)
          VALUES ($1, 'stripe', 'evt_2', 'receipt', 'effect_threw: smtp', 'abc', 8)`,
        [rows[0].id],
      )
      const { exitCode, output } = await run('events', '--dead')
      expect(exitCode).toBe(3)
      expect(output).toMatch(/ effect +8 +receipt +receipt:in_1 +abc +effect_threw: smtp$/m)
      expect(output).toMatch(/ event +8 +invoice\.paid +evt_1 +/m)
      expect(output).not.toContain('somebody')
      const [only] = jsonOf(await run('events', '--dead', '--type', 'receipt', '--json'))
      expect(only).toMatchObject({ effectKey: 'receipt:in_1', eventId: 'evt_2' })
      expect((await run('events', '--dead', '--status', 'failed')).exitCode).toBe(2)
    }))
})

describe('sluice events show', () => {
  test('lists the events of an object, or shows its only one', () =>
    withInbox(async ({ add, client, run }) => {
      const first = await add('evt_1', { customerId: 'cus_1' })
      await add('evt_2', { customerId: 'cus_1' })
      await client.query(
        `INSERT INTO payments (payment_id, status, amount, currency, occurred_at, webhook_event_id)
          VALUES ('in_1', 'succeeded', 2000, 'usd', now(), $1)`,
        [first],
      )
      const listed = jsonOf(await run('events', 'show', 'cus_1', '--json'))
      expect(listed.map(({ eventId }: { eventId: string }) => eventId)).toEqual(['evt_2', 'evt_1'])
      const [shown] = jsonOf(await run('events', 'show', 'in_1', '--json'))
      expect(shown.event).toMatchObject({ eventId: 'evt_1' })
      expect(shown.payments).toMatchObject([{ paymentId: 'in_1' }])
      const none = await run('events', 'show', 'in_2')
      expect(none.exitCode).toBe(1)
      expect(none.output).toContain('There is no event in_2. List events with: sluice events')
    }))

  test('shows the row and its dead letter, by either id, and the body only when asked', () =>
    withInbox(async ({ add, run }) => {
      const row = await add('evt_1', { status: 'failed' })

      for (const id of ['evt_1', row]) {
        const [shown] = jsonOf(await run('events', 'show', id, '--json'))
        expect(shown.event).toMatchObject({ eventId: 'evt_1', status: 'failed', bodyBytes: 32 })
        expect(shown.deadLetters).toMatchObject([{ error: 'invalid_object: amount', attempts: 8 }])
        expect(JSON.stringify(shown)).not.toContain('somebody')
      }
      expect((await run('events', 'show', 'evt_1')).output).not.toContain('somebody')
      expect((await run('events', 'show', 'evt_1', '--body')).output).toContain('somebody@example.com')
    }))

  test.each([[[]], [['show', 'evt_1']], [['show', 'evt_1', '--json']], [['show', 'evt_1', '--body']]])(
    'sends nothing to the terminal that it would obey: %j',
    (args) =>
      withInbox(async ({ add, client, run }) => {
        await add('evt_1', { status: 'failed' })
        const hostile = '\u001b]0;mine\u0007\u001b[2J\u009b31m\n✓ all is well'
        await client.query('UPDATE webhook_events SET error = $1, type = $1, raw_body = $2', [
          hostile,
          Buffer.from(hostile),
        ])
        const { output } = await run('events', ...args)
        expect(output).toContain('\\u001b]0;mine\\u0007')
        // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
        expect(output).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/)
        if (!args.includes('--body')) expect(output).not.toMatch(/^✓/m)
      }),
  )

  test('shows the payments and effects that the event made', () =>
    withInbox(async ({ add, client, run }) => {
      const row = await add('evt_1')
      await client.query(
        `INSERT INTO payments (payment_id, status, amount, currency, occurred_at, webhook_event_id)
          VALUES ('in_1', 'succeeded', 1900, 'eur', now(), $1)`,
        [row],
      )
      await client.query(
        `INSERT INTO outbox_messages (effect_key, kind, payload, webhook_event_id) VALUES ('receipt:in_1', 'receipt', '{}', $1)`,
        [row],
      )

      const { output } = await run('events', 'show', 'evt_1')

      expect(output).toMatch(/effect +receipt:in_1/)
      expect(output).toMatch(/payment +in_1 +succeeded +1900 eur/)
      expect(output).not.toMatch(/registers|sweepAfter/)
    }))

  test('says that there is no such event', () =>
    withInbox(async ({ run }) => {
      expect(await run('events', 'show', 'evt_none')).toEqual({
        exitCode: 1,
        output: 'There is no event evt_none. List events with: sluice events\n',
      })
    }))
})
