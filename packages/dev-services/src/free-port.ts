import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/** Below the ephemeral range, so that the system does not hand a found port to another process before it is used. */
const FIRST = 15_000
const LAST = 31_999

/** `wanted` when nothing listens there, else any free port of this machine. */
export async function freePort(wanted = 0): Promise<number> {
  let port = wanted || anyPort()
  while (!(await isFree(port))) port = anyPort()
  return port
}

const anyPort = (): number => randomInt(FIRST, LAST + 1)

/** Listens on all addresses, so that a listener on any of them counts as taken. */
function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, () => server.close(() => resolve(true)))
  })
}
