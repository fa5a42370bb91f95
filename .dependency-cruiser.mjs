import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The architecture: the doors that the sources of a package or an app may import. A door is an entry of `exports` in
 * the other package's package.json. Anything not listed is forbidden, and nothing imports an app.
 * A row names only rows above it: read downward it is the way an event travels.
 */
export const BOUNDARIES = {
  'packages/events': { why: 'Events depend on nothing.', imports: [] },
  'packages/simulator': { why: 'The simulator makes what providers send, by their docs alone.', imports: [] },
  'packages/providers': {
    why: 'Providers know events, and the simulator for their samples.',
    imports: ['@sluice/events', '@sluice/simulator'],
  },
  'packages/handlers': { why: 'Handlers are pure: they know events alone.', imports: ['@sluice/events'] },
  'packages/emails': { why: 'E-mails are written from values alone.', imports: ['@sluice/events'] },
  'packages/database': { why: 'The database knows events alone.', imports: ['@sluice/events'] },
  'packages/queue': { why: 'The queue knows events alone.', imports: ['@sluice/events'] },
  'packages/stored-files': { why: 'Stored files are found by their names alone.', imports: ['@sluice/events'] },
  'packages/runtime': {
    why: 'The runtime serves every process: of Sluice it knows its errors.',
    imports: ['@sluice/events'],
  },
  'packages/host': { why: 'Host applications install it alone: it knows nothing of Sluice.', imports: [] },
  'packages/host-webhook': { why: 'Posting a message needs no other part of Sluice.', imports: [] },
  'packages/doctor': {
    why: 'Checks read settings, stores and rows; they change nothing.',
    imports: [
      '@sluice/events',
      '@sluice/providers',
      '@sluice/providers/apis',
      '@sluice/handlers',
      '@sluice/host-webhook',
      '@sluice/database/client',
      '@sluice/database/dead-letters',
      '@sluice/database/find',
      '@sluice/database/host',
      '@sluice/database/pool',
      '@sluice/database/reconcile',
      '@sluice/database/waiting',
      '@sluice/database/write-probe',
      '@sluice/queue',
      '@sluice/runtime/*',
    ],
  },
  'packages/sending': {
    why: 'Sending makes what providers send, and the rows that a host has then.',
    imports: ['@sluice/simulator', '@sluice/providers', '@sluice/handlers'],
  },
  'packages/dev-services': { why: 'Development stores know nothing of what is kept in them.', imports: [] },
  'packages/testing': {
    why: 'Test helpers start stores and stand-ins; they never commit.',
    imports: [
      '@sluice/providers/stripe',
      '@sluice/providers/replicate',
      '@sluice/database/migrate',
      '@sluice/simulator',
      '@sluice/dev-services',
    ],
  },
  'packages/bench': {
    why: 'The benchmark measures ingest, queue and commit from outside, beside its peers.',
    imports: [
      '@sluice/providers/stripe',
      '@sluice/providers/replicate',
      '@sluice/database/append',
      '@sluice/database/client',
      '@sluice/database/commit',
      '@sluice/database/inbox',
      '@sluice/database/migrate',
      '@sluice/database/pool',
      '@sluice/database/tables',
      '@sluice/queue',
      '@sluice/simulator',
      '@sluice/dev-services',
      '@sluice/testing/*',
    ],
  },

  'apps/ingest': {
    why: 'Ingest verifies, appends and enqueues: it neither decides nor commits, and calls no provider.',
    imports: [
      '@sluice/events',
      '@sluice/providers',
      '@sluice/database/append',
      '@sluice/database/pool',
      '@sluice/database/processes',
      '@sluice/database/roles',
      '@sluice/queue',
      '@sluice/runtime/*',
    ],
  },
  'apps/worker': {
    why: 'The worker alone decides and commits, and does what operators ask for; it migrates nothing.',
    imports: [
      '@sluice/events',
      '@sluice/providers/*',
      '@sluice/handlers',
      '@sluice/emails',
      '@sluice/host-webhook',
      '@sluice/doctor',
      '@sluice/database/actions',
      '@sluice/database/actions/run',
      '@sluice/database/counts',
      '@sluice/database/commit',
      '@sluice/database/dead-letters',
      '@sluice/database/find',
      '@sluice/database/host',
      '@sluice/database/inbox',
      '@sluice/database/ledger',
      '@sluice/database/outbox',
      '@sluice/database/pool',
      '@sluice/database/processes',
      '@sluice/database/reconcile',
      '@sluice/database/records',
      '@sluice/database/replay',
      '@sluice/database/roles',
      '@sluice/database/sql',
      '@sluice/database/warm-up',
      '@sluice/database/write-probe',
      '@sluice/queue',
      '@sluice/runtime/*',
      '@sluice/stored-files/*',
    ],
  },
  'apps/board': {
    why: 'The board reads, and asks workers for actions.',
    imports: [
      '@sluice/providers',
      '@sluice/database/actions',
      '@sluice/database/find',
      '@sluice/database/inspect',
      '@sluice/database/pool',
      '@sluice/database/roles',
      '@sluice/database/sql',
      '@sluice/queue',
      '@sluice/runtime/*',
      '@sluice/sending',
      '@sluice/simulator',
      '@sluice/stored-files',
    ],
  },
  'apps/cli': {
    why: 'Commands migrate, import, replay, redrive and reconcile; only the worker commits.',
    imports: [
      '@sluice/events',
      '@sluice/providers/*',
      '@sluice/handlers',
      '@sluice/emails',
      '@sluice/host',
      '@sluice/host-webhook',
      '@sluice/doctor',
      '@sluice/database/actions',
      '@sluice/database/actions/run',
      '@sluice/database/append',
      '@sluice/database/client',
      '@sluice/database/dead-letters',
      '@sluice/database/find',
      '@sluice/database/forget',
      '@sluice/database/host',
      '@sluice/database/import',
      '@sluice/database/inspect/events',
      '@sluice/database/inspect/tail',
      '@sluice/database/inspect/watch',
      '@sluice/database/ledger',
      '@sluice/database/migrate',
      '@sluice/database/pool',
      '@sluice/database/reconcile',
      '@sluice/database/replay',
      '@sluice/database/roles',
      '@sluice/database/state-hash',
      '@sluice/database/waiting',
      '@sluice/database/write-probe',
      '@sluice/queue',
      '@sluice/runtime/*',
      '@sluice/stored-files',
      '@sluice/sending',
      '@sluice/simulator',
      '@sluice/dev-services',
      '@sluice/bench',
    ],
  },
  'apps/prove': {
    why: 'The fault suite runs the apps as processes and looks at what is left; one of them is a worker with faults.',
    imports: [
      '@sluice/providers/*',
      '@sluice/handlers',
      '@sluice/database/append',
      '@sluice/database/commit',
      '@sluice/database/comparable-rows',
      '@sluice/database/ledger',
      '@sluice/database/pool',
      '@sluice/database/state-hash',
      '@sluice/emails',
      '@sluice/runtime/*',
      '@sluice/simulator',
      '@sluice/dev-services',
      '@sluice/testing/*',
      '@sluice/worker/*',
    ],
  },
}

