import type { TakenAction } from '@sluice/database/actions/run'
import type { CommitRules } from '@sluice/database/commit'
import type { Pool } from '@sluice/database/pool'
import type { EmailWriter } from '@sluice/emails'
import type { OpenApi } from '@sluice/providers/apis'
import type { Logger } from '@sluice/runtime/logger'

/** All that actions need of a worker. */
export interface ActionTools {
  /** Connections of actions alone, since some hold theirs for seconds. */
  pool: Pool
  /** By which this worker commits. */
  rules: CommitRules
  /** Identifies the handlers and the settings that decide what they do. */
  handlerVersion(): string
  /** Providers with an API key. */
  openApis(): Promise<OpenApi[]>
  /** How long events are kept, in days. */
  eventDays: number
  /** Writes e-mails again that an operator wants to see. */
  writer: EmailWriter
  logger: Logger
}

/** One run of an action. */
export interface ActionContext extends ActionTools {
  action: TakenAction
  /** Aborted when the run must end: the action was stopped, another worker has it, or this process stops. */
  signal: AbortSignal
  /** Writes how much is done. @throws once `signal` is aborted */
  progress(done: number, total: number | null): Promise<void>
}

/**
 * Carries out one kind of action. A killed worker's action begins again in another one, so doing it twice is doing it once.
 *
 * @param filter as the schema of the kind returns it
 * @returns the result that people read, as JSON
 * @throws {ActionRefusedError} if it must not be done
 */
export type RunAction<Filter> = (filter: Filter, context: ActionContext) => Promise<Record<string, unknown>>
