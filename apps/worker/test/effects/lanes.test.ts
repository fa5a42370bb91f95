import { expect, test } from '@jest/globals'
import { createLanes, EFFECTS_AT_ONCE, type Lane } from '../../src/effects/run/lanes.ts'
import { BusyError } from '../../src/outbound/places.ts'

const LANES: Lane[] = ['mail', 'staff', 'documents', 'copies']

test('effects that hang fill their lane, and keep no other effect from its place', async () => {
  const inLane = createLanes()
  let letGo = () => {}
  const hung = new Promise<void>((resolve) => {
    letGo = resolve
  })
  const copies = Array.from({ length: 5_000 }, () => inLane('copies', () => hung).catch((error: unknown) => error))
  for (const lane of ['quick', 'mail', 'staff', 'documents'] as const)
    expect(await inLane(lane, async () => 'done')).toBe('done')

  letGo()
  const busy = (await Promise.all(copies)).filter((outcome) => outcome instanceof BusyError).length
  expect(5_000 - busy).toBe(24)
})

test('all lanes full leave places for effects that need no other system', async () => {
  const inLane = createLanes()
  const hung = new Promise<void>(() => {})
  let held = 0
  for (const lane of LANES)
    for (let isBusy = false; !isBusy; ) {
      const run = inLane(lane, () => hung)
      isBusy = await Promise.race([
        run.then(
          () => false,
          () => true,
        ),
        new Promise<boolean>((resolve) => setImmediate(() => resolve(false))),
      ])
      if (!isBusy) held += 1
    }
  expect(EFFECTS_AT_ONCE - held).toBe(10)
})
