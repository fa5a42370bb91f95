import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { expect, test } from '@jest/globals'
import { readThinEvent, snapshotTypeOf } from '../../../src/stripe/api/index.ts'

const THIN = {
  id: 'evt_1',
  object: 'v2.core.event',
  type: 'v1.invoice.paid',
  context: 'org_1/acct_1',
  related_object: { id: 'in_1', type: 'invoice', url: '/v1/invoices/in_1' },
  snapshot_event: 'evt_snapshot',
}

test('says which object to fetch, for whom, and which snapshot event it stands for', () => {
  expect(readThinEvent(THIN)).toEqual({
    path: '/v1/invoices/in_1',
    objectId: 'in_1',
    objectType: 'invoice',
    context: 'org_1/acct_1',
    snapshotEvent: 'evt_snapshot',
  })
})

test('may name nothing', () => {
  const nothing = { path: null, objectId: null, objectType: null, context: null, snapshotEvent: null }
  expect(readThinEvent({ object: 'v2.core.event' })).toEqual(nothing)
  expect(readThinEvent({ object: 'v2.core.event', related_object: null, context: null })).toEqual(nothing)
})

test('a context may come as an object', () => {
  expect(readThinEvent({ ...THIN, context: { id: 'acct_1' } })).toMatchObject({ context: 'acct_1' })
})

test.each([
  'https://elsewhere.example/v1/invoices/in_1',
  '//elsewhere.example/v1',
  '/v3/invoices',
  'v1/invoices/in_1',
  '/v1/in 1',
])('the key goes to no other place than a path of the API: %s', (url) => {
  expect(readThinEvent({ ...THIN, related_object: { ...THIN.related_object, url } })).toMatchObject({ path: null })
})

test.each(['', 'evt 1', 'e'.repeat(201), 5])('what is no id of a snapshot event is none: %j', (twin) => {
  expect(readThinEvent({ ...THIN, snapshot_event: twin })).toMatchObject({ snapshotEvent: null })
})

test.each([null, 5, [], { object: 'event' }])('%j is no thin event', (payload) => {
  expect(readThinEvent(payload)).toBeNull()
})

test('its type is the snapshot’s with the version of the API before it', () => {
  expect(snapshotTypeOf('v1.customer.subscription.updated')).toBe('customer.subscription.updated')
  expect(snapshotTypeOf('v2.core.account.updated')).toBe('v2.core.account.updated')
  expect(snapshotTypeOf('invoice.paid')).toBe('invoice.paid')
})

test.each([
  ['v1.customer.subscription.past_due', 'customer.subscription.updated'],
  ['v1.customer.subscription.item_price_changed', 'customer.subscription.updated'],
  ['v1.entitlements.active_entitlement_summary.entitlement_removed', 'entitlements.active_entitlement_summary.updated'],
  ['v1.invoice.line_item_added', 'invoice.updated'],
  ['v1.price.lookup_key_changed', 'price.updated'],
  ['v1.customer.subscription.paused', 'customer.subscription.paused'],
])('the finer type %s is %s', (type, snapshotType) => expect(snapshotTypeOf(type)).toBe(snapshotType))

test('every thin type of an object that is handled has a snapshot type', () => {
  const sdk = dirname(createRequire(import.meta.url).resolve('stripe'))
  const typesIn = (file: string, pattern: RegExp) =>
    [...readFileSync(join(sdk, 'resources', file), 'utf8').matchAll(pattern)].map(([, type = '']) => type)
  const snapshotTypes = new Set(typesIn('Events.d.ts', /type: '([a-z_.]+)'/g))
  const objects =
    /^v1\.(customer|customer\.subscription|entitlements\.[a-z_]+|invoice|price|product|refund|charge)\.[a-z_]+$/
  const thinTypes = [...new Set(typesIn('V2/Core/Events.d.ts', /'(v1\.[a-z_.]+)'/g))].filter((type) =>
    objects.test(type),
  )
  expect(thinTypes.length).toBeGreaterThan(50)
  expect(thinTypes.filter((type) => !snapshotTypes.has(snapshotTypeOf(type)))).toEqual([])
})
