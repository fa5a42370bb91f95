import { QUEUES, shardOf } from '@sluice/queue'
import type { Queue } from 'bullmq'
import { Router } from 'express'

/** The page of the console for an event, as Bull Board links to it. */
export const eventLink = (base: string, provider: string, eventId: string) => ({
  displayText: 'Event',
  href: `${base}/e/${encodeURIComponent(provider)}/${encodeURIComponent(eventId)}`,
})

/** The address of a job below the board, whichever shard it is in. */
export const jobPath = (queue: 'events' | 'effects', jobId: string): string =>
  `/queues/jobs/${queue}/${encodeURIComponent(jobId)}`

/** All shards of a queue have the same name, but Bull Board needs distinct names. */
export function shardPrefix({ name, opts }: Queue, queues: Queue[]): string {
  const isSpread = queues.filter((queue) => queue.name === name).length > 1
  return isSpread ? `${opts.prefix?.replace(/[{}]/g, '')}-` : ''
}

/** Leads from `jobPath` to the page of Bull Board. */
export function jobRedirects(queues: Queue[], base: string): Router {
  const router = Router()
  for (const kind of ['events', 'effects'] as const) {
    const shards = queues.filter(({ name }) => name === QUEUES[kind])
    router.get(`/jobs/${kind}/:id`, ({ params: { id } }, response) => {
      const shard = shards[shardOf(id, shards.length)] as Queue
      const name = encodeURIComponent(shardPrefix(shard, queues) + shard.name)
      response.redirect(303, `${base}/queues/queue/${name}/${encodeURIComponent(id)}`)
    })
  }
  return router
}
