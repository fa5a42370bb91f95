import { type Decision, type Handler, ignored, type ReceivedEvent } from '@sluice/events'
import { replicateHandlers } from './replicate/index.ts'
import { isThin, stripeHandlers } from './stripe/index.ts'

export { outputFiles } from './replicate/output-files.ts'

/** A line for each provider that has handlers. */
const handlers = new Map<string, Map<string, Handler>>([
  ['stripe', new Map(Object.entries(stripeHandlers))],
  ['replicate', new Map(Object.entries(replicateHandlers))],
])

/** The handled types of a provider, as it spells them. */
export const handledTypesOf = (provider: string): readonly string[] =>
  [...(handlers.get(provider)?.keys() ?? [])].filter((type) => !type.endsWith('.*'))

/** Every handled type. */
export const handledTypes: readonly string[] = [...handlers.keys()].flatMap(handledTypesOf)

/**
 * Decides which facts and effects follow from an event. Pure: the same event always gives the same decision.
 *
 * @throws {EventError} `invalid_object` when the event's object is not what its type promises.
 */
export function decide(event: ReceivedEvent): Decision {
  if (event.provider === 'stripe' && isThin(event.payload)) return ignored('thin event: nothing is set up to fetch it')
  const handle = handlerOf(event.provider, event.type)
  return handle ? handle(event) : ignored('no handler for this type')
}

/** The handler of this type, else that of its family: `training.*` for `training.succeeded`. */
function handlerOf(provider: string, type: string): Handler | undefined {
  const byType = handlers.get(provider)
  return byType?.get(type) ?? byType?.get(`${type.split('.')[0]}.*`)
}
