import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { entryOf, REPOSITORY } from '@sluice/testing'
import { textOf, yamlOf } from './files.ts'
import { commandsBelow, commandsInText, headingsOf } from './runbooks.ts'

const page = textOf('docker/README.md')
const commands = [...[...commandsBelow(page).values()].flat(), ...commandsInText(page)]
const services = Object.keys(yamlOf('docker/compose.yml').services)
const COMPOSE = ['up', 'down', 'stop', 'ps', 'logs', 'exec', 'run', 'cp']
const RUNBOOKS = [
  ...['redis-full', 'redis-down', 'redis-lost', 'postgres-down', 'ingest-down', 'backlog', 'dead-letters'],
  ...[
    'signature-failures',
    'payments-fail',
    'secret-rotation',
    'provider-outage',
    'replay-of-a-time-range',
    'where-is-evt_',
    'restore',
    'stop-and-resume',
  ],
]

describe('docker/README.md', () => {
  test('has a runbook for what can happen, and each starts with a command', () => {
    const below = commandsBelow(page)
    for (const runbook of RUNBOOKS) {
      expect([runbook, below.get(runbook)?.[0]]).toEqual([runbook, expect.stringMatching(/^(sluice|compose) /)])
    }
  })

  test('links to headings that it has', () => {
    const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, target]) => target)
    expect(links.filter((target) => !headingsOf(page).includes(target ?? ''))).toEqual([])
  })

  test('names commands, options, services and files that exist', () => {
    expect(commands.length).toBeGreaterThan(40)
    expect(commands.flatMap((command) => faultsOf(command).map((fault) => `${command}: ${fault}`))).toEqual([])
    const wrong = ['sluice mend', 'sluice redrive --all', 'compose stop wroker', 'sh docker/none.sh', 'rm -rf /']
    for (const command of wrong) expect([command, faultsOf(command).length]).toEqual([command, 1])
  })
})

