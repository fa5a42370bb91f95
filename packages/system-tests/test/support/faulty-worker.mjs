// The worker as it is, with a fault in one handler and one in an effect, to be mended by starting the real one.
import { decide } from '@sluice/handlers'
import { effectors, readEnvironment, startWorker } from '@sluice/worker'

effectors.receipt.run = () => {
  throw new RangeError('faulty')
}

await startWorker(readEnvironment(), (event) => {
  if (event.type === 'invoice.paid') throw new TypeError('faulty')
  return decide(event)
})
