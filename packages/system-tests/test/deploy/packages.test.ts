import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { REPOSITORY, withFolder } from '@sluice/testing'
import { textOf, yamlOf } from '../support/deploy/files.ts'
import { packagesIn, strangersIn } from '../support/deploy/lockfile.ts'
import { type SigningRegistry, withSigningRegistry } from '../support/deploy/signing-registry.ts'

/** Anybody may ship these with software of any licence. The fonts of documents are OFL. */
const LICENCES = [
  ...['0BSD', 'Apache-2.0', 'BSD-3-Clause', 'ISC', 'MIT', 'MIT-0', 'OFL-1.1', 'Python-2.0', 'Unlicense'],
  '(MIT AND Zlib)',
]

const LOCKFILE = textOf('pnpm-lock.yaml')
const packages = packagesIn(LOCKFILE)

const run = (
  program: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<{ code: number; output: string }> =>
  new Promise((resolve) => {
    const options = { cwd: REPOSITORY, env: { ...process.env, ...env }, maxBuffer: 64 << 20 }
    execFile(program, args, options, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, output: stdout || stderr }),
    )
  })

test('every package comes from a registry and has a hash', () => {
  expect(packages.length).toBeGreaterThan(500)
  expect(strangersIn(LOCKFILE)).toEqual([])
})

test('every package of an example comes from a registry and has a hash', () => {
  const lockfile = textOf('packages/host/examples/nextjs/pnpm-lock.yaml')
  expect(packagesIn(lockfile).map(({ name }) => name)).toContain('next')
  expect(strangersIn(lockfile)).toEqual([])
})

const EXPRESS = /(\n {2}express@5\.3\.0:\n {4}resolution: )\{integrity: (\S+)\}/

