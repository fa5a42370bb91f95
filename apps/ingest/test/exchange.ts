import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { raw } from './raw.ts'

/** Answers one connection with `handle`, and gives back all that the client read which sent these bytes. */
export async function exchange(
  handle: http.RequestListener,
  chunks: string[],
  options?: { end?: boolean; until?: string },
): Promise<string> {
  const server = http.createServer(handle)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    return await raw((server.address() as AddressInfo).port, chunks, options)
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

export const head = (headers = ''): string => `POST / HTTP/1.1\r\nHost: x\r\n${headers}\r\n`
