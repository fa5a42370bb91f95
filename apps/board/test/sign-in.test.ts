import { describe, expect, test } from '@jest/globals'
import { EnvironmentError } from '@sluice/runtime/environment'
import { hashPassword, isPassword } from '@sluice/runtime/password'
import { createPeople, parsePeople } from '../src/sign-in/people.ts'
import { createSessions, SESSION_MS } from '../src/sign-in/sessions.ts'
import { basic, CREDENTIALS, type TestBoard, withBoard } from './with-board.ts'

const NAVIGATION = { redirect: 'manual', headers: { Accept: 'text/html,*/*;q=0.8' } } as const

const form = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
  ({ method: 'POST', redirect: 'manual', headers, body: new URLSearchParams(fields) }) as const

/** Signs in by the form. @returns the answer and the cookie */
async function signIn({ url }: TestBoard, fields: Record<string, string>, headers: Record<string, string> = {}) {
  const answer = await fetch(`${url}/sign-in`, form(fields, headers))
  return { answer, Cookie: answer.headers.get('Set-Cookie')?.split(';')[0] ?? '' }
}

const RIGHT = CREDENTIALS

describe('a person in a browser', () => {
  test('is led to the form, and from there back to the page', () =>
    withBoard(async (board) => {
      const first = await fetch(`${board.url}/e/stripe/evt_1?tab=a`, NAVIGATION)
      expect([first.status, first.headers.get('Location')]).toEqual([
        303,
        '/sign-in?next=%2Fe%2Fstripe%2Fevt_1%3Ftab%3Da',
      ])
      const page = await (await fetch(board.url + first.headers.get('Location'))).text()
      expect(page).toContain('name="next" value="/e/stripe/evt_1?tab=a"')

      const { answer, Cookie } = await signIn(board, { ...RIGHT, next: '/e/stripe/evt_1?tab=a' })

      expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/e/stripe/evt_1?tab=a'])
      expect(answer.headers.get('Set-Cookie')).toMatch(
        /^sluice=[\w-]{43}; Max-Age=28800; Path=\/;.* HttpOnly; SameSite=Strict$/,
      )
      expect(await (await fetch(`${board.url}/api/session`, { headers: { Cookie } })).json()).toEqual({
        ...{ user: 'operator', role: 'operator', readOnly: false, environment: 'test', maySend: false },
      })
    }))

  test('gets a new session each time, and the old one has ended', () =>
    withBoard(async (board) => {
      const { Cookie: first } = await signIn(board, RIGHT)
      const { Cookie: second } = await signIn(board, RIGHT, { Cookie: first })
      const statusOf = async (Cookie: string) =>
        (await fetch(`${board.url}/api/session`, { headers: { Cookie } })).status
      expect(first).not.toBe(second)
      expect([await statusOf(first), await statusOf(second)]).toEqual([401, 200])

      const out = await fetch(`${board.url}/sign-out`, form({}, { Cookie: second }))

      expect([out.status, out.headers.get('Location')]).toEqual([303, '/sign-in'])
      expect(out.headers.get('Set-Cookie')).toMatch(/^sluice=; /)
      expect([await statusOf(second), await statusOf('sluice=guess')]).toEqual([401, 401])
    }))

  test('has a cookie for TLS alone behind a proxy that speaks it', () =>
    withBoard(
      async (board) => {
        const { answer } = await signIn(board, RIGHT, { 'X-Forwarded-Proto': 'https' })
        expect(answer.headers.get('Set-Cookie')).toMatch(
          /^__Host-sluice=.*; Path=\/;.*; HttpOnly; Secure; SameSite=Strict$/,
        )
      },
      { trustProxy: 1 },
    ))

  test('is led to no other site', () =>
    withBoard(async (board) => {
      for (const next of [
        '//elsewhere.example',
        '/\\elsewhere.example',
        'https://elsewhere.example',
        'javascript:alert(1)',
        '/\r\nX: y',
      ])
        expect((await signIn(board, { ...RIGHT, next })).answer.headers.get('Location')).toBe('/')
      const page = await (await fetch(`${board.url}/sign-in?next=${encodeURIComponent('/"><script>')}`)).text()
      expect(page).toContain('value="/&quot;>&lt;script>"')
      const crossSite = { ...NAVIGATION.headers, 'Sec-Fetch-Site': 'cross-site' }
      const opened = await fetch(`${board.url}//elsewhere.example`, { ...NAVIGATION, headers: crossSite })
      expect(opened.headers.get('Refresh')).toBe('0; url=/')
    }))

  test('is refused after ten failures, by form and by Basic together', () =>
    withBoard(async (board) => {
      for (let count = 0; count < 5; count += 1) {
        expect((await signIn(board, { user: 'operator', password: 'wrong' })).answer.status).toBe(401)
        const Authorization = basic('operator', 'wrong')
        expect((await fetch(`${board.url}/api/session`, { headers: { Authorization } })).status).toBe(401)
      }
      const { answer } = await signIn(board, RIGHT)
      expect([answer.status, answer.headers.get('Set-Cookie')]).toEqual([429, null])
      expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(0)
      expect(await answer.text()).toContain('Too many failures')
    }))

  test('cannot be signed in or out by another site', () =>
    withBoard(async (board) => {
      const { Cookie } = await signIn(board, RIGHT)
      for (const path of ['/sign-in', '/sign-out']) {
        const init = form(RIGHT, { Cookie, 'Sec-Fetch-Site': 'cross-site' })
        expect((await fetch(board.url + path, init)).status).toBe(403)
      }
      expect((await fetch(`${board.url}/api/session`, { headers: { Cookie } })).status).toBe(200)
    }))
})

