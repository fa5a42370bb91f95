import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { entryOf } from '@sluice/testing'

interface Command {
  name: string
  options: string[]
  commands: Command[]
}

const DESCRIBE = `
const { createProgram } = await import(process.argv[1])
const describe = (command) => ({
  name: command.name(),
  options: command.options.flatMap(({ long, short }) => [long, short]),
  commands: command.commands.map(describe),
})
console.log(JSON.stringify(describe(await createProgram())))`

const program = readProgram()

/** The commands of `sluice` and their options, as it declares them. */
function readProgram(): Command {
  const script = join(dirname(entryOf('cli')), 'program.js')
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', DESCRIBE, script], {
    encoding: 'utf8',
  })
  return JSON.parse(stdout)
}

/** The faults of the words after `sluice`. */
export function faultsOfSluice(words: string[], { name, commands, options }: Command = program): string[] {
  const [first = ''] = words
  const command = commands.find((one) => one.name === first)
  if (command) return faultsOfSluice(words.slice(1), command)
  if (commands.length > 0 && /^[a-z]/.test(first)) return [`${name} has no command ${first}`]
  return words
    .filter((word) => /^--?[a-z]/i.test(word) && word !== '--help')
    .map((word) => word.split('=')[0] ?? '')
    .filter((word) => !options.includes(word))
    .map((word) => `${name} has no option ${word}`)
}
