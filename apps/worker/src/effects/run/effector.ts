import type { Pool } from '@sluice/database/pool'
import type { EmailWriter } from '@sluice/emails'
import type { EffectKind, EffectPayloads, Skip } from '@sluice/events'
import type { ReplicateApi } from '@sluice/providers/replicate/api'
import type { RedisClient } from '@sluice/queue'
import type { Logger } from '@sluice/runtime/logger'
import type { StoredFiles } from '@sluice/stored-files'
import { z } from 'zod'
import type { Downloader } from '../../outbound/assets/download.ts'
import type { Mailer } from '../../outbound/mail/mailer.ts'
import type { EmailRules } from '../../outbound/mail/rules.ts'
import type { Documents } from '../../outbound/pdf/documents.ts'
import type { StaffWebhook } from '../../outbound/staff/webhook.ts'
import type { ObjectStore } from '../../outbound/store/index.ts'
import type { Lane } from './lanes.ts'

export interface EffectMessage<Kind extends EffectKind = EffectKind> {
  kind: Kind
  /** Idempotency key. Sent to the external system, so that a repeat has the same result. */
  effectKey: string
  payload: EffectPayloads[Kind]
  /** The row of the event that caused the effect first. */
  webhookEventId: string | null
  /** The provider's id of that event. */
  eventId: string | null
  /** The connected account that it is about; null for the platform's own. */
  account: string | null
  /** When the thing happened that it is about. */
  occurredAt: Date
}

export interface EffectTools {
  /** For reading merged rows. */
  pool: Pool
  /** Null in the trial mode without Redis. */
  redis: RedisClient | null
  mail: Mailer
  writer: EmailWriter
  documents: Documents
  emailRules: EmailRules
  /** Null without `STAFF_WEBHOOK_URL`: the staff get e-mail. */
  staffWebhook: StaffWebhook | null
  /** How people reach the board. */
  boardUrl?: string | undefined
  store: ObjectStore
  storedFiles: StoredFiles
  downloader: Downloader
  /** Null without an API token of Replicate. */
  replicate: ReplicateApi | null
  logger: Logger
  /** Aborted at the time limit of the effect, when the queue is about to retry it. */
  signal: AbortSignal
}

interface Definition<Kind extends EffectKind> {
  /** A schema per field of the payload, for messages that are read back from Postgres. */
  payload: { [Field in keyof EffectPayloads[Kind]]-?: z.ZodType<EffectPayloads[Kind][Field]> }
  /** Multiplier of the effect time limit; default: 1. */
  timeLimitFactor?: number
  /** Effects that it shares its places with; default: those that send e-mail. */
  lane?: Lane
  /**
   * Whether the effect is about the time that it was scheduled for, like a reminder, and not about the time of its
   * event. Its age counts from there.
   */
  isScheduled?: boolean
  /**
   * Runs the effect and passes its key to the external system, so that a second run has no further result. Resolves to
   * null when done, or to the reason why it was not carried out, `skip('obsolete', 'the invoice is paid')`.
   *
   * @throws {UnreachableError} when the external system cannot serve it now, which uses no attempt. Any other error
   * uses one.
   */
  run(message: EffectMessage<Kind>, tools: EffectTools): Promise<Skip | null>
}

export interface Effector<Kind extends EffectKind> {
  kind: Kind
  payload: z.ZodType<EffectPayloads[Kind]>
  timeLimitFactor: number
  lane: Lane
  isScheduled: boolean
  run: Definition<Kind>['run']
}

/** Defines a kind of effect: a schema for exactly the fields of `EffectPayloads`, and the code that runs it. */
export const defineEffect = <Kind extends EffectKind>(
  kind: Kind,
  { payload, timeLimitFactor = 1, lane = 'mail', isScheduled = false, run }: Definition<Kind>,
): Effector<Kind> => ({
  kind,
  payload: z.object(payload) as unknown as z.ZodType<EffectPayloads[Kind]>,
  timeLimitFactor,
  lane,
  isScheduled,
  run,
})

export const id = z.string().min(1)
export const isoTime = z.iso.datetime({ offset: true })
