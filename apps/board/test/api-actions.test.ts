import { expect, test } from '@jest/globals'
import { hashPassword } from '@sluice/runtime/password'
import { createPeople } from '../src/sign-in/people.ts'
import { basic, CREDENTIALS, type TestConsole, withConsole } from './with-board.ts'

const REDRIVE = { kind: 'redrive', filter: { fingerprint: 'abc123' }, reason: 'the handler was mended' }

const post = async ({ fetch }: Pick<TestConsole, 'fetch'>, body: unknown, headers: Record<string, string> = {}) => {
  const answer = await fetch('/api/actions', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

const actionsIn = async ({ database }: TestConsole) =>
  (await database.query('SELECT actor, role, kind, filter, reason, state FROM operator_actions ORDER BY id')).rows

test('an operator asks for an action by a row, and follows it', () =>
  withConsole(async (board) => {
    const { status, body } = await post(board, { ...REDRIVE, filter: { ids: ['evt_2', 'evt_1', 'evt_2'], rate: 5 } })

    expect([status, body]).toEqual([202, { id: '1' }])
    expect(await actionsIn(board)).toEqual([
      {
        ...{ actor: 'operator', role: 'operator', kind: 'redrive', reason: REDRIVE.reason, state: 'queued' },
        filter: { ids: ['evt_1', 'evt_2'], rate: 5 },
      },
    ])
    expect(await board.read('/actions/1')).toMatchObject({
      ...{ id: '1', actor: 'operator', kind: 'redrive', state: 'queued', done: 0, total: null, result: null },
    })
    expect((await board.fetch('/api/actions/2')).status).toBe(404)
    expect(board.logged('Board write')).toMatchObject([{ user: 'operator', path: '/api/actions', status: 202 }])
  }))

test('an action that is not as it must be is refused with what was expected and what came', () =>
  withConsole(async (board) => {
    const problemOf = async (body: unknown) => {
      const { status, body: answer } = await post(board, body)
      return [status, answer['error'], answer['parameter'], answer['message']]
    }
    expect(await problemOf({ ...REDRIVE, kind: 'obliterate' })).toEqual([
      ...[400, 'invalid_action', 'kind'],
      expect.stringMatching(/^must be one of .*redrive.*; got "obliterate"$/),
    ])
    expect(await problemOf({ ...REDRIVE, reason: 'just because' })).toEqual([
      ...[400, 'invalid_action', 'reason', 'must have 3 words or more; got 2'],
    ])
    expect(await problemOf({ ...REDRIVE, filter: {} })).toEqual([
      ...[400, 'invalid_action', 'filter'],
      expect.stringMatching(/^must have at least one of ids, fingerprint, .*; got \{\}$/),
    ])
    expect(await problemOf({ ...REDRIVE, filter: { since: 'yesterday' } })).toEqual([
      ...[400, 'invalid_action', 'filter.since', 'must be a time in ISO 8601; got "yesterday"'],
    ])
    expect(await problemOf({ ...REDRIVE, filter: { fingerprint: 'a', unknown: 1 } })).toEqual([
      ...[400, 'invalid_action', 'filter', expect.stringContaining('unknown')],
    ])
    expect(await problemOf({ ...REDRIVE, role: 'admin' })).toEqual([400, 'invalid_action', '', expect.any(String)])
    expect(await problemOf('{')).toEqual([400, 'invalid_json', undefined, undefined])
    expect((await post(board, JSON.stringify({ ...REDRIVE, reason: 'x'.repeat(2_000_000) }))).status).toBe(413)
    expect((await post(board, 'kind=redrive', { 'Content-Type': 'application/x-www-form-urlencoded' })).status).toBe(
      415,
    )
    expect((await post(board, JSON.stringify(REDRIVE), { 'Content-Type': 'text/plain' })).status).toBe(415)
    expect(await actionsIn(board)).toEqual([])
  }))

test('only a page of this board may ask for one with the cookie of a session', () =>
  withConsole(async (board) => {
    const form = { method: 'POST', redirect: 'manual', body: new URLSearchParams({ ...CREDENTIALS }) } as const
    const cookie = (await fetch(`${board.url}/sign-in`, form)).headers.get('Set-Cookie')?.split(';')[0] ?? ''
    const asPage = (path: string, init?: RequestInit) => fetch(board.url + path, init)
    const statusOf = async (headers: Record<string, string>) =>
      (await post({ fetch: asPage }, REDRIVE, { Cookie: cookie, ...headers })).status

    for (const site of ['cross-site', 'same-site', 'none']) expect(await statusOf({ 'Sec-Fetch-Site': site })).toBe(403)
    expect(await statusOf({})).toBe(403)
    expect(await statusOf({ Origin: board.url })).toBe(403)
    expect((await post(board, REDRIVE, { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403)
    expect((await post({ fetch: asPage }, REDRIVE)).status).toBe(401)
    expect(await actionsIn(board)).toEqual([])

    expect(await statusOf({ 'Sec-Fetch-Site': 'same-origin' })).toBe(202)
    expect(await actionsIn(board)).toHaveLength(1)
  }))

test('a viewer asks for none, and reads of a reason how long it is', async () => {
  const viewer = { user: 'vera', password: 'the password of vera' }
  const hash = await hashPassword(viewer.password)
  await withConsole(
    async (board) => {
      const Authorization = basic(viewer.user, viewer.password)
      expect((await post(board, REDRIVE, { Authorization })).status).toBe(403)
      expect((await post(board, { kind: 'preview', filter: {} }, { Authorization })).status).toBe(403)
      expect(await actionsIn(board)).toEqual([])

      await post(board, REDRIVE)
      const answer = await board.fetch('/api/actions/1', { headers: { Authorization } })
      expect(await answer.json()).toMatchObject({ id: '1', state: 'queued', reason: '••• (22 characters)' })
    },
    { people: createPeople(CREDENTIALS, [{ user: viewer.user, role: 'viewer', hash }]) },
  )
})

test('a board that is read-only asks for none', () =>
  withConsole(
    async (board) => {
      expect((await post(board, REDRIVE)).status).toBe(405)
      expect(await actionsIn(board)).toEqual([])
    },
    { readOnly: true },
  ))
