import type { Random } from '@sluice/simulator'
import type { Input } from './seeds.ts'

type Json = null | boolean | number | string | Json[] | { [name: string]: Json }

const nested = (depth: number): Json => {
  let value: Json = []
  for (let level = 0; level < depth; level += 1) value = level % 2 ? [value] : { a: value }
  return value
}

/** Values at the limits of types, columns and code: each makes a fresh one. */
const ODD: (() => Json)[] = [
  ...[null, true, '', 0, -1, 0.5, 2 ** 31, 2 ** 53, -(2 ** 63), 1e21, 1e308, -0].map((value) => () => value),
  ...[253_402_300_800, 8_640_000_000_001, '0', '1.5', 'NaN', '9'.repeat(400)].map((value) => () => value),
  ...['\0', '\uD800', '\u202E', 'a'.repeat(300), 'é'.repeat(70_000)].map((value) => () => value),
  ...['usd', 'USD', 'xxx', 'cus_1', 'in_1', 'sub_1', 'acct_2', '2026-10-28.endive'].map((value) => () => value),
  ...['https://replicate.delivery/a.png', 'data:image/png;base64,AAAA', 'https://['].map((value) => () => value),
  () => [],
  () => ({}),
  () => [null],
  () => [[]],
  () => nested(450),
  () => ({ __proto__: null, constructor: 1, toString: 'x' }) as unknown as Json,
  () => Object.fromEntries(Array.from({ length: 3_000 }, (_, index) => [`k${index}`, index])),
  () => Array.from({ length: 3_000 }, (_, index) => `https://replicate.delivery/${index}.png`),
]

const oddValue = (random: Random): Json => (ODD[random.between(0, ODD.length - 1)] as () => Json)()

/** A place in a document. */
interface Slot {
  holder: { [name: string]: Json } | Json[]
  name: string
}

const isHolder = (value: Json | undefined): value is Slot['holder'] => typeof value === 'object' && value !== null

const valueAt = ({ holder, name }: Slot): Json => (holder as Record<string, Json>)[name] ?? null

function setValue({ holder, name }: Slot, value: Json): void {
  Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true })
}

/** All places, down to a bounded number. */
export function slotsOf(document: Json, max = 2_000): Slot[] {
  const slots: Slot[] = []
  const holders: Slot['holder'][] = isHolder(document) ? [document] : []
  for (let holder = holders.shift(); holder && slots.length < max; holder = holders.shift()) {
    for (const name of Object.keys(holder).slice(0, max)) {
      const slot = { holder, name }
      slots.push(slot)
      const value = valueAt(slot)
      if (isHolder(value)) holders.push(value)
    }
  }
  return slots
}

type Change = (slot: Slot, random: Random, others: Slot[]) => void

const CHANGES: [Change, ...Change[]] = [
  (slot, random) => setValue(slot, oddValue(random)),
  (slot, random) => setValue(slot, oddValue(random)),
  remove,
  remove,
  (slot, random, others) => setValue(slot, structuredClone(valueAt(random.pick(others as [Slot, ...Slot[]])))),
  (slot) => setValue(slot, [valueAt(slot)]),
  (slot) => setValue(slot, { id: valueAt(slot) }),
  (slot) => setValue(slot, JSON.stringify(valueAt(slot))),
  (slot, random) => repeat(slot, random),
]

function remove({ holder, name }: Slot): void {
  if (Array.isArray(holder)) holder.splice(Number(name), 1)
  else delete holder[name]
}

/** Makes a list longer: of copies of its first item. */
function repeat(slot: Slot, random: Random): void {
  const value = valueAt(slot)
  if (Array.isArray(value) && value.length > 0)
    setValue(
      slot,
      Array.from({ length: random.pick([2, 20, 500]) }, () => structuredClone(value[0] as Json)),
    )
}

/** Another body near this one. Some are no JSON any more. */
export function mutate({ provider, body }: Input, donor: Input, random: Random): Input {
  if (random.chance(0.03)) return { provider, body: brokenText(body, random) }
  const document = parsed(body)
  const others = slotsOf(parsed(donor.body))
  for (let change = random.between(1, 4); change > 0; change -= 1) {
    const slots = slotsOf(document)
    if (slots.length === 0) break
    random.pick(CHANGES)(random.pick(slots as [Slot, ...Slot[]]), random, others.length > 0 ? others : slots)
  }
  return { provider, body: JSON.stringify(document) }
}

function brokenText(body: string, random: Random): string {
  const at = random.between(0, body.length)
  return random.pick([
    body.slice(0, at),
    `${body.slice(0, at)}\0${body.slice(at)}`,
    `${body.slice(0, at)}${'['.repeat(600)}${body.slice(at)}`,
    `${body}${body}`,
    body.replaceAll('"', ''),
  ])
}

export function parsed(body: string): Json {
  try {
    return JSON.parse(body) as Json
  } catch {
    return {}
  }
}
