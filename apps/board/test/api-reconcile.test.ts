import { expect, test } from '@jest/globals'
import { PROCESS_ROWS, RECONCILE_ROWS } from './console-rows.ts'
import { withConsole } from './with-board.ts'

interface Run {
  id: string
  provider: string
  hours: Record<string, number>[]
}

test('runs of reconcile add up by hour, and the overview says what was not asked and which endpoint lacks events', () =>
  withConsole(async ({ database, read }) => {
    expect(await read('/reconcile')).toEqual({ items: [], next: null, newest: [] })
    await database.query(RECONCILE_ROWS)
    await database.query(PROCESS_ROWS)
    const { items, newest } = await read<{ items: Run[]; newest: Run[] }>('/reconcile')
    expect(items.map(({ provider }) => provider)).toEqual(['stripe', 'replicate'])
    expect(newest.map(({ provider, hours }) => [provider, hours.length])).toEqual([
      ['replicate', 0],
      ['stripe', 2],
    ])
    const { hours } = await read<Run>(`/reconcile/${items[0]?.id}`)
    expect(hours[1]).toMatchObject({ sent: 7, received: 5, missed: 2, refused: 2 })
    for (const { sent, received, missed, processed, ignored, failed, waiting } of hours) {
      expect(sent).toBe((received ?? 0) + (missed ?? 0))
      expect(received).toBe((processed ?? 0) + (ignored ?? 0) + (failed ?? 0) + (waiting ?? 0))
    }
    const { attention } = await read<{ attention: { kind: string; text: string; link: string }[] }>('/overview')
    expect(attention).toMatchObject([
      { kind: 'endpoint', text: expect.stringContaining('It lacks customer.subscription.paused'), link: '/health' },
      { kind: 'reconcile_overdue', text: expect.stringContaining('replicate'), link: '/reconcile' },
    ])
  }))
