export { type Chaos, type ChaosProxy, withChaosProxy } from './chaos-proxy.ts'
export { asRole, type Role } from './cluster.ts'
export { eventually } from './eventually.ts'
export { type Fixture, fixtures } from './fixtures.ts'
export { type Lent, lend } from './lend.ts'
export { entryOf, REPOSITORY } from './repository.ts'
export { type ReceivedSpan, type TestOtlp, withOtlp } from './stand-ins/otlp/index.ts'
export {
  type FileOptions,
  type FileRequest,
  type Look,
  type ReplicateApiRequest,
  type ReplicateOptions,
  type RunOptions,
  type ServedFile,
  type StartedRun,
  type TestReplicate,
  type WebhookCounts,
  withReplicate,
} from './stand-ins/replicate/index.ts'
export { type S3Trouble, type StoredObject, type TestS3, withS3 } from './stand-ins/s3/index.ts'
export { type ReceivedMail, type SmtpTrouble, type TestSmtp, withSmtp } from './stand-ins/smtp/index.ts'
export {
  type ApiRequest,
  type Delivery,
  type DeliveryOptions,
  type Endpoint,
  type StripeObject,
  type TestStripe,
  type ThinOptions,
  type Trouble,
  thinEvent,
  withStripe,
} from './stand-ins/stripe/index.ts'
export { type AppName, type AppOptions, startApp, type TestApp } from './start-app.ts'
export { type ProcessOptions, startProcess, type TestProcess } from './start-process.ts'
export { withFolder } from './with-folder.ts'
export { type OwnPostgres, withOwnPostgres } from './with-own-postgres.ts'
export { type TestPostgres, withPostgres } from './with-postgres.ts'
export { type TestRedis, withRedis } from './with-redis.ts'
export { type TestRedisCluster, withRedisCluster } from './with-redis-cluster.ts'
export {
  type Answer,
  SECRETS,
  type Stack,
  type StackOptions,
  withClusterStack,
  withFragileStack,
  withStack,
} from './with-stack.ts'
