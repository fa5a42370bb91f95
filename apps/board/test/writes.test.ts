import { describe, expect, test } from '@jest/globals'
import { withBoard } from './with-board.ts'

const PUT = { method: 'PUT' }

describe('what an operator may do', () => {
  test('retries a failed job, and leaves a line that says who, what and which', () =>
    withBoard(async ({ fetch, failedJob, events, logged }) => {
      const id = await failedJob()

      const answer = await fetch(`/queues/api/queues/webhook-events/${id}/retry`, PUT)

      expect(answer.status).toBeLessThan(300)
      expect(await events.getJobState(id)).toBe('waiting')
      expect(logged('Board write')).toContainEqual(
        expect.objectContaining({
          user: 'operator',
          method: 'PUT',
          path: `/queues/api/queues/webhook-events/${id}/retry`,
          status: answer.status,
        }),
      )
    }))

  test('pauses and resumes a queue', () =>
    withBoard(async ({ fetch, events }) => {
      expect((await fetch('/queues/api/queues/webhook-events/pause', PUT)).status).toBe(200)
      expect(await events.isPaused()).toBe(true)
      expect((await fetch('/queues/api/queues/webhook-events/resume', PUT)).status).toBe(200)
      expect(await events.isPaused()).toBe(false)
    }))

  test('neither adds nor edits nor empties', () =>
    withBoard(async ({ fetch, failedJob, events }) => {
      const id = await failedJob()
      const write = async (method: string, path: string, body: unknown = {}) =>
        (
          await fetch(`/queues/api/queues/webhook-events/${path}`, {
            method,
            headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify(body),
          })
        ).status

      expect(await write('POST', 'add', { name: 'invoice.paid', data: {}, options: {} })).toBe(403)
      expect(await write('PATCH', `${id}/update-data`, { jobData: { eventId: 'evt_2' } })).toBe(403)
      expect(await write('PUT', 'obliterate')).toBe(403)
      expect(await write('PUT', 'empty')).toBe(403)
      expect(await write('PUT', 'clean/wait')).toBe(403)
      expect((await events.getJob(id))?.data).toEqual({ provider: 'stripe', eventId: 'evt_1' })
      expect(await events.getJobCountByTypes('failed', 'waiting')).toBe(1)
    }))

  test('cleans a job, but none that is the only home of an event', () =>
    withBoard(async ({ fetch, failedJob, events }) => {
      const id = await failedJob()
      await events.add(
        'x',
        { provider: 'stripe', eventId: 'evt_2', event: { rawBody: 'e30=' } },
        { jobId: 'stripe-evt_2' },
      )

      expect((await fetch(`/queues/api/queues/webhook-events/${id}/clean`, PUT)).status).toBeLessThan(300)
      expect((await fetch('/queues/api/queues/webhook-events/stripe-evt_2/clean', PUT)).status).toBe(403)
      expect(await events.getJob(id)).toBeUndefined()
      expect(await events.getJob('stripe-evt_2')).toBeDefined()
    }))

  test('is asked for by a page of this board only', () =>
    withBoard(async ({ url, fetch, events }) => {
      const pause = async (headers: Record<string, string>) =>
        (await fetch('/queues/api/queues/webhook-events/pause', { method: 'PUT', headers })).status

      expect(await pause({ Origin: 'https://elsewhere.example' })).toBe(403)
      expect(await pause({ Origin: 'null' })).toBe(403)
      expect(await pause({ 'Sec-Fetch-Site': 'cross-site' })).toBe(403)
      expect(await pause({ 'Sec-Fetch-Site': 'same-site', Origin: url })).toBe(403)
      expect(await events.isPaused()).toBe(false)
      expect(await pause({ Origin: url })).toBe(200)
      expect(await events.isPaused()).toBe(true)
    }))

  test('is nothing when the board is read-only', () =>
    withBoard(
      async ({ fetch, failedJob, events }) => {
        const id = await failedJob()

        for (const path of [`webhook-events/${id}/retry`, 'webhook-events/pause', 'pause']) {
          expect((await fetch(`/queues/api/queues/${path}`, PUT)).status).toBe(405)
        }
        expect((await fetch('/queues/api/queues')).status).toBe(200)
        expect(await events.getJobState(id)).toBe('failed')
      },
      { readOnly: true },
    ))
})
