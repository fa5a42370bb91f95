import { describe, expect, test } from '@jest/globals'
import { EventError, type ReceivedEvent } from '@sluice/events'
import { decide } from '../src/index.ts'
import { samples } from '../src/samples/index.ts'

const everyEvent = [...samples].flatMap(([type, events]) =>
  events.map((event): [string, ReceivedEvent] => [type, event]),
)
const stripeEvents = everyEvent.filter(([, { provider }]) => provider === 'stripe')

const keysOf = (event: ReceivedEvent) => {
  const decision = decide(event)
  return decision.outcome === 'processed' ? decision.effects.map(({ key }) => key) : []
}

/** The event with another value in one field of its object. */
function withField(event: ReceivedEvent, field: string, value: unknown): ReceivedEvent {
  const payload = structuredClone(event.payload) as { data: { object: Record<string, unknown> } }
  payload.data.object[field] = value
  return { ...event, payload }
}

const fieldsOf = ({ payload }: ReceivedEvent): string[] =>
  Object.keys((payload as { data: { object: object } }).data.object)

/** Decides on the event: an outcome, or a refusal that names fields. Any other error is thrown. */
function outcomeOf(event: ReceivedEvent): string {
  try {
    return decide(event).outcome
  } catch (error) {
    if (error instanceof EventError) return error.code
    throw error
  }
}

/** Fields of words, to which the provider may add one at any time. */
const WORD_FIELDS = ['status', 'payment_status', 'mode', 'type', 'reason', 'billing_reason']
const wordFieldsOf = (event: ReceivedEvent) => WORD_FIELDS.filter((field) => fieldsOf(event).includes(field))

describe('every event', () => {
  test.each(everyEvent)('of %s gives the same decision each time', (_type, event) => {
    expect(decide(structuredClone(event))).toEqual(decide(event))
  })

  test.each(stripeEvents)(
    'of %s gives the same effect keys as a second event about the same object',
    (_type, event) => {
      const second = { ...event, eventId: 'evt_2', occurredAt: new Date('2026-11-16T10:00:07Z') }
      expect(keysOf(second)).toEqual(keysOf(event))
    },
  )

  const withEffects = stripeEvents.filter(([, event]) => keysOf(event).length > 0)
  test.each(withEffects)('of %s names account and mode in its effect keys', (_type, event) => {
    const other = { ...event, account: 'acct_9', livemode: false }
    for (const key of keysOf(other)) expect(key).toMatch(/@acct_9:test$/)
  })

  test.each(stripeEvents)('of %s is processed, ignored or refused when a field is missing or odd', (_type, event) => {
    const odd = [undefined, null, 7, -1, 'new', true, [], {}, { id: 'x_1' }]
    const changed = fieldsOf(event).flatMap((field) => odd.map((value) => withField(event, field, value)))
    for (const one of changed) expect(['processed', 'ignored', 'invalid_object']).toContain(outcomeOf(one))
  })

  const withWords = stripeEvents.filter(([, event]) => wordFieldsOf(event).length > 0)
  test.each(withWords)('of %s is processed when a field has a value that does not exist yet', (_type, event) => {
    for (const field of wordFieldsOf(event)) expect(outcomeOf(withField(event, field, 'not_yet'))).toBe('processed')
  })
})
