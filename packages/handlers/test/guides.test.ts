import { execFile } from 'node:child_process'
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import { REPOSITORY, withFolder } from '@sluice/testing'
import { subscriptionMerge } from '../../database/src/merges/subscription.ts'
import { handledTypes } from '../src/index.ts'
import { subscription } from '../src/samples/stripe-objects.ts'
import { factOf, stripe } from './received.ts'

interface Block {
  language: string
  /** Of the repository; empty where a block belongs to no file. */
  path: string
  lines: string[]
}

const readme = await readFile(join(REPOSITORY, 'packages/handlers/README.md'), 'utf8')
const guide = (title: string): string => readme.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? ''

const blocksOf = (page: string): Block[] =>
  [...page.matchAll(/^```(\w+) ?(\S*)\n([\s\S]*?)\n```$/gm)].map(([, language = '', path = '', code = '']) => ({
    language,
    path,
    lines: code.split('\n'),
  }))

describe('the guide to an event of one’s own', () => {
  const blocks = blocksOf(guide('Add an event of your own'))
  const files = blocks.filter(({ path }) => path !== '')

  test('is followed to the letter, and ends in green tests and sound types', () =>
    withFolder(async (root) => {
      await copyRepository(root)
      for (const block of files) await follow(block, root)

      const { stderr } = await jest(root, commandOf(blocks))
      expect(stderr).toMatch(/Test Suites: 4 passed, 4 total/)
      expect(await typeErrorsIn(root, files)).toEqual([])
    }))
})

describe('the guide to Stripe, end to end', () => {
  const page = guide('Stripe, end to end')

  test('asks for exactly the events that something is done with', () => {
    const listed = blocksOf(page).find(({ language }) => language === 'text')?.lines
    expect(listed).toEqual(handledTypes.filter((type) => !type.startsWith('prediction.')).sort())
  })

  const periods = [...page.matchAll(/^\| (\w+) +\| (\d+) +\| (\w+) +\|$/gm)].map(([, ...cells]) => cells)

  test.each(periods)('a price of %s × %s is billed %s', (interval, count, billing_period) => {
    const price = { id: 'price_1', recurring: { interval, interval_count: Number(count) } }
    const object = subscription({ items: { data: [{ price, quantity: 1 }] } })
    const fact = factOf(stripe('customer.subscription.created', object), 'subscription')
    if (!fact) throw new Error('it says nothing of the subscription')
    const { columnsOf, registersOf } = subscriptionMerge
    expect(columnsOf(registersOf(fact), { pastDueIsActive: true })).toMatchObject({
      billing_period,
      interval,
      interval_count: Number(count),
    })
  })

  test('names settings that there are', async () => {
    const environment = (await readFile(join(REPOSITORY, 'packages/runtime/README.md'), 'utf8')).split(
      '\n## Environment\n',
    )[1]
    const named = [...page.matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name)
    expect(named).toHaveLength(5)
    for (const name of named) expect(environment).toContain(`\`${name}\``)
  })
})

/** Sources and settings; what was built is left, and what was installed is shared. */
async function copyRepository(root: string): Promise<void> {
  const parts = ['apps', 'packages', 'prisma', 'README.md', 'jest.config.mjs', 'package.json']
  const isSource = (path: string) => !['dist', '.turbo', 'coverage'].includes(basename(path))
  const copy = (part: string) =>
    cp(join(REPOSITORY, part), join(root, part), { recursive: true, verbatimSymlinks: true, filter: isSource })
  await Promise.all([...parts, 'tsconfig.base.json', 'tsconfig.test.json'].map(copy))
  await symlink(join(REPOSITORY, 'node_modules'), join(root, 'node_modules'))
}

async function follow({ language, path, lines }: Block, root: string): Promise<void> {
  const target = join(root, path)
  if (language === 'diff') return writeFile(target, added(await readFile(target, 'utf8'), lines, path))
  await mkdir(dirname(target), { recursive: true })
  await writeFile(target, `${lines.join('\n')}\n`)
}

/** The file with the lines of `+` below the line, or the lines, shown before them. */
function added(text: string, changes: string[], path: string): string {
  const lines = text.split('\n')
  let at = 0
  for (const change of changes) {
    if (change.startsWith('+')) {
      lines.splice(at, 0, change.slice(1))
      at += 1
      continue
    }
    const shown = change.slice(1)
    const found = lines.findIndex((line, index) => index >= at && isShownBy(shown, line))
    if (found < 0) throw new Error(`${path} has no line: ${shown}`)
    at = found + 1
  }
  return lines.join('\n')
}

const isShownBy = (shown: string, line: string): boolean =>
  shown.endsWith('…') ? line.startsWith(shown.slice(0, -1).trimEnd()) : line === shown

/** The tests that the guide tells one to run. */
function commandOf(blocks: Block[]): string[] {
  const command = blocks.find(({ language }) => language === 'sh')?.lines[0] ?? ''
  return command.split(' ').slice('pnpm jest'.split(' ').length)
}

const run = promisify(execFile)

const jest = (root: string, paths: string[]) =>
  run(
    process.execPath,
    [
      ...['--conditions=source', '--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
      join(REPOSITORY, 'node_modules/jest/bin/jest.js'),
      ...[...paths, '--rootDir', root, '--config', join(root, 'jest.config.mjs'), '--selectProjects', 'fast'],
    ],
    { cwd: root, env: { PATH: process.env['PATH'], HOME: process.env['HOME'] }, timeout: 50_000 },
  ).catch((error: Error & { stderr: string }) => {
    throw new Error(error.stderr)
  })

/** What the compiler says of the files that the guide writes or changes. */
async function typeErrorsIn(root: string, files: Block[]): Promise<string[]> {
  const compiler = join(REPOSITORY, 'node_modules/typescript/bin/tsc')
  const { stdout } = await run(process.execPath, [compiler, '-p', 'tsconfig.test.json'], { cwd: root }).catch(
    (error: Error & { stdout: string }) => error,
  )
  return stdout.split('\n').filter((line) => files.some(({ path }) => line.startsWith(path)))
}