/** Libraries that reach something outside the process, and the only sources that may hold them. */
export const LIBRARIES = {
  pg: [
    'packages/database',
    'packages/dev-services',
    'packages/doctor',
    'packages/sending',
    'packages/testing',
    'packages/bench',
    'apps/cli',
    'apps/prove',
  ],
  '@prisma/*': ['packages/database'],
  bullmq: ['packages/queue', 'packages/bench', 'apps/worker', 'apps/board'],
  ioredis: ['packages/queue', 'packages/doctor', 'packages/testing', 'packages/bench', 'apps/cli', 'apps/prove'],
  stripe: ['packages/providers', 'packages/bench', 'packages/handlers/src/stripe/index.ts'], // the last: types alone
  express: ['packages/runtime', 'packages/bench', 'apps/ingest', 'apps/worker', 'apps/board'],
}

const rows = Object.entries(BOUNDARIES)

/** Source file behind each door, from the root: `@sluice/database/pool` → `packages/database/src/sql/pool.ts`. */
const doors = new Map(rows.flatMap(([folder]) => doorsOf(folder)))

function doorsOf(folder) {
  const { name, exports } = JSON.parse(readFileSync(join(import.meta.dirname, folder, 'package.json'), 'utf8'))
  const sources = Object.entries(exports).filter(([, { source }]) => source !== undefined) // the others are no code
  return sources.map(([door, { source }]) => [join(name, door), join(folder, source)])
}

