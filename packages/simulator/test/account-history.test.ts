import { expect, test } from '@jest/globals'
import { accountHistory } from '../src/index.ts'

const UNTIL = Date.UTC(2026, 10, 20) / 1000
const OPTIONS = { seed: 1, customers: 80, until: UNTIL, busyFor: 3_600 }

test('the same seed gives the same account, and another one shares no id with it', () => {
  const users = [...accountHistory(OPTIONS).users()]
  expect([...accountHistory(OPTIONS).users()]).toEqual(users)
  const ids = new Set(users.flatMap(({ changes }) => changes.map(({ event }) => event.id)))
  const others = [...accountHistory({ ...OPTIONS, seed: 2 }).users()]
  expect(others.flatMap(({ changes }) => changes).filter(({ event }) => ids.has(event.id))).toEqual([])
})

test('has as many customers as asked for, every tenth user with two, and nothing after its end', () => {
  const users = [...accountHistory(OPTIONS).users()]
  const changes = users.flatMap((user) => user.changes)
  const customers = changes.filter(({ event }) => event.type === 'customer.created')
  expect(customers.length).toBeGreaterThan(60)
  expect(customers.length).toBeLessThanOrEqual(80)
  expect(users.length).toBeLessThan(80)
  expect(changes.every(({ event }) => event.at.getTime() <= UNTIL * 1000)).toBe(true)
  const busy = changes.filter(({ event }) => event.at.getTime() > (UNTIL - 3_600) * 1000)
  expect(busy.length).toBeGreaterThan(20)
})

test('each object of an event is what the account shows, until a later event of the same object', () => {
  const { catalogue, users } = accountHistory(OPTIONS)
  const shown = new Map<string, object>()
  for (const changes of [catalogue, ...[...users()].map((user) => user.changes)]) {
    for (const { event, objects } of changes) {
      const object = JSON.parse(event.body).data.object
      if (object.object === 'entitlements.active_entitlement_summary' || !object.id) continue
      expect(objects[0]).toEqual(object)
      for (const one of objects) shown.set(one.id, one)
    }
  }
  expect(shown.size).toBeGreaterThan(800)
})
