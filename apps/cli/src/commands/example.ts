import { Argument, type Command } from 'commander'
import { EXAMPLES, type ExampleName } from '../example/examples.ts'
import { runExample } from '../example/run.ts'
import { wholeNumber } from '../lib/options.ts'
import { readSettings } from '../lib/settings.ts'

const HELP = `
Buy a subscription and make a picture in it. Without STRIPE_API_KEY or REPLICATE_API_TOKEN a stand-in on this machine
takes the provider's place: it needs no account, and its events are signed like the provider's.

Examples:
  $ sluice example express
  $ STRIPE_API_KEY=sk_test_… sluice example nextjs --port 4100`

export const define = (command: Command): Command =>
  command
    .addArgument(new Argument('<name>', 'the example').choices(Object.keys(EXAMPLES)))
    .option('--port <n>', 'port of the application', wholeNumber, 4000)
    .addHelpText('after', HELP)
    .action(async (name: ExampleName, { port }: { port: number }) => {
      process.exitCode = await runExample(name, port, readSettings())
    })
