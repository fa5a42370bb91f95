import { describe, expect, test } from '@jest/globals'
import { linesOfCode, quotedIn } from './markdown.ts'
import { PAGES } from './pages.ts'
import { faultsOf } from './programs/index.ts'

/** Programs whose commands we know to check. Others, such as SQL, are not commands. */
const PROGRAMS = /^(?:[A-Z_]+=\S+ )?(npm|npx|pnpm|sluice|compose|docker|kubectl|helm|stripe|curl|sh) \S/

const commandsOf = (text: string): string[] =>
  [...linesOfCode(text), ...quotedIn(text)]
    .map((command) => command.replace(/ ?…$/, ''))
    .filter((command) => PROGRAMS.test(command) && !command.includes('<command>'))

describe.each(PAGES.map(({ path, text }) => [path, commandsOf(text)] as const))('%s', (_path, commands) => {
  test('shows commands, options, scripts, services and addresses that exist', () => {
    expect(commands.flatMap((command) => faultsOf(command).map((fault) => `${command}: ${fault}`))).toEqual([])
  })
})

test('the pages show commands', () => {
  expect(PAGES.flatMap(({ text }) => commandsOf(text)).length).toBeGreaterThan(150)
})

test.each([
  'npx sluice mend',
  'npx slice doctor',
  'pnpm sluice redrive --all',
  'sluice events --state failed',
  'pnpm tset',
  'npm run nothing',
  'compose stop wroker',
  'compose destroy',
  'docker build --file docker/Dockerfile --target none .',
  'sh docker/none.sh',
  'helm upgrade sluice docker/helm/sluice --set image.none=1',
  'kubectl exec deploy/sluice-cli -- node apps/none/dist/main.js',
  'stripe listen --all',
  'curl localhost:3000/x',
])('finds what is wrong with %s', (command) => {
  expect(faultsOf(command)).toHaveLength(1)
})
