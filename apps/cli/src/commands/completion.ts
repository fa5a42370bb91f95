import { Argument, type Command } from 'commander'
import { SHELLS, type Shell, scriptFor } from '../lib/completion.ts'
import { print } from '../lib/print.ts'

const HELP = `
Without sluice on the PATH, complete an alias: alias sluice='npx sluice'

Examples:
  $ source <(npx sluice completion bash)        # or a line of ~/.bashrc
  $ source <(npx sluice completion zsh)         # or a line of ~/.zshrc, after compinit
  $ npx sluice completion fish | source         # or a line of ~/.config/fish/config.fish`

export const define = (command: Command): Command =>
  command
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action((shell: Shell, { json }: { json?: boolean }) => {
      const script = scriptFor(shell, command.parent as Command)
      print(json ? JSON.stringify({ shell, script }) : script)
    })
