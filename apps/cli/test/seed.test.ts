import { describe, expect, test } from '@jest/globals'
import { eventually, type Stack, withStack } from '@sluice/testing'
import { environmentOf, jsonOf, sluice } from './sluice.ts'

const seed = async (stack: Stack, ...args: string[]) =>
  jsonOf(await sluice(['seed', '--json', ...args], environmentOf(stack)))[0]

const statuses = async (stack: Stack) => {
  const rows = await stack.query<{ status: string; count: number }>(
    'SELECT status, count(*)::int FROM webhook_events GROUP BY status',
  )
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]))
}

const allProcessed = (stack: Stack, events: number) =>
  eventually(async () => expect(await statuses(stack)).toEqual({ processed: events }), 30_000)

describe('seed', () => {
  test('sends lives of which every event is processed, however often and in whatever order it comes', () =>
    withStack({}, async (stack) => {
      const result = await seed(stack, '--events', '120', '--duplicates', '2', '--shuffle')
      expect(result).toMatchObject({ sent: 360, recorded: 120, duplicates: 240, refused: 0 })
      await allProcessed(stack, 120)

      const unbalanced = await stack.query(
        `SELECT entry_key FROM ledger_entries GROUP BY entry_key, currency
          HAVING sum(CASE direction WHEN 'debit' THEN amount ELSE -amount END) <> 0`,
      )
      expect(unbalanced).toEqual([])
      const running = await stack.query(
        `SELECT id FROM generation_jobs WHERE status NOT IN ('succeeded', 'failed', 'canceled')`,
      )
      expect(running.length).toBeLessThanOrEqual(1) // the last life may be cut short
    }))

  test('makes the same events for the same seed', () =>
    withStack({ workers: 0 }, async (stack) => {
      expect(await seed(stack, '--events', '30')).toMatchObject({ recorded: 30, duplicates: 0 })
      expect(await seed(stack, '--events', '30')).toMatchObject({ recorded: 0, duplicates: 30 })
      expect(await seed(stack, '--events', '30', '--seed', '2')).toMatchObject({ recorded: 30, duplicates: 0 })
    }))

  test('appends and enqueues without ingest when told to', () =>
    withStack({ ingests: 0 }, async (stack) => {
      expect(await seed(stack, '--events', '30', '--direct')).toMatchObject({ recorded: 30, refused: 0 })
      await allProcessed(stack, 30)
    }))
})
