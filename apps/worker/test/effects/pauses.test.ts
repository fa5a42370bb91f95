import { describe, expect, test } from '@jest/globals'
import { attemptsFor, waitPauseMs } from '../../src/effects/run/pauses.ts'
import { ConfigurationError } from '../../src/outbound/configuration-error.ts'
import { DeliveryUnknownError } from '../../src/outbound/mail/delivery-unknown-error.ts'

const BACKOFF = { backoffFirstMs: 1_000, backoffMaxMs: 300_000 }
const MINUTE = 60_000

describe('the pause of an effect that waits', () => {
  const pause = (waitedMs: number, retryAfterMs?: number) => waitPauseMs(waitedMs, retryAfterMs, BACKOFF, 1)

  test('is as long again as it has waited, from EVENT_BACKOFF_MS to EVENT_BACKOFF_MAX_MS', () => {
    expect([0, 1_500, MINUTE, 24 * 60 * MINUTE].map((waited) => pause(waited))).toEqual([1_000, 1_500, MINUTE, 300_000])
    expect(waitPauseMs(MINUTE, undefined, BACKOFF, 0)).toBe(MINUTE / 2)
  })

  test('is not shorter than the other system asks, up to an hour', () => {
    expect(pause(0, 2 * MINUTE)).toBe(2 * MINUTE)
    expect(pause(300_000, 2 * MINUTE)).toBe(300_000)
    expect(pause(0, 24 * 60 * MINUTE)).toBe(60 * MINUTE)
  })

  test('adds up to a few tries a day of outage', () => {
    let [waited, tries] = [0, 0]
    for (; waited < 24 * 60 * MINUTE; tries += 1) waited += waitPauseMs(waited, undefined, BACKOFF, 1)
    expect(tries).toBeLessThan(320)
  })
})

describe('attempts', () => {
  test('of a message that may have been delivered are three, minutes and then half an hour apart', () => {
    const { max, pauseMs } = attemptsFor(new DeliveryUnknownError('ETIMEDOUT'), 8, BACKOFF)
    expect([max, pauseMs(1), pauseMs(2)]).toEqual([3, 5 * MINUTE, 30 * MINUTE])
    expect(attemptsFor(new DeliveryUnknownError('ETIMEDOUT'), 2, BACKOFF).max).toBe(2)
  })

  test('with a wrong setting take many minutes in all, so that somebody can mend it', () => {
    const { max, pauseMs } = attemptsFor(new ConfigurationError('s3_501'), 8, BACKOFF)
    const pauses = Array.from({ length: max - 1 }, (_, index) => pauseMs(index + 1))
    expect(pauses[0]).toBeGreaterThanOrEqual(15_000)
    expect(pauses.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThan(8 * MINUTE)
  })

  test('of any other error have the pauses of events', () => {
    const { max, pauseMs } = attemptsFor(new Error('x'), 8, BACKOFF)
    expect(max).toBe(8)
    expect(pauseMs(1)).toBeLessThanOrEqual(1_000)
  })
})