test('a request of a page gets no challenge, which would open a window of the browser', () =>
  withBoard(async ({ url }) => {
    const challengeFor = async (headers: Record<string, string>) =>
      (await fetch(`${url}/api/session`, { headers })).headers.get('WWW-Authenticate')
    expect(await challengeFor({})).toMatch(/^Basic /)
    const ofPages: Record<string, string>[] = [
      { Accept: 'application/json' },
      { Accept: 'text/event-stream' },
      { 'Sec-Fetch-Site': 'same-origin' },
    ]
    for (const headers of ofPages) expect(await challengeFor(headers)).toMatch(/^Session /)
  }))

test('the people of the file sign in with their roles, and a viewer writes nothing', async () => {
  const [ada, bo] = [await hashPassword('the password of ada'), await hashPassword('the password of bo')]
  const people = createPeople(undefined, parsePeople(`# the team\n\nada:viewer:${ada}\nbo:admin:${bo}\n`))
  await withBoard(
    async (board) => {
      const asked = (user: string, password: string, path: string, init: RequestInit = {}) =>
        fetch(board.url + path, { ...init, headers: { Authorization: basic(user, password) } })
      const all = await Promise.all(
        Array.from({ length: 30 }, () => asked('ada', 'the password of ada', '/api/session')),
      )
      expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200]))
      expect(await all[0]?.json()).toMatchObject({ user: 'ada', role: 'viewer' })
      expect(await (await asked('bo', 'the password of bo', '/api/session')).json()).toMatchObject({ role: 'admin' })
      expect((await asked('bo', 'the password of ada', '/api/session')).status).toBe(401)
      expect((await asked('cy', 'the password of ada', '/api/session')).status).toBe(401)
      expect((await asked(CREDENTIALS.user, CREDENTIALS.password, '/api/session')).status).toBe(401)

      const pause = { method: 'PUT' }
      expect((await asked('ada', 'the password of ada', '/queues/api/queues/pause', pause)).status).toBe(403)
      expect(await board.events.isPaused()).toBe(false)
      expect((await asked('bo', 'the password of bo', '/queues/api/queues/pause', pause)).status).toBe(200)
    },
    { people },
  )
})

test.each([
  ['ada:viewer', 'line 1'],
  ['ada:boss:x', 'line 1'],
  ['\nada:viewer:secret', 'line 2'],
])('an invalid line of the file is named, and not quoted: %j', (text, line) => {
  expect(() => parsePeople(text)).toThrow(EnvironmentError)
  expect(() => parsePeople(text)).toThrow(new RegExp(`${line}, as sluice board-user prints it$`))
})

test('a password has another hash each time, and only that password has it', async () => {
  const [one, two] = [await hashPassword('correct horse'), await hashPassword('correct horse')]
  expect(one).not.toBe(two)
  expect([await isPassword('correct horse', one), await isPassword('correct horse', two)]).toEqual([true, true])
  expect(await isPassword('correct house', one)).toBe(false)
})

test('a session ends after eight hours, and the oldest when there are too many', () => {
  let time = 0
  const sessions = createSessions(() => time)
  const person = { user: 'ada', role: 'viewer' } as const
  const token = sessions.begin(person)
  time = SESSION_MS - 1
  expect(sessions.find(token)).toEqual(person)
  time = SESSION_MS
  expect(sessions.find(token)).toBeUndefined()
  const oldest = sessions.begin(person)
  for (let count = 0; count < 1_000; count += 1) sessions.begin(person)
  expect(sessions.find(oldest)).toBeUndefined()
})
