import { randomBytes } from 'node:crypto'
import { text } from 'node:stream/consumers'
import { hashPassword } from '@sluice/runtime/password'
import { Argument, type Command } from 'commander'
import { print } from '../lib/print.ts'

const HELP = `
Prints a line for the file that BOARD_USERS names. The password is read from standard input; in a terminal a random one is
made and printed beside the line. A viewer looks, an operator also acts, an admin also does what needs two people.

Examples:
  $ sluice board-user ada operator >> board-users
  $ printf %s "$PASSWORD" | sluice board-user ada viewer`

const LEAST_PASSWORD = 12

export const define = (command: Command): Command =>
  command
    .argument('<name>', 'name that the person signs in with')
    .addArgument(new Argument('<role>', 'what the person may do').choices(['viewer', 'operator', 'admin']))
    .addHelpText('after', HELP)
    .action(async (name: string, role: string, _options: object, command: Command) => {
      if (!/^[^:\s]{1,64}$/.test(name)) command.error('error: A name has no colon and no space.')
      const password = await readPassword(name)
      if (password.length < LEAST_PASSWORD)
        command.error(`error: The password must have ${LEAST_PASSWORD} characters or more.`)
      print(`${name}:${role}:${await hashPassword(password)}`)
    })

async function readPassword(name: string): Promise<string> {
  if (!process.stdin.isTTY) return (await text(process.stdin)).replace(/\r?\n$/, '')
  const password = randomBytes(18).toString('base64url')
  console.error(`The password of ${name} is ${password}`)
  return password
}
