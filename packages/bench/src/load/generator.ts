import type { Answers } from './answers.ts'
import { closedLoop } from './closed-loop.ts'
import { openLoop } from './open-loop.ts'
import { signedRequests } from './requests.ts'

export interface Order {
  /** Ports of the receivers, used in turn. */
  ports: number[]
  path: string
  secret: string
  /** Number of the first event. */
  first: number
  count: number
  connections: number
  /** Fixed rate. Default: the maximum. */
  perSecond?: number
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

function send({ first, count, path, secret, ports, connections, perSecond }: Order): Promise<Answers> {
  const requests = signedRequests(first, count, path, secret)
  return perSecond ? openLoop(requests, ports, connections, perSecond) : closedLoop(requests, ports, connections)
}
