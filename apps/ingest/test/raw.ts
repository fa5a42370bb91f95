import net from 'node:net'

type Chunk = string | Buffer

/** Sends bytes as they are and gives back all that came until the connection closed, or until `until` was in it. */
export function raw(
  port: number,
  chunks: (Chunk | Promise<Chunk>)[],
  { end = false, until = '' } = {},
): Promise<string> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1')
    let received = ''
    const done = () => {
      socket.destroy()
      resolve(received)
    }
    socket.on('data', (data) => {
      received += data
      if (until && received.includes(until)) done()
    })
    socket.on('close', done).on('error', done)
    void writeAll(socket, chunks).then(() => end && socket.end())
  })
}

async function writeAll(socket: net.Socket, chunks: (Chunk | Promise<Chunk>)[]): Promise<void> {
  for (const chunk of chunks) socket.write(await chunk)
}

/** Sends `start`, then a byte every half second until the server has had enough, and gives back its answer. */
export function drip(port: number, start: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write(start))
    const timer = setInterval(() => socket.write('x'), 500)
    let received = ''
    socket.on('data', (data) => {
      received += data
    })
    socket.on('error', () => {}) // written to after its end
    socket.on('close', () => {
      clearInterval(timer)
      resolve(received)
    })
  })
}
