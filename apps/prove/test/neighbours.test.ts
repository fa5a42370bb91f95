import { expect, test } from '@jest/globals'
import { haveWaited, waitsOf } from '../src/check/neighbours.ts'
import type { Delivery } from '../src/load/delivery.ts'

const BROKEN_AT = 1_000

function sent(id: string, at: number, acknowledgedAt: number | null = at + 10): Delivery {
  const event = { provider: 'stripe' as const, id, type: 'sluice.proof', at: new Date(0), body: '' }
  return { event, attempts: [{ at, ms: 10, ingest: 0, status: 200 }], acknowledgedAt }
}

test('an event that was under way when the fault began counts as during it', () => {
  const doneAt = new Map([
    ['before', 150],
    ['under way', 1_400],
    ['since', 2_300],
  ])
  const others = [sent('before', 100), sent('under way', 900), sent('since', 2_000), sent('refused', 2_000, null)]

  expect(waitsOf(others, doneAt, BROKEN_AT)).toEqual({ beforeMs: 50, duringMs: 500 })
})

test('an acknowledged event that is not done has waited until now', () => {
  const { duringMs } = waitsOf([sent('lost', Date.now() - 60_000)], new Map(), Date.now())
  expect(duringMs).toBeGreaterThanOrEqual(60_000)
})

test('others may wait twice as long, and half a second in any case', () => {
  expect(haveWaited({ beforeMs: 10, duringMs: 500 })).toBe(false)
  expect(haveWaited({ beforeMs: 10, duringMs: 501 })).toBe(true)
  expect(haveWaited({ beforeMs: 600, duringMs: 1_200 })).toBe(false)
  expect(haveWaited({ beforeMs: 600, duringMs: 1_201 })).toBe(true)
})
