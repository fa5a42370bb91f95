import { describe, expect, test } from '@jest/globals'
import {
  API_VERSIONS,
  idSuffixOf,
  LIFECYCLES,
  type LifecycleName,
  lifecycleUntil,
  predictionLifecycle,
  type SentEvent,
  seedStream,
  shuffle,
  subscriptionLifecycle,
  withDuplicates,
} from '../src/index.ts'

const idsOf = (events: Array<{ provider: string; id: string }>) => events.map(({ provider, id }) => `${provider} ${id}`)

const objectOf = (event: SentEvent | undefined) => JSON.parse(event?.body ?? '{}').data.object

describe('a seeded stream', () => {
  test('has exactly the requested number of events, each with its own id', () => {
    const { events } = seedStream({ events: 360, seed: 1 })
    expect(new Set(idsOf(events)).size).toBe(360)
    expect(events.filter(({ provider }) => provider === 'replicate')).toHaveLength(60)
  })

  test('is the same for the same seed, and shares no id with another', () => {
    const first = seedStream({ events: 100, seed: 'a' })
    expect(seedStream({ events: 100, seed: 'a' })).toEqual(first)
    const others = new Set(idsOf(seedStream({ events: 100, seed: 'b' }).events))
    expect(idsOf(first.events).filter((id) => others.has(id))).toEqual([])
  })

  test('contains renewals, failures, trials, refunds, disputes, orders, upgrades, features and the catalogue', () => {
    const types = new Set(seedStream({ events: 2_000, seed: 1 }).events.map(({ type }) => type))
    for (const type of [
      'invoice.payment_failed',
      'customer.subscription.trial_will_end',
      'refund.failed',
      'charge.dispute.closed',
      'checkout.session.async_payment_succeeded',
      'customer.subscription.pending_update_applied',
      'entitlements.active_entitlement_summary.updated',
      'product.updated',
      'price.updated',
    ])
      expect(types).toContain(type)
  })

  test('has the host rows that its events refer to', () => {
    const { events, generationJobs, users } = seedStream({ events: 120, seed: 2 })
    const known = new Set(generationJobs.map(({ predictionId }) => predictionId))
    for (const { provider, body } of events) {
      if (provider === 'replicate') expect(known).toContain(JSON.parse(body).id)
    }
    expect(new Set(users.map(({ id }) => id)).size).toBe(users.length)
  })
})

describe('the lifecycle of a subscription', () => {
  test('has one event per step, some of them in the same second', () => {
    const lifecycle = subscriptionLifecycle({ seed: 1, steps: ['created', 'activated', 'paid', 'yearly', 'deleted'] })
    expect(lifecycle.map(({ type }) => type)).toEqual([
      'customer.subscription.created',
      'customer.subscription.updated',
      'invoice.paid',
      'customer.subscription.updated',
      'customer.subscription.deleted',
    ])
    expect(lifecycle[1]?.at).toEqual(lifecycle[0]?.at)
    const statuses = lifecycle.map(({ body }) => JSON.parse(body).data.object.status)
    expect(statuses).toEqual(['incomplete', 'active', 'paid', 'active', 'canceled'])
  })

  test('has one payment under two event types', () => {
    const [paid, succeeded] = subscriptionLifecycle({ seed: 1, steps: ['paid', 'payment_succeeded'] })
    expect(JSON.parse(paid?.body ?? '').data.object).toEqual(JSON.parse(succeeded?.body ?? '').data.object)
  })

  test('charges the next period after a paid one', () => {
    const lifecycle = subscriptionLifecycle({ seed: 1, steps: ['paid', 'payment_failed', 'payment_failed', 'paid'] })
    const invoices = lifecycle.map(({ body }) => JSON.parse(body).data.object)
    expect(new Set(invoices.map(({ id }) => id)).size).toBe(2)
    expect(invoices.map((invoice) => invoice.attempt_count)).toEqual([1, 1, 2, 3])
    expect(invoices.map((invoice) => invoice.billing_reason)).toEqual([
      'subscription_create',
      'subscription_cycle',
      'subscription_cycle',
      'subscription_cycle',
    ])
  })
})

const NAMES = Object.keys(LIFECYCLES) as LifecycleName[]

