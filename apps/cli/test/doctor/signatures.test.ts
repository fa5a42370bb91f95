import { expect, test } from '@jest/globals'
import { seedStream } from '@sluice/simulator'
import { eventually, withStack } from '@sluice/testing'
import { checkSignatures } from '../../src/doctor/signatures.ts'
import { deliver } from '../../src/lib/delivery.ts'
import { readSettings } from '../../src/lib/settings.ts'
import { environmentOf } from '../sluice.ts'

test('doctor counts refused signatures, and asks for a look when most are', () =>
  withStack({ workers: 0 }, async (stack) => {
    const settings = readSettings(environmentOf(stack), '/nowhere')
    const to = settings.ingestUrl as string
    const [first, second] = seedStream({ events: 2, seed: 'signatures' }).events.filter(isStripe)
    const forge = () => deliver(first as never, to, { ...settings, stripeWebhookSecret: 'whsec_of_somebody_else' })
    expect(await checkSignatures(settings)).toMatchObject([{ verdict: 'good', says: expect.stringMatching(/^none/) }])
    for (const event of [first, second]) await deliver(event as never, to, settings)
    await forge()
    const one = { verdict: 'good', says: 'stripe: 1 wrong and 0 too old, 2 accepted, since ingest started' }
    // Ingest renews its metrics once a second.
    await eventually(async () => expect(await checkSignatures(settings)).toMatchObject([one]))
    for (let n = 0; n < 2; n += 1) await forge()
    const most = {
      verdict: 'found',
      says: expect.stringMatching(/^stripe: 3 wrong .* Is the secret that of this endpoint/),
    }
    await eventually(async () => expect(await checkSignatures(settings)).toMatchObject([most]))
    expect(await checkSignatures({})).toEqual([])
  }))

const isStripe = ({ provider }: { provider: string }): boolean => provider === 'stripe'
