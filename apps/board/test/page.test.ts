import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import { withBoard } from './with-board.ts'

const HTML = { headers: { Accept: 'text/html,*/*' } }
const FOLDER = fileURLToPath(new URL('../dist/page', import.meta.url))

test('a browser gets the page at every address', () =>
  withBoard(async ({ fetch }) => {
    for (const address of ['/', '/events?status=failed', '/e/stripe/evt_1', '/d/abc.def']) {
      const answer = await fetch(address, HTML)

      expect([address, answer.status]).toEqual([address, 200])
      expect(answer.headers.get('Content-Type')).toMatch('text/html')
      expect(answer.headers.get('Cache-Control')).toBe('no-cache')
      expect(await answer.text()).toContain('<div id="page">')
    }
  }))

test('the page may run no code and apply no style but those of its own files', () =>
  withBoard(async ({ fetch }) => {
    const policy = (await fetch('/', HTML)).headers.get('Content-Security-Policy') ?? ''

    expect(policy.split(';')).toEqual(
      expect.arrayContaining(["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'"]),
    )
    expect(policy).toContain("require-trusted-types-for 'script'")
    expect(policy).not.toMatch(/unsafe|data:|https?:|\*/)
  }))

test('its files are kept for ever by name, and a file that is gone is not answered with the page', () =>
  withBoard(async ({ fetch }) => {
    for (const name of readdirSync(`${FOLDER}/assets`)) {
      expect(name).toMatch(/-[\w-]{8}\.(js|css|svg)$/)
      expect((await fetch(`/assets/${name}`)).headers.get('Cache-Control')).toMatch(/max-age=31536000, immutable/)
    }
    expect((await fetch('/assets/index-00000000.js')).status).toBe(404)
  }))

test('a program gets a 404 where there is only the page', () =>
  withBoard(async ({ fetch }) => {
    const answer = await fetch('/events', { headers: { Accept: 'application/json' } })

    expect([answer.status, await answer.json()]).toEqual([404, { error: 'not_found' }])
  }))

test('the script of the first page is 150 kB or less, compressed', () => {
  const html = readFileSync(`${FOLDER}/index.html`, 'utf8')
  const scripts = [...html.matchAll(/(?:src|href)="\.(\/assets\/[^"]+\.js)"/g)].map(([, path]) => path)

  expect(scripts.length).toBeGreaterThan(0)
  expect(scripts.reduce((sum, path) => sum + compressed(`${FOLDER}${path}`), 0)).toBeLessThan(150_000)
})

const compressed = (file: string): number => gzipSync(readFileSync(file)).length

/** As in packages/system-tests/test/deploy/packages.test.ts: the libraries of the page are shipped within its files. */
const LICENCES = ['0BSD', 'Apache-2.0', 'BSD-3-Clause', 'ISC', 'MIT']

test('what is shipped within the page has a licence that anybody may ship, and brings its text', () => {
  const text = readFileSync(`${FOLDER}/licenses.md`, 'utf8')
  const found = [...text.matchAll(/^## (\S+) - \S+ \((.+)\)$/gm)].map(([, name, licence]) => ({ name, licence }))

  expect(found.map(({ name }) => name)).toEqual(expect.arrayContaining(['react', '@base-ui/react']))
  expect(found.filter(({ licence }) => !LICENCES.includes(licence ?? ''))).toEqual([])
})
