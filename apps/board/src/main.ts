import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { adviseMove, BOARD_NAME, connect, readDeployment, SHARES_SESSIONS, sharesSessions } from '@sluice/database/pool'
import { excessRights } from '@sluice/database/roles'
import { checkOwner, guardKeys, openQueues } from '@sluice/queue'
import { EnvironmentError } from '@sluice/runtime/environment'
import { logLibraryOutput } from '@sluice/runtime/library-output'
import { createLogger, reasonOf, throttledLogger } from '@sluice/runtime/logger'
import { createProbe } from '@sluice/runtime/probe'
import { run } from '@sluice/runtime/run'
import { placementOf } from '@sluice/runtime/settings'
import { onShutdown } from '@sluice/runtime/shutdown'
import { openStoredFiles } from '@sluice/stored-files'
import { createBoard } from './app.ts'
import { isWeak, readBoardEnvironment } from './environment.ts'
import { createPeople, type People, parsePeople } from './sign-in/people.ts'

type Environment = ReturnType<typeof readBoardEnvironment>

/** Postgres cancels a statement after 5 s, which is 80 % of the limit. */
const READING = { max: 4, deadlineMs: 6_250, readOnly: true }

/** Inserts one row at a time. */
const WRITING = { max: 2, deadlineMs: 6_250 }

/** A store that does not answer is reported before a person gives up on the page. */
const STORE_TIMEOUT_MS = 5_000

async function main(): Promise<void> {
  const env = readBoardEnvironment()
  const logger = createLogger('board', env.LOG_LEVEL)
  logLibraryOutput(logger)
  if (isWeak(env))
    logger.warn('The password of the board is short or the user name: production would refuse it', {
      reason: 'BOARD_PASSWORD',
    })
  const placement = placementOf(env)
  const pool = connect(env.BOARD_DATABASE_URL, { max: 1, applicationName: BOARD_NAME, deadlineMs: 1000, placement })
  const writer = connect(env.BOARD_DATABASE_URL, { ...WRITING, applicationName: BOARD_NAME, placement })
  const reader = connect(env.BOARD_DATABASE_URL, { ...READING, applicationName: BOARD_NAME, placement })
  const place = env.ASSET_STORE
  const files = openStoredFiles(place.kind === 's3' ? { ...place, endpoint: env.S3_ENDPOINT } : place, {
    timeoutMs: STORE_TIMEOUT_MS,
  })
  // Production loads nothing that could send.
  const send =
    env.NODE_ENV === 'production'
      ? null
      : (await import('./send/open-send.ts')).openSend(process.env, {
          ...WRITING,
          applicationName: BOARD_NAME,
          placement,
        })
  const { queues, close, ...owned } = await openQueues({
    url: env.REDIS_URL,
    shards: env.QUEUE_SHARDS,
    prefix: env.QUEUE_PREFIX,
  })
  await guardKeys(async () => checkOwner(owned, await readDeployment(pool)), logger)
  const log = throttledLogger(logger)
  for (const queue of queues) {
    queue.on('error', (error) => log.error('Queue store unreachable', { reason: reasonOf(error) }))
  }

  const board = createBoard({
    queues,
    reader,
    writer,
    files,
    people: peopleOf(env),
    send: send?.routes ?? null,
    readOnly: env.BOARD_READ_ONLY,
    environment: env.NODE_ENV,
    trustProxy: env.TRUST_PROXY,
    url: env.BOARD_URL,
    probes: {
      redis: createProbe(() => Promise.all(queues.map((queue) => queue.getJobCounts()))),
      postgres: createProbe(() => pool.query('select 1')),
    },
    logger,
  })

  const server = board.listen(env.BOARD_PORT, (error) => {
    if (error) throw error
    logger.info('Listening', { port: env.BOARD_PORT })
  })
  if (env.NODE_ENV === 'production') {
    const excess = await excessRights(pool, 'board').catch(() => [])
    if (excess.length > 0) logger.warn('Database role has more rights than it needs', { reason: 'BOARD_DATABASE_URL' })
  }
  const advice = await adviseMove(pool, placement).catch(() => undefined)
  if (advice) logger.warn(advice, { reason: 'DATABASE_SCHEMA' })
  if (await sharesSessions(reader).catch(() => false))
    logger.error(`BOARD_DATABASE_URL ${SHARES_SESSIONS}`, { reason: 'pooler' })
  onShutdown(logger, env.SHUTDOWN_TIMEOUT_MS, {
    server: () => {
      server.close()
      server.closeAllConnections()
    },
    queues: close,
    database: () => Promise.all([pool.end(), reader.end(), writer.end(), send?.close()]),
    files: () => files.close(),
  })
}

/** One operator, those of the file, or both. */
function peopleOf({ BOARD_USER: user, BOARD_PASSWORD: password, BOARD_USERS: file }: Environment): People {
  if (file === undefined) return createPeople({ user, password: password ?? madePassword(user) })
  return createPeople(password === undefined ? undefined : { user, password }, parsePeople(readPeople(file)))
}

function readPeople(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new EnvironmentError('BOARD_USERS must be a file that can be read')
  }
}

/** Prints the password instead of logging it, because logs are kept. */
function madePassword(user: string): string {
  const password = randomBytes(18).toString('base64url')
  process.stderr.write(
    `The board's login for this run is ${user} with the password ${password}. Set BOARD_PASSWORD for a permanent one.\n`,
  )
  return password
}

run(main)
