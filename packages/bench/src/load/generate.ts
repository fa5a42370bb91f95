import { once } from 'node:events'
import { type Child, scriptOf, startChild } from '../setup/child.ts'
import type { Answers } from './answers.ts'
import type { Order } from './generator.ts'

export interface Generator extends Child {
  /** Sends signed events; resolves when the last one is answered. */
  send(order: Order): Promise<Answers>
}

export function startGenerator(folder: string, core: string | undefined): Generator {
  const options = { name: 'generator', folder, core, talks: true }
  const child = startChild(process.execPath, [scriptOf('load/generator')], options)
  const ended = child.ended.then((exitCode) => {
    throw new Error(`The generator ended with ${exitCode}:\n${child.output()}`)
  })
  ended.catch(() => {}) // the race below reports it
  return {
    ...child,
    send: async (order) => {
      const reported = once(child.process, 'message')
      child.process.send(order)
      const [answers] = await Promise.race([reported, ended])
      return answers as Answers
    },
  }
}