/** @param imported a door, or a package with all of its doors: `@sluice/runtime/*`. */
function filesBehind(imported) {
  const packageName = imported.replace(/\/\*$/, '')
  const matching = [...doors.keys()].filter(
    (door) => door === packageName || (packageName !== imported && door.startsWith(`${packageName}/`)),
  )
  if (matching.length === 0) throw new Error(`.dependency-cruiser.mjs: no package has the door ${imported}`)
  return matching.map((door) => doors.get(door))
}

const exactly = (files) => files.map((file) => `^${file.replaceAll('.', '\\.')}$`)

const boundaryOf = ([folder, { why, imports }]) => ({
  name: folder,
  severity: 'error',
  comment: why,
  from: { path: `^${folder}/src/` },
  to: { path: '^(packages|apps)/', pathNot: [`^${folder}/src/`, ...exactly(imports.flatMap(filesBehind))] },
})

const libraryRule = ([library, holders]) => ({
  name: library,
  severity: 'error',
  comment: `Only ${holders.join(', ')} may import ${library}.`,
  from: { path: '^(packages|apps)/[^/]+/src/', pathNot: holders.map((holder) => `^${holder}(/|$)`) },
  to: { path: `node_modules/${library.replace('/*', '/[^/]+')}/` },
})

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...rows.map(boundaryOf),
    {
      name: 'unlisted',
      severity: 'error',
      comment: 'A new package or app gets a row in BOUNDARIES.',
      from: { path: '^((packages|apps)/[^/]+)/src/', pathNot: rows.map(([folder]) => `^${folder}/`) },
      to: { path: '^(packages|apps)/', pathNot: '^$1/' },
    },
    ...Object.entries(LIBRARIES).map(libraryRule),
    {
      name: 'pure',
      severity: 'error',
      comment: 'Handlers are pure: no file, no network, no clock.',
      from: { path: '^packages/handlers/src/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'previews',
      severity: 'error',
      comment:
        'Commands ask handlers what they would do only to preview a replay, to reconcile, to examine and to list their types.',
      from: {
        path: '^apps/cli/src/',
        pathNot: '^apps/cli/src/(lib/replay/|lib/reconcile/|doctor/|lib/events/types.ts)',
      },
      to: { path: '^packages/handlers/' },
    },
    {
      name: 'tests',
      severity: 'error',
      comment: 'Tests may import any package, but no other app; system tests start apps as processes.',
      from: { path: '^((packages|apps)/[^/]+)/test/', pathNot: '^packages/system-tests/' },
      to: { path: '^apps/', pathNot: '^$1/' },
    },
    {
      name: 'cycles',
      severity: 'error',
      comment: 'Of two files that import each other, move the part that both need into a third.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      severity: 'error',
      comment: 'An import is a file, a door, or a dependency that package.json names.',
      from: {},
      to: { couldNotResolve: true, pathNot: '/dist/' }, // which `pnpm build` makes
    },
  ],
  options: {
    parser: 'swc', // TypeScript 7 has no API for others
    exclude: {
      path: [
        '^packages/host/examples/nextjs/', // its packages are not installed with the others
        '^apps/board/page/', // swc parses no JSX here; biome.json says what it may import
      ],
    },
    doNotFollow: { path: ['node_modules', '/dist/', '/generated/'] },
    enhancedResolveOptions: {
      conditionNames: ['source', 'import', 'node', 'default'],
      exportsFields: ['exports'],
    },
  },
}
