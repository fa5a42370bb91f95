import { describe, expect, test } from '@jest/globals'
import { EventFailure, type ReceivedEvent } from '@sluice/events'
import { fixtures } from '@sluice/testing'
import { decide } from '../src/index.ts'
import { replicate, stripe } from './received.ts'

/** Recorded payloads that nobody wrote for us. Their ids and times do not matter here. */
const snapshots = fixtures('stripe-events').map(({ name, body }) => ({
  name,
  event: fromStripe(JSON.parse(body.toString())),
}))
const thin = fixtures('stripe-thin').map(({ name, body }) => ({ name, event: fromStripe(JSON.parse(body.toString())) }))
const predictions = [...fixtures('replicate'), ...fixtures('replicate-sequence')].map(({ name, body }) => ({
  name,
  event: fromReplicate(name, JSON.parse(body.toString())),
}))

function fromStripe(payload: { type?: string }): ReceivedEvent {
  return { ...stripe(payload.type ?? '', {}), payload }
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
    if (error instanceof EventFailure) return `failed: ${error.message}`
    throw error
  }
}

describe('recorded payloads', () => {
  test('of Stripe are processed when something handles their type, and ignored otherwise', () => {
    const listed = outcomes(snapshots)
    if (snapshots.length > 0) console.log(listed.join('\n'))
    expect(listed.filter((line) => line.includes('failed:'))).toEqual([])
    const processed = listed.filter((line) => line.endsWith(' processed')).map((line) => line.split(' ')[0])
    expect(processed).toEqual(snapshots.length === 0 ? [] : HANDLED)
  })

  test('of Stripe that carry no object are ignored', () => {
    for (const { event } of thin) expect(decide(event).outcome).toBe('ignored')
  })

  test.each(predictions)('of Replicate are processed, trainings ignored: $name', ({ name, event }) => {
    expect(decide(event).outcome).toBe(name.startsWith('training') ? 'ignored' : 'processed')
  })
})

const HANDLED = [
  'checkout.session.completed',
  'customer.subscription.created',
  'customer.subscription.deleted',
  'customer.subscription.updated',
  'invoice.paid',
  'invoice.payment_failed',
  'invoice.payment_succeeded',
]
