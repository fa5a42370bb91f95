import { request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { stripe } from '@sluice/providers'
import type { SentEvent } from '@sluice/simulator'
import type { Fault, FaultContext } from '../fault.ts'
import { type Secrets, sign } from '../load/providers.ts'
import { residentMb, watchMemory } from '../stack/memory.ts'
import type { Supervised } from '../stack/supervise.ts'
import { BUDGET } from './budgets.ts'
import { unknownEvent } from './extra-events.ts'

const CAP = stripe.maxBodyBytes
const ROUNDS = 6
/** Room for a few bodies of a megabyte and uncollected garbage, but not for a hundred, nor for an inflated bomb. */
const GROWTH_MB_MAX = 150
/** Ten times as deep as providers nest. */
const DEEP = 490
const TOO_DEEP = 10_000

export const payloads: Fault[] = [
  {
    id: 'F43',
    sparesOthers: true,
    title: 'Payloads are as big as may be, too big, far too big, too deep, and bombs',
    budgetSeconds: BUDGET.redisBack,
    inject: async (context) => {
      const { ingests, traffic } = context
      const before = await Promise.all(ingests.map(({ process }) => residentMb(process().pid)))
      const memory = watchMemory(ingests)
      const huge = Buffer.alloc(100 * CAP, 'x')
      const bomb = gzipSync(huge)
      for (let round = 0; round < ROUNDS; round += 1) {
        const ingest = ingests[round % ingests.length] as Supervised
        const refused: Refused[] = [
          { what: 'a byte too much', status: 413, ...signed(ofSize(CAP + 1, 'evt_over'), traffic.secrets) },
          {
            what: 'a hundred times too much',
            status: 413,
            bytes: Buffer.alloc(100 * CAP, 'x'),
            headers: anySignature(),
          },
          { what: 'far too deep a payload', status: 400, ...signed(ofDepth(TOO_DEEP, 'evt_abyss'), traffic.secrets) },
          { what: 'a bomb', status: 415, bytes: bomb, headers: { ...anySignature(), 'content-encoding': 'gzip' } },
        ]
        await Promise.all([
          traffic.send(ofSize(CAP, `evt_cap_${round}`)),
          traffic.send(ofDepth(DEEP, `evt_deep_${round}`)),
          ...refused.map((one) => expectRefusal(context, ingest, one)),
        ])
        await pause(300)
      }
      await memory.stop()
      for (const [index, { name }] of ingests.entries()) {
        const [beforeMb = 0, mostMb = 0] = [before[index], memory.most.get(name)]
        context.notes.push(`${name} had ${beforeMb} MB, ${mostMb} MB at most`)
        if (mostMb - beforeMb > GROWTH_MB_MAX) context.problems.push(`${name} grew from ${beforeMb} to ${mostMb} MB`)
      }
    },
  },
]

/** An event of exactly this many bytes. */
export function ofSize(bytes: number, id: string): SentEvent {
  const event = unknownEvent('sluice.proof', id)
  const padding = 'x'.repeat(bytes - Buffer.byteLength(event.body))
  return { ...event, body: event.body.replace(`obj_${id}`, `obj_${id}${padding}`) }
}

function ofDepth(levels: number, id: string): SentEvent {
  const event = unknownEvent('sluice.proof', id)
  const nested = `${'['.repeat(levels)}${']'.repeat(levels)}`
  return { ...event, body: event.body.replace('"object": "proof"', `"object": "proof", "nested": ${nested}`) }
}

interface Refused {
  what: string
  status: number
  bytes: Buffer
  headers: Record<string, string>
}

const signed = (event: SentEvent, secrets: Secrets): Pick<Refused, 'bytes' | 'headers'> => ({
  bytes: Buffer.from(event.body),
  headers: sign(event, secrets),
})

/** Enough to reach the check before the signature. */
const anySignature = () => ({ 'stripe-signature': `t=${Math.floor(Date.now() / 1_000)},v1=00` })

async function expectRefusal({ problems }: FaultContext, { name, url }: Supervised, refused: Refused): Promise<void> {
  const answer = await answerTo(url, refused)
  if (answer !== refused.status) problems.push(`${refused.what} got ${answer} of ${name} instead of ${refused.status}`)
}

/** The status, which may arrive before the body is sent; without an answer the error. */
function answerTo(url: string, { bytes, headers }: Refused): Promise<number | string> {
  return new Promise((resolve) => {
    const length = { 'content-type': 'application/json', 'content-length': `${bytes.length}` }
    const asked = request(`${url}/webhooks/stripe`, {
      method: 'POST',
      headers: { ...headers, ...length },
      agent: false,
    })
    asked.on('response', (response) => {
      resolve(response.statusCode ?? 0)
      response.resume()
      asked.destroy()
    })
    asked.on('error', ({ message }) => resolve(message))
    asked.setTimeout(5_000, () => asked.destroy(new Error('no answer')))
    asked.end(bytes)
  })
}
