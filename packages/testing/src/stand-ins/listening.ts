import type { AddressInfo, Server, Socket } from 'node:net'

export interface Listening {
  port: number
  /** Ends all connections and refuses new ones until `start`. */
  stop(): Promise<void>
  /** On the same port as before. */
  start(): Promise<void>
}

/** A server on a free port of this machine that can be stopped and started again. */
export async function listening(create: () => Server): Promise<Listening> {
  const sockets = new Set<Socket>()
  let server: Server | undefined
  let port = 0

  async function start() {
    const one = create()
    one.on('connection', (socket) => {
      sockets.add(socket)
      socket.on('error', () => {}) // it is ended on purpose
      socket.once('close', () => sockets.delete(socket))
    })
    await new Promise<void>((resolve, reject) => one.once('error', reject).listen(port, '127.0.0.1', resolve))
    server = one
    port = (one.address() as AddressInfo).port
  }

  async function stop() {
    const closed = new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()))
    for (const socket of sockets) socket.destroy()
    await closed
    server = undefined
  }

  await start()
  return {
    get port() {
      return port
    },
    stop,
    start,
  }
}
