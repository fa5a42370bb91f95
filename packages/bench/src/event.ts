import { stripe } from '@sluice/providers/stripe'
import { customerObject, idSuffixOf, stripeEvent, subscriptionLifecycle } from '@sluice/simulator'

/** What tells one event of the benchmark from another: ten digits, in which every id in its body ends. */
export const keyOf = (number: number): string => String(number).padStart(10, '0')

/** What events are signed with. */
export const SECRET = 'whsec_dGhlIHNlY3JldCBvZiB0aGUgYmVuY2htYXJrIGl0c2VsZg'

/** Of Stripe's events with an invoice: five kilobytes. */
const BYTES = 5_000
const SEED = 'bench'
const ENDING = idSuffixOf(SEED)

/** The key of the event that the others are made from. */
export const SAMPLE = keyOf(0)

/** What every event of the benchmark says: a customer of a known user has paid for the first month. */
const BODY = sampleBody()

const LIGHT_BODY = lightBody()

export const bodyOf = (number: number): string => BODY.replaceAll(SAMPLE, keyOf(number))

/** The sample as ingest hands it to the inbox. */
export const sampleEvent = () => verified(BODY)

/** An event of the same size that costs little to settle: a customer changed, which is one row. */
export const lightEvent = () => verified(LIGHT_BODY)

function verified(text: string) {
  const body = Buffer.from(text)
  const headers = stripe.sign(body, SECRET)
  return stripe.verify({ headers, body }, [SECRET], { toleranceSeconds: 300 })
}

function sampleBody(): string {
  const life = subscriptionLifecycle({
    seed: SEED,
    steps: ['paid'],
    userId: `user_${ENDING}`,
    email: 'pays@example.com',
  })
  const [event] = life
  if (!event) throw new Error('a life without an event')
  return padded(JSON.parse(event.body.replaceAll(ENDING, SAMPLE)))
}

function lightBody(): string {
  const created = 1_767_225_600
  const customer = customerObject({ id: `cus_${SAMPLE}`, email: 'pays@example.com', created })
  const { body } = stripeEvent('customer.updated', customer, { id: `evt_${SAMPLE}`, created })
  return padded(JSON.parse(body))
}

/** With metadata of the host's, which may hold 500 letters each: https://docs.stripe.com/api/metadata */
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
