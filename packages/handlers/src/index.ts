import { type Decision, type Handler, ignored, type ReceivedEvent } from '@sluice/events'
import { replicateHandlers } from './replicate/index.ts'
import { isThin, stripeHandlers } from './stripe/index.ts'

export { outputFiles } from './replicate/output-files.ts'

const handlers = new Map<string, Map<string, Handler>>([
  ['stripe', new Map(Object.entries(stripeHandlers))],
  ['replicate', new Map(Object.entries(replicateHandlers))],
])

/** The types of a provider that something is done with, as it spells them. */
export const handledTypesOf = (provider: string): readonly string[] =>
  [...(handlers.get(provider)?.keys() ?? [])].filter((type) => !type.endsWith('.*'))

/** Every type that something is done with. */
export const handledTypes: readonly string[] = [...handledTypesOf('stripe'), ...handledTypesOf('replicate')]

/**
 * Says what an event means. Pure: the same event always gives the same decision.
 *
 * @throws {EventError} `invalid_object` when the event's object is not what its type promises.
 */
export function decide(event: ReceivedEvent): Decision {
  if (event.provider === 'stripe' && isThin(event.payload)) return ignored('thin event: nothing is set up to fetch it')
  const handle = handlerOf(event.provider, event.type)
  return handle ? handle(event) : ignored('no handler for this type')
}

/** The handler of exactly this type, else the one of its whole family: `training.*` for `training.succeeded`. */
function handlerOf(provider: string, type: string): Handler | undefined {
  const byType = handlers.get(provider)
  return byType?.get(type) ?? byType?.get(`${type.split('.')[0]}.*`)
}
