import { describe, expect, test } from '@jest/globals'
import { predictionLife, seedStream, shuffle, subscriptionLife, withDuplicates } from '../../src/lifecycles/index.ts'

const idsOf = (events: Array<{ provider: string; id: string }>) => events.map(({ provider, id }) => `${provider} ${id}`)

describe('a stream of lives', () => {
  test('has exactly as many events as were asked for, each with an id of its own', () => {
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

  test('knows the host rows that its events speak of', () => {
    const { events, generationJobs, users } = seedStream({ events: 120, seed: 2 })
    const known = new Set(generationJobs.map(({ predictionId }) => predictionId))
    for (const { provider, body } of events) {
      if (provider === 'replicate') expect(known).toContain(JSON.parse(body).id)
    }
    expect(new Set(users.map(({ id }) => id)).size).toBe(users.length)
  })
})

describe('the life of a subscription', () => {
  test('is told step by step, with ties in time', () => {
    const life = subscriptionLife({ seed: 1, steps: ['created', 'activated', 'paid', 'yearly', 'deleted'] })
    expect(life.map(({ type }) => type)).toEqual([
      'customer.subscription.created',
      'customer.subscription.updated',
      'invoice.paid',
      'customer.subscription.updated',
      'customer.subscription.deleted',
    ])
    expect(life[1]?.at).toEqual(life[0]?.at)
    const statuses = life.map(({ body }) => JSON.parse(body).data.object.status)
    expect(statuses).toEqual(['incomplete', 'active', 'paid', 'active', 'canceled'])
  })

  test('tells of one payment under two names', () => {
    const [paid, succeeded] = subscriptionLife({ seed: 1, steps: ['paid', 'payment_succeeded'] })
    expect(JSON.parse(paid?.body ?? '').data.object).toEqual(JSON.parse(succeeded?.body ?? '').data.object)
  })

  test('charges the next period after a paid one', () => {
    const life = subscriptionLife({ seed: 1, steps: ['paid', 'payment_failed', 'payment_failed', 'paid'] })
    const invoices = life.map(({ body }) => JSON.parse(body).data.object)
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

test('a prediction starts, goes on and ends', () => {
  const looks = predictionLife({ seed: 1, output: 'text' }).map(({ body }) => JSON.parse(body))
  expect(looks.map(({ status }) => status)).toEqual(['starting', 'processing', 'succeeded'])
  expect(looks.at(-1)?.output.join('')).toBe('A sluice opens once for each boat.')
})

test('shuffling keeps every item and repeats itself', () => {
  const list = Array.from({ length: 50 }, (_, index) => index)
  expect(shuffle(list, 1)).not.toEqual(list)
  expect(shuffle(list, 1)).toEqual(shuffle(list, 1))
  expect(shuffle(list, 1).sort((a, b) => a - b)).toEqual(list)
})

test('duplicates are whole copies', () => {
  expect(withDuplicates(['a', 'b'], 2, 1)).toEqual(['a', 'a', 'a', 'b', 'b', 'b'])
  expect(withDuplicates(['a', 'b'], 0, 1)).toEqual(['a', 'b'])
  const some = withDuplicates(Array(1000).fill('x'), 0.1, 1).length
  expect(some).toBeGreaterThan(1050)
  expect(some).toBeLessThan(1150)
})
