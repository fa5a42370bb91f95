import { expect, test } from '@jest/globals'
import { createBodyBudget } from '../src/body-budget.ts'

const sizes = { totalBytes: 100_000, clientBytes: 50_000 }

/** Bodies by name. Tells which were refused, in order. */
function budgetOf() {
  const budget = createBodyBudget(sizes)
  const refused: string[] = []
  const arriving = (name: string, client: string) => {
    const share = budget.open(client)
    budget.arrives(share, ({ status, reason }) => {
      expect([status, reason]).toEqual([503, 'overloaded'])
      refused.push(name)
    })
    return {
      add: (bytes: number) => budget.add(share, bytes),
      arrived: () => budget.arrived(share),
      release: () => budget.release(share),
    }
  }
  return { budget, refused, arriving }
}

test('over the budget of a client, its largest body is refused and not the one that is one too many', () => {
  const { budget, refused, arriving } = budgetOf()
  arriving('small', 'a').add(1000)
  arriving('large', 'a').add(40_000)
  arriving('third', 'a').add(20_000)
  expect(refused).toEqual(['large'])
  expect(budget.bytes()).toBeLessThan(22_000)
})

test('over the budget of all, the client that holds most gives way', () => {
  const { refused, arriving } = budgetOf()
  arriving('a1', 'a').add(20_000)
  arriving('a2', 'a').add(25_000)
  arriving('b', 'b').add(30_000)
  arriving('c', 'c').add(24_000)
  expect(refused).toEqual(['a2'])
})

test('a complete body is not refused, but counts until it is released', () => {
  const { budget, refused, arriving } = budgetOf()
  const complete = arriving('complete', 'a')
  complete.add(45_000)
  complete.arrived()
  arriving('next', 'a').add(10_000)
  expect(refused).toEqual(['next'])
  complete.release()
  arriving('last', 'a').add(10_000)
  expect(refused).toEqual(['next'])
  expect(budget.bytes()).toBeLessThan(11_000)
})

test('every piece counts for more than its bytes', () => {
  const { refused, arriving } = budgetOf()
  const held = arriving('drips', 'a')
  for (let piece = 0; piece < 200 && refused.length === 0; piece += 1) held.add(1)
  expect(refused).toEqual(['drips'])
})

test('what is released is forgotten, however often', () => {
  const { budget, arriving } = budgetOf()
  const held = arriving('one', 'a')
  held.add(10_000)
  held.release()
  held.release()
  held.arrived()
  expect(budget.bytes()).toBe(0)
})
