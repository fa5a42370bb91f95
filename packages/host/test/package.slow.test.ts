import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'
import { REPOSITORY, withFolder } from '@sluice/testing'
import { BODY, headersOf, SECRET } from './signed.ts'

const HOST = join(REPOSITORY, 'packages/host')
const COMPILER = join(REPOSITORY, 'node_modules/typescript/bin/tsc')
/** Not a package of this repository, whose installation it would double. */
const DENO = 'deno@2.9.6'

async function run(program: string, args: string[], cwd: string): Promise<string> {
  const { stdout } = await promisify(execFile)(program, args, { cwd }).catch((error) => {
    throw new Error(`${program} ${args.join(' ')}:\n${error.stdout}${error.stderr}`)
  })
  return stdout
}

const VERIFY = `verify(${JSON.stringify(BODY)}, ${JSON.stringify(headersOf())}, '${SECRET}')`
const TYPED = `
declare const headers: Headers
const message = verify(new Uint8Array(), headers, ['a', 'b'])
if (message.type === 'checkout.completed') {
  const session: string = message.data.sessionId
  void session
}
// @ts-expect-error there is no such type
if (message.type === 'checkout.complete') throw new VerificationError('wrong_signature', '')
const user: Pick<UserRow, 'id' | 'role'> = { id: 'a', role: 'PREMIUM' }
export const may: Promise<boolean> = can({ query: async () => ({ rows: [] }) }, user.id, 'export')
`
const COMPILED = { strict: true, noEmit: true, lib: ['es2022', 'dom'], types: [], target: 'es2022' }

/** A program in each of the ways in which TypeScript may resolve it. */
const PROJECTS = {
  esm: { file: 'index.mts', options: { module: 'nodenext' } },
  cjs: { file: 'index.cts', options: { module: 'nodenext' } },
  bundler: { file: 'index.ts', options: { module: 'esnext', moduleResolution: 'bundler' } },
}

test('what is published works in an empty folder: import, require, types and Deno', () =>
  withFolder(async (folder) => {
    await run(process.execPath, [join(HOST, 'bin/stage.mjs'), join(folder, 'staged')], folder)
    const [{ filename, files }] = JSON.parse(await run('npm', ['pack', '--json', './staged'], folder))
    const paths = files.map(({ path }: { path: string }) => path)
    for (const path of ['LICENSE', 'README.md', 'dist/index.js', 'dist/cjs/index.d.ts', 'src/verify.ts'])
      expect(paths).toContain(path)
    expect(
      paths.filter((path: string) => !/^(dist|schemas|src)\/|^(LICENSE|README.md|package.json)$/.test(path)),
    ).toEqual([])

    await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
    await run('npm', ['install', '--no-audit', '--no-fund', `./${filename}`, DENO], folder)
    const deno = join(folder, 'node_modules/.bin/deno')

    await writeFile(join(folder, 'a.mjs'), `import { verify } from '@sluice/host'\nconsole.log(${VERIFY}.data.name)\n`)
    await writeFile(
      join(folder, 'a.cjs'),
      `const { verify } = require('@sluice/host')\nconsole.log(${VERIFY}.data.name)\n`,
    )
    expect(await run(process.execPath, ['a.mjs'], folder)).toBe('Zoë ✓\n')
    expect(await run(process.execPath, ['a.cjs'], folder)).toBe('Zoë ✓\n')
    expect(await run(deno, ['run', '--no-prompt', '--node-modules-dir=manual', 'a.mjs'], folder)).toBe('Zoë ✓\n')

    for (const [name, { file, options }] of Object.entries(PROJECTS)) {
      const project = join(folder, name)
      await mkdir(project)
      await writeFile(
        join(project, file),
        `import { can, type UserRow, VerificationError, verify } from '@sluice/host'\n${TYPED}`,
      )
      await writeFile(
        join(project, 'tsconfig.json'),
        JSON.stringify({ compilerOptions: { ...COMPILED, ...options }, files: [file] }),
      )
      await run(process.execPath, [COMPILER, '-p', project], folder)
    }
  }))
