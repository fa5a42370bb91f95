import { once } from 'node:events'
import { PATH } from '../contenders/ingest/listen.ts'
import { SECRET } from '../event.ts'
import { scriptOf } from '../script.ts'
import { type Child, startChild } from '../world/child.ts'
import type { Answers } from './answers.ts'
import type { Order } from './generator.ts'

export interface Generator extends Child {
  /** Sends signed events, and resolves when the last of them is answered. */
  send(order: Omit<Order, 'path' | 'secret'>): Promise<Answers>
}

export function startGenerator(folder: string, core: string | undefined): Generator {
  const options = { name: 'generator', folder, core, talks: true }
  const child = startChild(process.execPath, [scriptOf('load/generator')], options)
  const ended = child.ended.then((exitCode) => {
    throw new Error(`The generator ended with ${exitCode}:\n${child.output()}`)
  })
  ended.catch(() => {}) // told to whoever waits for answers
  return {
    ...child,
    send: async (order) => {
      const told = once(child.process, 'message')
      child.process.send({ ...order, path: PATH, secret: SECRET } satisfies Order)
      const [answers] = await Promise.race([told, ended])
      return answers as Answers
    },
  }
}
