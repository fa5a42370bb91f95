import type { OutboxMessage } from '@sluice/database/outbox'
import { type EffectKind, type Skip, SluiceError } from '@sluice/events'
import { effectors, type QueuedKind } from '../index.ts'
import type { Effector, EffectTools } from './effector.ts'
import type { Lane } from './lanes.ts'
import { parseMessage } from './parse-message.ts'

/** An outbox message whose kind is known and whose payload is valid. */
export interface PreparedEffect {
  timeLimitFactor: number
  lane: Lane
  /** Resolves to null when done, or to the reason why it was not carried out. */
  run(tools: EffectTools): Promise<Skip | null>
}

/**
 * @throws {UnknownKindError} for a kind that this version does not know.
 * @throws {InvalidPayloadError} for a payload that does not match its kind.
 */
export function prepareEffect(message: OutboxMessage): PreparedEffect {
  const { kind } = message
  if (!isKnown(kind)) throw new UnknownKindError(kind)
  return prepare(effectors[kind] as Effector<EffectKind>, message)
}

function prepare<Kind extends EffectKind>(effector: Effector<Kind>, message: OutboxMessage): PreparedEffect {
  const parsed = parseMessage(effector, message)
  const { timeLimitFactor, lane } = effector
  return { timeLimitFactor, lane, run: (tools) => effector.run(parsed, tools) }
}

const isKnown = (kind: string): kind is QueuedKind => Object.hasOwn(effectors, kind)

class UnknownKindError extends SluiceError {
  override readonly name = 'UnknownKindError'

  constructor(kind: string) {
    super('unknown_kind', kind)
  }
}
