import type { Pool } from '@sluice/database/pool'
import type { Logger, ThrottledLogger } from '@sluice/runtime/logger'
import type { Backoff } from '../effects/run/pauses.ts'

export interface DeliveryTools extends Backoff {
  pool: Pool
  logger: Logger
  throttledLog: ThrottledLogger
  secrets: readonly string[]
  timeoutMs: number
  /** The keys of all endpoints that are configured now. */
  endpoints(): readonly string[]
  /** Whether an operator has paused the effects. */
  isPaused(): boolean
  /** Lists a dead letter for operators. */
  noteDeadLetter(id: string, cause: string): Promise<void>
}
