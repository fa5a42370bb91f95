import { expect, test } from '@jest/globals'
import { connect } from '@sluice/database/pool'
import { createLogger } from '@sluice/runtime/logger'
import { openStoredFiles } from '@sluice/stored-files'
import { fillDatabase, withPostgres } from '@sluice/testing'
import { api, ROUTES } from '../src/api/index.ts'
import { type Explained, explainedReader, rowsRead, rowsSorted, tablesScanned } from './explained.ts'
import { routesOf } from './routes-of.ts'
import { withBoard } from './with-board.ts'

/** A million by hand: `PLAN_ROWS=1000000 pnpm jest apps/board/test/plans`. */
const EVENTS = Number(process.env['PLAN_ROWS'] ?? 100_000)

/** Rows of one table that one request reads, and that it sorts. Tables with fewer rows are read in any way. */
const ROWS_MAX = 3_000

/** `cursor`: one in the middle. */
const middle = (share: number): string => String(Math.floor(EVENTS * share))
const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString()
const [LATELY, LONG_AGO, EARLIER] = [minutesAgo(2), minutesAgo(29 * 1440), minutesAgo(28 * 1440)]

/** Each filter alone, with what is frequent and what is rare or not there, and those that people combine. */
const CASES: Record<string, string[]> = {
  '/events': [
    ...[
      '',
      'limit=100',
      `cursor=${middle(0.5)}`,
      'provider=rare',
      'provider=stripe',
      'type=rare.type',
      'type=rare.*',
      'type=invoice.*',
    ],
    ...[
      'type=nothing.*',
      'provider=stripe&type=prediction.*',
      'status=failed',
      'status=received',
      'status=ignored',
      'status=processed',
    ],
    ...[
      'status=failed&type=invoice.*',
      'customer=cus_7',
      'customer=cus_1',
      'customer=nobody',
      'user=user_7',
      'user=user_1',
      'user=nobody',
    ],
    ...[
      `since=${LATELY}`,
      `since=${LONG_AGO}&until=${EARLIER}`,
      `since=${LATELY}&type=rare.*`,
      'since=2040-01-01',
      'until=2001-01-01',
    ],
    ...[
      'q=evt_77',
      'q=cus_7',
      'q=pi_7',
      'q=vt_7',
      'q=none',
      'customer=cus_1&status=failed',
      `customer=cus_7&cursor=${middle(0.5)}`,
    ],
  ],
  '/events/:provider/:id': [
    'stripe/evt_88',
    `stripe/evt_${middle(0.5)}`,
    `stripe/evt_${middle(0.01)}`,
    'replicate/evt_63',
    'stripe/none',
  ],
  '/find': [
    'q=evt_77',
    'q=cus_7',
    'q=user_7',
    'q=in_7',
    'q=pi_7',
    'q=pred7',
    'q=7@example.com',
    'q=cause7',
    'q=receipt:in_7',
    'q=us_',
    'q=none',
    'q=1234',
  ],
  '/dead-letters': [
    '',
    'state=open',
    'state=ignored',
    'state=resolved',
    `cursor=${Date.parse(EARLIER)}.cause7`,
    'limit=5',
  ],
  '/dead-letters/:fingerprint': ['cause7', 'cause8', `cause7?cursor=${middle(0.005)}`, 'cause7?limit=5', 'none'],
  '/users/:id': ['user_7', 'user_1', 'nobody'],
  '/customers/:id': ['cus_7', 'cus_1', 'nobody'],
  '/users/:id/history': ['user_7/history'],
  '/customers/:id/history': ['cus_7/history', 'cus_1/history'],
  '/generations': [
    ...[
      '',
      'limit=5',
      'user=user_7',
      'user=nobody',
      'status=failed',
      'status=succeeded',
      'prediction=pred7',
      `since=${LATELY}`,
    ],
    ...[`until=${LONG_AGO}`, 'user=user_7&status=failed', `cursor=${Date.parse(EARLIER)}.job_7`],
  ],
  '/generations/:prediction': ['pred7', 'none'],
  '/emails': [
    '',
    'limit=5',
    `cursor=${middle(0.05)}`,
    'kind=rare',
    'kind=receipt',
    'outcome=failed',
    'outcome=sent',
    'customer=cus_7',
    'customer=cus_1',
    'customer=nobody',
  ],
  '/emails/:key': ['receipt:in_7', 'none'],
  '/overview': ['range=1h', 'range=24h', 'range=7d'],
  '/ledger': ['days=1', 'days=30'],
  '/payments/:id': ['in_20', 'none'],
  '/actions': [
    ...[
      '',
      'limit=5',
      `cursor=${middle(0.005)}`,
      'kind=replay',
      'kind=redrive',
      'kind=none',
      'actor=ada',
      'actor=nobody',
      'state=failed',
    ],
    ...[
      'state=queued',
      'fingerprint=cause7',
      'fingerprint=none',
      `since=${LATELY}`,
      `until=${LONG_AGO}`,
      `since=${LONG_AGO}&until=${EARLIER}`,
    ],
  ],
  '/actions/:id': ['7'],
  '/deliveries': [
    ...[
      '',
      'limit=5',
      `cursor=${middle(0.025)}`,
      'outcome=refused',
      'outcome=duplicate&provider=rare',
      'outcome=refused&reason=too_old',
    ],
    ...['outcome=refused&reason=none', 'outcome=refused&provider=none'],
  ],
  '/refusals': ['range=1h', 'range=24h', 'range=7d'],
  '/files/*key': ['assets/7.png', 'documents/7.pdf'],
  '/events/:provider/:id/body': ['stripe/evt_88/body'],
  '/customers/:id/address': ['cus_7/address'],
  '/users/:id/address': ['user_7/address'],
  '/emails/:key/address': ['receipt:in_7/address'],
  '/emails/:key/rendering': ['receipt:in_7/rendering'],
  '/emails/:key/rendering.html': ['receipt:in_7/rendering.html'],
}

