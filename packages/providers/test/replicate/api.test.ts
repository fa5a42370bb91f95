import { describe, expect, test } from '@jest/globals'
import { type TestReplicate, withReplicate } from '@sluice/testing/stand-ins'
import { createReplicateApi, endedPredictions } from '../../src/replicate/api/index.ts'

const apiOf = ({ env }: TestReplicate, token = env.REPLICATE_API_TOKEN) =>
  createReplicateApi({ token, base: env.REPLICATE_API_BASE, timeoutMs: 5_000 })

async function ended(replicate: TestReplicate, ids: string[], until = new Date()) {
  const pages = []
  const started = ids.map((id) => ({ id, seenAt: new Date(0) }))
  for await (const page of endedPredictions(apiOf(replicate), started, until)) {
    pages.push(page.map(({ eventId }) => eventId))
  }
  return pages
}

describe('of predictions', () => {
  test('predictions that have ended are returned like their webhooks, with a page for each requested one', () =>
    withReplicate(async (replicate) => {
      await replicate.run({ id: 'p1' }).over
      await replicate.run({ id: 't1', kind: 'training', ending: 'failed' }).over
      expect(await ended(replicate, ['p1', 'unknown', 't1'])).toEqual([['fetch-p1-succeeded'], [], ['fetch-t1-failed']])
    }))

  test('those are left out that ended so lately that their webhook may be on its way', () =>
    withReplicate(async (replicate) => {
      await replicate.run({ id: 'p1' }).over
      expect(await ended(replicate, ['p1'], new Date(Date.now() - 60_000))).toEqual([[]])
    }))
})

test.each([
  ['an hour before', 3_600, true],
  ['two minutes before', 120, true],
  ['a moment before', 30, false],
  ['after', -30, false],
])('a prediction that ended %s the host inserted its job is of the past: %s', (_, seconds, isPast) =>
  withReplicate(async (replicate) => {
    await replicate.run({ id: 'p1' }).over
    const seenAt = new Date(Date.now() + Number(seconds) * 1000)
    for await (const page of endedPredictions(apiOf(replicate), [{ id: 'p1', seenAt }], new Date()))
      expect(page).toMatchObject([{ eventId: 'fetch-p1-succeeded', isPast }])
  }),
)

describe('a Replicate that', () => {
  test('answers 429 is asked again', () =>
    withReplicate(async (replicate) => {
      await replicate.run({ id: 'p1' }).over
      replicate.failApi(429, 1)
      expect(await ended(replicate, ['p1'])).toEqual([['fetch-p1-succeeded']])
    }))

  test('refuses is not', () =>
    withReplicate(async (replicate) => {
      replicate.failApi(403, 1)
      await expect(ended(replicate, ['p1'])).rejects.toMatchObject({ code: 'replicate_403' })
      await expect(apiOf(replicate, 'r8_wrong').prediction('p1')).rejects.toMatchObject({ code: 'replicate_401' })
    }))

  test('is not there does not answer', async () => {
    const api = createReplicateApi({ token: 'r8_1', base: 'http://127.0.0.1:1', timeoutMs: 500 })
    await expect(api.prediction('p1')).rejects.toMatchObject({ code: 'replicate_unavailable' })
  })
})
