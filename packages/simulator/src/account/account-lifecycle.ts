import { beginState, type CustomerState, type LifecycleOptions } from '../lifecycle/state.ts'
import { STEPS, type Step } from '../lifecycle/steps/index.ts'
import type { SentEvent } from '../sent-event.ts'
import type { AccountChange, ApiObject } from './change.ts'
import { paymentObjects } from './payment-objects.ts'

export interface AccountLifecycleOptions extends LifecycleOptions {
  steps: readonly Step[]
  /** A connected account; null for the platform's own. */
  account: string | null
}

/** The changes of one customer, in the order in which they happened. */
export function accountLifecycle({ steps, account, ...options }: AccountLifecycleOptions): AccountChange[] {
  const state = beginState(options)
  return steps.map((step) => changeOf(state, STEPS[step](state), account))
}

function changeOf(state: CustomerState, sent: SentEvent, account: string | null): AccountChange {
  const body = JSON.parse(sent.body)
  const object: ApiObject = body.data.object
  const event = account === null ? sent : { ...sent, body: JSON.stringify({ account, ...body }, null, 2) }
  return { event, objects: objectsOf(state, sent.type, object), account }
}

function objectsOf(state: CustomerState, type: string, object: ApiObject): ApiObject[] {
  // The features of a customer have no id of their own.
  if (object.object === 'entitlements.active_entitlement_summary') return [{ ...object, id: `${object['customer']}` }]
  if (object.id === undefined) return []
  if (DELETIONS.has(type)) return [{ id: object.id, object: object.object, deleted: true }]
  return [object, ...paymentObjects(state, object)]
}

/** A subscription that ends stays in the API, as canceled. */
const DELETIONS = new Set(['customer.deleted', 'invoice.deleted', 'plan.deleted', 'price.deleted', 'product.deleted'])
