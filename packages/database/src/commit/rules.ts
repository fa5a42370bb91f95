import type { Decision, ReceivedEvent } from '@sluice/events'
import type { MergeRules } from '../merges/index.ts'

export interface CommitRules extends MergeRules {
  /** The handlers. Pure. */
  decide(event: ReceivedEvent): Decision
  /** Whether events of this type are thin, and so not for the handlers. Default: none is. */
  isThin?(event: Pick<ReceivedEvent, 'provider' | 'type'>): boolean
  /** How long an event of a prediction waits until the host has inserted its generation job, in seconds. */
  jobWaitSeconds: number
  /** Whether the commit that finishes an event erases its body. */
  eraseBodies?: boolean
}
