import type { Answers } from './answers.ts'
import { closedLoop } from './closed-loop.ts'
import type { Mix } from './mix.ts'
import { openLoop } from './open-loop.ts'
import { signedRequests } from './requests.ts'

export interface Order {
  /** Ports of the receivers, used in turn. */
  ports: number[]
  /** Number of the first event. */
  first: number
  count: number
  connections: number
  /** Fixed rate. Default: the maximum. */
  perSecond?: number
  /** Default: payments. */
  mix?: Mix
}

/** A child process: signs the ordered events, sends them, and reports the answers. */
process.on('message', (order: Order) => {
  send(order).then(
    (answers) => process.send?.(answers),
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
})
process.on('disconnect', () => process.exit(0))

function send({ first, count, mix, ports, connections, perSecond }: Order): Promise<Answers> {
  const requests = signedRequests(first, count, mix)
  return perSecond ? openLoop(requests, ports, connections, perSecond) : closedLoop(requests, ports, connections)
}
