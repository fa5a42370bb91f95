import { createServer } from 'node:http'
import { PREFIX, QUEUES } from '@sluice/queue'
import { Worker } from 'bullmq'
import { CONNECTIONS } from './connections.ts'
import { connectPrisma } from './prisma.ts'
import { settle } from './settle.ts'

const PATIENCE = { maxWait: 30_000, timeout: 30_000 }
const RETRY_MS = 100

/** The worker that most would write: a job an event, and for each an ordinary transaction of the ORM. */
const prisma = connectPrisma(process.env['WORKER_DATABASE_URL'] ?? '')
const { hostname: host, port } = new URL(process.env['REDIS_URL'] ?? '')
const worker = new Worker<{ id: string }>(
  QUEUES.events,
  ({ data }) => prisma.$transaction((transaction) => settle(transaction, BigInt(data.id)), PATIENCE),
  {
    prefix: PREFIX,
    connection: { host, port: Number(port) },
    concurrency: CONNECTIONS,
    settings: { backoffStrategy: () => RETRY_MS },
  },
)
worker.on('failed', (_job, error) => console.error(error))
worker.on('error', console.error)
await worker.waitUntilReady()

createServer((_request, response) => response.end()).listen(Number(process.env['PORT']), '127.0.0.1')
