import { expect, test } from '@jest/globals'
import { keptFor } from '../../src/inspect/kept.ts'
import { connect } from '../../src/sql/pool.ts'

test('a value is read again when its key changes or the reading failed, and by each pool on its own', async () => {
  const [pool, other] = [connect('postgres://127.0.0.1:1/none'), connect('postgres://127.0.0.1:1/none')]
  let reads = 0
  const read = async () => (reads += 1)
  expect(await Promise.all([keptFor(pool, 'a', '1', read), keptFor(pool, 'a', '1', read)])).toEqual([1, 1])
  expect(await keptFor(pool, 'a', '2', read)).toBe(2)
  expect(await keptFor(pool, 'b', '2', read)).toBe(3)
  expect(await keptFor(other, 'a', '2', read)).toBe(4)
  await expect(keptFor(pool, 'a', '3', () => Promise.reject(new Error('too slow')))).rejects.toThrow('too slow')
  expect(await keptFor(pool, 'a', '3', read)).toBe(5)
})
