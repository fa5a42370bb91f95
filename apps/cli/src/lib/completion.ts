import type { Command } from 'commander'

export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

interface Node {
  /** The words that lead to the command, without `sluice`. */
  path: string
  /** Subcommands, options and fixed values, each with its description. */
  words: [word: string, description: string][]
}

/** A script that completes commands, options and fixed values, without starting Node. */
export function scriptFor(shell: Shell, program: Command): string {
  const nodes = nodesOf(program, '')
  return shell === 'fish' ? fish(nodes) : shell === 'zsh' ? `${ZSH}\n${bash(nodes)}` : bash(nodes)
}

function nodesOf(command: Command, path: string): Node[] {
  const values = command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices)
  const words: Node['words'] = [
    ...command.commands.map((one): [string, string] => [one.name(), one.description()]),
    ...values.map((value): [string, string] => [value, '']),
    ...command.options.flatMap(({ long, description }): [string, string][] => (long ? [[long, description]] : [])),
    ['--help', 'explain the command'],
  ]
  const below = command.commands.flatMap((one) => nodesOf(one, `${path} ${one.name()}`.trim()))
  return [{ path, words }, ...below]
}

/** The way through the commands: a word that is no command, such as the value of an option, stays where it is. */
const bash = (nodes: Node[]): string => `_sluice() {
  local path='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$path/\${COMP_WORDS[i]}" in
${nodes
  .slice(1)
  .map(({ path }) => `      '${parentOf(path)}/${nameOf(path)}') path='${path}' ;;`)
  .join('\n')}
    esac
  done
  case "$path" in
${nodes
  .map(
    ({ path, words }) =>
      `    '${path}') COMPREPLY=($(compgen -W '${words.map(([word]) => word).join(' ')}' -- "\${COMP_WORDS[COMP_CWORD]}")) ;;`,
  )
  .join('\n')}
  esac
}
complete -o default -F _sluice sluice`

const ZSH = 'autoload -U +X bashcompinit && bashcompinit'

const parentOf = (path: string): string => path.split(' ').slice(0, -1).join(' ')
const nameOf = (path: string): string => path.split(' ').at(-1) ?? ''

const fish = (nodes: Node[]): string =>
  nodes
    .flatMap(({ path, words }) =>
      words.map(([word, text]) => `complete -c sluice -n ${whenAt(path)} ${asFish(word)}${asNote(text)}`),
    )
    .join('\n')

const whenAt = (path: string): string =>
  path === ''
    ? '__fish_use_subcommand'
    : `'${path
        .split(' ')
        .map((word) => `__fish_seen_subcommand_from ${word}`)
        .join('; and ')}'`

const asFish = (word: string): string => (word.startsWith('--') ? `-l ${word.slice(2)}` : `-f -a ${word}`)

const asNote = (text: string): string => (text ? ` -d '${text.replace(/[\\']/g, '\\$&')}'` : '')
