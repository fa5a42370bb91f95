import type { SentEvent } from '@sluice/simulator'

/** What no process may let out, by what it is. */
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

/** Begins where a word does: it must not try each letter of a long one. */
const ADDRESS = /(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g
const SECRET = /SECRET|PASSWORD|TOKEN|API_KEY/

/** The same event of somebody with a name, a telephone and a card that was typed where it does not belong. */
export function plant(event: SentEvent): SentEvent {
  const body = event.body
    .replaceAll('"name": null', `"name": "${NAME}"`)
    .replaceAll('"phone": null', `"phone": "${PHONE}"`)
    .replaceAll('"description": null', `"description": "${CARD}"`)
  return { ...event, body }
}

/** Addresses of stores and servers, each with a password that is nobody else's. The other side takes any. */
export function withPasswords(env: Record<string, string>): Record<string, string> {
  const urls = Object.entries(env).filter(([name]) => /^(?:REDIS|SMTP)_URL$|DATABASE_URL$/.test(name))
  return { ...env, ...Object.fromEntries(urls.map(([name, url]) => [name, withPassword(name, url)])) }
}

function withPassword(name: string, url: string): string {
  const changed = new URL(url)
  changed.username ||= 'default'
  changed.password = `canary-${name.toLowerCase().replaceAll('_', '-')}`
  return changed.href
}

/** The secrets that apps were started with, those of later, and all that customers would not like to be told. */
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

/** What a text lets out. It never repeats it. */
export function foundIn(text: string, { fixed, addresses }: Canaries): string[] {
  const found = [...fixed].filter(([, canary]) =>
    typeof canary === 'string' ? text.includes(canary) : canary.test(text),
  )
  const hasAddress = (text.match(ADDRESS) ?? []).some((address) => addresses.has(address))
  return [...found.map(([what]) => what), ...(hasAddress ? ['the address of a customer'] : [])]
}
