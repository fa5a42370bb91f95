// The worker as it is, with one effect more, which takes the process with it.
import { decide } from '@sluice/handlers'
import { effectors, readEnvironment, startWorker } from '@sluice/worker'

effectors['poison.kills'] = () => process.kill(process.pid, 'SIGKILL')

await startWorker(readEnvironment(), decide)
