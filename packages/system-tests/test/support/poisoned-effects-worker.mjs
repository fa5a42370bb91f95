// The worker with one more effect, which kills the process.
import { decide } from '@sluice/handlers'
import { effectors, readEnvironment, startWorker } from '@sluice/worker'

effectors['poison.kills'] = () => process.kill(process.pid, 'SIGKILL')

await startWorker(readEnvironment(), decide)
