import { type Command, InvalidArgumentError } from 'commander'
import { listen } from '../lib/host/listen.ts'
import { hostSecrets } from '../lib/host/settings.ts'
import { withOwnerPool } from '../lib/owner-pool.ts'

const HELP = `
For developing an application beside Sluice: while npm start runs, forwards its messages to a URL on this machine, and prints
each with the answer. HOST_WEBHOOK_URL need not be set. Messages are signed like all others, and what is answered counts: one
that is not acknowledged with 2xx is sent again. Ctrl-C ends it; messages that came in between are sent when it listens again
within an hour. Workers in production do not send to it.

Example:
  $ sluice listen --forward-to localhost:4000/sluice`

export const define = (command: Command): Command =>
  command
    .requiredOption('--forward-to <url>', 'where your application takes messages, localhost:4000/sluice', forwardUrl)
    .option('--json', 'print one JSON object for each message')
    .addHelpText('after', HELP)
    .action(({ forwardTo, json }: { forwardTo: URL; json?: boolean }) =>
      withOwnerPool((pool) => listen(pool, { forwardTo, secrets: hostSecrets(), json: json ?? false })),
    )

function forwardUrl(text: string): URL {
  const url = /^https?:\/\//.test(text) ? text : `http://${text}`
  if (URL.canParse(url)) return new URL(url)
  throw new InvalidArgumentError('It should be an address such as localhost:4000/sluice.')
}
