import { expect, test } from '@jest/globals'
import type { SentEvent } from '@sluice/simulator'
import { type Fixture, fixtures, withStack } from '@sluice/testing'
import { asHost, calm, send, sendAll } from './support.ts'

interface Body {
  id?: string
  type?: string
  status?: string
}

const parse = ({ body }: Fixture) => JSON.parse(body.toString()) as Body

/** Recorded bodies share ids that were zeroed or made up: each gets one of its own, and is sent as it is otherwise. */
function asSent(provider: SentEvent['provider'], fixture: Fixture, index: number): SentEvent {
  const { id, type, status } = parse(fixture)
  const own = provider === 'stripe' ? `evt_recorded_${index}` : `msg_recorded_${index}`
  const text = fixture.body.toString()
  return {
    provider,
    id: own,
    type: type ?? `${fixture.name.split('.')[0]}.${status}`,
    at: new Date(),
    body: provider === 'stripe' ? text.replace(`"${id}"`, `"${own}"`) : text,
  }
}

const isEvent = (fixture: Fixture): boolean => Boolean(parse(fixture).id && parse(fixture).type)

const thin = fixtures('stripe-thin')
const stripe = [...fixtures('stripe-events'), ...thin.filter(isEvent)]
const replicate = [...fixtures('replicate'), ...fixtures('replicate-sequence')]

/** Guarantees that what providers really sent is taken, and comes to an end that is no dead letter. */
test('every recorded payload is answered 200 and ends processed or ignored', () =>
  withStack({ env: { JOB_WAIT_SECONDS: '1' } }, async (stack) => {
    const events = [
      ...stripe.map((fixture, index) => asSent('stripe', fixture, index)),
      ...replicate.map((fixture, index) => asSent('replicate', fixture, index)),
    ]
    const predictions = [...new Set(replicate.map((fixture) => parse(fixture).id ?? ''))]
    await asHost(stack, {
      users: [{ id: 'user_1', email: 'one@example.com' }],
      generationJobs: predictions.map((predictionId) => ({
        id: `job_${predictionId}`,
        userId: 'user_1',
        predictionId,
      })),
    })

    const answers = await sendAll(stack, events)
    expect(answers.map(({ status }) => status)).toEqual(events.map(() => 200))
    const ended = Object.keys(await calm(stack, events.length))

    const rows = await stack.query<{ type: string; outcome: string; count: number }>(
      `SELECT provider || ' ' || type AS type, status || coalesce(': ' || error, '') AS outcome, count(*)::int AS count
        FROM webhook_events GROUP BY 1, 2 ORDER BY 2 DESC, 1`,
    )
    if (rows.length > 0) console.log(table(rows))
    expect(ended.filter((status) => status !== 'processed' && status !== 'ignored')).toEqual([])
    expect(await stack.query('SELECT event_id, type, error FROM webhook_dead_letters')).toEqual([])
    expect(await stack.query('SELECT event_id, type, attempts FROM webhook_events WHERE attempts > 0')).toEqual([])
    expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(events.length)
  }))

const table = (rows: { type: string; outcome: string; count: number }[]): string =>
  rows.map(({ type, outcome, count }) => `${type.padEnd(60)} ${`${count}`.padStart(3)}  ${outcome}`).join('\n')

/** Guarantees that what only looks like an event is never unwrapped or guessed at. */
test('envelopes of other transports, and thin bodies without id or type, are refused and leave no row', () =>
  withStack({ workers: 0 }, async (stack) => {
    const refused = [...fixtures('stripe-envelopes'), ...thin.filter((fixture) => !isEvent(fixture))]
    const made = ['{"object":"v2.core.event","id":"evt_1"}', '{"object":"v2.core.event","type":"v1.invoice.paid"}']
    for (const body of [...refused.map((fixture) => fixture.body.toString()), ...made]) {
      const answer = await send(stack, { provider: 'stripe', id: 'evt_1', type: '', at: new Date(), body })
      expect({ body, status: answer.status, answer: answer.body }).toEqual({
        body,
        status: 400,
        answer: { error: 'invalid_payload' },
      })
    }
    expect(await stack.query('SELECT FROM webhook_events')).toEqual([])
  }))
