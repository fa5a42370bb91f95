import { textOf } from '../../support/deploy/files.ts'
import { faultsOfSluice } from './sluice.ts'

/** Scripts of package.json, or of the package after `--filter`, and what pnpm does without one. Several may follow. */
export const faultsOfScripts = (line: string): string[] => line.split(' && ').flatMap(faultsOfScript)

function faultsOfScript(command: string): string[] {
  const [, ...words] = command.split(/\s+/).filter((word) => !['-s', 'run'].includes(word))
  const [folder, script = ''] =
    words[0] === '--filter' ? [words[1]?.replace('@sluice/', 'packages/'), words[2]] : ['.', words[0]]
  const { scripts } = JSON.parse(textOf(`${folder}/package.json`))
  return ['install', 'audit', 'biome'].includes(script) || script in scripts ? [] : [`no script ${script}`]
}

/** https://docs.stripe.com/cli; the program itself is not here to be asked. */
export function faultsOfStripe([command = '', ...words]: string[]): string[] {
  const known: Record<string, string[]> = {
    login: [],
    listen: ['--print-secret', '--forward-to'],
    trigger: [],
    products: ['--name'],
    prices: ['--product', '--currency', '--unit-amount'],
  }
  if (!(command in known)) return [`no command ${command}`]
  return words
    .filter((word) => word.startsWith('--') && !known[command]?.includes(word.split('=')[0] ?? ''))
    .map((word) => `no ${word}`)
}

/** The file, the app, and the command of ours that runs there. */
export function faultsOfFly(words: string[]): string[] {
  const after = (flag: string) => words[words.indexOf(flag) + 1] ?? ''
  if (words[0] === 'deploy') return textOf(after('--config')).includes('app = ') ? [] : ['no such file']
  const app = words.includes('create') ? words.at(-1) : after('--app')
  if (!/^sluice-(ingest|worker|board|cli|\$app)$/.test(app ?? '')) return [`no app ${app}`]
  const [, command] = /main\.js (\S.*)"$/.exec(words.join(' ')) ?? []
  return command ? faultsOfSluice(command.split(' ')) : []
}

/** Paths below our own ports; other addresses belong to others. */
export function faultsOfAddress(words: string[]): string[] {
  const routes = textOf('packages/runtime/src/ops-router.ts') + textOf('apps/ingest/src/routes.ts')
  return words
    .flatMap((word) => /^localhost:\d+(\/\S*)$/.exec(word)?.[1] ?? [])
    .filter((path) => !routes.includes(`'${path}'`))
    .map((path) => `no route ${path}`)
}
