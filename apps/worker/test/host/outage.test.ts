import { describe, expect, test } from '@jest/globals'
import { CATCH_UP_PER_SECOND, CONNECTIONS, FAILURES_MAX, OUTAGE_MAX_MS } from '../../src/host/limits.ts'
import { createHostOutage } from '../../src/host/outage.ts'

const withOutage = (use: (outage: ReturnType<typeof createHostOutage>, pass: (ms: number) => void) => void) => {
  let now = 1_000
  use(
    createHostOutage(() => now),
    (ms) => {
      now += ms
    },
  )
}

describe('a URL is out', () => {
  test('after many failures in a row, and not while messages succeed in between', () =>
    withOutage((outage) => {
      for (let failed = 1; failed < FAILURES_MAX; failed += 1) outage.failed(false)
      outage.succeeded()
      for (let failed = 1; failed < FAILURES_MAX; failed += 1) outage.failed(false)
      expect(outage.places(0)).toBe(CONNECTIONS)
      expect(outage.failed(false)).toBe(true)
      expect(outage.places(0)).toBe(0)
    }))

  test('at once where nobody serves it, or where it asks for a pause', () =>
    withOutage((outage, pass) => {
      expect(outage.failed(true)).toBe(true)
      outage.succeeded()
      expect(outage.failed(false, 60_000)).toBe(true)
      pass(59_999)
      expect(outage.places(0)).toBe(0)
      pass(1)
      expect(outage.places(0)).toBe(1)
    }))

  test('with one try after each pause, which grows up to half a minute', () =>
    withOutage((outage, pass) => {
      outage.failed(true)
      const pauses: number[] = []
      for (let tries = 0; tries < 8; tries += 1) {
        let waited = 0
        for (; outage.places(0) === 0; waited += 100) pass(100)
        expect(outage.places(1)).toBe(0)
        pauses.push(waited)
        outage.failed(true)
      }
      expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, OUTAGE_MAX_MS, OUTAGE_MAX_MS, OUTAGE_MAX_MS])
    }))
})

test('after an outage the backlog comes slowly at first and never faster than the limit, until nothing is left of it', () =>
  withOutage((outage, pass) => {
    outage.failed(true)
    pass(1_000)
    expect(outage.succeeded()).toBe(1)
    let sent = 0
    for (let ms = 0; ms < 10_000; ms += 10) {
      pass(10)
      const places = outage.places(0)
      outage.took(places, false)
      if (places > 0) outage.succeeded()
      if (ms === 0) expect(places).toBeLessThanOrEqual(1)
      sent += places
    }
    expect(sent / 10).toBeLessThanOrEqual(CATCH_UP_PER_SECOND)
    expect(sent / 10).toBeGreaterThan(CATCH_UP_PER_SECOND / 2)
    outage.took(0, true)
    expect(outage.places(0)).toBe(CONNECTIONS)
  }))
