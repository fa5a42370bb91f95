import { stripe } from '@sluice/providers/stripe'
import { customerObject, idSuffixOf, predictionLifecycle, stripeEvent, subscriptionLifecycle } from '@sluice/simulator'

/** Key of an event: ten digits that end every id in its body. */
export const keyOf = (number: number): string => String(number).padStart(10, '0')

/** Signing secret. */
export const SECRET = 'whsec_dGhlIHNlY3JldCBvZiB0aGUgYmVuY2htYXJrIGl0c2VsZg'

/** Size of Stripe's events with an invoice. */
const BYTES = 5_000
const SEED = 'bench'
const ENDING = idSuffixOf(SEED)

/** The first day of 2100, in Unix seconds. */
const FAR_FUTURE = 4_102_444_800

/** Key of the event that all others are made from. */
export const SAMPLE = keyOf(0)

/** The customer of a known user has paid for a period that still lasts, so that the user becomes PREMIUM. */
const BODY = sampleBody()

const LIGHT_BODY = lightBody()
const SUBSCRIPTION_BODY = JSON.stringify(lifecycleEvent('activated'), null, 2)
const GENERATION_BODY = generationBody()

/** The event that the first invoice of a subscription was paid. */
export const bodyOf = (number: number): string => numbered(BODY, number)

/** The event that a subscription became active. */
export const subscriptionBodyOf = (number: number): string => numbered(SUBSCRIPTION_BODY, number)

/** The end of a prediction that wrote text, which has no files to copy. */
export const generationBodyOf = (number: number): string => numbered(GENERATION_BODY, number)

const numbered = (body: string, number: number): string => body.replaceAll(SAMPLE, keyOf(number))

/** The sample as ingest passes it to the inbox. */
export const sampleEvent = () => verified(BODY)

/** An event of the same size that is cheap to process: it changes one row of `customers`. */
export const lightEvent = () => verified(LIGHT_BODY)

function verified(text: string) {
  const body = Buffer.from(text)
  const headers = stripe.sign(body, SECRET)
  return stripe.verify({ headers, body }, [SECRET], { toleranceSeconds: 300 })
}

function lifecycleEvent(step: 'paid' | 'activated') {
  const events = subscriptionLifecycle({
    seed: SEED,
    steps: [step],
    userId: `user_${ENDING}`,
    email: 'pays@example.com',
  })
  const [event] = events
  if (!event) throw new Error('a lifecycle without an event')
  return JSON.parse(event.body.replaceAll(ENDING, SAMPLE))
}

function sampleBody(): string {
  const payload = lifecycleEvent('paid')
  for (const { period } of payload.data.object.lines.data) period.end = FAR_FUTURE
  return padded(payload)
}

function lightBody(): string {
  const created = 1_767_225_600
  const customer = customerObject({ id: `cus_${SAMPLE}`, email: 'pays@example.com', created })
  const { body } = stripeEvent('customer.updated', customer, { id: `evt_${SAMPLE}`, created })
  return padded(JSON.parse(body))
}

function generationBody(): string {
  const ended = predictionLifecycle({ seed: SEED, output: 'text', predictionId: `p${SAMPLE}` }).at(-1)
  if (!ended) throw new Error('a prediction without an end')
  return ended.body
}

/** Pads with metadata, which may hold 500 characters each: https://docs.stripe.com/api/metadata */
function padded(payload: { data: { object: { metadata: object } } }): string {
  const print = (letters: number) => {
    const notes = Array.from({ length: Math.ceil(letters / 500) }, (_, index) => {
      const length = Math.min(500, letters - index * 500)
      return [`note_${index + 1}`, 'note '.repeat(100).slice(0, length)]
    })
    payload.data.object.metadata = Object.fromEntries(notes)
    return JSON.stringify(payload, null, 2)
  }
  let letters = BYTES - print(0).length
  while (letters > 0 && Buffer.byteLength(print(letters)) > BYTES) letters -= 1
  return print(letters)
}
