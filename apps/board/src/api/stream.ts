import { createTail, listEvents, type News, newsFor, tailPredicate } from '@sluice/database/inspect'
import type { Pool } from '@sluice/database/pool'
import { type Logger, reasonOf, throttledLogger } from '@sluice/runtime/logger'
import type { RequestHandler, Response } from 'express'
import { isStillSignedIn } from '../sign-in/authenticate.ts'
import { cursor, eventFilter } from './query.ts'
import { answerFailure, invalid, refuse } from './route.ts'
import { StreamItem } from './schemas/stream.ts'

/** Proxies end a connection that is silent for a minute or less. */
const HEARTBEAT_MS = 15_000

/** After a break, so many events follow. Of more, the list is read again. */
const RESUMED_MAX = 500

/** Each watcher is a connection. */
const WATCHERS_MAX = 100

/** A browser that reads no more is disconnected, and resumes later. */
const UNREAD_BYTES_MAX = 1_000_000

const query = eventFilter.pick({ provider: true, type: true, status: true, customer: true, user: true })

/** Arrivals and endings as server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html */
export function stream(reader: Pool, logger: Logger): RequestHandler {
  const log = throttledLogger(logger)
  const tail = createTail(reader, (error) => log.warn('Stream interrupted', { reason: reasonOf(error) }))
  let watchers = 0

  return async (request, response) => {
    const given = query.safeParse(request.query)
    const last = cursor.safeParse(request.headers['last-event-id'])
    if (!given.success) return refuse(response, 400, invalid(given.error))
    if (!last.success) return refuse(response, 400, { error: 'invalid_query', parameter: 'Last-Event-ID' })
    if (watchers >= WATCHERS_MAX) return refuse(response, 503, { error: 'too_many_streams' })
    watchers += 1
    response.once('close', () => {
      watchers -= 1
    })
    try {
      const isWanted = await tailPredicate(reader, given.data)
      const missed = last.data && (await listEvents(reader, given.data, { after: last.data, limit: RESUMED_MAX + 1 }))
      open(response)
      response.once(
        'close',
        tail.watch((news) => send(response, newsFor(news, isWanted))),
      )
      if (missed && missed.length > RESUMED_MAX) write(response, 'reload', {})
      else for (const row of (missed || []).reverse()) write(response, 'arrived', StreamItem.parse(row), row.id)
    } catch (error) {
      answerFailure(response, error)
    }
  }
}

function open(response: Response): void {
  response
    .status(200)
    .set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' })
    .flushHeaders()
  response.write('retry: 2000\n\n')
  const timer = setInterval(() => {
    if (isStillSignedIn(response)) response.write(':\n\n')
    else response.end()
  }, HEARTBEAT_MS)
  response.once('close', () => clearInterval(timer))
}

function send(response: Response, { arrived, ended, more, isIncomplete }: News): void {
  if (response.writableLength > UNREAD_BYTES_MAX) return void response.destroy()
  if (isIncomplete) write(response, 'reload', {})
  for (const row of arrived) write(response, 'arrived', StreamItem.parse(row), row.id)
  // Without an id: a browser resumes after the last arrival.
  for (const row of ended) write(response, 'ended', StreamItem.parse(row))
  if (more > 0) write(response, 'more', { count: more })
}

function write(response: Response, event: string, data: object, id?: string): void {
  response.write(`event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`)
}
