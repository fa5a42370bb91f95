import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'
import pg from 'pg'
import { freePort, type LocalPostgres, startPostgres, startRedis } from '../src/index.ts'
import { waitUntil } from '../src/wait-until.ts'
import { inFolder, withPath } from './folder.ts'

const fileBeside = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

test('Postgres finds its data and its port again, also after a crash, and syncs to disk', () =>
  inFolder(async (directory) => {
    const first = await startPostgres({ directory })
    await ask(first.url, 'create table kept as select 7 as number')
    expect(await ask(first.url, 'show fsync')).toEqual([{ fsync: 'on' }])
    await first.crash()
    const second = await startPostgres({ directory })
    try {
      expect(second).toMatchObject({ port: first.port, adopted: false })
      expect(await ask(second.url, 'select * from kept')).toEqual([{ number: 7 }])
    } finally {
      await second.stop()
    }
    await expect(ask(second.url, 'select 1')).rejects.toThrow('ECONNREFUSED')
  }))

test('stores that survived the SIGKILL of who started them are taken over', () =>
  inFolder((postgresFolder) =>
    inFolder(async (redisFolder) => {
      const args = [fileBeside('starter.mjs'), fileBeside('../dist/index.js'), postgresFolder, redisFolder]
      const starter = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
      await once(starter.stdout, 'data')
      starter.kill('SIGKILL')
      await once(starter, 'exit')
      const postgres = await startPostgres({ directory: postgresFolder })
      const redis = await startRedis({ directory: redisFolder })
      try {
        expect([postgres.adopted, redis?.adopted]).toEqual([true, true])
        expect(await ask(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }])
      } finally {
        await Promise.all([postgres.stop(), redis?.stop()])
      }
      const again = await startRedis({ directory: redisFolder })
      await again?.stop()
      expect(again).toMatchObject({ adopted: false, port: redis?.port })
    }),
  ))

test('a Redis that keeps its data elsewhere is not taken for ours', () =>
  inFolder((oneFolder) =>
    inFolder(async (otherFolder) => {
      const one = await startRedis({ directory: oneFolder })
      await writeFile(join(otherFolder, 'port'), `${one?.port}\n`)
      const other = await startRedis({ directory: otherFolder })
      try {
        expect(other?.adopted).toBe(false)
        expect(other?.port).not.toBe(one?.port)
      } finally {
        await Promise.all([one?.stop(), other?.stop()])
      }
    }),
  ))

test('Redis answers nobody without a password, which only its owner can read, and keeps it', () =>
  inFolder(async (directory) => {
    const redis = await startRedis({ directory })
    const url = new URL(redis?.url ?? '')
    try {
      expect(await say(Number(url.port), 'CONFIG GET dir')).toMatch(/^-NOAUTH/)
      expect(await say(Number(url.port), `AUTH ${url.password}`)).toMatch(/^\+OK/)
      for (const file of ['password', 'redis.conf']) expect((await stat(join(directory, file))).mode & 0o077).toBe(0)
      expect(await readFile(`/proc/${redis?.pid}/cmdline`, 'utf8').catch(() => '')).not.toContain(url.password)
    } finally {
      await redis?.stop()
    }
    const again = await startRedis({ directory })
    await again?.stop()
    expect(again?.url).toBe(redis?.url)
  }))

/** The first answer of a Redis to one line. */
async function say(port: number, line: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write(`${line}\r\n`)
  const [answer] = await once(socket, 'data')
  socket.destroy()
  return String(answer)
}

