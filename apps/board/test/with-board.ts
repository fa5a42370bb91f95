import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, type Pool } from '@sluice/database/pool'
import { DEFAULT_PREFIX, jobIdOf, openQueues, QUEUES } from '@sluice/queue'
import { createLogger, type Logger } from '@sluice/runtime/logger'
import { createProbe } from '@sluice/runtime/probe'
import { openStoredFiles, type StoredFiles } from '@sluice/stored-files'
import { withPostgres, withRedis } from '@sluice/testing'
import { type Job, type Queue, Worker } from 'bullmq'
import type { Router } from 'express'
import { createBoard } from '../src/app.ts'
import { createPeople, type People } from '../src/sign-in/people.ts'

export const CREDENTIALS = { user: 'operator', password: 'a password of the test' }
export const AUTHORIZATION = basic(CREDENTIALS.user, CREDENTIALS.password)

export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

export interface TestBoard {
  url: string
  queues: Queue[]
  events: Queue
  /** Fetches as a logged-in operator. */
  fetch(path: string, init?: RequestInit): Promise<Response>
  /** Log lines with this message. */
  logged(message: string): Array<Record<string, unknown>>
  /** Adds a job and fails it for good. */
  failedJob(error?: Error): Promise<string>
}

interface Options {
  readOnly?: boolean
  /** Default: none that answers. */
  reader?: Pool
  /** Default: none that answers. */
  writer?: Pool
  /** Default: a folder that does not exist. */
  files?: StoredFiles
  /** Default: one operator. */
  people?: People
  trustProxy?: number
  /** As `BOARD_URL`. */
  publicUrl?: string
  /** The routes of the view Send. Default: none, as in production. */
  send?: Router | null
}

/** Starts a board on real queues, with the rights that it has in Redis, and stops it afterwards. */
export function withBoard(
  use: (board: TestBoard) => Promise<void>,
  {
    readOnly = false,
    reader = connect('postgres://127.0.0.1:1/none'),
    writer = connect('postgres://127.0.0.1:1/none'),
    files = openStoredFiles({ kind: 'file', directory: '/nowhere' }, { timeoutMs: 1_000 }),
    people = createPeople(CREDENTIALS),
    trustProxy = 0,
    publicUrl,
    send = null,
  }: Options = {},
): Promise<void> {
  return withRedis(async ({ url: redisUrl, urlOf }) => {
    const [own, { queues, close }] = await Promise.all([openQueues(urlOf('sluice_board')), openQueues(redisUrl)])
    const events = queues.find(({ name }) => name === QUEUES.events) as Queue
    const { logger, logged } = recordingLogger()
    const app = createBoard({
      queues: own.queues,
      reader,
      writer,
      files,
      people,
      send,
      readOnly,
      environment: 'test',
      trustProxy,
      url: publicUrl,
      probes: { redis: createProbe(() => events.getJobCounts()) },
      logger,
    })
    const server = app.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    try {
      await use({
        url,
        queues,
        events,
        fetch: (path, init = {}) =>
          fetch(url + path, {
            redirect: 'manual',
            ...init,
            headers: { Authorization: AUTHORIZATION, ...(init.headers as Record<string, string>) },
          }),
        logged,
        failedJob: (error = new Error('no such customer')) => failOneJob(events, redisUrl, error),
      })
    } finally {
      server.closeAllConnections()
      server.close()
      await Promise.all([own.close(), close()])
    }
  })
}

export interface TestConsole extends TestBoard {
  /** As owner. */
  database: Pool
  /** Of the database, with the rights of a board. */
  boardUrl: string
  /** The JSON of `GET /api…`. */
  read<T = Record<string, unknown>>(path: string): Promise<T>
}

/** Starts a board on a real database, with the rights that it has there. */
export function withConsole(use: (board: TestConsole) => Promise<void>, options: Options = {}): Promise<void> {
  return withPostgres(async ({ url, roleUrl }) => {
    const database = connect(url)
    const boardUrl = roleUrl('sluice_board')
    const reader = connect(boardUrl, { readOnly: true })
    const writer = connect(boardUrl)
    try {
      await withBoard(
        (board) => {
          const read: TestConsole['read'] = async (path) => (await board.fetch(`/api${path}`)).json() as never
          return use({ ...board, database, boardUrl, read })
        },
        { ...options, reader, writer },
      )
    } finally {
      await Promise.all([database.end(), reader.end(), writer.end()])
    }
  })
}

/** The real logger, which keeps lines instead of printing them. */
function recordingLogger(): { logger: Logger; logged: TestBoard['logged'] } {
  const lines: Array<Record<string, unknown>> = []
  const logger = createLogger('board')
  logger.silent = true
  const keep = (message: string, keys: object) => lines.push({ message, ...keys })
  logger.info = keep as never
  logger.warn = keep as never
  logger.log = ((_level: string, message: string, keys: object) => keep(message, keys)) as never
  return { logger, logged: (message) => lines.filter((line) => line['message'] === message) }
}

/** Takes one job by hand and fails it, as a worker does after the last attempt. */
async function failOneJob(events: Queue, redisUrl: string, error: Error): Promise<string> {
  const worker = new Worker(events.name, null, {
    connection: { url: redisUrl, maxRetriesPerRequest: null },
    prefix: DEFAULT_PREFIX,
    autorun: false,
  })
  try {
    const data = { provider: 'stripe', eventId: 'evt_1' }
    await events.add('invoice.paid', data, { jobId: jobIdOf('stripe', 'evt_1'), attempts: 1 })
    const job = (await worker.getNextJob('test')) as Job
    await job.moveToFailed(error, 'test')
    return job.id as string
  } finally {
    await worker.close(true)
  }
}
