import { createRandom, type Random, type SentEvent } from '@sluice/simulator'

/** Values that a provider never sends, and an attacker with its account might. */
const ODD: readonly [unknown, ...unknown[]] = [
  null,
  5,
  -1,
  0.1,
  1e308,
  2 ** 53 + 2,
  true,
  '',
  [],
  {},
  [[], [null]],
  { id: null },
  { id: { id: {} } },
  'x'.repeat(70_000),
  '\0',
  '\ud800',
  '\u202e\u200b🙈',
  "'; DROP TABLE users; --",
  '{{constructor.constructor("return process")()}}',
  '9999-99-99T99:99:99Z',
  '-271821-04-20T00:00:00.000Z',
  '../../../etc/passwd',
  'http://169.254.169.254/',
]

const KEYS: readonly [string, ...string[]] = ['__proto__', 'constructor', 'toString', '', '\0', 'id']

/** Each event so many times under ids of its own, with up to four places of it changed. The same for the same seed. */
export function oddEvents(events: SentEvent[], times: number, seed: string): SentEvent[] {
  const random = createRandom(seed)
  return Array.from({ length: times }, (_, time) =>
    events.map((event, index) => odd(event, `${time}_${index}`, random)),
  ).flat()
}

function odd(event: SentEvent, name: string, random: Random): SentEvent {
  const id = event.provider === 'stripe' ? `evt_odd_${name}` : `msg_odd_${name}`
  const body = { ...JSON.parse(event.body), ...(event.provider === 'stripe' && { id }) }
  for (let change = random.between(1, 4); change > 0; change -= 1) distort(body, random)
  const text = JSON.stringify(body)
  return { ...event, id, body: random.chance(0.1) ? text.replace('{', '{"__proto__":{"role":"PREMIUM"},') : text }
}

/** Replaces, removes or adds a value at a random place. */
function distort(body: Record<string, unknown>, random: Random): void {
  const object = (body['data'] as Record<string, unknown> | undefined)?.['object']
  let place = isPlace(object) && random.chance(0.85) ? object : body
  let key = random.pick(Object.keys(place) as [string])
  for (let inner = place[key]; isPlace(inner) && random.chance(0.85); inner = place[key]) {
    place = inner
    key = random.pick(Object.keys(place) as [string])
  }
  random.pick([replace, replace, replace, remove, add])(place, key, random)
}

const replace = (place: Record<string, unknown>, key: string, random: Random) => {
  place[key] = random.pick(ODD)
}

const remove = (place: Record<string, unknown>, key: string) => {
  delete place[key]
}

/** By definition, as a parser of JSON does: `__proto__` is a key like any other. */
const add = (place: Record<string, unknown>, _key: string, random: Random) => {
  Object.defineProperty(place, random.pick(KEYS), { ...PLAIN, value: random.pick(ODD) })
}

const PLAIN = { enumerable: true, configurable: true, writable: true }

const isPlace = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.keys(value).length > 0
