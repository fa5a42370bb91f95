export { type Environment, readEnvironment } from './environment.ts'
export { startWorker } from './worker.ts'