test.each([
  ['has no hash', EXPRESS, '$1{}', 'express@5.3.0'],
  ['has a weak hash', EXPRESS, '$1{integrity: sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=}', 'express@5.3.0'],
  ['is a tarball', EXPRESS, '$1{integrity: $2, tarball: https://example.com/a.tgz}', 'express@5.3.0'],
  ['is in a repository', EXPRESS, '$1{commit: 1234567, repo: https://example.com/a.git, type: git}', 'express@5.3.0'],
  ['has an address for a version', /\n {2}express@5\.3\.0:/, '\n  express@https://example.com/a.tgz:', 'express@https'],
  [
    'is a folder of this machine',
    /\n {8}version: 5\.3\.0\(?.*\n/,
    '\n        version: file:../express\n',
    'file:../express',
  ],
])('a package that %s is named', (_fault, place, text, named) => {
  const changed = LOCKFILE.replace(place, text)
  expect(changed).not.toBe(LOCKFILE)
  expect(strangersIn(changed).length).toBeGreaterThan(0)
  for (const found of strangersIn(changed)) expect(found).toContain(named)
})

test('what runs in production has a licence that anybody may ship', async () => {
  const { output } = await run('pnpm', ['licenses', 'list', '--recursive', '--prod', '--json'])
  const byLicence = Object.entries(JSON.parse(output) as Record<string, { name: string }[]>)
  expect(byLicence.flatMap(([, some]) => some).length).toBeGreaterThan(200)
  const refused = byLicence.filter(([licence]) => !LICENCES.includes(licence))
  expect(refused.flatMap(([licence, some]) => some.map(({ name }) => `${name}: ${licence}`))).toEqual([])
})

test('nothing is installed that the lockfile does not have', () => {
  const files = [
    '.ci/run',
    '.github/workflows/release.yml',
    'docker/Dockerfile',
    'packages/dev-services/bin/prepare.mjs',
  ]
  const installs = files.flatMap((file) => textOf(file).match(/pnpm'?,? \[?'?install\b.*/g) ?? [])
  expect(installs.length).toBeGreaterThan(2)
  expect(installs.filter((line) => !line.includes('--frozen-lockfile'))).toEqual([])
})

test('the list of a release has every package of the apps, with licence and hash', () =>
  withFolder(async (folder) => {
    const file = join(folder, 'sluice.cdx.json')
    expect(await run('.ci/sbom', [file])).toMatchObject({ code: 0 })
    const { bomFormat, components } = JSON.parse(await readFile(file, 'utf8'))
    expect(bomFormat).toBe('CycloneDX')
    const express = components.find(({ purl }: { purl: string }) => purl === 'pkg:npm/express@5.3.0')
    const { integrity = '' } = packages.find(({ name }) => name === 'express') ?? {}
    const content = Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex')
    expect(express.licenses).toEqual([{ license: { id: 'MIT' } }])
    expect(express.externalReferences[0].hashes).toEqual([{ alg: 'SHA-512', content }])
    const names = components.map(({ name }: { name: string }) => name)
    for (const app of ['ingest', 'worker', 'board', 'cli']) {
      const { dependencies } = JSON.parse(textOf(`apps/${app}/package.json`))
      const missing = Object.keys(dependencies).filter((name) => !names.includes(name.replace(/^@[^/]+\//, '')))
      expect([app, missing]).toEqual([app, []])
    }
    for (const tool of ['typescript', 'fast-check', 'unpdf', 'vite']) expect(names).not.toContain(tool)

    // Those of the page are within its files.
    const shipped = [...textOf('apps/board/dist/page/licenses.md').matchAll(/^## @?(?:[^/\s]+\/)?(\S+) - (\S+) \(/gm)]
    const listed = components.map(({ name, version }: { name: string; version: string }) => `${name} ${version}`)
    expect(shipped.map(([, name]) => name)).toEqual(expect.arrayContaining(['react-dom', 'uplot']))
    expect(shipped.map(([, name, version]) => `${name} ${version}`).filter((one) => !listed.includes(one))).toEqual([])
  }))

const verify = (registry: Partial<SigningRegistry> = {}) =>
  withSigningRegistry({ packages, ...registry }, (url) =>
    run('.ci/signatures', [], { npm_config_registry: url, pnpm_config_registry: url }),
  )

test('a release takes packages that their registry has signed', async () => {
  const all = packages.length
  expect(await verify()).toEqual({ code: 0, output: `Signatures: ${all} of ${all} packages are verified.\n` })
})

test.each<[string, Partial<SigningRegistry>]>([
  ['is not signed', { change: (name, dist) => (name === 'express' ? { integrity: dist.integrity } : dist) }],
  ['is not known to the registry', { change: (name, dist) => (name === 'express' ? undefined : dist) }],
  [
    'is another one than was signed',
    {
      packages: packages.map((one) =>
        one.name === 'express' ? { ...one, integrity: `sha512-${'A'.repeat(86)}==` } : one,
      ),
    },
  ],
  ['comes from a registry without keys', { hasKeys: false }],
])('a release does not take a package that %s', async (_fault, registry) => {
  expect(await verify(registry)).toMatchObject({ code: 1 })
})

test('a release waits for CI, the signatures and the list', () => {
  const { ci, release } = yamlOf('.github/workflows/release.yml').jobs
  expect(ci.uses).toBe('./.github/workflows/ci.yml')
  expect(yamlOf('.github/workflows/ci.yml').on).toHaveProperty('workflow_call')
  expect(release.needs).toBe('ci')
  const steps = release.steps.flatMap(({ run }: { run?: string }) => run ?? [])
  expect(steps.slice(-4)).toEqual([
    'pnpm install --frozen-lockfile',
    '.ci/signatures',
    '.ci/sbom sluice.cdx.json',
    expect.stringMatching(/^gh release create .* sluice\.cdx\.json$/),
  ])
})

test('the package for host applications is published after a release, with its provenance', () => {
  const { host } = yamlOf('.github/workflows/release.yml').jobs
  expect(host.needs).toBe('release')
  expect(host.permissions).toEqual({ contents: 'read', 'id-token': 'write' })
  const steps = host.steps.flatMap(({ run }: { run?: string }) => run ?? [])
  expect(steps.slice(1)).toEqual([
    'pnpm install --frozen-lockfile',
    'pnpm -s turbo run build --filter @sluice/host',
    'node packages/host/bin/stage.mjs "$RUNNER_TEMP/host"',
    '.ci/publish "$RUNNER_TEMP/host"',
  ])
  expect(textOf('.ci/publish')).toMatch(/^npm publish --provenance --access public$/m)
})
