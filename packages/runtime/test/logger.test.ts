import { Writable } from 'node:stream'
import { describe, expect, test } from '@jest/globals'
import winston from 'winston'
import { createLogger, reasonOf, throttledLogger } from '../src/logger.ts'

/** The logger, with its lines kept instead of printed. */
function keepingLines(boardUrl?: string) {
  const lines: Record<string, unknown>[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)))
      done()
    },
  })
  const logger = createLogger('ingest', 'info', boardUrl)
  logger.clear().add(new winston.transports.Stream({ stream }))
  return { logger, lines }
}

describe('the logger', () => {
  test('writes one JSON object a line', () => {
    const { logger, lines } = keepingLines()
    logger.info('Webhook received', { provider: 'stripe', eventId: 'evt_1', durationMs: 3 })
    expect(lines).toEqual([
      {
        level: 'info',
        message: 'Webhook received',
        app: 'ingest',
        provider: 'stripe',
        eventId: 'evt_1',
        durationMs: 3,
        timestamp: expect.any(String),
      },
    ])
  })

  test('links what warnings and errors are about with the board', () => {
    const { logger, lines } = keepingLines('https://example.com/sluice')
    logger.warn('Webhook failed', { provider: 'stripe', eventId: 'evt_1/2' })
    logger.warn('Effect failed', { eventId: 'evt_1', effectId: '7' })
    logger.warn('Queue store unreachable', {})
    logger.info('Webhook processed', { provider: 'stripe', eventId: 'evt_1' })
    expect(lines.map(({ link }) => link)).toEqual([
      'https://example.com/sluice/e/stripe/evt_1%2F2',
      'https://example.com/sluice/queues/jobs/effects/7',
      undefined,
      undefined,
    ])
  })

  test('lets one line per message and second through and counts the rest', () => {
    const { logger, lines } = keepingLines()
    let now = 0
    const throttledLog = throttledLogger(logger, () => now)
    for (now = 0; now < 2000; now += 10) throttledLog.error('Postgres is down', { reason: 'ECONNREFUSED' })
    throttledLog.warn('Redis is down')
    expect(lines.map(({ message, suppressed }) => [message, suppressed])).toEqual([
      ['Postgres is down', undefined],
      ['Postgres is down', 99],
      ['Redis is down', undefined],
    ])
  })

  test('tells the code of an error and never its text', () => {
    expect(reasonOf(Object.assign(new Error('Key (email)=(a@b.c) exists'), { code: '23505' }))).toBe('23505')
    expect(reasonOf(new TypeError('a@b.c is not iterable'))).toMatch(/^TypeError at logger\.test\.ts:\d+$/)
    expect(reasonOf('a@b.c')).toBe('unknown')
  })

  test.each<[string, unknown, unknown]>([
    ['an errno', Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    ['a SQLSTATE', Object.assign(new Error('x'), { code: '57P01' }), '57P01'],
    ['what Postgres said to Prisma', ofPrisma({ originalCode: '23505', kind: 'UniqueConstraintViolation' }), '23505'],
    ['a database that Prisma cannot reach', ofPrisma({ kind: 'DatabaseNotReachable' }), 'DatabaseNotReachable'],
    ['a bug', new TypeError('x'), expect.stringMatching(/^TypeError at logger\.test\.ts:\d+$/)],
    ['a bug that Node noticed', nodesOwn(), expect.stringMatching(/^TypeError ERR_INVALID_ARG_TYPE at /)],
    ['an error that says nothing, by the code around it', new Error('Connection terminated'), 'connection_terminated'],
  ])('tells the innermost cause: %s', (_what, innermost, reason) => {
    const outer = Object.assign(new Error('outer', { cause: innermost }), { code: 'connection_terminated' })
    expect(reasonOf(new Error('outermost', { cause: outer }))).toEqual(reason)
  })
})

/** As Prisma 7 wraps what its driver adapter threw; packages/database tests its errors themselves. */
function ofPrisma(cause: object): Error {
  return Object.assign(new Error('x'), { code: 'P2010', meta: { driverAdapterError: { cause } } })
}

function nodesOwn(): unknown {
  try {
    return Buffer.from(7 as unknown as string)
  } catch (error) {
    return error
  }
}
