import { expect, test } from '@jest/globals'
import type { DeadLetterGroups, DeadLetterMembers } from '../src/api/schemas/dead-letters.ts'
import { withConsole } from './with-board.ts'

const EFFECT = '00000000-0000-4000-8000-000000000001'

const ROWS = `
  INSERT INTO webhook_events (provider, event_id, type, ordering_key, customer_id, status) VALUES
    ('stripe', 'evt_1', 'invoice.paid', 'stripe::cus_1', 'cus_1', 'failed'),
    ('stripe', 'evt_2', 'invoice.paid', 'stripe::cus_1', 'cus_1', 'failed');
  INSERT INTO outbox_messages (id, effect_key, kind, payload, status) VALUES ('${EFFECT}', 'receipt:in_1', 'receipt', '{}', 'failed');
  INSERT INTO webhook_dead_letters (provider, event_id, type, error, fingerprint, attempts, outbox_message_id, failed_at,
      redriven_at, customer_id, amount, currency) VALUES
    ('stripe', 'evt_1', 'invoice.paid', 'handler_threw: a.ts:1', 'aaaa', 8, NULL, now() - interval '2 days', NULL, 'cus_1', 1900, 'usd'),
    ('stripe', 'evt_2', 'invoice.paid', 'handler_threw: a.ts:2', 'aaaa', 8, NULL, now() - interval '1 day', NULL, 'cus_1', 100, 'usd'),
    ('stripe', 'evt_3', 'invoice.paid', 'handler_threw: a.ts:1', 'aaaa', 8, NULL, now() - interval '3 days', now(), 'cus_2', 5, 'eur'),
    ('stripe', 'evt_1', 'receipt', 'mail_refused: no', 'bbbb', 8, '${EFFECT}', now(), NULL, NULL, NULL, NULL),
    ('stripe', 'evt_9', 'invoice.paid', 'old: x', 'cccc', 8, NULL, now() - interval '90 days', now(), NULL, NULL, NULL);
  INSERT INTO dead_letter_groups (fingerprint, state, ignored_until, note, owner, changed_by, changed_at, resolved_at, regressed_at) VALUES
    ('aaaa', 'open', NULL, 'the new parser', 'bo', 'ada', now(), now(), now()),
    ('bbbb', 'ignored', now() + interval '1 hour', NULL, NULL, 'ada', now(), NULL, NULL),
    ('cccc', 'resolved', NULL, NULL, NULL, 'ada', now(), now(), NULL)`

const DAYS = (counts: Record<number, number>) => Array.from({ length: 14 }, (_, day) => counts[day] ?? 0)

const BBBB = {
  ...{ fingerprint: 'bbbb', cause: 'mail_refused: no', type: 'receipt', of: 'effect', count: 1, state: 'ignored' },
  ...{ customers: 0, money: [], daily: DAYS({ 13: 1 }), regressed: false, changedBy: 'ada' },
}

const AAAA = {
  ...{
    fingerprint: 'aaaa',
    cause: 'handler_threw: a.ts:2',
    type: 'invoice.paid',
    of: 'event',
    count: 2,
    state: 'open',
  },
  ...{ customers: 1, money: [{ currency: 'usd', amount: 2000 }], daily: DAYS({ 10: 1, 11: 1, 12: 1 }) },
  ...{ regressed: true, note: 'the new parser', owner: 'bo' },
}

const CCCC = { fingerprint: 'cccc', count: 0, state: 'resolved', daily: DAYS({}) }

test('dead letters are grouped by cause, with what operators said, and read page by page', () =>
  withConsole(async ({ database, read, fetch }) => {
    await database.query(ROWS)
    expect(await read<DeadLetterGroups>('/dead-letters')).toMatchObject({ items: [BBBB, AAAA, CCCC], next: null })
    expect((await read<DeadLetterGroups>('/dead-letters?state=open')).items).toMatchObject([AAAA])
    expect((await read<DeadLetterGroups>('/dead-letters?state=ignored')).items).toMatchObject([BBBB])
    expect((await read<DeadLetterGroups>('/dead-letters?state=resolved')).items).toMatchObject([CCCC])

    const first = await read<DeadLetterGroups>('/dead-letters?limit=1')
    const second = await read<DeadLetterGroups>(`/dead-letters?limit=2&cursor=${first.next}`)
    expect([first.items, second]).toMatchObject([[BBBB], { items: [AAAA, CCCC], next: null }])
    for (const query of ['state=closed', 'cursor=x'])
      expect((await fetch(`/api/dead-letters?${query}`)).status).toBe(400)
  }))

test('a group has its open members, page by page', () =>
  withConsole(async ({ database, read }) => {
    await database.query(ROWS)
    const { items, next, group } = await read<DeadLetterMembers>('/dead-letters/aaaa?limit=1')
    expect([group, items]).toMatchObject([
      AAAA,
      [{ eventId: 'evt_2', customerId: 'cus_1', effectKey: null, attempts: 8, amount: 100, currency: 'usd' }],
    ])
    const rest = await read<DeadLetterMembers>(`/dead-letters/aaaa?limit=1&cursor=${next}`)
    expect(rest).toMatchObject({ items: [{ eventId: 'evt_1' }], next: null })
    expect(await read('/dead-letters/bbbb')).toMatchObject({ items: [{ effectKey: 'receipt:in_1' }] })
    expect(await read('/dead-letters/cccc')).toMatchObject({ items: [], group: CCCC })
    expect(await read('/dead-letters/none')).toEqual({ items: [], next: null, group: null })
  }))
