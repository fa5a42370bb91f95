import { describe, expect, test } from '@jest/globals'
import { eventually } from '@sluice/testing'
import { type Generations, withGenerations } from './with-generations.ts'

const JOBS = 'SELECT prediction_id, status FROM generation_jobs ORDER BY 1'
const EVENTS = 'SELECT event_id, type, status, headers FROM webhook_events ORDER BY id'

/** It ends, and no webhook comes. */
async function unheard({ replicate, job }: Generations, id: string, ending: 'succeeded' | 'canceled' = 'succeeded') {
  await job(id)
  await replicate.run({ id, files: 2, ending }).over
}

const withToken = (use: (generations: Generations) => Promise<void>, hourMs?: number) =>
  withGenerations(use, { hasToken: true, ...(hourMs && { hourMs }) })

describe('a prediction without a final webhook', () => {
  test('is polled after a minute and ends as by its webhook, which changes nothing if it arrives later', () =>
    withToken(async (generations) => {
      const { replicate, query, poll, minuteLater, runEffects, webhook } = generations
      await unheard(generations, 'p1')
      await poll()
      expect(replicate.apiRequests).toEqual([])

      await minuteLater()
      await Promise.all([poll(), poll(), poll()])
      expect(replicate.apiRequests).toHaveLength(1)
      expect(await query(EVENTS)).toMatchObject([
        {
          event_id: 'fetch-p1-succeeded',
          type: 'prediction.succeeded',
          status: 'processed',
          headers: { 'sluice-fetched-for': 'p1' },
        },
      ])
      expect([...(await runEffects()).values()]).toEqual([null, null, null])
      const state = await query('SELECT * FROM variants ORDER BY id')

      await webhook(replicate.predictionOf('p1'))
      expect((await runEffects()).size).toBe(0)
      expect(await query('SELECT * FROM variants ORDER BY id')).toEqual(state)
      await minuteLater()
      await poll()
      expect(replicate.apiRequests).toHaveLength(1)
    }))

  test('is not polled while its webhooks arrive, or after its final one', () =>
    withToken(async (generations) => {
      const { replicate, query, poll, minuteLater, webhook } = generations
      await unheard(generations, 'heard')
      await unheard(generations, 'over')
      await minuteLater()
      await webhook({ ...replicate.predictionOf('heard'), status: 'processing', output: null, completed_at: null })
      await webhook(replicate.predictionOf('over'))
      await poll()
      expect(replicate.apiRequests).toEqual([])

      await minuteLater()
      await poll()
      expect(replicate.apiRequests).toMatchObject([{ path: '/v1/predictions/heard' }])
      expect(await query(JOBS)).toMatchObject([{ status: 'succeeded' }, { status: 'succeeded' }])
    }))

  test('may have ended in any way; while it still runs, it is polled less and less often', () =>
    withToken(async (generations) => {
      const { replicate, query, job, poll, minuteLater } = generations
      await unheard(generations, 'canceled', 'canceled')
      await job('unknown')
      for (let minutes = 0; minutes < 30; minutes += 1) {
        await minuteLater()
        await poll()
      }
      expect(await query(JOBS)).toMatchObject([{ status: 'canceled' }, { status: 'starting' }])
      const asked = replicate.apiRequests.filter(({ path }) => path === '/v1/predictions/unknown')
      expect(asked.length).toBeGreaterThanOrEqual(4) // after 1, 2, 4, 8, 16 and 26 minutes
      expect(asked.length).toBeLessThanOrEqual(6)
    }))

  test('is polled again after a failure of Replicate', () =>
    withToken(async (generations) => {
      const { replicate, query, poll, minuteLater } = generations
      for (const id of ['p1', 'p2', 'p3']) await unheard(generations, id)
      replicate.failApi(429, 1)
      await minuteLater()
      await expect(poll()).rejects.toThrow('replicate_429')
      expect(replicate.apiRequests).toHaveLength(1)
      await poll()
      expect(replicate.apiRequests).toHaveLength(1)

      await eventually(async () => {
        await minuteLater()
        await poll()
        expect(await query(`SELECT id FROM generation_jobs WHERE status = 'succeeded'`)).toHaveLength(3)
      })
    }))

  test('is counted as overdue without an API token', () =>
    withGenerations(async (generations) => {
      const { query, minuteLater, overdue, webhook, replicate } = generations
      await unheard(generations, 'p1')
      await unheard(generations, 'p2')
      expect(await overdue()).toBe(0)
      await minuteLater()
      expect(await overdue()).toBe(2)
      await webhook(replicate.predictionOf('p1'))
      expect(await overdue()).toBe(1)
      await query(`UPDATE generation_jobs SET seen_at = seen_at - '1 day'::interval`)
      expect(await overdue()).toBe(0)
    }))
})
