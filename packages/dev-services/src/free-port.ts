import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/** Below those that systems hand out themselves: nobody is given ours between its being found and its being used. */
const FIRST = 15_000
const LAST = 31_999

/** `wanted` when nothing listens there, else any free port of this machine. */
export async function freePort(wanted = 0): Promise<number> {
  let port = wanted || anyPort()
  while (!(await isFree(port))) port = anyPort()
  return port
}

const anyPort = (): number => randomInt(FIRST, LAST + 1)

/** Listens without naming a host, so that a listener on any address of the machine counts as taken. */
function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, () => server.close(() => resolve(true)))
  })
}
