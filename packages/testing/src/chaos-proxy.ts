import { connect, createServer, type Server, type Socket } from 'node:net'
import { type Listening, listening } from './stand-ins/listening.ts'

/** A fault of the network between a client and a server. */
export type Chaos =
  /** Delays every packet in both directions by `latencyMs` ± `jitterMs`, and keeps their order. */
  | { latencyMs: number; jitterMs?: number }
  /** Accepts connections and holds their data back until `heal`. */
  | 'blackhole'
  /** Refuses new connections and resets existing ones. */
  | 'refuse'
  /** Accepts connections and resets them at once. */
  | 'reset'
  /** Resets every new connection after its client has sent this many bytes; later bytes are dropped. */
  | { cutAfterBytes: number }
  /** Passes requests on, and resets the connection instead of the answer to a request that contains this text. */
  | { loseAnswerTo: string }

export interface ChaosProxy {
  port: number
  /** The address of the target through the proxy. */
  urlOf(target: string): string
  set(chaos: Chaos): Promise<void>
  heal(): Promise<void>
  /** Resets every existing connection. New ones are accepted. */
  cut(): void
  /** The number of open connections. */
  readonly connections: number
  /** The number of answers lost to `loseAnswerTo`. */
  readonly lost: number
}

interface Link {
  client: Socket
  server: Socket
}

const NOTHING = Buffer.alloc(0)

/** A TCP proxy on this machine with faults to choose from; stopped afterwards. */
export async function withChaosProxy<T>(
  target: { host: string; port: number },
  use: (proxy: ChaosProxy) => Promise<T>,
): Promise<T> {
  const links = new Set<Link>()
  let chaos: Chaos | undefined
  let lost = 0

  const reset = ({ client, server }: Link) => {
    client.resetAndDestroy()
    server.destroy()
  }
  const cut = () => {
    for (const link of links) reset(link)
  }

  function accept(client: Socket): void {
    if (chaos === 'reset') return void client.resetAndDestroy()
    const link = { client, server: connect(target) }
    links.add(link)
    const gone = () => links.delete(link)
    join(client, link.server, delay, gone, requestsOf(link))
    join(link.server, client, delay, gone)
    if (chaos === 'blackhole') hold(link)
  }

  function delay(): number {
    if (typeof chaos !== 'object' || !('latencyMs' in chaos)) return 0
    const { latencyMs, jitterMs = 0 } = chaos
    return Math.max(0, latencyMs + (Math.random() * 2 - 1) * jitterMs)
  }

  /** Returns the bytes of a client that are passed on, and ends the connection when the fault says so. */
  function requestsOf(link: Link): (chunk: Buffer) => Buffer {
    let before = 0
    return (chunk) => {
      const start = before
      before += chunk.length
      if (typeof chaos !== 'object') return chunk
      if ('cutAfterBytes' in chaos && before >= chaos.cutAfterBytes) {
        link.server.write(chunk.subarray(0, Math.max(0, chaos.cutAfterBytes - start)), () => reset(link))
        return NOTHING
      }
      if ('loseAnswerTo' in chaos && chunk.includes(chaos.loseAnswerTo)) {
        lost += 1
        link.server.removeAllListeners('data').once('data', () => reset(link))
      }
      return chunk
    }
  }

  const server: Listening = await listening((): Server => createServer({ noDelay: true }, accept))
  async function change(next: Chaos | undefined) {
    const [before, isSame] = [chaos, chaos === next]
    chaos = next
    if (isSame) return
    if (next === 'refuse') {
      cut()
      await server.stop()
    } else if (before === 'refuse') await server.start()
    if (next === 'reset') cut()
    for (const link of links) next === 'blackhole' ? hold(link) : letGo(link)
  }

  try {
    return await use({
      port: server.port,
      urlOf: (url) => {
        const proxied = new URL(url)
        proxied.host = `127.0.0.1:${server.port}`
        return proxied.href
      },
      set: change,
      heal: () => change(undefined),
      cut,
      get connections() {
        return links.size
      },
      get lost() {
        return lost
      },
    })
  } finally {
    cut()
    await server.stop()
  }
}

/** Forwards data in order, each chunk after its delay, and then the end. */
function join(
  from: Socket,
  to: Socket,
  delay: () => number,
  gone: () => void,
  passed = (chunk: Buffer) => chunk,
): void {
  const inOrder = createDelays(delay)
  from.on('data', (chunk) => {
    const part = passed(chunk)
    inOrder(() => void (to.writable && to.write(part)))
  })
  from.on('end', () => inOrder(() => to.end()))
  from.on('error', () => {}) // the close that follows is what counts
  from.on('close', (hadError) => {
    gone()
    if (hadError && !to.destroyed) to.resetAndDestroy()
    else inOrder(() => to.destroy())
  })
}

/** Runs callbacks in order, each after its delay. */
function createDelays(delay: () => number): (pass: () => void) => void {
  const waiting: { at: number; pass: () => void }[] = []
  let timer: NodeJS.Timeout | undefined

  function passDue(): void {
    timer = undefined
    for (let next = waiting[0]; next; next = waiting[0]) {
      const leftMs = next.at - performance.now()
      if (leftMs > 0) {
        timer = setTimeout(passDue, leftMs)
        return
      }
      waiting.shift()
      next.pass()
    }
  }

  return (pass) => {
    waiting.push({ at: performance.now() + delay(), pass })
    if (!timer) passDue()
  }
}

function hold({ client, server }: Link): void {
  client.pause()
  server.pause()
}

function letGo({ client, server }: Link): void {
  client.resume()
  server.resume()
}
