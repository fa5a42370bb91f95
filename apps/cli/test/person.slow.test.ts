import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { withFolder, withRedis } from '@sluice/testing'
import { unzipSync } from 'fflate'
import { EXPLAINED } from '../src/lib/person/readme.ts'
import { inTerminal } from './in-terminal.ts'
import { jsonOf } from './sluice.ts'
import { BODY, type Inbox, withInbox } from './with-inbox.ts'

const NAME = 'somebody@example.com' // as in BODY

interface Person extends Inbox {
  folder: string
  redisUrl: string
  /** Runs a command with the stores of the test. */
  sluice(...args: string[]): ReturnType<Inbox['run']>
}

/** A user with a customer, an event, a receipt and an e-mail. */
const withPerson = (use: (person: Person) => Promise<void>): Promise<void> =>
  withInbox((inbox) =>
    withRedis((redis) =>
      withFolder(async (folder) => {
        const { client, add, runWith } = inbox
        await client.query(`INSERT INTO users (id, email) VALUES ('user_1', '${NAME}')`)
        await client.query(
          `INSERT INTO customers (stripe_customer_id, user_id, email, registers) VALUES ('cus_1', 'user_1', '${NAME}', '{"contact": {"email": "${NAME}"}}')`,
        )
        await client.query(
          `INSERT INTO payments (payment_id, stripe_customer_id, user_id, status, amount, currency, occurred_at) VALUES ('in_1', 'cus_1', 'user_1', 'succeeded', 500, 'usd', now())`,
        )
        await client.query(
          `INSERT INTO documents (kind, number, payment_id, storage_key) VALUES ('receipt', 'A-1', 'in_1', 'receipts/in_1.pdf')`,
        )
        await add('evt_1', { customerId: 'cus_1' })
        await mkdir(join(folder, 'receipts'))
        await writeFile(join(folder, 'receipts/in_1.pdf'), 'a receipt')
        const env = { REDIS_URL: redis.url, ASSET_STORE: `file:${folder}` }
        await use({ ...inbox, folder, redisUrl: redis.url, sluice: (...args) => runWith(env, ...args) })
      }),
    ),
  )

describe('a person is named by', () => {
  test.each([
    ['nothing', [], 'Give either --user or --customer.'],
    ['two ids', ['--user', 'user_1', '--customer', 'cus_1'], 'Give either --user or --customer.'],
    ['an account of no customer', ['--user', 'user_1', '--account', 'acct_1'], '--account requires --customer.'],
  ])('%s: wrong usage', (_case, args, says) =>
    withInbox(async ({ run }) => {
      for (const command of ['forget', 'export']) {
        const { exitCode, output } = await run(command, ...args)
        expect([exitCode, output]).toEqual([2, expect.stringContaining(says)])
      }
    }),
  )

  test('a customer of two accounts: the account must be named', () =>
    withPerson(async ({ client, sluice }) => {
      await client.query(`UPDATE webhook_events SET account = 'acct_1'`)
      const { exitCode, output } = await sluice('forget', '--customer', 'cus_1')
      expect([exitCode, output]).toEqual([1, expect.stringContaining('Name one with --account: acct_1, platform.')])
      const other = jsonOf(await sluice('forget', '--customer', 'cus_1', '--account', 'acct_1', '--yes', '--json'))
      expect(other).toEqual([
        expect.objectContaining({ account: 'acct_1', isFinished: true, erased: { webhook_events: 1 } }),
      ])
      expect((await client.query('SELECT email FROM customers')).rows).toEqual([{ email: NAME }])
    }))
})

