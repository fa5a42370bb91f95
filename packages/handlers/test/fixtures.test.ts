import { describe, expect, test } from '@jest/globals'
import { EventError, type ReceivedEvent } from '@sluice/events'
import { fixtures } from '@sluice/testing'
import { decide, handledTypes } from '../src/index.ts'
import { replicate, stripe } from './received.ts'

/** Recorded payloads that nobody wrote for us. Their ids and times do not matter here. */
const snapshots = fixtures('stripe-events').map(({ name, body }) => ({
  name,
  event: fromStripe(JSON.parse(body.toString())),
}))
const thin = fixtures('stripe-thin').map(({ name, body }) => ({ name, event: fromStripe(JSON.parse(body.toString())) }))
const data = fixtures('stripe-data').map(({ name, body }) => ({
  name,
  event: fromData(name, JSON.parse(body.toString())),
}))
const predictions = [...fixtures('replicate'), ...fixtures('replicate-sequence')].map(({ name, body }) => ({
  name,
  event: fromReplicate(name, JSON.parse(body.toString())),
}))

function fromStripe(payload: { type?: string; account?: string }): ReceivedEvent {
  return { ...stripe(payload.type ?? '', {}), account: payload.account ?? null, payload }
}

/** `data` without the event around it. The file's name tells the type, but for one whose object is another thing. */
function fromData(name: string, data: { object: { object: string } }): ReceivedEvent {
  const [type = ''] = name.split('__')
  if (data.object.object === 'invoice_payment') return fromStripe({ type: 'invoice_payment.paid', ...{ data } })
  return fromStripe({ type: type.startsWith('subscription.') ? `customer.${type}` : type, ...{ data } })
}

function fromReplicate(name: string, payload: { status: string }): ReceivedEvent {
  return replicate(`${name.startsWith('training') ? 'training' : 'prediction'}.${payload.status}`, payload)
}

/** What became of each type, in one word a payload. */
const outcomes = (events: Array<{ event: ReceivedEvent }>) =>
  [...new Set(events.map(({ event }) => `${event.type} ${outcomeOf(event)}`))].sort()

function outcomeOf(event: ReceivedEvent): string {
  try {
    return decide(event).outcome
  } catch (error) {
    if (error instanceof EventError) return `failed: ${error.message}`
    throw error
  }
}

describe('recorded payloads', () => {
  test('of Stripe are processed when something handles their type, and ignored otherwise', () => {
    const listed = outcomes(snapshots)
    if (snapshots.length > 0) console.log(listed.join('\n'))
    expect(listed.filter((line) => line.includes('failed:'))).toEqual([])
    const recorded = new Set(snapshots.map(({ event }) => event.type))
    const processed = listed.filter((line) => line.endsWith(' processed')).map((line) => line.split(' ')[0])
    expect(processed).toEqual(handledTypes.filter((type) => recorded.has(type)).sort())
  })

  test('of Stripe without their event read as well', () => {
    expect(outcomes(data).filter((line) => line.includes('failed:'))).toEqual([])
  })

  test('of Stripe that carry no object are ignored', () => {
    for (const { event } of thin) expect(decide(event).outcome).toBe('ignored')
  })

  test.each(predictions)('of Replicate are processed: $name', ({ event }) => {
    expect(decide(event).outcome).toBe('processed')
  })
})
