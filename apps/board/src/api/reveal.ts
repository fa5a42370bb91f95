import { type Revealed, type RevealedRow, readRevealed } from '@sluice/database/actions'
import type { Pool } from '@sluice/database/pool'
import { type Request, type RequestHandler, type Response, Router } from 'express'
import { personOf } from '../sign-in/authenticate.ts'
import { RENDERINGS, type Revealing } from './rendering.ts'
import { answerFailure, refuse } from './route.ts'
import { RevealedAddress, RevealedBody } from './schemas/reveal.ts'

/** As much as a person reads; the rest is in the download. */
const SHOWN_MAX = 256 * 1024

type Parameters = Record<string, string>

/** @param whatOf the row that the path names */
const columns = (
  path: string,
  whatOf: (parameters: Parameters) => Revealed,
  answer: (row: RevealedRow, request: Request, response: Response) => void,
): Revealing => ({
  path,
  read: async (reader, parameters, actor) => {
    const row = await readRevealed(reader, whatOf(parameters), actor)
    return row && ((request, response) => answer(row, request, response))
  },
})

/** Every route that answers hidden columns. All are of one row, and of no list. */
export const REVEALING: Revealing[] = [
  columns(
    '/events/:provider/:id/body',
    ({ provider = '', id = '' }) => ({ provider, event: id }),
    (row, request, response) => (request.query['download'] === '1' ? download : show)(row, request, response),
  ),
  columns('/customers/:id/address', ({ id = '' }) => ({ customer: id }), address),
  columns('/users/:id/address', ({ id = '' }) => ({ user: id }), address),
  columns('/emails/:key/address', ({ key = '' }) => ({ email: key }), address),
  ...RENDERINGS,
]

/** Answers within ten minutes of an action of kind `reveal` by the same person. Postgres verifies that there is one. */
export function revealing(reader: Pool): Router {
  const router = Router()
  for (const { path, read } of REVEALING) router.get(path, handler(reader, read))
  return router
}

const handler =
  (reader: Pool, read: Revealing['read']): RequestHandler =>
  async (request, response) => {
    const { user, role } = personOf(response)
    if (role === 'viewer') return refuse(response, 403, { error: 'forbidden' })
    try {
      const answer = await read(reader, request.params as Parameters, user)
      if (answer === null) return refuse(response, 403, { error: 'not_revealed' })
      response.set('Cache-Control', 'no-store')
      answer(request, response)
    } catch (error) {
      answerFailure(response, error)
    }
  }

function show({ revealedUntil, body, headers }: RevealedRow, _request: Request, response: Response): void {
  const isCut = (body?.length ?? 0) > SHOWN_MAX
  const text = body && textOf(isCut ? wholeCharacters(body.subarray(0, SHOWN_MAX)) : body)
  response.json(RevealedBody.parse({ revealedUntil, text, isCut, bytes: body?.length ?? null, headers: headers ?? {} }))
}

/** Null if it is not UTF-8. */
function textOf(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

/** Without the first bytes of a character that was cut. */
function wholeCharacters(bytes: Buffer): Buffer {
  let end = bytes.length - 1
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1
  return bytes.subarray(0, end)
}

/** The exact bytes, as a file that no browser opens by itself. */
function download({ body }: RevealedRow, { params }: Request, response: Response): void {
  if (body === null) {
    refuse(response, 404, { error: 'not_found' })
    return
  }
  response.attachment(`${String(params['id']).replace(/[^\w.-]+/g, '_')}.txt`)
  response.type('application/octet-stream').send(body)
}

function address({ revealedUntil, address: text }: RevealedRow, _request: Request, response: Response): void {
  response.json(RevealedAddress.parse({ revealedUntil, address: text }))
}
