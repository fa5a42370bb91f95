import { describe, expect, test } from '@jest/globals'
import { QUEUES } from '@sluice/queue'
import { EnvironmentError } from '@sluice/runtime/environment'
import { isWeak, readBoardEnvironment } from '../src/environment.ts'
import { withBoard } from './with-board.ts'

describe('the pages', () => {
  test('show every queue', () =>
    withBoard(async ({ fetch }) => {
      const { queues } = (await (await fetch('/queues/api/queues')).json()) as { queues: Array<{ name: string }> }

      expect(queues.map(({ name }) => name).sort()).toEqual(Object.values(QUEUES).sort())
    }))

  test('load nothing from elsewhere and cannot be framed', () =>
    withBoard(async ({ fetch }) => {
      const policy = (await fetch('/queues')).headers.get('Content-Security-Policy') ?? ''

      expect(policy).toContain("default-src 'self'")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).not.toMatch(/https?:|\*/)
    }))

  test('show ids and the length of a body, never the body', () =>
    withBoard(async ({ fetch, events }) => {
      const rawBody = Buffer.from('{"email":"somebody@example.com"}').toString('base64')
      await events.add('invoice.paid', { provider: 'stripe', eventId: 'evt_1', event: { rawBody } }, { jobId: 'one' })

      for (const path of ['/queues/api/queues/webhook-events/one', '/queues/api/queues?activeQueue=webhook-events']) {
        const answer = await (await fetch(path)).text()
        expect(answer).toContain('evt_1')
        expect(answer).toContain('(32 bytes, hidden)')
        expect(answer).not.toContain(rawBody)
      }
    }))

  test('show a stack without the folders of this machine', () =>
    withBoard(async ({ fetch, failedJob }) => {
      const id = await failedJob(new Error('no such customer'))

      const answer = await (await fetch(`/queues/api/queues/webhook-events/${id}`)).text()

      expect(answer).toContain('no such customer')
      expect(answer).toMatch(/with-board\.ts:\d+:\d+|login\.test|pages\.test\.ts:\d+/)
      expect(answer).not.toContain(process.cwd())
    }))
})

describe('the environment', () => {
  const stores = { REDIS_URL: 'redis://localhost', DATABASE_URL: 'postgres://localhost/sluice' }

  test('needs a login in production', () => {
    expect(() => readBoardEnvironment({ ...stores, NODE_ENV: 'production' })).toThrow(
      new EnvironmentError('BOARD_USER must be set in production\nBOARD_PASSWORD must be set in production'),
    )
  })

  test.each([
    ['a', 'BOARD_PASSWORD must have 12 characters or more in production'],
    ['the-operator', 'BOARD_PASSWORD must not be the user name'],
  ])('refuses the password %s in production, and calls it weak elsewhere', (password, message) => {
    const login = { ...stores, BOARD_USER: 'the-operator', BOARD_PASSWORD: password }
    expect(() => readBoardEnvironment({ ...login, NODE_ENV: 'production' })).toThrow(new EnvironmentError(message))
    expect(isWeak(readBoardEnvironment(login))).toBe(true)
    expect(isWeak(readBoardEnvironment(stores))).toBe(false)
  })

  test('makes do with the stores elsewhere', () => {
    expect(readBoardEnvironment(stores)).toMatchObject({
      BOARD_PORT: 3001,
      BOARD_USER: 'admin',
      BOARD_READ_ONLY: false,
      BOARD_DATABASE_URL: stores.DATABASE_URL,
    })
  })
})
