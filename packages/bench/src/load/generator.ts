import { closedLoop } from './closed-loop.ts'
import { openLoop } from './open-loop.ts'
import { signedRequests } from './requests.ts'

/** What a generator is told, as its one argument, in JSON. */
export interface Order {
  port: number
  path: string
  secret: string
  /** Events of these numbers. */
  first: number
  count: number
  connections: number
  /** Fixed; as many as can be unless told. */
  perSecond?: number
}

/** A process of its own: it signs everything, then sends it, and prints what was answered as one line of JSON. */
const order = JSON.parse(process.argv[2] ?? '') as Order
const requests = signedRequests(order.first, order.count, order.path, order.secret)
const answers = order.perSecond
  ? await openLoop(requests, order.port, order.perSecond)
  : await closedLoop(requests, order.port, order.connections)
console.log(JSON.stringify(answers))
process.exit(0)
