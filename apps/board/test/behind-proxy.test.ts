import { expect, test } from '@jest/globals'
import { CREDENTIALS, withBoard } from './with-board.ts'
import { withProxy } from './with-proxy.ts'

const PUBLIC = 'https://example.com/sluice'
const HTML = { Accept: 'text/html' }

test.each(['/sluice', ''])('below a path all addresses have it, with a proxy that strips "%s"', (strips) =>
  withProxy(
    (proxy) =>
      withBoard(
        async (board) => {
          proxy.target = board.url
          const ask = (path: string, init: RequestInit = {}) => fetch(proxy.url + path, { redirect: 'manual', ...init })

          const first = await ask('/sluice/e/stripe/evt_1?x=1', { headers: HTML })
          const next = encodeURIComponent('/sluice/e/stripe/evt_1?x=1')
          expect(first.headers.get('Location')).toBe(`/sluice/sign-in?next=${next}`)
          const form = await (await ask(`/sluice/sign-in?next=${next}`)).text()
          expect(form).toContain('action="/sluice/sign-in"')
          expect(form).toContain('value="/sluice/e/stripe/evt_1?x=1"')
          expect((await ask('/sluice/sign-in/style.css')).status).toBe(200)

          const signedIn = await signIn(ask, '/sluice/d')
          expect(signedIn.headers.get('Location')).toBe('/sluice/d')
          const [cookie = ''] = signedIn.headers.getSetCookie()
          expect(cookie).toMatch(/^__Host-sluice\.sluice=.*; Path=\/;.*HttpOnly; Secure; SameSite=Strict$/)
          const Cookie = cookie.split(';')[0] ?? ''

          const page = await (await ask('/sluice/d', { headers: { Cookie, ...HTML } })).text()
          const [, script = ''] = /src="([^"]+\.js)"/.exec(page) ?? []
          expect(script).toMatch(/^\/sluice\/assets\//)
          expect((await ask(script, { headers: { Cookie } })).status).toBe(200)
          const queues = await (await ask('/sluice/queues', { headers: { Cookie } })).text()
          expect(queues).toContain('<base href="/sluice/queues/"')
          expect(queues).not.toContain('https://')
          const job = await ask('/sluice/queues/jobs/effects/7', { headers: { Cookie } })
          expect(job.headers.get('Location')).toBe('/sluice/queues/queue/effects/7')

          const out = await ask('/sluice/sign-out', { method: 'POST', headers: { Cookie } })
          expect(out.headers.get('Location')).toBe('/sluice/sign-in')
          expect((await ask('/sluice/api/session', { headers: { Cookie } })).status).toBe(401)
        },
        { publicUrl: PUBLIC, trustProxy: 1 },
      ),
    { strips, forwarded: { 'x-forwarded-proto': 'https' } },
  ),
)

test('nobody is led out of the path of the board after signing in', () =>
  withBoard(
    async ({ url }) => {
      const ask = (path: string, init: RequestInit = {}) => fetch(url + path, { redirect: 'manual', ...init })
      for (const next of [
        '/other',
        '/sluicer',
        '//elsewhere.example/sluice/',
        'https://elsewhere.example/sluice/',
        '/sluice',
      ])
        expect([next, (await signIn(ask, next)).headers.get('Location')]).toEqual([next, '/sluice/'])
    },
    { publicUrl: PUBLIC },
  ))

test('a page of the address that people use may write, also if the proxy passes on another name', () =>
  withBoard(
    async ({ fetch }) => {
      const pause = async (headers: Record<string, string>) =>
        (await fetch('/sluice/queues/api/queues/webhook-events/pause', { method: 'PUT', headers })).status

      expect(await pause({ Origin: 'https://example.com' })).toBe(200)
      expect(await pause({ Origin: 'https://example.org' })).toBe(403)
      expect(await pause({ Origin: 'https://example.org', 'X-Forwarded-Host': 'example.org' })).toBe(403)
    },
    { publicUrl: PUBLIC },
  ))

function signIn(ask: (path: string, init: RequestInit) => Promise<Response>, next: string): Promise<Response> {
  return ask('/sluice/sign-in', { method: 'POST', body: new URLSearchParams({ ...CREDENTIALS, next }) })
}
