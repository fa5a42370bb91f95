import {
  ACTION_STATES,
  type CheckedAction,
  checkAction,
  insertAction,
  isProblem,
  listActions,
  readAction,
  verifyActions,
} from '@sluice/database/actions'
import type { Pool } from '@sluice/database/pool'
import { type Request, type Response, Router } from 'express'
import { z } from 'zod'
import { sentByOwnPage } from '../own-page.ts'
import { personOf } from '../sign-in/authenticate.ts'
import type { Person } from '../sign-in/people.ts'
import { jsonBody } from './json-body.ts'
import { actionFor } from './masks.ts'
import { cursor, date, limit, word } from './query.ts'
import { answerFailure, refuse, route } from './route.ts'
import { AcceptedAction, Action, ActionChain, ActionPage, NewAction } from './schemas/actions.ts'
import type { ErrorAnswer } from './schemas/common.ts'

/** As much as ten thousand ids of events have. */
const BODY_MAX = '1mb'

/** Actions of operators, newest first. */
export const actions = route({
  path: '/actions',
  query: z.object({
    kind: word,
    actor: word,
    fingerprint: word,
    state: z
      .enum(['', ...ACTION_STATES])
      .optional()
      .transform((state) => state || undefined),
    since: date,
    until: date,
    cursor,
    limit,
  }),
  answer: ActionPage,
  read: async (reader, { cursor, limit, ...filter }, person) => {
    const rows = await listActions(reader, filter, { before: cursor, limit: limit + 1 })
    const items = rows.slice(0, limit)
    return {
      items: items.map((row) => actionFor(person, row)),
      next: rows.length > limit ? (items.at(-1)?.id ?? null) : null,
    }
  },
})

const BROKEN_MAX = 100

/** Computes the chain of all actions again. */
export const actionChain = route({
  path: '/actions/chain',
  query: z.object({}),
  answer: ActionChain,
  read: async (reader) => {
    const broken = await verifyActions(reader)
    return { whole: broken.length === 0, broken: broken.slice(0, BROKEN_MAX) }
  },
})

/** One action: what was asked for, and how far it is. */
export const action = route({
  path: '/actions/:id',
  query: z.object({ id: z.string().regex(/^\d{1,18}$/, 'must be the id of an action') }),
  answer: Action,
  read: async (reader, { id }, person) => {
    const row = await readAction(reader, id)
    return row && { ...actionFor(person, row), result: row.result ?? null }
  },
})

/** `POST /actions`: inserts an action, which a worker carries out. */
export function newAction(writer: Pool): Router {
  const router = Router()
  router.post('/actions', sentByOwnPage, jsonBody(BODY_MAX), (request, response) => accept(writer, request, response))
  return router
}

async function accept(writer: Pool, request: Request, response: Response): Promise<void> {
  const person = personOf(response)
  const asked = NewAction.safeParse(request.body)
  if (!asked.success) return refuse(response, 400, invalid(asked.error))
  const { kind, filter, reason } = asked.data
  const checked = checkAction({ kind, filter, reason, role: person.role })
  if (isProblem(checked)) {
    const { parameter, message, isForbidden } = checked
    return refuse(response, isForbidden ? 403 : 400, {
      error: isForbidden ? 'forbidden' : 'invalid_action',
      parameter,
      message,
    })
  }
  try {
    const id = await insert(writer, person, checked, reason, request.ip)
    response.status(202).set('Cache-Control', 'no-store').json(AcceptedAction.parse({ id }))
  } catch (error) {
    answerFailure(response, error)
  }
}

async function insert(writer: Pool, { user, role }: Person, checked: CheckedAction, reason: string, address?: string) {
  if (role === 'viewer') throw new TypeError('the check has refused a viewer')
  return insertAction(writer, { ...checked, actor: user, role, reason: reason.trim(), address: address ?? null })
}

const invalid = ({ issues: [first] }: z.ZodError): ErrorAnswer => ({
  error: 'invalid_action',
  parameter: first?.path.join('.') ?? '',
  message: first?.message ?? '',
})
