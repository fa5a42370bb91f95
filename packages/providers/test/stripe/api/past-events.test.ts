import { describe, expect, test } from '@jest/globals'
import { stripeEvent } from '@sluice/simulator'
import type { Endpoint } from '../../../src/stripe/api/endpoints.ts'
import { sentEvent } from '../../../src/stripe/api/fetched-event.ts'
import { listeningSince, pastEvents } from '../../../src/stripe/api/past-events.ts'

const at = (second: number) => new Date(second * 1000)

const endpoint = (created: number, application: string | null = null): Endpoint => ({
  ...{ url: 'https://a.example/webhooks/stripe', status: 'enabled', enabled_events: ['*'] },
  ...{ created, application },
})

describe('events come here since', () => {
  test.each([
    ['nobody knows, without an endpoint and a webhook', [], null, null],
    ['the first webhook, without an endpoint', [], 50, 50],
    ['the endpoint exists, before any webhook', [10], null, 10],
    ['the endpoint exists, however late the first webhook came', [10], 50, 10],
    ['the first webhook, which an endpoint sent that was made anew since', [70], 50, 50],
    ['our endpoint exists, before that of a later deployment', [10, 70], 50, 10],
    ['our endpoint exists, after that of an earlier deployment', [10, 40, 70], 50, 40],
    ['the newest exists, before any webhook', [10, 40], null, 40],
    ['the endpoint exists, in the second of the first webhook', [50], 50, 50],
  ])('%s', (_, created, first, since) => {
    const found = listeningSince(created.map(at), first === null ? null : at(first))
    expect(found).toEqual(since === null ? null : at(since))
  })
})

interface Case {
  endpoints?: Endpoint[] | null
  /** The second in which the first webhook came, by account. */
  first?: Record<string, number>
  authorized?: number
  account?: string
  pending?: number
}

const isPast = async (created: number, { endpoints = [], first = {}, authorized, account, pending = 1 }: Case) => {
  const { body } = stripeEvent('invoice.paid', { id: 'in_1', object: 'invoice' }, { id: 'evt_1', created })
  const event = sentEvent(JSON.parse(body), account ?? null, 'reconcile')
  if (!event) throw new Error('no event')
  const ask = pastEvents({
    endpoints,
    accounts: [{ account: 'acct_1', authorizedAt: authorized === undefined ? null : at(authorized) }],
    recorded: {
      firstWebhook: async (origin) => {
        const second = first[origin.account ?? '']
        return second === undefined ? null : new Date(second * 1000 + 900)
      },
    },
  })
  return ask(event, pending)
}

test.each([
  [99, true],
  [100, false],
  [101, false],
])('of an endpoint made in second 100, an event of second %d is past: %s', async (second, past) => {
  expect(await isPast(second, { endpoints: [endpoint(100)] })).toBe(past)
  expect(await isPast(second, { endpoints: null, first: { '': 100 } })).toBe(past)
})

test('without endpoints and webhooks, everything is past', async () => {
  expect(await isPast(100, { endpoints: null })).toBe(true)
  expect(await isPast(100, { endpoints: [] })).toBe(true)
})

test('an account has an endpoint, a first webhook and an authorization of its own', async () => {
  const endpoints = [endpoint(100), endpoint(200, 'ca_1')]
  expect(await isPast(150, { endpoints })).toBe(false)
  expect(await isPast(150, { endpoints, account: 'acct_1' })).toBe(true)
  expect(await isPast(250, { endpoints, account: 'acct_1' })).toBe(false)
  expect(await isPast(250, { endpoints, account: 'acct_1', authorized: 300 })).toBe(true)
  expect(await isPast(300, { endpoints, account: 'acct_1', authorized: 300 })).toBe(false)
  expect(await isPast(150, { endpoints: [endpoint(100)], account: 'acct_1' })).toBe(false)
  const first = { '': 100, acct_1: 200 }
  expect(await isPast(150, { endpoints: null, first })).toBe(false)
  expect(await isPast(150, { endpoints: null, first, account: 'acct_1' })).toBe(true)
})

test('an event that somebody else took before the first webhook came here is past', async () => {
  const endpoints = [endpoint(100)]
  expect(await isPast(150, { endpoints, pending: 0 })).toBe(true)
  expect(await isPast(150, { endpoints, pending: 0, first: { '': 200 } })).toBe(true)
  expect(await isPast(150, { endpoints, pending: 1, first: { '': 200 } })).toBe(false)
  expect(await isPast(250, { endpoints, pending: 0, first: { '': 200 } })).toBe(false)
})