describe('README.md', () => {
  const readme = textOf('README.md')
  const lines = [...commandsBelow(readme, { indented: true }).values()].flat()
  const quoted = [...readme.matchAll(/`((?:[A-Z_]+=\S+ )?(?:pnpm|npm|stripe|docker|curl) [^`\n]+)`/g)].map(
    ([, command = '']) => command,
  )

  test('names commands, options, scripts, services and addresses that exist', () => {
    const named = [...lines, ...quoted].filter((line) => PROGRAMS.test(line) && !line.includes('<command>'))
    expect(named.length).toBeGreaterThan(30)
    expect(named.flatMap((command) => faultsOf(command).map((fault) => `${command}: ${fault}`))).toEqual([])
    const wrong = ['pnpm sluice mend', 'pnpm tset', 'npm run nothing', 'stripe listen --all', 'curl localhost:3000/x']
    for (const command of wrong) expect([command, faultsOf(command).length]).toEqual([command, 1])
  })

  test('names files and headings that exist', () => {
    const paths = [...readme.matchAll(/`((?:apps|packages|prisma|docker)\/[^`\s]*)`/g)].map(([, path = '']) => path)
    const links = [...readme.matchAll(/\]\((?!https:)([^)#]*)#?([^)]*)\)/g)]

    expect(paths.length).toBeGreaterThan(10)
    expect(paths.filter((path) => !existsSync(join(REPOSITORY, path.replace(/<.*/, ''))))).toEqual([])
    expect(links.length).toBeGreaterThan(10)
    for (const [link, path = '', heading = ''] of links) {
      expect([link, heading === '' || headingsOf(textOf(path || 'README.md')).includes(heading)]).toEqual([link, true])
    }
  })

  test('lists every command of sluice', () => {
    const listed = [...readme.matchAll(/^\| `([a-z]+)[^|]*\| /gm)].map(([, name]) => name)
    const { stdout } = spawnSync(process.execPath, [entryOf('cli'), '--help'], { encoding: 'utf8' })
    const commands = [...stdout.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name).filter((name) => name !== 'help')
    expect(commands.length).toBeGreaterThan(8)
    expect(commands.filter((name) => !listed.includes(name))).toEqual([])
  })
})

const PROGRAMS = /^([A-Z_]+=\S+ )?(pnpm|npm|stripe|docker|curl) /

/** What is wrong with a line of the page; empty when every part of it exists. */
function faultsOf(line: string): string[] {
  const words = line
    .replace(/^([A-Z_]+=\S+ )?pnpm sluice/, 'sluice')
    .replace('docker compose -f docker/compose.yml', 'compose')
    .split(/\s+/)
  const [program = '', ...rest] = words
  if (program === 'sluice') return faultsOfSluice(rest)
  if (program === 'compose') return faultsOfCompose(rest)
  if (program === 'alias') return line.includes('docker/compose.yml') ? [] : ['no such file']
  if (program === 'sh') return existsSync(join(REPOSITORY, rest[0] ?? '')) ? [] : ['no such file']
  if (program === 'kubectl') return faultsOfKubectl(rest)
  if (program === 'helm') return faultsOfHelm(rest)
  if (program === 'pnpm' || program === 'npm') return faultsOfScripts(line)
  if (program === 'stripe') return faultsOfStripe(rest)
  if (program === 'curl') return faultsOfAddress(rest)
  return [`${program} is not one of ours`]
}

function faultsOfSluice(words: string[]): string[] {
  const names = ['events show', 'ledger check'].includes(words.slice(0, 2).join(' '))
    ? words.slice(0, 2)
    : words.slice(0, 1)
  const help = helpOf(names)
  if (help === null) return [`there is no command ${names.join(' ')}`]
  return words.filter((word) => word.startsWith('--') && !help.includes(`${word} `)).map((word) => `no option ${word}`)
}

const seen = new Map<string, string | null>()

/** What a command says of itself; null when it does not exist. Asked once. */
function helpOf(names: string[]): string | null {
  const key = names.join(' ')
  const known = seen.get(key)
  if (known !== undefined) return known
  const { status, stdout } = spawnSync(process.execPath, [entryOf('cli'), ...names, '--help'], { encoding: 'utf8' })
  const help = status === 0 && stdout.includes(`Usage: sluice ${key}`) ? stdout : null
  seen.set(key, help)
  return help
}

/** Whatever follows the name of a service in `exec` and `run` is for the container. */
function faultsOfCompose([action = '', ...words]: string[]): string[] {
  if (!COMPOSE.includes(action)) return [`compose ${action} is not one that we use`]
  const named = words.filter((word) => !word.startsWith('-') && !/^(\d+[mh]|worker=\d+)$/.test(word))
  if (action === 'cp') return named.some((path) => services.includes(path.split(':')[0] ?? '')) ? [] : ['no service']
  if (action === 'run' && named[0] === 'cli') return faultsOfSluice(words.slice(words.indexOf('cli') + 1))
  const wanted = action === 'exec' || action === 'run' ? named.slice(0, 1) : named
  return wanted.filter((service) => !services.includes(service)).map((service) => `no service ${service}`)
}

/** Scripts of package.json, and what pnpm does without one. Several may follow one another. */
function faultsOfScripts(line: string): string[] {
  const { scripts } = JSON.parse(textOf('package.json'))
  return line
    .split(' && ')
    .map((command) => command.replace(/^npm run /, 'npm ').split(/\s+/)[1] ?? '')
    .filter((script) => script !== 'install' && !(script in scripts))
    .map((script) => `no script ${script}`)
}

/** https://docs.stripe.com/cli; the program itself is not here to be asked. */
function faultsOfStripe([command = '', ...words]: string[]): string[] {
  const known: Record<string, string[]> = { login: [], listen: ['--print-secret', '--forward-to'], trigger: [] }
  if (!(command in known)) return [`no command ${command}`]
  return words.filter((word) => word.startsWith('--') && !known[command]?.includes(word)).map((word) => `no ${word}`)
}

/** Paths below our own ports; others are somebody else's. */
function faultsOfAddress(words: string[]): string[] {
  const routes = textOf('packages/runtime/src/ops-router.ts') + textOf('apps/ingest/src/routes.ts')
  return words
    .flatMap((word) => /^localhost:\d+(\/\S*)$/.exec(word)?.[1] ?? [])
    .filter((path) => !routes.includes(`'${path}'`))
    .map((path) => `no route ${path}`)
}

function faultsOfKubectl(words: string[]): string[] {
  const path = words.find((word) => word.endsWith('.js'))
  return path && !existsSync(join(REPOSITORY, path.replace('dist', 'src').replace('.js', '.ts')))
    ? ['no such file']
    : []
}

function faultsOfHelm(words: string[]): string[] {
  const chart = words.find((word) => word.startsWith('docker/'))
  if (chart && !existsSync(join(REPOSITORY, chart, 'Chart.yaml'))) return ['no such chart']
  const values = yamlOf('docker/helm/sluice/values.yaml')
  return words
    .filter((word) => /^[a-z.]+=/.test(word))
    .map((word) => word.split('=')[0] ?? '')
    .filter((path) => path.split('.').reduce((value, key) => value?.[key], values) === undefined)
    .map((path) => `no value ${path}`)
}
