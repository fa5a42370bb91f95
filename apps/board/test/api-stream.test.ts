import { expect, test } from '@jest/globals'
import { eventually } from '@sluice/testing'
import { AUTHORIZATION, type TestConsole, withConsole } from './with-board.ts'

interface Message {
  event: string
  id?: string
  data: { eventId?: string; status?: string; count?: number }
}

/** Reads a stream until the test ends it. */
async function listen({ url }: TestConsole, query = '', headers: Record<string, string> = {}) {
  const stop = new AbortController()
  const answer = await fetch(`${url}/api/stream${query}`, {
    headers: { Authorization: AUTHORIZATION, ...headers },
    signal: stop.signal,
  })
  const messages: Message[] = []
  const reading = read(answer, messages).catch(() => {})
  return {
    answer,
    messages,
    seen: () => messages.map(({ event, data }) => `${event} ${data.eventId ?? ''}`.trim()),
    end: async () => {
      stop.abort()
      await reading
    },
  }
}

async function read(answer: Response, messages: Message[]): Promise<void> {
  let text = ''
  for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString()
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2)))
      if (fields.event) messages.push({ event: fields.event, id: fields.id, data: JSON.parse(fields.data) })
    }
  }
}

const add = ({ database }: TestConsole, eventId: string, type = 'invoice.paid', customer: string | null = null) =>
  database.query(
    `INSERT INTO webhook_events (provider, event_id, type, ordering_key, customer_id) VALUES ('stripe', $1, $2, $1, $3)`,
    [eventId, type, customer],
  )

const end = ({ database }: TestConsole, eventId: string) =>
  database.query(`UPDATE webhook_events SET status = 'processed', processed_at = now() WHERE event_id = $1`, [eventId])

/** The first look has nothing to compare with: adds events until a look shows one. */
async function untilWatched(board: TestConsole, stream: Awaited<ReturnType<typeof listen>>): Promise<void> {
  let count = 0
  await eventually(async () => {
    count += 1
    await add(board, `evt_${count}`)
    expect(stream.messages).not.toEqual([])
  })
}

test('arrivals and endings are streamed once each, filtered like the list, also what commits late', () =>
  withConsole(async (board) => {
    await board.database.query(`INSERT INTO users (id, stripe_customer_id) VALUES ('user_1', 'cus_1')`)
    await add(board, 'evt_old')
    const all = await listen(board)
    const some = await listen(board, '?type=customer.*')
    const ofUser = await listen(board, '?user=user_1')
    expect(all.answer.headers.get('Content-Type')).toMatch(/^text\/event-stream/)

    const late = await board.database.connect()
    await late.query('BEGIN')
    await late.query(
      `INSERT INTO webhook_events (provider, event_id, type, ordering_key) VALUES ('stripe', 'evt_late', 't', 'k')`,
    )
    await untilWatched(board, all)
    await late.query('COMMIT')
    late.release()
    await add(board, 'evt_a', 'customer.updated', 'cus_1')
    await eventually(async () =>
      expect(all.seen()).toEqual(expect.arrayContaining(['arrived evt_late', 'arrived evt_a'])),
    )
    await end(board, 'evt_a')
    await eventually(async () => expect(some.seen()).toEqual(['arrived evt_a', 'ended evt_a']))
    await eventually(async () => expect(ofUser.seen()).toEqual(['arrived evt_a', 'ended evt_a']))
    expect(some.messages[1]?.data.status).toBe('processed')

    await add(board, 'evt_last', 'customer.updated')
    await eventually(async () => expect(some.seen()).toContain('arrived evt_last'))
    expect(new Set(all.seen()).size).toBe(all.seen().length)
    expect(all.seen()).not.toContain('arrived evt_old')
    await Promise.all([all, some, ofUser].map((one) => one.end()))
  }))

test('a stream resumes after the last event that was shown, up to 500', () =>
  withConsole(async (board) => {
    for (const id of ['evt_1', 'evt_2', 'evt_3']) await add(board, id)
    const { rows } = await board.database.query(`SELECT id FROM webhook_events WHERE event_id = 'evt_1'`)
    const resumed = await listen(board, '', { 'Last-Event-ID': String(rows[0].id) })
    await eventually(async () => expect(resumed.seen()).toEqual(['arrived evt_2', 'arrived evt_3']))
    await resumed.end()

    await board.database.query(`INSERT INTO webhook_events (provider, event_id, type, ordering_key)
      SELECT 'stripe', 'many_' || n, 'invoice.paid', 'k' FROM generate_series(1, 500) AS n`)
    const late = await listen(board, '', { 'Last-Event-ID': String(rows[0].id) })
    await eventually(async () => expect(late.seen()).toEqual(['reload']))
    await late.end()
  }))

test('of a flood fifty are shown in a second, and the others are counted', () =>
  withConsole(async (board) => {
    const stream = await listen(board)
    await untilWatched(board, stream)
    await board.database.query(`INSERT INTO webhook_events (provider, event_id, type, ordering_key)
      SELECT 'stripe', 'many_' || n, 'invoice.paid', 'k' FROM generate_series(1, 400) AS n`)
    await eventually(async () =>
      expect(stream.messages.find(({ event }) => event === 'more')?.data.count).toBeGreaterThan(340),
    )
    expect(stream.seen().filter((text) => text.startsWith('arrived many_'))).toHaveLength(50)
    await stream.end()
  }))
