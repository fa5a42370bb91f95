import type { ErasedEvent } from '@sluice/database/replay'
import { reasonOf } from '@sluice/runtime/logger'
import type { ActionContext } from './context.ts'

/** Asks the providers with an API key for bodies that were erased here. What they refuse stays erased. */
export async function fetchBodies(
  events: ErasedEvent[],
  { openApis, signal, logger }: Pick<ActionContext, 'openApis' | 'signal' | 'logger'>,
): Promise<Map<string, Buffer>> {
  const bodies = new Map<string, Buffer>()
  if (events.length === 0) return bodies
  const apis = await openApis()
  const apiOf = new Map(apis.map(({ provider, api }) => [provider.name, api]))
  try {
    for (const event of events) {
      signal.throwIfAborted()
      const body = await apiOf.get(event.provider)?.fetchEvent?.(event)
      if (body) bodies.set(event.id, body)
    }
  } catch (error) {
    signal.throwIfAborted()
    logger.warn('Erased bodies were not fetched', { reason: reasonOf(error) })
  }
  return bodies
}
