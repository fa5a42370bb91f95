import { createProgram } from '../../../../apps/cli/dist/program.js'
import { code, table } from './markdown.mjs'

/** Every command in a table, then the arguments and options of each. */
export async function commands() {
  const { commands } = await createProgram()
  const all = commands.flatMap(withSubcommands)
  return [table(['command', 'what it does'], all.map(summarize)), ...all.map(explain)].join('\n\n')
}

/** A command that only groups others, such as `ledger`, has nothing to say for itself. */
function withSubcommands(command, _index, _list, parents = []) {
  const named = { command, name: [...parents, command.name()].join(' ') }
  const below = command.commands.flatMap((one) => withSubcommands(one, 0, [], [...parents, command.name()]))
  return command.commands.length > 0 && command._actionHandler === null ? below : [named, ...below]
}

const summarize = ({ command, name }) => [code([name, ...argumentsOf(command)].join(' ')), command.description()]

function explain({ command, name }) {
  const options = command.options.map(({ flags, description, argChoices, defaultValue, defaultValueDescription }) => [
    code(flags),
    [description, choices(argChoices), standard(defaultValueDescription ?? defaultValue)].filter(Boolean).join('; '),
  ])
  return [`### ${name}`, usage(command, name), table(['option', 'meaning'], options)].filter(Boolean).join('\n\n')
}

const usage = (command, name) => `    npx sluice ${[name, '[options]', ...argumentsOf(command)].join(' ')}`

const argumentsOf = ({ registeredArguments }) =>
  registeredArguments.map((argument) => {
    const name = argument.name() + (argument.variadic ? '…' : '')
    return argument.required ? `<${name}>` : `[${name}]`
  })

const choices = (list) => list && `one of ${list.map(code).join(', ')}`
const standard = (value) => value !== undefined && value !== false && `default: ${code(value)}`
