import { expect, test } from '@jest/globals'
import { connect } from '@sluice/database/pool'
import { createLogger } from '@sluice/runtime/logger'
import { openStoredFiles } from '@sluice/stored-files'
import { eventually, fillDatabase, requestsOf, withPostgres } from '@sluice/testing'
import { api, ROUTES } from '../src/api/index.ts'
import { type Explained, explainedReader, rowsRead, rowsSorted, tablesScanned } from './explained.ts'
import { routesOf } from './routes-of.ts'
import { type TestBoard, withBoard } from './with-board.ts'

/** A million by hand: `PLAN_ROWS=1000000 pnpm jest apps/board/test/plans`. */
const EVENTS = Number(process.env['PLAN_ROWS'] ?? 100_000)

/** Rows of one table that one request reads, and that it sorts. Tables with fewer rows are read in any way. */
const ROWS_MAX = 3_000

const REQUESTS = requestsOf(EVENTS)

/** Requests that ask for no rows, or by design for all of them. */
const OTHERS: Record<string, string> = {
  'GET /session': 'asks no database',
  'GET /stream': 'never ends, and is watched until it has looked',
  'GET /actions/chain': 'computes the hash of every action again',
  'GET /ledger.csv': 'is the whole ledger, page by page',
  'POST /actions': 'inserts one row',
}

/** Where more rows are read, and why that many are enough for ten million events too. */
const MORE: [start: RegExp, limits: Record<string, number>][] = [
  // Parts of ids are looked for among the newest.
  [/^\/(events|find)\?q=/, { webhook_events: 20_500 }],
  // No index has the kind, the outcome, the status or the provider: a page looks at so many rows, and the next one goes on.
  [/^\/emails\?(kind|outcome)=/, { notifications: 20_000, outbox_messages: 20_000 }],
  [/^\/generations\?.*status=/, { generation_jobs: 20_000 }],
  [/^\/deliveries\?.*provider=/, { webhook_deliveries: 20_000 }],
  // All events of one customer, and the newest actions: whether each is about the event or its dead letter.
  [/^\/events\/stripe\//, { webhook_events: 5_000, operator_actions: 5_100, webhook_dead_letters: 5_100 }],
  // Open dead letters are all counted, and the newest entries of the ledger. Counts grow with minutes, and not with events.
  [/^\/dead-letters\?/, { webhook_dead_letters: 21_000 }],
  [
    /^\/overview\?/,
    {
      webhook_dead_letters: 21_000,
      ledger_entries: 5_000,
      event_counts: 120_000,
      effect_counts: 60_000,
      delivery_counts: 12_000,
    },
  ],
]

const limitOf = (request: string, table: string): number =>
  MORE.find(([start]) => start.test(request))?.[1][table] ?? ROWS_MAX

test(`no request of the console reads or sorts many of ${EVENTS} events, nor of what follows from them`, () =>
  withPostgres(async ({ url, roleUrl }) => {
    const database = connect(url, { deadlineMs: 600_000 })
    const { reader, taken } = await explainedReader(database, roleUrl('sluice_board'))
    try {
      await fillDatabase(url, EVENTS)
      // Plans are made for a hundred times as many rows as there are: ten million events.
      await database.query(
        'UPDATE pg_class SET reltuples = reltuples * 100 WHERE relnamespace = current_schema()::regnamespace AND reltuples > 0',
      )
      const found: string[] = []
      await withBoard(
        async ({ fetch }) => {
          found.push(...(await watched(fetch, taken)).flatMap((explained) => faultsOf('/stream', explained)))
          for (const path of Object.values(REQUESTS).flat()) {
            const answer = await (await fetch(`/api${path}`)).text()
            const plans = taken()
            expect([path, /too_slow|unavailable/.test(answer), plans.length > 0]).toEqual([path, false, true])
            found.push(...plans.flatMap((explained) => faultsOf(path, explained)))
          }
        },
        { reader },
      )
      expect([...new Set(found)]).toEqual([])
    } finally {
      await Promise.all([database.end(), reader.end()])
    }
  }))

/** All statements until the stream has looked for arrivals and endings. */
async function watched(fetch: TestBoard['fetch'], taken: () => Explained[]): Promise<Explained[]> {
  const closing = new AbortController()
  await fetch('/api/stream?user=user_7', { signal: closing.signal, headers: { 'Last-Event-ID': String(EVENTS / 2) } })
  const heard: Explained[] = []
  await eventually(async () => {
    heard.push(...taken())
    expect(heard.some(({ sql }) => sql.includes("'ended'"))).toBe(true)
  })
  closing.abort()
  return heard
}

function faultsOf(path: string, { sql, plan }: Explained): string[] {
  const read = rowsRead(plan)
  const statement = sql.replace(/\s+/g, ' ').slice(0, 160)
  const over = Object.entries(read).filter(([table, rows]) => rows > limitOf(path, table))
  const sorted = rowsSorted(plan)
  return [
    ...over.map(([table, rows]) => `${path} reads ${rows} of ${table}: ${statement}`),
    ...(sorted > Math.max(...Object.keys(read).map((table) => limitOf(path, table)), 0)
      ? [`${path} sorts ${sorted}: ${statement}`]
      : []),
    ...tablesScanned(plan)
      .filter((table) => (read[table] ?? 0) > limitOf(path, table))
      .map((table) => `${path} scans ${table}: ${statement}`),
  ]
}

test('every route of the API is in this test with each of its parameters', () => {
  const logger = createLogger('board')
  const pool = connect('postgres://127.0.0.1:1/none')
  const files = openStoredFiles({ kind: 'file', directory: '/nowhere' }, { timeoutMs: 1_000 })
  const router = api({
    reader: pool,
    writer: pool,
    files,
    queues: [],
    send: null,
    readOnly: false,
    environment: 'test',
    probes: {},
    logger,
  })
  expect(routesOf(router).sort()).toEqual(
    [...Object.keys(REQUESTS).map((path) => `GET ${path}`), ...Object.keys(OTHERS)].sort(),
  )
  const missing = ROUTES.flatMap(({ path, parameters }) =>
    parameters
      .filter(
        (name) =>
          !path.includes(`:${name}`) && !REQUESTS[path]?.some((one) => new RegExp(`(^|[?&])${name}=`).test(one)),
      )
      .map((name) => `${path} ${name}`),
  )
  expect(missing).toEqual([])
})
