import { once } from 'node:events'
import { connect } from 'node:net'

/** A kept-alive connection that carries one request at a time. */
export interface Connection {
  /** Resolves to the status of the answer; 0 when the connection breaks. */
  send(request: Buffer): Promise<number>
  isOpen(): boolean
  close(): void
}

const HEAD_END = '\r\n\r\n'

/** Reads no more of an answer than it needs to find its end: the generator must not become the bottleneck. */
export async function openConnection(port: number): Promise<Connection> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  let held: Buffer | null = null
  let answered: ((status: number) => void) | null = null

  const settle = (status: number) => {
    const tell = answered
    answered = null
    held = null
    tell?.(status)
  }
  socket.on('data', (chunk) => {
    held = held ? Buffer.concat([held, chunk]) : chunk
    const status = statusOf(held)
    if (status !== null) settle(status)
  })
  socket.on('error', () => socket.destroy())
  socket.on('close', () => settle(0))

  return {
    send: (request) =>
      new Promise((resolve) => {
        answered = resolve
        if (socket.destroyed) settle(0)
        else socket.write(request)
      }),
    isOpen: () => !socket.destroyed && socket.writable,
    close: () => socket.destroy(),
  }
}

/** Null until the answer is complete. Every peer sends Content-Length. */
function statusOf(answer: Buffer): number | null {
  const end = answer.indexOf(HEAD_END)
  if (end < 0) return null
  const head = answer.toString('latin1', 0, end)
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1])
  return answer.length < end + HEAD_END.length + length ? null : Number(head.slice(9, 12))
}
