import { createBullBoard } from '@bull-board/api'
import { expect, test } from '@jest/globals'
import { type TestBoard, withBoard } from './with-board.ts'

interface Route {
  method: string
  path: string
}

/** Every route of this version of Bull Board that changes something, asked of itself: a new one is found here. */
function writesOfBullBoard(): Route[] {
  const routes: Route[] = []
  const taken = new Proxy({}, { get: (_, name) => (name === 'setApiRoutes' ? note : () => taken) })
  function note(given: { method: string | string[]; route: string | string[] }[]) {
    for (const { method, route } of given)
      for (const one of [method].flat())
        for (const path of [route].flat()) if (one !== 'get') routes.push({ method: one.toUpperCase(), path })
    return taken
  }
  createBullBoard({ queues: [], serverAdapter: taken as never, options: { uiConfig: {} } })
  return routes
}

/** The same as requests about one queue and one job. */
const WRITES = writesOfBullBoard().map(({ method, path }) => ({
  method,
  path: `/queues${path}`
    .replace(':queueName', 'webhook-events')
    .replace(':queueStatus', 'completed')
    .replace(/:\w+/g, 'one'),
}))

/** The actions that an operator may request. All others are refused with a reason. */
const MAY = /\/(pause|resume|promote|retry|clean)(\/completed)?$/

const statusesOf = async ({ fetch }: Pick<TestBoard, 'fetch'>, init: RequestInit = {}) => {
  const statuses: [path: string, status: number][] = []
  for (const { method, path } of WRITES) statuses.push([path, (await fetch(path, { ...init, method })).status])
  return statuses
}
const all = (status: number) => WRITES.map(({ path }) => [path, status])

test('every write of Bull Board needs a login and a page of this board, and does what an operator may do alone', () =>
  withBoard(async (board) => {
    const { events, failedJob, logged, url } = board
    const id = await failedJob()
    expect(WRITES.length).toBeGreaterThan(20)

    const asStranger = (path: string, init?: RequestInit) => fetch(url + path, init)
    expect(await statusesOf({ fetch: asStranger })).toEqual(all(401))
    expect(logged('Board write')).toEqual([])

    const foreign: Record<string, string>[] = [
      { Origin: 'https://elsewhere.example' },
      { 'Sec-Fetch-Site': 'cross-site' },
    ]
    for (const headers of foreign) expect(await statusesOf(board, { headers })).toEqual(all(403))
    expect(await events.getJobState(id)).toBe('failed')
    expect(await events.isPaused()).toBe(false)

    const own = await statusesOf(board)
    const refused = own.filter(([, status]) => status === 403).map(([path]) => path)
    expect(refused).toEqual(WRITES.map(({ path }) => path).filter((path) => !MAY.test(path)))
    expect(own.filter(([, status]) => status >= 500)).toEqual([])
    expect(await events.getJob(id)).toBeDefined()

    const written = [...all(403), ...all(403), ...own].map(([path, status]) => ({ path, status }))
    expect(logged('Board write')).toMatchObject(written)
    expect(new Set(logged('Board write').map(({ user }) => user))).toEqual(new Set(['operator']))
  }))

test('a board that is read-only does none of them, and says who asked', () =>
  withBoard(
    async (board) => {
      expect(await statusesOf(board)).toEqual(all(405))
      expect(logged(board)).toEqual(all(405))
    },
    { readOnly: true },
  ))

const logged = (board: TestBoard) => board.logged('Board write').map(({ path, status }) => [path, status])