/** Requests that ask for no rows, or by design for all of them. */
const OTHERS: Record<string, string> = {
  'GET /session': 'asks no database',
  'GET /stream': 'never ends: its statements are those of the tail',
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
  [/^\/ledger\?/, { ledger_entries: Number.POSITIVE_INFINITY }],
]

const limitOf = (request: string, table: string): number =>
  MORE.find(([start]) => start.test(request))?.[1][table] ?? ROWS_MAX

const pathOf = (route: string, one: string): string => {
  const start = route.slice(0, route.search(/[:*]/) + 1 ? route.search(/[:*]/) : undefined)
  return start.endsWith('/') ? `${start}${one}` : `${start}?${one}`
}

test(`no request of the console reads or sorts many of ${EVENTS} events, nor of what follows from them`, () =>
  withPostgres(async ({ url, roleUrl }) => {
    const database = connect(url, { deadlineMs: 600_000 })
    const { reader, taken } = await explainedReader(database, roleUrl('sluice_board'))
    try {
      await fillDatabase(url, EVENTS)
      // Plans are made for ten times as many rows as there are.
      await database.query(
        'UPDATE pg_class SET reltuples = reltuples * 10 WHERE relnamespace = current_schema()::regnamespace AND reltuples > 0',
      )
      const found: string[] = []
      await withBoard(
        async ({ fetch }) => {
          for (const [route, cases] of Object.entries(CASES))
            for (const one of cases) {
              const path = pathOf(route, one)
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
  const router = api({ reader: pool, writer: pool, files, readOnly: false, environment: 'test', probes: {}, logger })
  expect(routesOf(router).sort()).toEqual(
    [...Object.keys(CASES).map((path) => `GET ${path}`), ...Object.keys(OTHERS)].sort(),
  )
  const missing = ROUTES.flatMap(({ path, parameters }) =>
    parameters
      .filter(
        (name) => !path.includes(`:${name}`) && !CASES[path]?.some((one) => new RegExp(`(^|[?&])${name}=`).test(one)),
      )
      .map((name) => `${path} ${name}`),
  )
  expect(missing).toEqual([])
})
