import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInbox } from '@sluice/database/append'
import { createCommit } from '@sluice/database/commit'
import { finishEffect, loadEffect } from '@sluice/database/outbox'
import { connect } from '@sluice/database/pool'
import { countOverduePredictions } from '@sluice/database/reconcile'
import { describeSkip } from '@sluice/events'
import { decide } from '@sluice/handlers'
import { replicate as provider } from '@sluice/providers/replicate'
import { createReplicateApi } from '@sluice/providers/replicate/api'
import { createProducer } from '@sluice/queue'
import { createLogger, reasonOf } from '@sluice/runtime/logger'
import { openStoredFiles } from '@sluice/stored-files'
import { withFolder, withPostgres, withRedis } from '@sluice/testing'
import { type ReplicateOptions, type TestReplicate, withReplicate } from '@sluice/testing/stand-ins'
import { Redis } from 'ioredis'
import type { EffectTools } from '../../../src/effects/run/effector.ts'
import { prepareEffect } from '../../../src/effects/run/prepare-effect.ts'
import { createDownloader } from '../../../src/outbound/assets/download.ts'
import { createFileStore } from '../../../src/outbound/store/file-store.ts'
import type { ObjectStore } from '../../../src/outbound/store/index.ts'
import { pollPredictions } from '../../../src/schedules/poll-predictions.ts'

export interface Options extends ReplicateOptions {
  /** Whether the worker may ask Replicate. */
  hasToken?: boolean
  /** Stands before the store of files. */
  storeBefore?: (store: ObjectStore) => ObjectStore
}

export interface Generations {
  replicate: TestReplicate
  redis: Redis
  /** The host writes its row: the job is named `job_<prediction id>`. */
  job(predictionId: string): Promise<void>
  /** A webhook came: it is signed, verified, appended, committed. */
  webhook(body: unknown): Promise<string | undefined>
  /** Asks Replicate for what is overdue, and commits what it said. */
  poll(): Promise<void>
  /** How many nobody has asked for. */
  overdue(): Promise<number>
  /** As though a minute went by. */
  minuteLater(): Promise<void>
  /** Does every effect that is not done, once. What each ended with, by key: null when it was done. */
  runEffects(): Promise<Map<string, string | null>>
  query<T = Record<string, unknown>>(sql: string): Promise<T[]>
  /** The file that the store keeps under this name. */
  read(storageKey: string): Promise<Buffer>
  folder: string
}

/** Predictions of a stand-in, the committer, and the effects that follow, on stores of their own. */
export const withGenerations = (use: (generations: Generations) => Promise<void>, options: Options = {}) =>
  withReplicate(
    (replicate) =>
      withPostgres((postgres) =>
        withRedis(({ url }) =>
          withFolder(async (folder) => {
            const owner = connect(postgres.url, { max: 2 })
            const pool = connect(postgres.roleUrl('sluice_worker'), { max: 4 })
            const redis = new Redis(url)
            const producer = createProducer(url)
            const inbox = createInbox(pool)
            const commit = createCommit(pool, { decide, pastDueIsActive: true, jobWaitSeconds: 0 })
            const tools = { ...toolsOf(replicate, folder, options), pool, redis }
            const secret = replicate.env.REPLICATE_WEBHOOK_SECRET
            try {
              await use({
                replicate,
                redis,
                folder,
                job: async (predictionId) => {
                  await owner.query('INSERT INTO generation_jobs (id, user_id, prediction_id) VALUES ($1, $2, $3)', [
                    `job_${predictionId}`,
                    'user_1',
                    predictionId,
                  ])
                },
                webhook: async (look) => {
                  const body = Buffer.from(JSON.stringify(look))
                  const headers = provider.sign(body, secret)
                  const event = provider.verify({ headers, body }, [secret], { toleranceSeconds: 300 })
                  const appended = await inbox.append(event)
                  return (await commit([appended.id])).get(appended.id)?.outcome
                },
                poll: async () => {
                  if (!tools.replicate) throw new Error('nobody may ask')
                  await pollPredictions({ pool, producer, replicate: tools.replicate })
                  const { rows } = await owner.query(`SELECT id FROM webhook_events WHERE status = 'received'`)
                  await commit(rows.map(({ id }) => id))
                },
                overdue: () => countOverduePredictions(pool),
                minuteLater: async () => {
                  await owner.query(`UPDATE generation_jobs SET seen_at = seen_at - '1 min'::interval,
                    poll_after = poll_after - '1 min'::interval`)
                  await owner.query(`UPDATE webhook_events SET received_at = received_at - '1 min'::interval`)
                },
                runEffects: () => runEffects(owner, tools),
                query: async (sql) => (await owner.query(sql)).rows,
                read: (storageKey) => readFile(join(folder, storageKey)),
              })
            } finally {
              redis.disconnect()
              await Promise.all([owner.end(), pool.end(), producer.close()])
            }
          }),
        ),
      ),
    options,
  )

type Tools = Omit<EffectTools, 'pool' | 'redis'>

function toolsOf(
  { env, network }: TestReplicate,
  folder: string,
  { hasToken, storeBefore = (store) => store }: Options,
) {
  const token = hasToken ? env.REPLICATE_API_TOKEN : undefined
  const limits = { maxBytes: 10_000_000, timeoutMs: 10_000 }
  const hosts = ['replicate.delivery', '*.replicate.delivery']
  const tools: Omit<Tools, 'mail' | 'writer' | 'documents' | 'emailRules' | 'staffWebhook'> = {
    logger: createLogger('worker', 'error'),
    signal: new AbortController().signal,
    downloader: createDownloader({ hosts, token, ...limits, ...network }),
    store: storeBefore(createFileStore(folder)),
    storedFiles: openStoredFiles({ kind: 'file', directory: folder }, { timeoutMs: 2_000 }),
    replicate: token ? createReplicateApi({ token, base: env.REPLICATE_API_BASE, timeoutMs: 2_000 }) : null,
  }
  return tools as Tools // no e-mail is sent here
}

async function runEffects(owner: ReturnType<typeof connect>, tools: EffectTools) {
  const { rows } = await owner.query(`SELECT id FROM outbox_messages WHERE status = 'pending' ORDER BY effect_key`)
  const endings = new Map<string, string | null>()
  for (const { id } of rows) {
    const message = await loadEffect(owner, id)
    if (!message) continue
    const ended = await prepareEffect(message)
      .run(tools)
      .then(
        async (skipped) => {
          await finishEffect(owner, id, skipped)
          return skipped && describeSkip(skipped)
        },
        (error: Error) => `${error.name}: ${reasonOf(error)}`,
      )
    endings.set(message.effectKey, ended)
  }
  return endings
}
