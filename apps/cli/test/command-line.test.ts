import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { entryOf, REPOSITORY, withFolder } from '@sluice/testing'
import { loadedFiles } from './loaded-files.ts'
import { npx } from './npx.ts'
import { sluice } from './sluice.ts'

const COMMANDS = [
  ...['up', 'migrate', 'send', 'seed', 'events', 'find', 'payers', 'redrive', 'replay', 'reconcile', 'smoke', 'doctor'],
]

describe('the command line', () => {
  test('lists every command and what its exit codes mean', async () => {
    const { exitCode, output } = await sluice(['--help'])
    expect(exitCode).toBe(0)
    for (const command of COMMANDS) expect(output).toMatch(new RegExp(`^  ${command}\\b`, 'm'))
    expect(output).toContain('Exit codes: 0 success, 1 failure, 2 wrong usage')
  })

  /**
   * Commander has eight files and the command line itself six. One library of a command is more than a hundred, such as
   * Prisma or zod. Node writes the list of loaded files to NODE_V8_COVERAGE.
   */
  test('loads the files of no command for --help', () =>
    withFolder(async (folder) => {
      await sluice(['--help'], { NODE_V8_COVERAGE: folder })
      const files = loadedFiles(folder)
      expect(files).toContainEqual(expect.stringMatching(/apps\/cli\/dist\/program\.js$/))
      expect(files.length).toBeLessThanOrEqual(20)
    }))

  test('prints the version of the root package', async () => {
    const { version } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8'))
    expect(await sluice(['--version'])).toEqual({ exitCode: 0, output: `${version}\n` })
  })

  test('ends quietly when its reader has gone, as in sluice events | head', async () => {
    const child = spawn(process.execPath, [entryOf('cli'), '--help'], { stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout.destroy()
    let errors = ''
    child.stderr.setEncoding('utf8').on('data', (text) => (errors += text))
    expect([(await once(child, 'close'))[0], errors]).toEqual([0, ''])
  })

  test('runs as npx sluice with Node and npm alone', async () => {
    const { exitCode, output } = await npx(REPOSITORY, ['sluice', 'ledger', 'check', '--help'])
    expect([exitCode, output]).toEqual([0, expect.stringContaining('Usage: sluice ledger check')])
  })

  test('says how to build a checkout that is not built', () =>
    withFolder(async (checkout) => {
      cpSync(join(REPOSITORY, 'package.json'), join(checkout, 'package.json'))
      cpSync(join(REPOSITORY, 'apps/cli/bin'), join(checkout, 'apps/cli/bin'), { recursive: true })
      const { exitCode, output } = await npx(checkout, ['sluice', 'doctor'])
      expect([exitCode, output]).toEqual([1, 'Sluice is not built yet. Run npm start first.\n'])
    }))

  test.each(COMMANDS)('explains %s, with --json among its options', async (command) => {
    const { exitCode, output } = await sluice([command, '--help'])
    expect(exitCode).toBe(0)
    expect(output).toContain('--json')
  })

  test.each([
    ['an unknown command', ['sendd']],
    ['a missing argument', ['send', 'stripe']],
    ['an unknown provider', ['send', 'acme', 'thing.happened']],
    ['an unknown option', ['seed', '--evnts', '5']],
    ['what is no number', ['seed', '--events', 'many']],
    ['what is no address', ['smoke', '--to', 'localhost']],
  ])('answers %s with exit code 2', async (_case, args) => {
    const { exitCode, output } = await sluice(args)
    expect(exitCode).toBe(2)
    expect(output).toContain('error: ')
  })

  test.each([
    ['send', ['send', 'stripe', 'invoice.paid'], 'STRIPE_WEBHOOK_SECRET is not set'],
    ['migrate', ['migrate'], 'DATABASE_URL is not set'],
    ['smoke', ['smoke'], 'DATABASE_URL is not set'],
  ])('says in one line what %s lacks, with exit code 1', async (_command, args, line) => {
    const { exitCode, output } = await sluice(args)
    expect(exitCode).toBe(1)
    expect(output).toContain(line)
    expect(output.trim().split('\n')).toHaveLength(1)
  })

  test('says where it looked when nothing answers', async () => {
    const env = { STRIPE_WEBHOOK_SECRET: 'whsec_x' }
    const { exitCode, output } = await sluice(['send', 'stripe', 'invoice.paid', '--to', 'http://127.0.0.1:9'], env)
    expect(exitCode).toBe(1)
    expect(output).toContain('http://127.0.0.1:9/webhooks/stripe does not answer.')
  })
})
