export { type Borrowed, borrow } from './borrow.ts'
export { type Chaos, type ChaosProxy, withChaosProxy } from './chaos-proxy.ts'
export { asRole, type Role } from './cluster.ts'
export { eventually } from './eventually.ts'
export { findMark, rowsWith } from './find-mark.ts'
export { fillDatabase } from './large-database.ts'
export { requestsOf } from './large-requests.ts'
export { LOG_LOADED, loadedFiles, modulesIn } from './loaded-modules.ts'
export { entryOf, REPOSITORY } from './repository.ts'
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
  withApps,
  withClusterStack,
  withFragileStack,
  withStack,
} from './with-stack.ts'
