import { type Fact, type Handler, processed } from '@sluice/events'
import { onChargeCaptured } from './charge.captured.ts'
import { onChargeRefunded } from './charge.refunded.ts'
import { dataOf } from './object.ts'

/** A charge that succeeded, with what was refunded of it so far. */
export const onImportedCharge: Handler = (event) => {
  const isRefunded = Number(dataOf(event).object['amount_refunded'] ?? 0) > 0
  const handlers = isRefunded ? [onChargeCaptured, onChargeRefunded] : [onChargeCaptured]
  return processed(handlers.flatMap((handle) => factsOf(handle, event)))
}

function factsOf(handle: Handler, event: Parameters<Handler>[0]): Fact[] {
  const decision = handle(event)
  return decision.outcome === 'processed' ? decision.facts : []
}
