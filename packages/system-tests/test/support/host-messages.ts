import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { HOST_MESSAGE_TYPES } from '@sluice/events'
import { REPOSITORY } from '@sluice/testing'
import type { HostRequest, TestHost } from '@sluice/testing/stand-ins'
import { Webhook } from 'standardwebhooks'
import { z } from 'zod'

export const HOST_SECRET = 'whsec_dGhlIHNlY3JldCBvZiB0aGUgaG9zdCBhcHBsaWNhdGlvbg=='

interface Schema {
  type?: unknown
  properties?: Record<string, Schema>
  items?: Schema
  [name: string]: unknown
}

/** The schema of a type, as it is published. */
export const schemaOf = (type: string): Schema =>
  JSON.parse(readFileSync(join(REPOSITORY, `packages/host/schemas/${type}.json`), 'utf8'))

/** A host may take properties that it does not know, but we send none. */
function strict(schema: Schema): Schema {
  const { properties, items } = schema
  return {
    ...schema,
    ...(items && { items: strict(items) }),
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, strict(one)])),
      additionalProperties: false,
    }),
  }
}

const SCHEMAS = new Map(
  HOST_MESSAGE_TYPES.map((type) => [type as string, z.fromJSONSchema(strict(schemaOf(type)) as never)]),
)

/** @throws unless it is signed and fits the schema of its type */
export function checkMessage({ body, headers, type }: HostRequest): void {
  new Webhook(HOST_SECRET).verify(body, headers)
  SCHEMAS.get(type)?.parse(JSON.parse(body))
  if (!SCHEMAS.has(type)) throw new Error(`no schema for ${type}`)
}

/** The messages that the host acknowledged, in the order in which they came. */
export const acknowledgedBy = ({ requests }: TestHost): HostRequest[] =>
  requests.filter(({ isAcknowledged }) => isAcknowledged)
