import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import {
  entryOf,
  startApp,
  startProcess,
  type TestApp,
  type TestPostgres,
  withFolder,
  withPostgres,
  withRedis,
} from '@sluice/testing'
import {
  blocksIn,
  buildIn,
  commandOf,
  copyRepository,
  follow,
  jestIn,
  readGuide,
  typeErrorsIn,
} from '@sluice/testing/guides'

const blocks = blocksIn(await readGuide('packages/providers/README.md', 'Add a provider'))
const files = blocks.filter(({ path }) => path !== '')
const ADDED_BESIDE_THE_FOLDER = files.filter(({ path }) => !path.startsWith('packages/providers/src/acme/'))

const SECRET = `acme_${'0'.repeat(32)}`
const STRIPE_SECRET = 'whsec_c2VjcmV0IGJlc2lkZSBhY21l'

interface Acme {
  /** A checkout in which the guide was followed. */
  root: string
  postgres: TestPostgres
  env: Record<string, string>
}

describe('the guide to a provider', () => {
  test('is a folder and one line', () => {
    expect(
      ADDED_BESIDE_THE_FOLDER.map(({ path, lines }) => [path, lines.filter((line) => line.startsWith('+'))]),
    ).toEqual([['packages/providers/src/list.ts', [expect.any(String)]]])
  })

  test('is followed to the letter, and every process and command knows the provider', () =>
    withAcme(async (acme) => {
      const { root } = acme
      expect(await jestIn(root, commandOf(blocks))).toMatch(/Tests: +\d+ passed, \d+ total/)
      expect(await typeErrorsIn(root, files)).toEqual([])
      await buildIn(root, ['ingest', 'worker', 'cli'])

      await settingsAreChecked(acme)
      await addressesAreLimited(acme)
      await eventsAreReceived(acme)
      await doctorKnowsIt(acme)
      await missedEventsAreFound(acme)
    }))
})

/** A line for each wrong variable, and the end. */
async function settingsAreChecked({ root, env }: Acme): Promise<void> {
  const wrong = { ...env, ACME_WEBHOOK_SECRET: 'whsec_abcdefgh', ACME_ALLOWED_IPS: '10.0.0.0/33' }
  const ingest = startProcess(entryOf('ingest', root), [], { env: wrong })
  expect(await ingest.exited).toBe(1)
  expect(ingest.output().trim().split('\n')).toEqual([
    'ACME_WEBHOOK_SECRET must be the signing secret that the provider shows (acme_ and 32 hexadecimal digits), several comma-separated',
    'ACME_ALLOWED_IPS must be IP addresses or CIDR ranges, comma-separated',
  ])
}

async function addressesAreLimited(acme: Acme): Promise<void> {
  await withIngest(acme, { ACME_ALLOWED_IPS: '192.0.2.1' }, async (ingest) => {
    const sent = await sluice(acme, ['send', 'acme', 'parcel.delivered', '--id', 'ae_1', '--to', ingest.url])
    expect(sent).toEqual({ exitCode: 1, output: 'ae_1  403 forbidden\n' })
    const other = await sluice(acme, ['send', 'stripe', 'price.created', '--id', 'evt_1', '--to', ingest.url])
    expect(other.output).toContain('200 received')
  })
}

async function eventsAreReceived(acme: Acme): Promise<void> {
  await withIngest(acme, { ACME_ALLOWED_IPS: '127.0.0.0/8,::1' }, async (ingest) => {
    const worker = await startApp('worker', { env: acme.env, root: acme.root })
    try {
      const send = () => sluice(acme, ['send', 'acme', 'parcel.delivered', '--id', 'ae_2', '--to', ingest.url])
      expect((await send()).output).toMatch(/^ae_2 {2}200 received\n {2}ignored in .*: no handler for this type/)
      expect((await send()).output).toMatch(/^ae_2 {2}200 duplicate\n/)
    } finally {
      await worker.kill()
    }
    const body = '{"id":"ae_3","type":"parcel.lost","parcel":{"id":"p_1"}}'
    expect(await post(ingest, '/api/v1/webhooks/acme', body, {})).toBe(400)
    const headers = signedByAcme(body)
    expect(await post(ingest, '/api/v1/webhooks/acme', `${body} `, headers)).toBe(400)
    expect(await post(ingest, '/api/v1/webhooks/acme', body, headers)).toBe(200)
    const metrics = await (await fetch(`${ingest.url}/metrics`)).text()
    expect(metrics).toContain('webhook_requests_total{provider="acme",outcome="accepted"} 2')
    expect(metrics).toContain('webhook_requests_total{provider="acme",outcome="bad_signature"} 2')
  })
}

