import { type Answers, tally } from './answers.ts'
import { type Connection, openConnection } from './connection.ts'

/** More than this at once wait for a connection, as they would at a provider. */
const CONNECTIONS_MAX = 256

/**
 * At a fixed rate, whatever becomes of the requests before: the time of an answer counts from when its request was
 * due, so that a server that falls behind does not make its own load lighter.
 */
export async function openLoop(requests: Buffer[], port: number, perSecond: number): Promise<Answers> {
  const all: Connection[] = []
  const free: Connection[] = []
  const waiting: number[] = []
  let open = 0
  const answers = tally()
  const startedAt = performance.now()
  const dueAt = (index: number) => startedAt + (index * 1000) / perSecond

  return new Promise((resolve, reject) => {
    let answered = 0

    function send(index: number, connection: Connection): void {
      connection.send(requests[index] as Buffer, (status) => {
        answers.add(status, performance.now() - dueAt(index))
        answered += 1
        if (answered === requests.length) finish()
        else giveBack(connection)
      })
    }

    function giveBack(connection: Connection): void {
      if (!connection.isOpen()) replace()
      else if (waiting.length > 0) send(waiting.shift() as number, connection)
      else free.push(connection)
    }

    function take(index: number): void {
      const connection = freeOne()
      if (connection) send(index, connection)
      else {
        waiting.push(index)
        if (open < CONNECTIONS_MAX) openAnother()
      }
    }

    function freeOne(): Connection | undefined {
      for (let one = free.shift(); one; one = free.shift()) {
        if (one.isOpen()) return one
        open -= 1
      }
      return undefined
    }

    function openAnother(): void {
      open += 1
      openConnection(port).then((connection) => {
        all.push(connection)
        giveBack(connection)
      }, reject)
    }

    function replace(): void {
      open -= 1
      if (waiting.length > 0) openAnother()
    }

    let next = 0
    const timer = setInterval(() => {
      while (next < requests.length && dueAt(next) <= performance.now()) {
        take(next)
        next += 1
      }
    }, 1)

    function finish(): void {
      clearInterval(timer)
      resolve(answers.result())
      for (const connection of all) connection.close()
    }
  })
}
