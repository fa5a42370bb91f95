import { describe, expect, test } from '@jest/globals'
import type { EventPage } from '../src/api/schemas/events.ts'
import { withConsole } from './with-board.ts'

const ROWS = `
  INSERT INTO users (id, stripe_customer_id) VALUES ('user_1', 'cus_1');
  INSERT INTO customers (stripe_customer_id, user_id) VALUES ('cus_1', 'user_1'), ('cus_2', NULL);
  INSERT INTO generation_jobs (id, user_id, prediction_id) VALUES ('job_1', 'user_1', 'pred1');
  INSERT INTO webhook_events (provider, event_id, type, ordering_key, customer_id, status, received_at) VALUES
    ('stripe', 'evt_1', 'invoice.paid', 'stripe::cus_1', 'cus_1', 'processed', '2026-01-01T00:00:00Z'),
    ('stripe', 'evt_2', 'invoice.payment_failed', 'stripe::cus_2', 'cus_2', 'failed', '2026-01-02T00:00:00Z'),
    ('replicate', 'msg_3', 'prediction.succeeded', 'replicate:pred1', NULL, 'processed', '2026-01-03T00:00:00Z'),
    ('stripe', 'evt_4', 'customer.updated', 'stripe::cus_1', 'cus_1', 'ignored', '2026-01-04T00:00:00Z'),
    ('stripe', 'evt_5', 'invoice.paid', 'stripe::cus_2', 'cus_2', 'received', '2026-01-05T00:00:00Z');`

const FILTERS: Array<[query: string, ids: string[]]> = [
  ['', ['evt_5', 'evt_4', 'msg_3', 'evt_2', 'evt_1']],
  ['?provider=replicate', ['msg_3']],
  ['?type=invoice.paid', ['evt_5', 'evt_1']],
  ['?type=invoice.*', ['evt_5', 'evt_2', 'evt_1']],
  ['?type=*&provider=stripe', ['evt_5', 'evt_4', 'evt_2', 'evt_1']],
  ['?status=failed', ['evt_2']],
  ['?status=ignored&type=customer.*', ['evt_4']],
  ['?customer=cus_1', ['evt_4', 'evt_1']],
  ['?customer=cus_1&type=invoice.paid', ['evt_1']],
  ['?user=user_1', ['evt_4', 'msg_3', 'evt_1']],
  ['?user=user_1&provider=stripe', ['evt_4', 'evt_1']],
  ['?since=2026-01-03T00:00:00Z', ['evt_5', 'evt_4', 'msg_3']],
  ['?until=2026-01-03T00:00:00Z', ['evt_2', 'evt_1']],
  ['?since=2026-01-02&until=2026-01-04&type=invoice.*', ['evt_2']],
  ['?since=2027-01-01', []],
  ['?q=evt_2', ['evt_2']],
  ['?q=pred1', ['msg_3']],
  ['?q=cus_2', ['evt_5', 'evt_2']],
  ['?q=vt_4', ['evt_4']],
  ['?q=cus_2&status=failed', ['evt_2']],
  ['?q=nothing', []],
  ['?type=nothing', []],
  ['?status=&type=&customer=', ['evt_5', 'evt_4', 'msg_3', 'evt_2', 'evt_1']],
]

const INVALID: Array<[query: string, parameter: string]> = [
  ['?status=done', 'status'],
  ['?since=soon', 'since'],
  ['?cursor=abc', 'cursor'],
  ['?limit=101', 'limit'],
  ['?type=a&type=b', 'type'],
  ['?q=%00', 'q'],
]

describe('the list of events', () => {
  test('is narrowed by each filter, and by several', () =>
    withConsole(async ({ database, read }) => {
      await database.query(ROWS)
      for (const [query, ids] of FILTERS) {
        const { items, next } = await read<EventPage>(`/events${query}`)
        expect([query, ...items.map(({ eventId }) => eventId)]).toEqual([query, ...ids])
        expect(next).toBeNull()
      }
    }))

  test('is read page by page, while events arrive', () =>
    withConsole(async ({ database, read }) => {
      await database.query(ROWS)
      const first = await read<EventPage>('/events?limit=2')
      await database.query(`INSERT INTO webhook_events (provider, event_id, type, ordering_key)
        VALUES ('stripe', 'evt_6', 'invoice.paid', 'k')`)
      const second = await read<EventPage>(`/events?limit=2&cursor=${first.next}`)
      const third = await read<EventPage>(`/events?limit=2&cursor=${second.next}`)

      expect([first, second, third].map(({ items }) => items.map(({ eventId }) => eventId))).toEqual([
        ['evt_5', 'evt_4'],
        ['msg_3', 'evt_2'],
        ['evt_1'],
      ])
      expect(third.next).toBeNull()
    }))

  test('refuses an invalid filter, and names the parameter', () =>
    withConsole(async ({ fetch }) => {
      for (const [query, parameter] of INVALID) {
        const answer = await fetch(`/api/events${query}`)
        expect([query, answer.status, await answer.json()]).toEqual([
          query,
          400,
          { error: 'invalid_query', parameter, message: expect.any(String) },
        ])
      }
    }))
})