async function doctorKnowsIt(acme: Acme): Promise<void> {
  const line = async (env: Record<string, string>) =>
    (await sluice(acme, ['doctor'], env)).output.split('\n').find((one) => one.includes('ACME_WEBHOOK_SECRET'))
  expect(await line({})).toMatch(/^✓ ACME_WEBHOOK_SECRET +set$/)
  expect(await line({ ACME_WEBHOOK_SECRET: 'x' })).toMatch(/^✗ ACME_WEBHOOK_SECRET +It should be acme_ and 32/)
  expect(await line({ ACME_WEBHOOK_SECRET: '' })).toMatch(/^– ACME_WEBHOOK_SECRET .*503/)
}

/** One of the two that Acme lists is in the inbox already. */
async function missedEventsAreFound(acme: Acme): Promise<void> {
  const events = ['ae_2', 'ae_missed'].map((id) => ({
    id,
    type: 'parcel.delivered',
    parcel: { id: `parcel_of_${id}` },
  }))
  await withApi(events, async (env) => {
    const { exitCode, output } = await sluice(acme, ['reconcile', '--repair'], env)
    expect(output).toMatch(/^acme +parcel_of_ae_missed +parcel\.delivered ae_missed$/m)
    expect(output).toContain('2 events checked, 1 of them was missed. They are in the inbox now.')
    expect(exitCode).toBe(3)
    expect((await sluice(acme, ['reconcile'], env)).output).toBe(
      'Nothing was missed: 2 events of the providers checked.\n',
    )
    const refused = await sluice(acme, ['reconcile'], { ...env, ACME_API_KEY: '0bad' })
    expect(refused).toEqual({ exitCode: 1, output: 'acme_401: is ACME_API_KEY right?\n' })
  })
}

const withAcme = (use: (acme: Acme) => Promise<void>): Promise<void> =>
  withFolder(async (root) => {
    await copyRepository(root, { built: true })
    for (const block of files) await follow(block, root)
    await withPostgres((postgres) => withRedis(({ url }) => use({ root, postgres, env: environmentOf(postgres, url) })))
  })

const environmentOf = (postgres: TestPostgres, redisUrl: string) => ({
  NODE_ENV: 'production',
  DATABASE_URL: postgres.url,
  INGEST_DATABASE_URL: postgres.roleUrl('sluice_ingest'),
  WORKER_DATABASE_URL: postgres.roleUrl('sluice_worker'),
  REDIS_URL: redisUrl,
  STRIPE_WEBHOOK_SECRET: STRIPE_SECRET,
  ACME_WEBHOOK_SECRET: SECRET,
})

async function withIngest(
  { root, env }: Acme,
  more: Record<string, string>,
  use: (ingest: TestApp) => Promise<void>,
): Promise<void> {
  const ingest = await startApp('ingest', { env: { ...env, ...more }, root })
  try {
    await use(ingest)
  } finally {
    await ingest.kill()
  }
}

const sluice = (acme: Acme, args: string[], more: Record<string, string> = {}) =>
  withFolder(async (cwd) => {
    const command = startProcess(entryOf('cli', acme.root), args, { env: { ...acme.env, ...more }, cwd })
    return { exitCode: await command.exited, output: command.output() }
  })

async function post({ url }: TestApp, path: string, body: string, headers: Record<string, string>): Promise<number> {
  const request = { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } }
  return (await fetch(url + path, request)).status
}

/** As Acme signs, without the code of the guide. */
function signedByAcme(body: string): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1000))
  const signature = createHmac('sha256', SECRET).update(`${timestamp}.${body}`).digest('hex')
  return { 'acme-timestamp': timestamp, 'acme-signature': signature }
}

/** Lists these events, to who has the key. */
async function withApi(events: object[], use: (env: Record<string, string>) => Promise<void>): Promise<void> {
  const server = createServer(({ headers }, response) => {
    const isAllowed = headers.authorization === 'Bearer 600d'
    response.writeHead(isAllowed ? 200 : 401).end(JSON.stringify(isAllowed ? events : {}))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const { port } = server.address() as AddressInfo
    await use({ ACME_API_KEY: '600d', ACME_API_BASE: `http://127.0.0.1:${port}` })
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}
