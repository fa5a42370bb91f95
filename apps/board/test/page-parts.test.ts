import { describe, expect, test } from '@jest/globals'
import { filterOf, parametersOf } from '../page/src/api/filter.ts'
import { placesFor } from '../page/src/palette/entries.ts'
import { parseNodes } from '../page/src/parts/json-nodes.ts'
import { formatMoney } from '../page/src/parts/money.ts'
import { duration, relativeTime } from '../page/src/parts/when.ts'
import { commandOf, tailCommandOf } from '../page/src/views/events/command-of.ts'
import { changed, EMPTY, type LiveChange, type LiveRows } from '../page/src/views/live/rows.ts'

test.each([
  [123450, 'eur', '€1,234.50'],
  [1980, 'jpy', '¥1,980'],
  [1250, 'kwd', 'KWD\u00a01.250'],
  [500, 'isk', 'ISK\u00a05.00'],
  [-5, 'usd', '-$0.05'],
  ['90071992547409931', 'usd', '$900,719,925,474,099.31'],
  [7, 'credits', '7 credits'],
])('%s %s is shown as %s', (minor, currency, text) => {
  expect(formatMoney(minor, currency, 'en-US')).toBe(text)
})

test('the palette leads to Send only where something can be sent', () => {
  expect([true, false].map((maySend) => placesFor('se', maySend).map(({ to }) => to))).toEqual([['/send'], []])
})

test('times are told as people do', () => {
  const now = Date.parse('2026-11-28T12:00:00Z')
  const told = (seconds: number) => relativeTime(new Date(now + seconds * 1000), now, 'en')
  expect([-5, -59.6, -3600, -90_000, 40].map(told)).toEqual([
    '5 seconds ago',
    '1 minute ago',
    '1 hour ago',
    'yesterday',
    'in 40 seconds',
  ])
  expect([12.3, 4210, 840_000, 7_200_000, 700_000_000].map(duration)).toEqual([
    '12 ms',
    '4.2 s',
    '14 min',
    '2 h',
    '8 days',
  ])
})

test('a filter is what the address says, and reaches the API with absolute times', () => {
  const filter = filterOf({ status: 'failed', user: 42, type: ' ', page: '2', since: '24h' })
  expect(filter).toEqual({ status: 'failed', user: '42', since: '24h' })

  const { since = '', ...others } = parametersOf(filter)
  expect(others).toEqual({ status: 'failed', user: '42' })
  expect(Date.now() - Date.parse(since)).toBeGreaterThanOrEqual(86_400_000)
  expect(parametersOf({ until: '2026-11-28' })).toEqual({ until: '2026-11-28' })
})

test('the command of a list is one that a shell takes', () => {
  expect(commandOf({})).toBe('sluice events')
  expect(commandOf({ status: 'failed', type: "it's*" })).toBe("sluice events --status failed --type 'it'\\''s*'")
  expect(commandOf({ q: 'evt_1' })).toBe('sluice find evt_1')
  expect(tailCommandOf({ provider: 'stripe', user: 'user_1' })).toBe('sluice tail --provider stripe')
})

test('JSON is shown as it is written', () => {
  expect(parseNodes('{"a": 12345678901234567890.10, "b\\"": [true, null, "x,}"], "c": {}}')).toEqual({
    name: '',
    text: '{',
    children: [
      { name: '"a"', text: '12345678901234567890.10' },
      {
        name: '"b\\""',
        text: '[',
        children: [
          { name: '', text: 'true' },
          { name: '', text: 'null' },
          { name: '', text: '"x,}"' },
        ],
      },
      { name: '"c"', text: '{', children: [] },
    ],
  })
  for (const text of ['', '{"a":', 'no', `${'['.repeat(300)}${']'.repeat(300)}`]) expect(parseNodes(text)).toBeNull()
})

describe('the live list', () => {
  const event = (id: number, status = 'received') => ({ id: String(id), status }) as LiveRows['shown'][number]
  const arrived = (id: number): LiveChange => ({ kind: 'arrived', event: event(id) })
  const after = (...changes: LiveChange[]) => changes.reduce(changed, EMPTY)
  const ids = (rows: LiveRows['shown']) => rows.map(({ id }) => Number(id))

  test('shows arrivals newest first, and their end in their place', () => {
    const { shown } = after(arrived(9), arrived(11), arrived(10), { kind: 'ended', event: event(10, 'processed') })
    expect(ids(shown)).toEqual([11, 10, 9])
    expect(shown[1]?.status).toBe('processed')
  })

  test('loses nothing while it is paused', () => {
    const paused = after(
      arrived(1),
      { kind: 'pause' },
      arrived(2),
      { kind: 'ended', event: event(1, 'failed') },
      arrived(3),
    )
    expect([ids(paused.shown), ids(paused.held), paused.shown[0]?.status]).toEqual([[1], [3, 2], 'failed'])
    expect(ids(changed(paused, { kind: 'resume' }).shown)).toEqual([3, 2, 1])
  })

  test('does not replace what the stream said by an older answer of the list', () => {
    const { shown } = after(
      { kind: 'ended', event: event(5, 'processed') },
      arrived(5),
      { kind: 'ended', event: event(5, 'processed') },
      { kind: 'listed', events: [event(5), event(4)] },
    )
    expect(shown.map(({ id, status }) => [id, status])).toEqual([
      ['5', 'processed'],
      ['4', 'received'],
    ])
  })

  test('keeps two hundred rows, and counts what it does not show', () => {
    const many = Array.from({ length: 250 }, (_, id) => arrived(id))
    const running = after(...many, { kind: 'more', count: 312 })
    expect([running.shown.length, running.left, running.arrived]).toEqual([200, 312, 562])
    const paused = after({ kind: 'pause' }, ...many)
    expect([paused.held.length, paused.left]).toEqual([200, 50])
  })
})
