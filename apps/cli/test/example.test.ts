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

test('runs an application of your own beside stand-ins, without changing what it has set, and ends with its exit code', async () => {
  const ingest = createServer((socket) => socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n')).listen(0)
  await once(ingest, 'listening')
  try {
    const program = `const { DATABASE_URL, STRIPE_API_BASE, REPLICATE_API_BASE, SLUICE_URL } = process.env
      console.log(DATABASE_URL, STRIPE_API_BASE.slice(0, 7), REPLICATE_API_BASE.slice(0, 7), SLUICE_URL); process.exit(5)`
    const INGEST_PORT = `${(ingest.address() as AddressInfo).port}`
    const env = { DATABASE_URL: 'postgres://mine', INGEST_PORT }
    const { exitCode, output } = await sluice(['example', 'own', '--', process.execPath, '-e', program], env)
    expect(output).toContain(`\npostgres://mine http:// http:// http://localhost:${INGEST_PORT}\n`)
    expect(exitCode).toBe(5)
    expect(await sluice(['example', 'own'], env)).toMatchObject({ exitCode: 2 })
  } finally {
    ingest.close()
  }
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
