import { Argument, type Command } from 'commander'
import { EXAMPLES, type ExampleName } from '../example/examples.ts'
import { runExample } from '../example/run.ts'
import { runOwn } from '../example/run-own.ts'
import { wholeNumber } from '../lib/options.ts'
import { readSettings } from '../lib/settings.ts'

const OWN = 'own'

const HELP = `
Buy a subscription and make a picture in it. Without STRIPE_API_KEY or REPLICATE_API_TOKEN a stand-in on this machine
takes the provider's place: it needs no account, and its events are signed like the provider's.

own runs your application in the place of an example. It gets SLUICE_URL, STRIPE_API_KEY, STRIPE_API_BASE,
REPLICATE_API_TOKEN, REPLICATE_API_BASE, ASSET_STORE, DATABASE_SCHEMA and DATABASE_URL, but for those that are set already.

Examples:
  $ sluice example express
  $ STRIPE_API_KEY=sk_test_… sluice example nextjs --port 4100
  $ sluice example own -- node server.js`

export const define = (command: Command): Command =>
  command
    .addArgument(
      new Argument('<name>', `the example, or ${OWN} for your application`).choices([...Object.keys(EXAMPLES), OWN]),
    )
    .argument('[command...]', `after ${OWN} --: what starts your application`)
    .option('--port <n>', 'port of the example', wholeNumber, 4000)
    .addHelpText('after', HELP)
    .action(async (name: ExampleName | typeof OWN, words: string[], { port }: { port: number }) => {
      const settings = readSettings()
      if (name !== OWN) process.exitCode = await runExample(name, port, settings)
      else if (words.length > 0) process.exitCode = await runOwn(words, settings)
      else command.error(`Say what starts your application: sluice example ${OWN} -- node server.js`)
    })
