import {
  CHECKOUT_LINES_TYPE,
  type Decision,
  type Handler,
  type HandlerSettings,
  ignored,
  isImportType,
  type ReceivedEvent,
} from '@sluice/events'
import { replicateHandlers } from './replicate/index.ts'
import { onCheckoutLines } from './stripe/checkout-lines.ts'
import { importHandlers } from './stripe/import.ts'
import { isThin, stripeHandlers } from './stripe/index.ts'

export { ASSET_HOSTS, outputFiles } from './replicate/output-files.ts'
export { readInvoiceLine } from './stripe/invoice-line.ts'

/** Handlers by provider and type. */
const handlers = new Map<string, Map<string, Handler>>([
  ['stripe', new Map(Object.entries({ ...stripeHandlers, ...importHandlers, [CHECKOUT_LINES_TYPE]: onCheckoutLines }))],
  ['replicate', new Map(Object.entries(replicateHandlers))],
])

/** The types of imported objects. */
export const importTypes: readonly string[] = Object.keys(importHandlers)

/** The handled types that a provider sends, in the provider's spelling. */
export const handledTypesOf = (provider: string): readonly string[] =>
  [...(handlers.get(provider)?.keys() ?? [])].filter(
    (type) => !type.endsWith('.*') && !isImportType(type) && type !== CHECKOUT_LINES_TYPE,
  )

/** Every handled type that a provider sends. */
export const handledTypes: readonly string[] = [...handlers.keys()].flatMap(handledTypesOf)

/**
 * Decides which facts and effects follow from an event. Pure: the same event always gives the same decision.
 *
 * @throws {EventError} `invalid_object` when the event's object does not match its type.
 */
export function decide(event: ReceivedEvent, settings?: HandlerSettings): Decision {
  if (event.provider === 'stripe' && isThin(event.payload))
    return ignored('thin event: a handler needs its snapshot event')
  const handle = handlerOf(event.provider, event.type)
  return handle ? handle(event, settings) : ignored('no handler for this type')
}

/** The handler of this type, else of its family, such as `training.*` for `training.succeeded`. */
function handlerOf(provider: string, type: string): Handler | undefined {
  const byType = handlers.get(provider)
  return byType?.get(type) ?? byType?.get(`${type.split('.')[0]}.*`)
}
