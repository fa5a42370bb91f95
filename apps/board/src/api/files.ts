import { pipeline } from 'node:stream/promises'
import { findStoredFile } from '@sluice/database/inspect'
import type { Pool } from '@sluice/database/pool'
import { withDeadline } from '@sluice/runtime/deadline'
import { type ByteRange, checkKey, type FileHead, ObjectStoreError, type StoredFiles } from '@sluice/stored-files'
import type { Request, RequestHandler, Response } from 'express'
import { personOf } from '../sign-in/authenticate.ts'
import { HEAD_BYTES, shownType } from './file-type.ts'
import { answerFailure, refuse } from './route.ts'

/** A disk that hangs has no time limit of its own. */
const DEADLINE_MS = 8_000

/** A file may come from a stranger: it gets an origin of its own, runs nothing and loads nothing. */
const SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'self'"

/**
 * One stored file, by a name that a row of the database holds. Nothing else of the request reaches the store. What a
 * browser might run is only saved, never shown.
 */
export function files(reader: Pool, store: StoredFiles): RequestHandler {
  return async (request, response) => {
    if (personOf(response).role === 'viewer') return refuse(response, 403, { error: 'forbidden' })
    const key = keyOf(request)
    if (key === null) return refuse(response, 404, { error: 'not_found' })
    try {
      const row = await findStoredFile(reader, key)
      if (row === null) return refuse(response, 404, { error: 'not_found' })
      const head = await withDeadline(readHead(store, key), DEADLINE_MS, 'the store')
      if (head === undefined) return refuse(response, 404, { error: 'file_missing', message: MISSING })
      await send(request, response, { key, ...head, type: await shownType(row.contentType, head.head) }, store)
    } catch (error) {
      answerStoreFailure(response, error)
    }
  }
}

const MISSING = 'The database names this file, but the store does not have it.'

/** Slashes within it may be encoded or not. */
function keyOf({ params }: Request): string | null {
  const key = [params['key'] ?? []].flat().join('/')
  try {
    checkKey(key)
    return key
  } catch {
    return null
  }
}

/** A store that is not there would look like one without the file. */
async function readHead(store: StoredFiles, key: string): Promise<FileHead | undefined> {
  const head = await store.readHead(key, HEAD_BYTES)
  if (head === undefined) await store.check()
  return head
}

interface Opened extends FileHead {
  key: string
  /** Null: to be saved. */
  type: string | null
}

async function send(request: Request, response: Response, file: Opened, store: StoredFiles): Promise<void> {
  const { bytes } = file
  const range = rangeOf(request, bytes)
  setHeaders(response, file)
  if (range === 'unsatisfiable') return void response.status(416).set('Content-Range', `bytes */${bytes}`).end()
  const { start, end } = range ?? { start: 0, end: bytes - 1 }
  if (range) response.status(206).set('Content-Range', `bytes ${start}-${end}/${bytes}`)
  response.set('Content-Length', String(end - start + 1))
  if (request.method === 'HEAD' || bytes === 0) return void response.end()
  const body = await withDeadline(store.read(file.key, { start, end }), DEADLINE_MS, 'the store')
  if (body === undefined) throw new ObjectStoreError('file_removed')
  // Once bytes are sent, a failure can only end the connection.
  await pipeline(body, response).catch(() => response.destroy())
}

/** Videos are read in parts: https://www.rfc-editor.org/rfc/rfc9110#name-range. Several parts at once are answered with the whole. */
function rangeOf(request: Request, bytes: number): ByteRange | 'unsatisfiable' | undefined {
  const ranges = request.range(bytes)
  if (ranges === -1) return 'unsatisfiable'
  return ranges === undefined || ranges === -2 || ranges.type !== 'bytes' || ranges.length !== 1 ? undefined : ranges[0]
}

function setHeaders(response: Response, { key, type }: Opened): void {
  const name = (key.split('/').at(-1) ?? '').replace(/[^\w.-]+/g, '-')
  response.set({
    'Content-Type': type ?? 'application/octet-stream',
    'Content-Disposition': `${type === null ? 'attachment' : 'inline'}; filename="${name}"`,
    'Content-Security-Policy': SANDBOX,
    'X-Content-Type-Options': 'nosniff',
    'Accept-Ranges': 'bytes',
    // No copy outlives the person's being forgotten.
    'Cache-Control': 'no-store',
  })
}

/** Answers for a store or a database that cannot say. @throws any other error */
function answerStoreFailure(response: Response, error: unknown): void {
  const { name, code } = error as { name?: unknown; code?: unknown }
  if (name !== 'ObjectStoreError' && name !== 'DeadlineError') {
    answerFailure(response, error)
    return
  }
  for (const header of ['Content-Disposition', 'Content-Length', 'Content-Range']) response.removeHeader(header)
  refuse(response, 503, { error: 'store_unreachable', message: `The store of files does not answer: ${code}` })
}
