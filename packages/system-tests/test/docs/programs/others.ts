import { textOf } from '../../support/deploy/files.ts'

/** Scripts of package.json, and what pnpm does without one. Several may follow one another. */
export function faultsOfScripts(line: string): string[] {
  const { scripts } = JSON.parse(textOf('package.json'))
  return line
    .split(' && ')
    .map((command) => command.split(/\s+/).filter((word) => !['-s', 'run'].includes(word))[1] ?? '')
    .filter((script) => !['install', 'audit', 'biome'].includes(script) && !(script in scripts))
    .map((script) => `no script ${script}`)
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

/** Paths below our own ports; other addresses belong to others. */
export function faultsOfAddress(words: string[]): string[] {
  const routes = textOf('packages/runtime/src/ops-router.ts') + textOf('apps/ingest/src/routes.ts')
  return words
    .flatMap((word) => /^localhost:\d+(\/\S*)$/.exec(word)?.[1] ?? [])
    .filter((path) => !routes.includes(`'${path}'`))
    .map((path) => `no route ${path}`)
}
