import { describe, expect, test } from '@jest/globals'
import type { ReceivedEvent } from '@sluice/events'
import { recordedPayloads } from '@sluice/testing/payloads'
import { handledTypes } from '../src/index.ts'
import { outputFiles } from '../src/replicate/output-files.ts'
import { fromReplicate, fromStripe, outcomeOf } from './from-payload.ts'

const recorded = (...folders: string[]) =>
  folders.flatMap((folder) => recordedPayloads(folder).map((payload) => [payload.name, payload] as const))

/** Events about a connected account that do not name it are ignored. */
const isProcessed = ({ type, account }: ReceivedEvent): boolean =>
  handledTypes.includes(type) && (account !== null || !type.startsWith('account.'))

describe('a recorded Stripe payload', () => {
  test.each(recorded('stripe-events'))(
    'is processed if its type is handled, and ignored otherwise: %s',
    (_name, payload) => {
      const event = fromStripe(payload)
      expect(outcomeOf(event)).toBe(isProcessed(event) ? 'processed' : 'ignored')
    },
  )

  test.each(recorded('stripe-data'))('without the event around it is read: %s', (name, { body }) => {
    const event = Buffer.from(JSON.stringify({ type: typeOf(name, body), data: JSON.parse(String(body)) }))
    expect(outcomeOf(fromStripe({ body: event }))).not.toContain('failed')
  })

  test.each(recorded('stripe-thin'))('that is thin is ignored until it is fetched: %s', (_name, payload) => {
    expect(outcomeOf(fromStripe(payload))).toBe('ignored')
  })
})

/** The name of the file is the type, except for an `invoice_payment`, which is stored under `invoice`. */
function typeOf(name: string, body: Buffer): string {
  if (JSON.parse(String(body)).object.object === 'invoice_payment') return 'invoice_payment.paid'
  const [type = ''] = name.split('__')
  return type.startsWith('subscription.') ? `customer.${type}` : type
}

describe('a recorded Replicate payload', () => {
  const payloads = recorded('replicate', 'replicate-sequence')

  test.each(payloads)('is processed: %s', (_name, payload) => {
    expect(outcomeOf(fromReplicate(payload))).toBe('processed')
  })

  const succeeded = payloads.filter(([name]) => /succeeded__(.*-)?url__/.test(name))
  test.each(succeeded)('whose output has addresses has files: %s', (_name, { body }) => {
    expect(outputFiles(JSON.parse(String(body)).output)).not.toEqual([])
  })

  const textual = payloads.filter(([name]) =>
    /succeeded__(text|number|list-number|list-object|object-bool|null-)/.test(name),
  )
  test.each(textual)('whose output has no address has no file: %s', (_name, { body }) => {
    expect(outputFiles(JSON.parse(String(body)).output)).toEqual([])
  })
})
