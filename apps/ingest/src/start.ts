import type { Server } from 'node:http'
import { createDeliveryLog, createInbox } from '@sluice/database/append'
import { connect, databaseNow, INGEST_NAME, readDeployment } from '@sluice/database/pool'
import { claimKeys, createEventSigner, createProducer, guardKeys, loadTelemetry } from '@sluice/queue'
import { createClock } from '@sluice/runtime/clock'
import { withDeadline } from '@sluice/runtime/deadline'
import { logLibraryOutput } from '@sluice/runtime/library-output'
import { createLogger, reasonOf, throttledLogger } from '@sluice/runtime/logger'
import { run } from '@sluice/runtime/run'
import { onShutdown } from '@sluice/runtime/shutdown'
import { startTracing } from '@sluice/runtime/tracing'
import { readEnvironment } from './environment.ts'
import { keepKeyRegistered } from './register-key.ts'
import { reportProcess } from './report-process.ts'
import { createServer } from './server.ts'
import {
  warnOfOldSchema,
  warnOfPooler,
  warnOfRights,
  warnOfUnsigned,
  warnOfWeakSecrets,
  watchClock,
} from './warnings.ts'

/** Longest wait of a request for a statement. */
const STATEMENT_DEADLINE_MS = 1000

run(async () => {
  const env = readEnvironment()
  const { port, opsPort, databaseUrl, placement, queue, otlpEndpoint, logLevel, shutdownTimeoutMs, settings } = env
  const logger = createLogger('ingest', logLevel)
  logLibraryOutput(logger)
  const tracing = await startTracing('ingest', otlpEndpoint, logger)
  const pool = connect(databaseUrl, { applicationName: INGEST_NAME, deadlineMs: STATEMENT_DEADLINE_MS, placement })
  const producer = createProducer(queue, tracing && (await loadTelemetry()))
  await guardKeys(async () => claimKeys(producer, await readDeployment(pool)), logger)
  const inbox = createInbox(pool)
  const throttledLog = throttledLogger(logger)
  const deliveries = createDeliveryLog(pool, (error) =>
    throttledLog.error('Could not record repeats and refusals', { reason: reasonOf(error) }),
  )
  const signer = createEventSigner(Object.values(settings.secrets).flat())
  const { matched: verified } = reportProcess(pool, settings)
  const server = createServer({ inbox, deliveries, producer, signer, logger, settings, verified })
  keepKeyRegistered(inbox, signer.publicKey, logger)

  await listen(server.http, port)
  if (server.ops) await listen(server.ops, opsPort ?? 0)
  logger.info('Listening', { port, ...(server.ops && { opsPort }) })
  warnOfUnsigned(settings, logger)
  watchClock(createClock(() => databaseNow(pool), throttledLog))
  warnOfWeakSecrets(settings, logger)
  if (settings.production) void warnOfRights(pool, logger)
  void warnOfOldSchema(pool, placement, logger)
  void warnOfPooler(pool, logger)

  onShutdown(logger, shutdownTimeoutMs, {
    server: () => server.stop(shutdownTimeoutMs * 0.8),
    stores: async () => {
      await withDeadline(deliveries.flush(), 500, 'Recording').catch(() => {})
      const closing = Promise.allSettled([pool.end(), producer.close(), tracing?.stop()])
      await withDeadline(closing, 1000, 'Closing').catch(() => null)
    },
  })
})

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => server.once('error', reject).listen(port, resolve))
