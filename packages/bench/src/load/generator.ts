import type { Answers } from './answers.ts'
import { closedLoop } from './closed-loop.ts'
import { openLoop } from './open-loop.ts'
import { signedRequests } from './requests.ts'

export interface Order {
  /** Of the receivers, which take turns. */
  ports: number[]
  path: string
  secret: string
  /** Events of these numbers. */
  first: number
  count: number
  connections: number
  /** Fixed; as many as can be unless told. */
  perSecond?: number
}

/** A process of its own: signs everything that it is told to send, then sends it, and tells what was answered. */
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
