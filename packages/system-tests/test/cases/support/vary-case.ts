import { type CaseEvent, loadCase } from './case-files.ts'
import type { CaseOptions } from './describe-cases.ts'

/** An event of Stripe, open to changes. */
export interface Body {
  type: string
  created: number
  livemode: boolean
  data: { object: Record<string, unknown>; previous_attributes?: Record<string, unknown> }
  [field: string]: unknown
}

/** A case with other events: `change` gets those of `cases/<name>`, in order, with times near the present. */
export function varied(name: string, change: (...events: Body[]) => Body[]): CaseOptions {
  const { setup, events } = loadCase(name)
  const bodies = change(...events.map(({ body }) => JSON.parse(body) as Body))
  return { events: { setup, events: bodies.map(asEvent) } }
}

const asEvent = (body: Body, index: number): CaseEvent => ({
  provider: 'stripe',
  name: `${index + 1}-${body.type}`,
  body: JSON.stringify({ ...body, id: `evt_${index + 1}` }),
})

/** The same event with other fields of its object. */
export const having = (body: Body, fields: Record<string, unknown>): Body => ({
  ...body,
  data: { ...body.data, object: { ...body.data.object, ...fields } },
})

/** Another event about the same object, so many seconds later. */
export const later = (body: Body, type: string, seconds: number, fields: Record<string, unknown> = {}): Body =>
  having({ ...body, type, created: body.created + seconds }, fields)

/** An event about another object, so many seconds after this one. */
export const about = (body: Body, type: string, seconds: number, object: Record<string, unknown>): Body => ({
  ...body,
  type,
  created: body.created + seconds,
  data: { object },
})
