import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { COMMANDS } from './commands.ts'

const EXIT_CODES = `
Exit codes: 0 success, 1 failure, 2 wrong usage, 3 drift or dead letters found.`

/**
 * `sluice` for these words of the command line: a command that they do not name has only its name and description, unless
 * they ask for the completion of all. Default: every command with its options and help.
 */
export async function createProgram(words = Object.keys(COMMANDS)): Promise<Command> {
  const program = new Command('sluice')
    .description('Operate a Sluice deployment: send test events, inspect the inbox, recover from failures.')
    .version(versionOfSluice(), '-V, --version', 'print the version of Sluice')
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .addHelpText('after', EXIT_CODES)
  for (const [name, { description, load }] of Object.entries(COMMANDS)) {
    const command = new Command(name).description(description)
    if (words.includes(name) || words[0] === 'completion') (await load()).define(command)
    program.addCommand(command)
  }
  return program
}

/** The version of the root package, which is three folders up both in a checkout and in an image. */
function versionOfSluice(): string {
  return JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')).version
}
