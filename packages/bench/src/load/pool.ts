import { type Connection, openConnection } from './connection.ts'

/** Connections that requests take turns on. */
export interface Pool {
  /** Waits until one is free. One that broke is replaced. */
  take(): Promise<Connection>
  giveBack(connection: Connection): void
  close(): void
}

/** With so many open from the start, and more when they are needed: to each port as many. */
export async function openPool(ports: number[], open: number, most: number): Promise<Pool> {
  let opened = 0
  const openNext = () => openConnection(ports[opened++ % ports.length] as number)
  const free = await Promise.all(Array.from({ length: open }, openNext))
  const waiting: Array<(connection: Connection) => void> = []
  let lent = 0

  function handOn(connection: Connection, next: (connection: Connection) => void): void {
    if (connection.isOpen()) next(connection)
    else void openNext().then(next) // where nobody listens any more, the generator ends
  }

  return {
    take: async () => {
      for (let one = free.shift(); one; one = free.shift()) {
        if (!one.isOpen()) continue
        lent += 1
        return one
      }
      if (lent >= most) return new Promise((resolve) => waiting.push(resolve))
      lent += 1
      return openNext()
    },
    giveBack: (connection) => {
      const next = waiting.shift()
      if (next) return handOn(connection, next)
      lent -= 1
      free.push(connection)
    },
    close: () => {
      for (const connection of free) connection.close()
    },
  }
}
