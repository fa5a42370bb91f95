import { createServer } from 'node:http'
import { prismaOf } from '@sluice/database/client'
import { connect } from '@sluice/database/pool'
import { DEFAULT_PREFIX, QUEUES } from '@sluice/queue'
import { Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { CONNECTIONS } from '../../plan.ts'
import { settle } from './settle.ts'

const TIMEOUTS = { maxWait: 30_000, timeout: 30_000 }
const RETRY_MS = 100

/** The usual worker: one job per event, each with an ordinary ORM transaction. */
const prisma = prismaOf(connect(process.env['WORKER_DATABASE_URL'] ?? '', { max: CONNECTIONS }))
const worker = new Worker<{ id: string }>(
  QUEUES.events,
  ({ data }) => prisma.$transaction((transaction) => settle(transaction, BigInt(data.id)), TIMEOUTS),
  {
    prefix: DEFAULT_PREFIX,
    connection: new Redis(process.env['REDIS_URL'] ?? '', { maxRetriesPerRequest: null }),
    concurrency: CONNECTIONS,
    settings: { backoffStrategy: () => RETRY_MS },
  },
)
worker.on('failed', (_job, error) => console.error(error))
worker.on('error', console.error)
await worker.waitUntilReady()

createServer((_request, response) => response.end()).listen(Number(process.env['PORT']), '127.0.0.1')
