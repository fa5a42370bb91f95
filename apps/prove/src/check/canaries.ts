import type { SentEvent } from '@sluice/simulator'

/** Values that no process may reveal, by what they are. */
export interface Canaries {
  fixed: Map<string, RegExp | string>
  addresses: ReadonlySet<string>
}

const NAME = 'Wilhelmina Canarybird'
const PHONE = '+1 202 555 0142'
const CARD = '4242 4242 4242 4242'

const PERSONAL: [string, RegExp | string][] = [
  ['the name of a customer', NAME],
  ['the telephone of a customer', PHONE],
  ['the number of a card', /(?:4242[ -]?){4}/],
  ['the last digits of a card', /last4\W{1,8}4242/],
]

/** Starts at a word boundary, so that it does not try every position of a long word. */
const ADDRESS = /(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g
const SECRET = /SECRET|PASSWORD|TOKEN|API_KEY/

/** Adds a name, a telephone number, and a card number in a field for free text. */
export function addPersonalData(event: SentEvent): SentEvent {
  const body = event.body
    .replaceAll('"name": null', `"name": "${NAME}"`)
    .replaceAll('"phone": null', `"phone": "${PHONE}"`)
    .replaceAll('"description": null', `"description": "${CARD}"`)
  return { ...event, body }
}

/** Gives the URL of the mail server a password; the stand-in accepts any. The stores have real ones. */
export function withPasswords(env: Record<string, string>): Record<string, string> {
  if (!env['SMTP_URL']) return env
  const changed = new URL(env['SMTP_URL'])
  changed.username ||= 'default'
  changed.password = 'canary-smtp-url'
  return { ...env, SMTP_URL: changed.href }
}

/** Secrets of the environment, secrets rotated in later, and personal data of customers. */
export function canariesOf(env: Record<string, string>, later: Record<string, string>, bodies: string[]): Canaries {
  const variables = Object.entries(env)
  const secrets = variables.filter(([name]) => SECRET.test(name))
  const passwords = variables.map(([name, value]) => [`the password in ${name}`, passwordIn(value)] as const)
  const all = [
    ...secrets,
    ...passwords,
    ...Object.entries(later).map(([name, value]) => [`the secret of ${name}`, value]),
  ]
  return {
    fixed: new Map([...(all as [string, string][]).filter(([, value]) => value !== ''), ...PERSONAL]),
    addresses: new Set(bodies.flatMap((body) => body.match(ADDRESS) ?? [])),
  }
}

const passwordIn = (text: string): string => (URL.canParse(text) ? new URL(text).password : '')

/** Names the values that a text reveals, without repeating them. */
export function foundIn(text: string, { fixed, addresses }: Canaries): string[] {
  const found = [...fixed].filter(([, canary]) =>
    typeof canary === 'string' ? text.includes(canary) : canary.test(text),
  )
  const hasAddress = (text.match(ADDRESS) ?? []).some((address) => addresses.has(address))
  return [...found.map(([what]) => what), ...(hasAddress ? ['the address of a customer'] : [])]
}
