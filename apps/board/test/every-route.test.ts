import { expect, test } from '@jest/globals'
import { KINDS } from '@sluice/database/actions'
import { connect } from '@sluice/database/pool'
import { createLogger } from '@sluice/runtime/logger'
import { hashPassword } from '@sluice/runtime/password'
import { openStoredFiles } from '@sluice/stored-files'
import { api } from '../src/api/index.ts'
import { send } from '../src/api/send.ts'
import { createPeople } from '../src/sign-in/people.ts'
import { routesOf } from './routes-of.ts'
import { basic, CREDENTIALS, withConsole } from './with-board.ts'

const VIEWER = { user: 'vera', password: 'the password of vera' }

/** The routes that production has not, with nothing behind them. */
const sendRoutes = () => send({ ingestUrl: 'http://127.0.0.1:1', secrets: {}, host: null })

/** Every route of the API, asked of its router, so that a new one is found here. */
function routes(): { method: string; path: string }[] {
  const pool = connect('postgres://127.0.0.1:1/none')
  const files = openStoredFiles({ kind: 'file', directory: '/nowhere' }, { timeoutMs: 1_000 })
  const logger = createLogger('board')
  const options = { files, queues: [], send: sendRoutes(), readOnly: false, environment: 'test', probes: {}, logger }
  return routesOf(api({ reader: pool, writer: pool, ...options })).map((route) => {
    const [method = '', path = ''] = route.split(' ')
    return { method, path: `/api${path.replace(/\*\w+/, 'some/file.png').replaceAll(/:\w+/g, '1')}` }
  })
}

const ROUTES = routes()
const READS = ROUTES.filter(({ method }) => method === 'GET')
const WRITES = ['POST', 'PUT', 'PATCH', 'DELETE'].flatMap((method) => ROUTES.map(({ path }) => ({ method, path })))

const withPeople = async (use: Parameters<typeof withConsole>[0]) => {
  const viewer = { user: VIEWER.user, role: 'viewer' as const, hash: await hashPassword(VIEWER.password) }
  await withConsole(use, { people: createPeople(CREDENTIALS, [viewer]), send: sendRoutes() })
}

test('no route of the API answers a stranger, and no page may frame an answer', () =>
  withPeople(async (board) => {
    expect(READS.length).toBeGreaterThan(20)
    for (const { method, path } of [...READS, ...WRITES])
      expect([path, (await fetch(board.url + path, { method })).status]).toEqual([path, 401])

    for (const { path } of READS) {
      const closing = new AbortController()
      const { headers } = await board.fetch(path, { signal: closing.signal })
      closing.abort() // a stream never ends
      const policy = headers.get('Content-Security-Policy') ?? ''
      // A stored file is shown in a frame of the console.
      const framed = path.startsWith('/api/files/') ? /frame-ancestors '(none|self)'/ : /frame-ancestors 'none'/
      expect([path, framed.test(policy), headers.get('X-Content-Type-Options')]).toEqual([path, true, 'nosniff'])
    }
  }))

test('no page of another site, and no viewer, writes by any route and method', () =>
  withPeople(async (board) => {
    const statusOf = async ({ method, path }: { method: string; path: string }, headers: Record<string, string>) =>
      (await board.fetch(path, { method, headers, body: '{}' })).status
    const viewer = { Authorization: basic(VIEWER.user, VIEWER.password), 'Content-Type': 'application/json' }
    for (const route of WRITES) {
      expect([route, await statusOf(route, viewer)]).toEqual([route, 403])
      expect([route, await statusOf(route, { 'Sec-Fetch-Site': 'cross-site' })]).toEqual([route, 403])
      expect([route, await statusOf(route, { Origin: 'https://elsewhere.example' })]).toEqual([route, 403])
    }
    const form = { method: 'POST', redirect: 'manual', body: new URLSearchParams({ ...CREDENTIALS }) } as const
    const Cookie = (await fetch(`${board.url}/sign-in`, form)).headers.get('Set-Cookie')?.split(';')[0] ?? ''
    for (const path of ['/api/actions', '/api/send', '/api/send/lifecycles']) {
      const json = { 'Content-Type': 'application/json' }
      const byCookie = await fetch(board.url + path, { method: 'POST', headers: { ...json, Cookie }, body: '{}' })
      expect([path, byCookie.status]).toEqual([path, 403])
      expect([path, await statusOf({ method: 'POST', path }, json)]).toEqual([path, 400])
    }
  }))

/** Guarantees that a viewer asks for no kind of action, also where the page and the server are passed by. */
test('every kind of action is refused to a viewer by the server, and by Postgres', () =>
  withPeople(async (board) => {
    const kinds = Object.keys(KINDS)
    expect(kinds.length).toBeGreaterThan(8)
    const writer = connect(board.boardUrl)
    try {
      for (const kind of kinds) {
        const body = JSON.stringify({ kind, filter: { ids: ['evt_1'] }, reason: 'a viewer asks for it' })
        const headers = { Authorization: basic(VIEWER.user, VIEWER.password), 'Content-Type': 'application/json' }
        expect([kind, (await board.fetch('/api/actions', { method: 'POST', headers, body })).status]).toEqual([
          kind,
          403,
        ])

        const inserted = writer.query(
          `INSERT INTO operator_actions (actor, role, address, kind, filter, reason) VALUES ('vera', 'viewer', NULL, $1, '{}', 'x')`,
          [kind],
        )
        await expect(inserted).rejects.toMatchObject({ code: '23514' })
      }
      const { rows } = await board.database.query('SELECT count(*)::int AS count FROM operator_actions')
      expect(rows).toEqual([{ count: 0 }])
    } finally {
      await writer.end()
    }
  }))
