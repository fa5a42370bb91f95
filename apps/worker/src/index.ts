export { effectors } from './effects/index.ts'
export { type Environment, readEnvironment } from './environment.ts'
export { startWorker } from './worker.ts'