describe('forget', () => {
  test('without --yes counts and changes nothing: exit code 3', () =>
    withPerson(async ({ client, folder, sluice }) => {
      const { exitCode, output } = await sluice('forget', '--user', 'user_1')
      expect(exitCode).toBe(3)
      expect(output).toMatch(
        /customers +1\n[\s\S]*documents +1\n[\s\S]*files +1\n[\s\S]*Nothing was erased. Erase it with --yes./,
      )
      expect(output).not.toContain(NAME)
      expect((await client.query('SELECT email FROM customers')).rows).toEqual([{ email: NAME }])
      expect((await client.query('SELECT id FROM forgotten_keys')).rows).toEqual([])
      expect(existsSync(join(folder, 'receipts/in_1.pdf'))).toBe(true)
    }))

  test('with --yes erases rows and files, says how many, and nothing the second time', () =>
    withPerson(async ({ client, folder, sluice }) => {
      const { exitCode, output } = await sluice('forget', '--user', 'user_1', '--yes')
      expect([exitCode, output]).toEqual([0, expect.stringContaining('Done. Later events are reduced as they arrive.')])
      expect(output).not.toContain(NAME)
      expect((await client.query('SELECT email, user_id FROM customers')).rows).toEqual([
        { email: null, user_id: null },
      ])
      expect((await client.query('SELECT raw_body FROM webhook_events')).rows).toEqual([{ raw_body: null }])
      expect((await client.query('SELECT amount, user_id FROM payments')).rows).toEqual([
        { amount: '500', user_id: null },
      ])
      expect(await readdir(join(folder, 'receipts'))).toEqual([])
      expect(jsonOf(await sluice('forget', '--user', 'user_1', '--yes', '--json'))).toEqual([
        { user: 'user_1', found: {}, isFinished: true, erased: {}, waiting: 0, problems: [] },
      ])
    }))

  test('asks at a terminal for the id: another answer, Ctrl-D and Ctrl-C erase nothing, the id erases', () =>
    withPerson(async ({ client, folder, redisUrl, url }) => {
      const env = { DATABASE_URL: url, REDIS_URL: redisUrl, ASSET_STORE: `file:${folder}` }
      const forget = (typed: string) =>
        inTerminal(['forget', '--user', 'user_1'], env, 'Type user_1 to erase it: ', typed)
      const emails = async () => (await client.query('SELECT email FROM customers')).rows
      for (const typed of ['yes\r', '\x04', '\x03']) {
        const { exitCode, output } = await forget(typed)
        expect([typed, exitCode, output]).toEqual([typed, 3, expect.stringContaining('Nothing was erased.')])
        expect(await emails()).toEqual([{ email: NAME }])
      }
      const { exitCode, output } = await forget('user_1\r')
      expect([exitCode, output]).toEqual([0, expect.stringContaining('Done. Later events are reduced as they arrive.')])
      expect(await emails()).toEqual([{ email: null }])
    }))

  test('says what it could not reach, with exit code 1, and a second run does it', () =>
    withPerson(async ({ client, runWith, sluice, redisUrl }) => {
      const wrong = { REDIS_URL: redisUrl, ASSET_STORE: 'file:/nowhere/at/all' }
      const first = await runWith(wrong, 'forget', '--user', 'user_1', '--yes')
      expect([first.exitCode, first.output]).toEqual([
        1,
        expect.stringContaining('Not erased: file receipts/in_1.pdf: ENOENT'),
      ])
      expect((await client.query('SELECT finished_at FROM forget_runs')).rows).toEqual([{ finished_at: null }])
      const second = await sluice('forget', '--user', 'user_1', '--yes')
      expect(second.exitCode).toBe(0)
      expect((await client.query('SELECT count(*)::int FROM documents')).rows).toEqual([{ count: 0 }])
    }))
})

describe('export', () => {
  test('writes a folder: a JSON file per table, bodies, files, and a README; nobody else may read it', () =>
    withPerson(async ({ folder, sluice }) => {
      const to = join(folder, 'out')
      const { exitCode } = await sluice('export', '--user', 'user_1', '--to', to)
      expect(exitCode).toBe(0)
      const read = (name: string) => readFile(join(to, name), 'utf8')
      expect(JSON.parse(await read('customers.json'))).toMatchObject([{ stripe_customer_id: 'cus_1', email: NAME }])
      expect(JSON.parse(await read('payments.json'))).toMatchObject([{ payment_id: 'in_1', amount: '500' }])
      const [{ body }] = JSON.parse(await read('webhook_events.json'))
      expect(await read(body)).toBe(BODY)
      expect(await read('files/receipts/in_1.pdf')).toBe('a receipt')
      expect(await read('README.md')).toContain('`customers.json`: your customer record at Stripe')
      expect((await stat(to)).mode & 0o077).toBe(0)
      expect((await stat(join(to, 'customers.json'))).mode & 0o077).toBe(0)
    }))

  test('writes an archive if the name ends in .zip, and never over something', () =>
    withPerson(async ({ folder, sluice }) => {
      const to = join(folder, 'out.zip')
      expect((await sluice('export', '--customer', 'cus_1', '--to', to)).exitCode).toBe(0)
      const files = unzipSync(await readFile(to))
      expect(Buffer.from(files['files/receipts/in_1.pdf'] ?? []).toString()).toBe('a receipt')
      expect(Object.keys(files)).toEqual(expect.arrayContaining(['README.md', 'customers.json', 'webhook_events.json']))
      expect((await sluice('export', '--customer', 'cus_1', '--to', to)).exitCode).toBe(1)
    }))

  test('explains every table that it may contain', async () => {
    const { exportedTables } = await import('@sluice/database/forget')
    expect([...EXPLAINED].sort()).toEqual([...exportedTables].sort())
  })
})
