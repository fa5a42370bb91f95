import { type Connection, openConnection } from './connection.ts'

/** Connections that requests share in turn. */
export interface Pool {
  /** Waits for a free connection. A broken one is replaced. */
  take(): Promise<Connection>
  release(connection: Connection): void
  close(): void
}

/** Opens `open` connections now and up to `most` on demand, spread evenly over the ports. */
export async function openPool(ports: number[], open: number, most: number): Promise<Pool> {
  let opened = 0
  const openNext = () => openConnection(ports[opened++ % ports.length] as number)
  const free = await Promise.all(Array.from({ length: open }, openNext))
  const waiting: Array<(connection: Connection) => void> = []
  let inUse = 0

  function handOn(connection: Connection, next: (connection: Connection) => void): void {
    if (connection.isOpen()) next(connection)
    else void openNext().then(next) // an error here ends the generator
  }

  return {
    take: async () => {
      for (let one = free.shift(); one; one = free.shift()) {
        if (!one.isOpen()) continue
        inUse += 1
        return one
      }
      if (inUse >= most) return new Promise((resolve) => waiting.push(resolve))
      inUse += 1
      return openNext()
    },
    release: (connection) => {
      const next = waiting.shift()
      if (next) return handOn(connection, next)
      inUse -= 1
      free.push(connection)
    },
    close: () => {
      for (const connection of free) connection.close()
    },
  }
}
