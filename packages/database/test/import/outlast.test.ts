import { expect, test } from '@jest/globals'
import { outlast } from '../../src/import/outlast.ts'

/** Fails with these SQLSTATEs, one after the other, and then answers. */
function failing(...codes: string[]) {
  const left = [...codes]
  return async () => {
    const code = left.shift()
    if (code !== undefined) throw Object.assign(new Error(code), { code })
    return 'done'
  }
}

test('work is repeated while Postgres starts, or while a migration has a lock', async () => {
  expect(await outlast(failing('57P03', '55P03'), [1, 1])).toBe('done')
})

test('an outage that lasts is reported', async () => {
  await expect(outlast(failing('57P03', '57P03'), [1])).rejects.toThrow('57P03')
})

test('a row that Postgres refuses is not tried again', async () => {
  await expect(outlast(failing('23505'), [1])).rejects.toThrow('23505')
})
