import { createBullBoard } from '@bull-board/api'
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import { ExpressAdapter } from '@bull-board/express'
import { QUEUES } from '@sluice/queue'
import type { Queue } from 'bullmq'
import type { Router } from 'express'
import { guardWrites } from '../writes.ts'
import { maskData, maskErrors } from './masks.ts'

export interface BullBoardOptions {
  queues: Queue[]
  basePath: string
  readOnly: boolean
  environment: string
}

/** Bull Board for `queues`. Masks all data from outside. Must be mounted behind the login. */
export function bullBoard({ queues, basePath, readOnly, environment }: BullBoardOptions): Router {
  const server = new ExpressAdapter().setBasePath(basePath)
  createBullBoard({
    queues: queues.map((queue) => maskedAdapter(queue, readOnly, shardPrefix(queue, queues))),
    serverAdapter: server,
    options: {
      handlerHooks: {
        before: guardWrites,
        after: (_context, result) => ({ ...result, body: maskErrors(result.body) as typeof result.body }),
      },
      uiConfig: {
        boardTitle: 'Sluice',
        hideDocsLink: true,
        hideRedisDetails: true,
        miscLinks: [{ text: 'Events', url: '/events' }],
        environment: {
          label: environment,
          color: environment === 'production' ? '#b3261e' : '#2e7d32',
          textColor: '#fff',
        },
      },
    },
  })
  server.setErrorHandler(() => ({ status: 500, body: { error: { key: 'ERRORS.INTERNAL_SERVER_ERROR' } } }))
  return server.getRouter()
}

/** All shards of a queue have the same name, but Bull Board needs distinct names. */
function shardPrefix({ name, opts }: Queue, queues: Queue[]): string {
  const isSpread = queues.filter((queue) => queue.name === name).length > 1
  return isSpread ? `${opts.prefix?.replace(/[{}]/g, '')}-` : ''
}

/** The page of the console for the event that a job carries. */
const eventPage = ({ data: { provider, eventId } }: { data: Record<string, unknown> }) => ({
  displayText: 'Event',
  href: `/e/${encodeURIComponent(String(provider))}/${encodeURIComponent(String(eventId))}`,
})

function maskedAdapter(queue: Queue, readOnlyMode: boolean, prefix: string): BullMQAdapter {
  const links = queue.name === QUEUES.events ? { externalJobUrl: eventPage } : {}
  const adapter = new BullMQAdapter(queue, { readOnlyMode, prefix, ...links })
  adapter.setFormatter('data', maskData)
  adapter.setFormatter('returnValue', maskData)
  return adapter
}
