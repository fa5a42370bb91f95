import { decide } from '@sluice/handlers'
import { run } from '@sluice/runtime/run'
import { readEnvironment } from './environment.ts'
import { startWorker } from './worker.ts'

run(() => startWorker(readEnvironment(), decide))
