import { createBullBoard } from '@bull-board/api'
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import { ExpressAdapter } from '@bull-board/express'
import type { Pool } from '@sluice/database/pool'
import { QUEUES } from '@sluice/queue'
import type { Queue } from 'bullmq'
import { Router } from 'express'
import { guardWrites } from '../writes.ts'
import { eventLink, jobPath, jobRedirects, shardPrefix } from './links.ts'
import { maskData, maskErrors } from './masks.ts'
import { nameEffects } from './name-effects.ts'
import { noteRole, withoutButtonsOf } from './roles.ts'
import { ownStyle } from './style.ts'

export interface BullBoardOptions {
  queues: Queue[]
  /** Connections that can only read. */
  reader: Pool
  /** Path in front of the board. */
  base: string
  readOnly: boolean
  environment: string
}

/** Bull Board for `queues`. Masks all data from outside. Must be mounted behind the login, at `/queues`. */
export function bullBoard({ queues, reader, base, readOnly, environment }: BullBoardOptions): Router {
  const server = new ExpressAdapter().setBasePath(`${base}/queues`)
  createBullBoard({
    queues: queues.map((queue) => maskedAdapter(queue, { readOnly, base, prefix: shardPrefix(queue, queues) })),
    serverAdapter: server,
    options: {
      handlerHooks: {
        before: guardWrites,
        after: async ({ request: { headers } }, result) => {
          const named = await nameEffects(reader, base, result.body)
          return { ...result, body: withoutButtonsOf(headers, maskErrors(named) as typeof result.body) }
        },
      },
      uiConfig: {
        boardTitle: 'Sluice',
        hideDocsLink: true,
        hideRedisDetails: true,
        miscLinks: [{ text: 'Events', url: `${base}/events` }],
        environment: {
          label: environment,
          color: environment === 'production' ? '#b3261e' : '#2e7d32',
          textColor: '#fff',
        },
      },
    },
  })
  server.setErrorHandler(() => ({ status: 500, body: { error: { key: 'ERRORS.INTERNAL_SERVER_ERROR' } } }))
  return Router().use(jobRedirects(queues, base), noteRole, ownStyle(base), server.getRouter())
}

interface AdapterOptions {
  readOnly: boolean
  base: string
  /** Of its name. */
  prefix: string
}

function maskedAdapter(queue: Queue, { readOnly, base, prefix }: AdapterOptions): BullMQAdapter {
  const isOfEvents = queue.name === QUEUES.events || queue.name === QUEUES.deadLetter
  const links = isOfEvents && { externalJobUrl: ({ data }: { data: Ids }) => linkOf(base, data) }
  const adapter = new BullMQAdapter(queue, { readOnlyMode: readOnly, prefix, ...links })
  adapter.setFormatter('data', maskData)
  adapter.setFormatter('returnValue', maskData)
  return adapter
}

/** A dead letter of an effect has the id of its job. */
const linkOf = (base: string, { provider, eventId }: Ids) =>
  provider === 'outbox'
    ? { displayText: 'Effect', href: base + jobPath('effects', eventId) }
    : eventLink(base, provider, eventId)

/** Of the event that a job is about. */
interface Ids {
  provider: string
  eventId: string
}
