import { createInbox } from '@sluice/database/append'
import {
  bookUnclaimedPayments,
  type CommitRules,
  createCommit,
  deriveAccess,
  endPaidAccess,
  linkChangedUsers,
  namedIn,
  originRules,
  resolvePremiumPrices,
} from '@sluice/database/commit'
import { connect, type Pool } from '@sluice/database/pool'
import { decide } from '@sluice/handlers'
import { createProducer } from '@sluice/queue'
import { createLogger, throttledLogger } from '@sluice/runtime/logger'
import { withFolder, withPostgres, withRedis } from '@sluice/testing'
import { type TestSmtp, withSmtp } from '@sluice/testing/stand-ins'
import {
  createEffectProcessor,
  createFetchObject,
  createLockWaits,
  openOutbound,
  readEnvironment,
} from '@sluice/worker'
import type { Case, CaseEvent } from './case-files.ts'
import { verified } from './case-files.ts'
import { type Outcome, readOutcome } from './outcome.ts'

/** How a case is run. */
export interface Run {
  /** Positions of the events, in order of arrival. */
  order: number[]
  /**
   * `eager`: one event after the other, and after each one the effects that are due, as a worker with nothing else to
   * do. `batch`: all events in one transaction, then the effects. `single`: one transaction an event, then the effects.
   */
  mode: 'eager' | 'batch' | 'single'
  /** Whether every event arrives a second time, in reversed order. */
  repeated?: boolean
}

export interface CaseRunner {
  owner: Pool
  run(one: Case, run: Run): Promise<Outcome>
}

/** Variables of the worker, besides those of the stores. */
export type Settings = Record<string, string>

/** Effects that a short wait holds back run at the end. Reminders, days later, do not. */
const HORIZON = '15 minutes'

/** The schedules of a worker that change state without an event. */
const SCHEDULES: ((pool: Pool, rules: CommitRules) => Promise<unknown>)[] = [
  linkChangedUsers,
  endPaidAccess,
  async (pool, rules) => {
    const { premiumPrices } = rules
    if (premiumPrices) rules.premiumPrices = await resolvePremiumPrices(pool, [...premiumPrices], premiumPrices)
    await deriveAccess(pool, rules)
  },
  (pool, rules) => bookUnclaimedPayments(pool, 0, rules),
]

/** A database, a queue, a mail server and a folder for the cases of one file, which run one after the other. */
export const withCases = (use: (runner: CaseRunner) => Promise<void>, settings: Settings = {}): Promise<void> =>
  withPostgres(({ url, roleUrl }) =>
    withRedis((redis) =>
      withSmtp((smtp) =>
        withFolder(async (folder) => {
          const [owner, worker] = [connect(url, { max: 1 }), connect(roleUrl('sluice_worker'), { max: 8 })]
          const env = readEnvironment({
            WORKER_DATABASE_URL: url,
            REDIS_URL: redis.url,
            SMTP_URL: smtp.url,
            ASSET_STORE: `file:${folder}`,
            MAIL_FROM: 'Acme <billing@acme.example>',
            ...settings,
          })
          const producer = createProducer(redis.url)
          const outbound = openOutbound(env, {}, createFetchObject(env))
          const logger = createLogger('worker', 'error')
          const processEffect = createEffectProcessor({
            pool: worker,
            producer,
            outbound,
            logger,
            throttledLog: throttledLogger(logger),
            outage: { noticed: () => {}, isOut: () => false, latestReason: () => null },
            lockWaits: createLockWaits(logger),
            attemptsMax: 1,
            backoffFirstMs: 1_000,
            backoffMaxMs: 300_000,
            timeoutMs: 60_000,
          })
          const rules: CommitRules = {
            decide,
            pastDueIsActive: env.PAST_DUE_IS_ACTIVE,
            premiumPrices: namedIn(env.PREMIUM_PRICES),
            ...originRules({
              accounts: env.STRIPE_ACCOUNTS,
              livemode: env.LIVEMODE,
              production: env.NODE_ENV === 'production',
            }),
            jobWaitSeconds: 0,
          }
          const tools = { owner, worker, smtp, rules, processEffect }
          try {
            await use({ owner, run: (one, run) => runCase(tools, one, run) })
          } finally {
            outbound.close()
            await Promise.all([owner.end(), worker.end(), producer.close()])
          }
        }),
      ),
    ),
  )

interface Tools {
  owner: Pool
  worker: Pool
  smtp: TestSmtp
  rules: CommitRules
  processEffect: ReturnType<typeof createEffectProcessor>
}

async function runCase(tools: Tools, { setup, events }: Case, { order, mode, repeated }: Run): Promise<Outcome> {
  const { owner, worker, smtp, rules } = tools
  await empty(owner)
  smtp.mails.length = 0
  if (setup) await owner.query(setup)
  await insertJobs(owner, events)
  const arriving = repeated ? [...order, ...order.toReversed()] : order
  const ids = await append(worker, events, arriving)
  const commit = createCommit(worker, rules)
  for (const batch of mode === 'batch' ? [[...new Set(ids)]] : ids.map((id) => [id])) {
    await commit(batch)
    if (mode === 'eager') await runEffects(tools, '0')
  }
  for (const schedule of SCHEDULES) await schedule(worker, rules)
  await runEffects(tools, HORIZON)
  return readOutcome(owner, smtp.mails)
}

/** Deletes all rows; faster than TRUNCATE for so few. */
async function empty(owner: Pool): Promise<void> {
  const { rows } = await owner.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema() AND tablename <> '_prisma_migrations'`,
  )
  await owner.query(rows.map(({ name }) => `DELETE FROM "${name}"`).join('; '))
}

/** The host inserts a generation job before its prediction's first event. */
async function insertJobs(owner: Pool, events: CaseEvent[]): Promise<void> {
  const predictions = events.filter(({ provider }) => provider === 'replicate').map(({ body }) => JSON.parse(body).id)
  await owner.query(
    `INSERT INTO generation_jobs (id, prediction_id) SELECT 'job_' || id, id FROM (SELECT DISTINCT unnest($1::text[]) AS id) p`,
    [predictions],
  )
}

/** Appends the events in this order. Returns the ids of their rows. */
async function append(pool: Pool, events: CaseEvent[], order: number[]): Promise<string[]> {
  const inbox = createInbox(pool)
  const idOf = new Map<number, string>()
  for (const position of order) {
    const event = events[position] as CaseEvent
    const { id, duplicate } = await inbox.append(verified(event, `msg_${position}`))
    if (!duplicate) idOf.set(position, id)
  }
  return order.map((position) => idOf.get(position) ?? '')
}

/** Runs the effects that are due within this time, in the order in which they become due. */
async function runEffects({ owner, processEffect }: Tools, horizon: string): Promise<void> {
  const { rows } = await owner.query<{ id: string }>(
    `SELECT id FROM outbox_messages WHERE status = 'pending' AND available_at <= now() + $1::interval
      ORDER BY available_at, effect_key`,
    [horizon],
  )
  const moved: unknown[] = []
  for (const { id } of rows) {
    const job = { data: { id }, attemptsMade: 0, stalledCounter: 0, moveToDelayed: async () => moved.push(id) }
    await processEffect(job as never, 'token').catch(() => {}) // its row tells
  }
}
