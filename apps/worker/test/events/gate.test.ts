import { expect, test } from '@jest/globals'
import { createGate } from '../../src/events/gate.ts'

/** A run that ends when told. */
function held() {
  let end = () => {}
  const over = new Promise<void>((resolve) => {
    end = resolve
  })
  return { over, end }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

test('runs go on side by side', async () => {
  const gate = createGate(4)
  const first = held()
  const running = gate.together(() => first.over)

  expect(await gate.together(async () => 'beside it')).toBe('beside it')

  first.end()
  await running
})

test('work that must run alone waits for running work, and blocks other work', async () => {
  const gate = createGate(4)
  const seen: string[] = []
  const before = held()
  const solo = held()
  const running = gate.together(() => before.over.then(() => seen.push('before')))
  const alone = gate.alone(() => {
    seen.push('alone begins')
    return solo.over.then(() => seen.push('alone ends'))
  })
  const after = gate.together(async () => seen.push('after'))
  const second = gate.alone(async () => seen.push('second alone'))

  await turn()
  expect(seen).toEqual([])
  before.end()
  await running
  await turn()
  expect(seen).toEqual(['before', 'alone begins'])
  solo.end()
  await Promise.all([alone, after, second])

  expect(seen.slice(0, 3)).toEqual(['before', 'alone begins', 'alone ends'])
  expect(seen.slice(3).sort()).toEqual(['after', 'second alone'])
})

test('other work continues after isolated work fails', async () => {
  const gate = createGate(4)
  await expect(gate.alone(() => Promise.reject(new Error('bad')))).rejects.toThrow('bad')
  expect(await gate.together(async () => 'goes on')).toBe('goes on')
})