describe('a named lifecycle', () => {
  test.each(NAMES)('belongs to one customer and is in order: %s', (name) => {
    const lifecycle = subscriptionLifecycle({ seed: 1, steps: LIFECYCLES[name].steps })
    expect(new Set(idsOf(lifecycle)).size).toBe(lifecycle.length)
    expect(lifecycle.every(({ id }) => id.endsWith(idSuffixOf(1)))).toBe(true)
    const times = lifecycle.map(({ at }) => at.getTime())
    expect(times).toEqual(times.toSorted((one, other) => one - other))
  })

  test('names the invoice of a payment where each API version has it', () => {
    const steps = ['paid', 'invoice_payment'] as const
    const objects = Object.fromEntries(
      API_VERSIONS.map((version) => [version, subscriptionLifecycle({ seed: 1, steps, version }).map(objectOf)]),
    )
    for (const version of ['2020-08-27', '2024-06-20']) {
      const [invoice, ...rest] = objects[version] ?? []
      expect(invoice).toMatchObject({
        subscription: expect.any(String),
        payment_intent: expect.any(String),
        paid: true,
      })
      expect(rest).toEqual([])
    }
    for (const version of ['2025-03-31.basil', '2026-10-28.endive']) {
      const [invoice, payment] = objects[version] ?? []
      expect(invoice).toMatchObject({ parent: { subscription_details: { subscription: expect.any(String) } } })
      expect(invoice).not.toHaveProperty('payment_intent')
      expect(payment).toMatchObject({ invoice: invoice.id, payment: { payment_intent: expect.any(String) } })
    }
  })

  test('has price and period of a subscription where each API version has them', () => {
    const [first, , third, last] = API_VERSIONS.map((version) =>
      objectOf(subscriptionLifecycle({ seed: 1, steps: ['created'], version })[0]),
    )
    expect(first).toMatchObject({ plan: { interval: 'month' }, current_period_end: expect.any(Number) })
    expect(third).toMatchObject({
      plan: { interval: 'month' },
      items: { data: [{ current_period_end: expect.any(Number) }] },
    })
    expect(last).toMatchObject({ items: { data: [{ price: { recurring: { interval: 'month' } } }] } })
    expect(last).not.toHaveProperty('plan')
  })

  test('has refunds inside the charge before 2022-11-15 alone', () => {
    const steps = ['refunded', 'charge_refunded'] as const
    const refunds = API_VERSIONS.map(
      (version) => objectOf(subscriptionLifecycle({ seed: 1, steps, version })[1]).refunds,
    )
    expect(refunds).toEqual([{ ...refunds[0], total_count: 1 }, undefined, undefined, undefined])
  })

  test('ends with the first event of the requested type', () => {
    expect(lifecycleUntil('charge.dispute.closed', { seed: 1 }).at(-1)?.type).toBe('charge.dispute.closed')
    expect(lifecycleUntil('nothing.known', { seed: 1 })).toEqual([])
  })
})

test('a prediction starts, runs and ends', () => {
  const bodies = predictionLifecycle({ seed: 1, output: 'text' }).map(({ body }) => JSON.parse(body))
  expect(bodies.map(({ status }) => status)).toEqual(['starting', 'processing', 'succeeded'])
  expect(bodies.at(-1)?.output.join('')).toBe('A sluice opens once for each boat.')
})

test('shuffling keeps every item, and gives the same order for the same seed', () => {
  const list = Array.from({ length: 50 }, (_, index) => index)
  expect(shuffle(list, 1)).not.toEqual(list)
  expect(shuffle(list, 1)).toEqual(shuffle(list, 1))
  expect(shuffle(list, 1).sort((a, b) => a - b)).toEqual(list)
})

test('duplicates are complete copies', () => {
  expect(withDuplicates(['a', 'b'], 2, 1)).toEqual(['a', 'a', 'a', 'b', 'b', 'b'])
  expect(withDuplicates(['a', 'b'], 0, 1)).toEqual(['a', 'b'])
  const some = withDuplicates(Array(1000).fill('x'), 0.1, 1).length
  expect(some).toBeGreaterThan(1050)
  expect(some).toBeLessThan(1150)
})
