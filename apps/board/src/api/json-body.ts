import express, { type RequestHandler } from 'express'
import { refuse } from './route.ts'

/** Parses a body that must be JSON, of `limit` at most, such as `1mb`. */
export function jsonBody(limit: string): RequestHandler {
  const parse = express.json({ limit, strict: true })
  return (request, response, next) => {
    if (!request.is('application/json')) return refuse(response, 415, { error: 'unsupported_media_type' })
    parse(request, response, (error?: unknown) => {
      if (error === undefined) next()
      else if (isTooLarge(error)) refuse(response, 413, { error: 'payload_too_large' })
      else refuse(response, 400, { error: 'invalid_json' })
    })
  }
}

const isTooLarge = (error: unknown): boolean => (error as { type?: unknown }).type === 'entity.too.large'
