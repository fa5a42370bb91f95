import { SECRETS } from '@sluice/testing'
import { scriptOf } from '../script.ts'
import { type Child, startChild } from '../world/child.ts'
import type { Answers } from './answers.ts'
import type { Order } from './generator.ts'

export const PATH = '/webhooks/stripe'

/** Sends signed events from a process of its own, and returns what became of them. */
export async function generate(
  order: Omit<Order, 'path' | 'secret'>,
  folder: string,
  core: string | undefined,
): Promise<Answers> {
  const argument = JSON.stringify({ ...order, path: PATH, secret: SECRETS.stripe })
  const child: Child = startChild(process.execPath, [scriptOf('load/generator'), argument], {
    name: 'generator',
    folder,
    core,
  })
  const exitCode = await child.ended
  if (exitCode !== 0) throw new Error(`The generator ended with ${exitCode}:\n${child.output()}`)
  return JSON.parse(child.output()) as Answers
}
