import { type AddressInfo, createServer } from 'node:net'

/** `wanted` when nothing listens there, else any free port of this machine. */
export async function freePort(wanted = 0): Promise<number> {
  return (await tryPort(wanted)) ?? (await freePort())
}

/** Listens without naming a host, so that a listener on any address of the machine counts as taken. */
function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen(port, () => {
      const { port: given } = server.address() as AddressInfo
      server.close(() => resolve(given))
    })
  })
}