describe('Postgres answers nobody without a password', () => {
  /** With this password; empty for none. As the owner, or another role. */
  const logIn = (url: string, password: string, user = 'sluice') =>
    ask(Object.assign(new URL(url), { username: user, password }).href, 'select current_user as name')

  async function expectClosed(postgres: LocalPostgres): Promise<void> {
    const { password } = new URL(postgres.url)
    for (const user of ['sluice', 'sluice_ingest', 'sluice_worker', 'sluice_board']) {
      await expect(logIn(postgres.url, '', user)).rejects.toThrow(/password/)
      await expect(logIn(postgres.url, 'wrong', user)).rejects.toMatchObject({ code: '28P01' })
    }
    await expect(logIn(postgres.url, password, 'sluice_ingest')).rejects.toMatchObject({ code: '28P01' })
    for (const user of ['sluice_ingest', 'sluice_worker', 'sluice_board'] as const)
      expect(await ask(postgres.urlOf(user), 'select current_user as name')).toEqual([{ name: user }])
    expect(await ask(postgres.url, 'show unix_socket_directories')).toEqual([{ unix_socket_directories: '' }])
    const methods = await ask(postgres.url, 'select distinct type, auth_method from pg_hba_file_rules')
    expect(methods).toEqual([{ type: 'host', auth_method: 'scram-sha-256' }])
    expect((await stat(join(postgres.directory, 'password'))).mode & 0o077).toBe(0)
    expect(await readFile(join(postgres.directory, 'postgres.log'), 'utf8')).not.toContain(password)
  }

  test('over TCP or a socket, and keeps the password, which only its owner can read', () =>
    inFolder(async (directory) => {
      const postgres = await startPostgres({ directory, durable: false })
      try {
        await expectClosed(postgres)
        for (const folder of ['/tmp', '/var/run/postgresql'])
          expect(existsSync(join(folder, `.s.PGSQL.${postgres.port}`))).toBe(false)
      } finally {
        await postgres.stop()
      }
      const again = await startPostgres({ directory, durable: false })
      await again.stop()
      expect(again.url).toBe(postgres.url)
    }))

  test.each(['stopped', 'still running'])('also with data from before passwords, of a server that was %s', (state) =>
    inFolder(async (directory) => {
      const before = await openPostgres(directory)
      const session = new pg.Client(before.url)
      session.on('error', () => {})
      await session.connect()
      if (state === 'stopped') await before.stop()
      const postgres = await startPostgres({ directory, durable: false })
      try {
        await expectClosed(postgres)
        expect(await ask(postgres.url, 'select * from kept')).toEqual([{ number: 7 }])
        await expect(session.query('select 1')).rejects.toThrow()
      } finally {
        await postgres.stop()
      }
      const again = await startPostgres({ directory, durable: false })
      await again.stop()
      expect(again.url).toBe(postgres.url)
    }),
  )

  /** As versions before made it: nobody needs a password, and the roles have none. */
  async function openPostgres(directory: string): Promise<LocalPostgres> {
    const postgres = await startPostgres({ directory, durable: false })
    await ask(postgres.url, 'create table kept as select 7 as number')
    for (const role of ['sluice_ingest', 'sluice_worker']) await ask(postgres.url, `alter role ${role} password null`)
    await ask(postgres.url, 'drop role sluice_board')
    await writeFile(join(directory, 'data', 'pg_hba.conf'), 'host all all 127.0.0.1/32 trust\n')
    await rm(join(directory, 'password'))
    await ask(postgres.url, 'select pg_reload_conf()')
    const url = Object.assign(new URL(postgres.url), { password: '' }).href
    const isOpen = await waitUntil(() => ask(url, 'select 1').then(Boolean, () => false), 10_000)
    if (!isOpen) throw new Error('the rules are still the old ones')
    return { ...postgres, url }
  }

  test('a password that is lost is said to be missing', () =>
    inFolder(async (directory) => {
      const postgres = await startPostgres({ directory, durable: false })
      await rm(join(directory, 'password'))
      try {
        await expect(startPostgres({ directory })).rejects.toThrow(/password has the password of .* is missing/)
      } finally {
        await postgres.stop()
      }
    }))
})

test('a taken port is passed over', async () => {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const given = await freePort(port)
  server.close()
  expect(given).toBeGreaterThan(0)
  expect(given).not.toBe(port)
})

test('a Postgres that cannot start says why, and where its data is', () =>
  inFolder(async (directory) => {
    await (await startPostgres({ directory, durable: false })).stop()
    await writeFile(join(directory, 'data', 'postgresql.conf'), 'no_such_setting = 1\n')
    await expect(startPostgres({ directory })).rejects.toThrow(/did not start: .*contains errors.*Its data is in/)
  }))

test('data of a Postgres that is not installed is left alone, and the message names the version', () =>
  inFolder(async (directory) => {
    await mkdir(join(directory, 'data'))
    await writeFile(join(directory, 'data', 'PG_VERSION'), '9\n')
    await expect(startPostgres({ directory })).rejects.toThrow('PostgreSQL 9, which made the data')
  }))

const asRoot = process.getuid?.() === 0

test('as root, with a folder that the Postgres user cannot reach, the data goes where a note says', () =>
  inFolder(async (closed) => {
    const directory = join(closed, 'postgres')
    await chmod(closed, 0o700)
    const postgres = await startPostgres({ directory, durable: false })
    try {
      expect(await ask(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }])
      if (!asRoot) return
      expect((await readFile(join(directory, 'moved-to.txt'), 'utf8')).trim()).toBe(postgres.directory)
      expect(postgres.directory).not.toContain(closed)
    } finally {
      await postgres.stop()
      await rm(postgres.directory, { recursive: true, force: true })
    }
  }))

test('where there is no Redis and no apt there is none, not an error', () =>
  inFolder((directory) =>
    withPath(directory, async () => {
      expect(await startRedis({ directory })).toBeNull()
    }),
  ))
