import { parsed, slotsOf } from './mutate.ts'
import type { Input } from './seeds.ts'

const TRIES_MAX = 2_000

/** The smallest body that is found by taking parts away while it still breaks the law. */
export async function minimize(input: Input, stillBroken: (input: Input) => Promise<boolean>): Promise<Input> {
  let smallest = input
  let tries = 0
  for (let again = true; again; ) {
    again = false
    const count = slotsOf(parsed(smallest.body)).length
    for (let index = 0; index < count && tries < TRIES_MAX; index += 1) {
      const smaller = without(smallest, index)
      if (smaller === null) break
      tries += 1
      if (!(await stillBroken(smaller))) continue
      smallest = smaller
      again = true
      break
    }
  }
  return smallest
}

function without({ provider, body }: Input, index: number): Input | null {
  const document = parsed(body)
  const slot = slotsOf(document)[index]
  if (!slot) return null
  if (Array.isArray(slot.holder)) slot.holder.splice(Number(slot.name), 1)
  else delete slot.holder[slot.name]
  return { provider, body: JSON.stringify(document) }
}
