// The worker with an effect that kills the process.
import { decide } from '@sluice/handlers'
import { effectors, readEnvironment, startWorker } from '@sluice/worker'

effectors['generation.completed'].run = () => process.kill(process.pid, 'SIGKILL')

await startWorker(readEnvironment(), decide)
