import { execFile } from 'node:child_process'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'
import { REPOSITORY, withFolder } from '@sluice/testing'
import { PAGES, PARTS } from './pages.ts'

/** Declarations of the names that examples use without defining them. */
const GIVEN = `
declare const url: string
declare const headers: import('node:http').IncomingHttpHeaders
declare const body: Buffer
declare const event: import('@sluice/events').VerifiedEvent & import('@sluice/events').ReceivedEvent
declare const events: any[]
`

const CONFIG = {
  extends: join(REPOSITORY, 'tsconfig.test.json'),
  compilerOptions: { typeRoots: [join(REPOSITORY, 'node_modules/@types')] },
  include: ['*.ts'],
}

/** The first block of TypeScript of each page that begins with an import: the rest of a page may show parts of files. */
const EXAMPLES = PAGES.flatMap(({ path, text }) => {
  const [, code = ''] = /^```ts\n([\s\S]*?)^```$/m.exec(text) ?? []
  return code.startsWith('import ') ? [{ path, code }] : []
})

test('every example of a README compiles', () =>
  withFolder(async (folder) => {
    await linkPackages(folder)
    for (const { path, code } of EXAMPLES) await writeFile(join(folder, nameOf(path)), code)
    expect(EXAMPLES.length).toBeGreaterThan(7)
    expect(await typeErrorsIn(folder)).toEqual([])
  }))

test('an example that names what does not exist is found', () =>
  withFolder(async (folder) => {
    await linkPackages(folder)
    await writeFile(join(folder, 'wrong.ts'), "import { createQueue } from '@sluice/queue'\n\ncreateQueue(url)\n")
    expect(await typeErrorsIn(folder)).toEqual([expect.stringContaining('createQueue')])
  }))

const nameOf = (path: string): string => `${path.replaceAll('/', '-')}.ts`

async function linkPackages(folder: string): Promise<void> {
  const modules = join(folder, 'node_modules')
  await mkdir(join(modules, '@sluice'), { recursive: true })
  for (const part of PARTS) await symlink(join(REPOSITORY, part), join(modules, part.replace(/^\w+/, '@sluice')))
  await symlink(join(REPOSITORY, 'node_modules/@jest'), join(modules, '@jest'))
  await writeFile(join(folder, 'given.d.ts'), GIVEN)
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(CONFIG))
}

async function typeErrorsIn(folder: string): Promise<string[]> {
  const compiler = join(REPOSITORY, 'node_modules/typescript/bin/tsc')
  const run = promisify(execFile)(process.execPath, [compiler, '--project', folder], { cwd: folder })
  const { stdout } = await run.catch((error: Error & { stdout: string }) => error)
  return stdout.split('\n').filter((line) => / error TS/.test(line))
}
