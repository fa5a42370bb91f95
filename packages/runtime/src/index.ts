export { DeadlineError, withDeadline } from './deadline.ts'
export { EnvironmentError, readEnv } from './environment.ts'
export type { Logger, LogKeys, ThrottledLogger } from './logger.ts'
export { createLogger, reasonOf, throttledLogger } from './logger.ts'
export { labelOf, metrics } from './metrics.ts'
export type { Operations } from './ops-router.ts'
export { opsRouter } from './ops-router.ts'
export { run } from './run.ts'
export {
  commaSeparated,
  databaseUrl,
  flag,
  logLevel,
  nodeEnv,
  otlpEndpoint,
  port,
  queueShards,
  redisUrl,
  roleDatabaseUrl,
  shutdownTimeout,
  trustProxy,
  wholeNumber,
} from './settings.ts'
export type { ShutdownSteps } from './shutdown.ts'
export { onShutdown } from './shutdown.ts'
export { annotate, annotateFailure, inNewTrace, inSpan, startTracing, type Tracing } from './tracing.ts'
