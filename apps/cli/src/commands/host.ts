import { HOST_MESSAGE_TYPES, type HostMessageType } from '@sluice/events'
import { Command, Option } from 'commander'
import { EXIT } from '../lib/exit-codes.ts'
import { hostSettings } from '../lib/host/settings.ts'
import { describeSamples, sendSamples } from '../lib/host/test.ts'
import { print } from '../lib/print.ts'

const HELP = `
Sends a signed sample of each type of message to every URL of HOST_WEBHOOK_URL, one after another, and prints the answers.
The ids begin with test_, and what the samples are about does not exist. A redirect is not followed. Needs neither the
database nor a worker. The exit code is 1 if a message was not acknowledged with 2xx.

Examples:
  $ HOST_WEBHOOK_URL=http://localhost:4000/sluice sluice host test
  $ sluice host test --type payment.succeeded`

export const define = (command: Command): Command => command.addCommand(testCommand())

const testCommand = () =>
  new Command('test')
    .description('Send a signed sample of each type of message to HOST_WEBHOOK_URL, and print the answers.')
    .addOption(new Option('--type <type>', 'only this type').choices(HOST_MESSAGE_TYPES))
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action(async ({ type, json }: { type?: HostMessageType; json?: boolean }) => {
      const sent = await sendSamples(hostSettings(), type ? [type] : HOST_MESSAGE_TYPES)
      print(json ? JSON.stringify(sent) : describeSamples(sent))
      if (!sent.every(({ answer }) => answer.isAcknowledged)) process.exitCode = EXIT.failed
    })
