import type { Pool } from '@sluice/database/pool'
import { kindOf, sqlState } from '@sluice/database/sql'
import type { Probe } from '@sluice/runtime/probe'
import type { RequestHandler, Response } from 'express'
import type { z } from 'zod'
import { personOf } from '../sign-in/authenticate.ts'
import type { Person } from '../sign-in/people.ts'
import type { ErrorAnswer } from './schemas/common.ts'

/** One `GET` of the API. */
export interface Route {
  /** Express path below `/api`. */
  path: string
  /** Names of its parameters, those of the path included. */
  parameters: string[]
  handler(reader: Pool, probes: Record<string, Probe>): RequestHandler
}

interface Definition<Query extends z.ZodObject, Answer extends z.ZodType> {
  path: string
  /** Parameters of the path and of the query together. */
  query: Query
  /** Only these properties leave the process. */
  answer: Answer
  /** Null: there is no such thing. */
  read(
    reader: Pool,
    query: z.output<Query>,
    person: Person,
    /** Of the stores, by name. */
    probes: Record<string, Probe>,
  ): Promise<z.input<Answer> | null>
}

export function route<Query extends z.ZodObject, Answer extends z.ZodType>({
  path,
  query,
  answer,
  read,
}: Definition<Query, Answer>): Route {
  return {
    path,
    parameters: Object.keys(query.shape),
    handler: (reader, probes) => async (request, response) => {
      const given = query.safeParse({ ...request.query, ...request.params })
      if (!given.success) return refuse(response, 400, invalid(given.error))
      try {
        const value = await read(reader, given.data, personOf(response), probes)
        if (value === null) return refuse(response, 404, { error: 'not_found' })
        response.set('Cache-Control', 'no-store').json(answer.parse(value))
      } catch (error) {
        answerFailure(response, error)
      }
    },
  }
}

const CANCELED = '57014'

/** Answers for a database that is slow or unreachable. @throws any other error */
export function answerFailure(response: Response, error: unknown): void {
  if (sqlState(error) === CANCELED) refuse(response, 503, { error: 'too_slow' })
  else if (kindOf(error) === 'outage') refuse(response, 503, { error: 'unavailable' })
  else throw error
}

export function refuse(response: Response, status: number, answer: ErrorAnswer): void {
  response.status(status).set('Cache-Control', 'no-store').json(answer)
}

export function invalid({ issues: [first] }: z.ZodError): ErrorAnswer {
  return { error: 'invalid_query', parameter: String(first?.path[0] ?? ''), message: first?.message ?? '' }
}
