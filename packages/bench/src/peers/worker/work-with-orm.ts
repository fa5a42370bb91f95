import { createServer } from 'node:http'
import { prismaOf } from '@sluice/database/client'
import { connect } from '@sluice/database/pool'
import { Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { CONNECTIONS } from '../../plan.ts'
import type { Transaction } from './settle.ts'

const TIMEOUTS = { maxWait: 30_000, timeout: 30_000 }
const RETRY_MS = 100

/** One job per event, ten at once, each with an ordinary ORM transaction. */
export async function workWithOrm<Data>(
  queue: string,
  prefix: string,
  work: (transaction: Transaction, data: Data) => Promise<void>,
): Promise<void> {
  const prisma = prismaOf(connect(process.env['WORKER_DATABASE_URL'] ?? '', { max: CONNECTIONS }))
  const worker = new Worker<Data>(
    queue,
    ({ data }) => prisma.$transaction((transaction) => work(transaction, data), TIMEOUTS),
    {
      prefix,
      connection: new Redis(process.env['REDIS_URL'] ?? '', { maxRetriesPerRequest: null }),
      concurrency: CONNECTIONS,
      settings: { backoffStrategy: () => RETRY_MS },
    },
  )
  worker.on('failed', (_job, error) => console.error(error))
  worker.on('error', console.error)
  await worker.waitUntilReady()

  createServer((_request, response) => response.end()).listen(Number(process.env['PORT']), '127.0.0.1')
}
