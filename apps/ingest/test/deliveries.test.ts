import { createHash } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { eventually } from '@sluice/testing'
import { changed, fromStripe, stripeEvent } from './requests.ts'
import { type TestIngest, withIngest } from './with-ingest.ts'

const recorded = ({ select }: TestIngest) =>
  select(`SELECT d.outcome, d.reason, d.count, d.address_net, d.bytes, d.body_hash, d.answered_ms >= 0 AS answered,
      e.event_id, d.received_at BETWEEN now() - interval '1 minute' AND now() AS now
    FROM webhook_deliveries d LEFT JOIN webhook_events e ON e.id = d.event_row ORDER BY d.id`)

const sha256 = (body: string) => createHash('sha256').update(body).digest('hex')

test('a repeat is recorded with its event, and a first delivery writes no row', () =>
  withIngest({}, async (ingest) => {
    const body = stripeEvent({ id: 'evt_twice' })
    for (const id of ['evt_once', 'evt_other']) await ingest.send('/webhooks/stripe', fromStripe(stripeEvent({ id })))
    expect(await ingest.send('/webhooks/stripe', fromStripe(body))).toMatchObject({ body: { duplicate: false } })
    expect(await ingest.send('/webhooks/stripe', fromStripe(body))).toMatchObject({ body: { duplicate: true } })

    const common = { count: 1, address_net: '127.0.0.0/24', answered: true, now: true }
    await eventually(async () =>
      expect(await recorded(ingest)).toEqual([
        {
          ...common,
          outcome: 'duplicate',
          reason: null,
          bytes: body.length,
          body_hash: sha256(body),
          event_id: 'evt_twice',
        },
      ]),
    )
  }))

test('of a refused request length and hash are kept, and the network that it came from', () =>
  withIngest({ trustProxy: 1 }, async (ingest) => {
    const given = fromStripe(stripeEvent({ id: 'evt_forged' }))
    const body = '{"email":"ada@example.com"}'
    const from = (address: string) => ({ 'x-forwarded-for': address })
    await ingest.send('/webhooks/stripe', { body, headers: { ...given.headers, ...from('203.0.113.77') } })
    await ingest.send('/webhooks/stripe', changed(given, { 'stripe-signature': undefined, ...from('2001:db8:1:2::3') }))
    await ingest.send('/webhooks/stripe', { method: 'GET' })

    await eventually(async () => expect(await recorded(ingest)).toHaveLength(3))
    const common = { outcome: 'refused', count: 1, answered: true, event_id: null, now: true }
    const unread = { ...common, body_hash: null }
    expect(await recorded(ingest)).toEqual([
      {
        ...common,
        reason: 'no_matching_signature',
        address_net: '203.0.113.0/24',
        bytes: body.length,
        body_hash: sha256(body),
      },
      { ...unread, reason: 'missing_header', address_net: '2001:db8:1::/48', bytes: given.body.length },
      { ...unread, reason: 'method', address_net: '127.0.0.0/24', bytes: null },
    ])
  }))

test('a flood of refusals leaves few rows, and every request is counted', () =>
  withIngest({}, async (ingest) => {
    const forged = { ...fromStripe(), body: '{}' }
    for (let sent = 0; sent < 1000; sent += 100)
      await Promise.all(Array.from({ length: 100 }, () => ingest.send('/webhooks/stripe', forged)))
    await ingest.send('/webhooks/stripe', changed(fromStripe(), { 'content-type': 'text/plain' }))
    await ingest.deliveries.flush()

    const rows = await ingest.select(
      'SELECT reason, count(*)::int AS rows, sum(count)::int AS requests FROM webhook_deliveries GROUP BY 1 ORDER BY 1',
    )
    expect(rows).toEqual([
      { reason: 'media_type', rows: 1, requests: 1 },
      { reason: 'no_matching_signature', rows: 11, requests: 1000 },
    ])
  }))

test('what cannot be written is counted until Postgres takes it, and no answer waits for it', () =>
  withIngest({}, async (ingest) => {
    await ingest.execute('ALTER TABLE webhook_deliveries RENAME TO elsewhere')
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => ingest.send('/webhooks/stripe', { method: 'PUT' })),
    )
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([405]))
    await ingest.deliveries.flush()
    await ingest.execute('ALTER TABLE elsewhere RENAME TO webhook_deliveries')
    await ingest.deliveries.flush()
    expect(await ingest.select('SELECT sum(count)::int AS requests FROM webhook_deliveries')).toEqual([
      { requests: 20 },
    ])
  }))
