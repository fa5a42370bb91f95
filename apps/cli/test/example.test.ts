import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, test } from '@jest/globals'
import { freePort } from '@sluice/dev-services'
import { sluice } from './sluice.ts'

test('says that Sluice does not run, where nothing says how to find it', async () => {
  const { exitCode, output } = await sluice(['example', 'express'])
  expect(output).toMatch(/^DATABASE_URL is not set, and Sluice is not running here\..*npm start/)
  expect(exitCode).toBe(1)
})

test('says that ingest does not answer, where it does not', async () => {
  const INGEST_PORT = `${await freePort()}`
  const { exitCode, output } = await sluice(['example', 'express'], { DATABASE_URL: 'postgres://none', INGEST_PORT })
  expect(output).toBe(
    `Sluice does not answer at http://localhost:${INGEST_PORT}: run npm start in another terminal first.\n`,
  )
  expect(exitCode).toBe(1)
})

test('names a free port where that of the application is taken', async () => {
  const taken = createServer((socket) => socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n')).listen(0)
  await once(taken, 'listening')
  try {
    const port = `${(taken.address() as AddressInfo).port}`
    const env = { DATABASE_URL: 'postgres://none', INGEST_PORT: port }
    const { exitCode, output } = await sluice(['example', 'express', '--port', port], env)
    expect(output).toMatch(new RegExp(`^Port ${port} is taken: choose another one, such as --port \\d+\\.\\n$`))
    expect(exitCode).toBe(1)
  } finally {
    taken.close()
  }
})
