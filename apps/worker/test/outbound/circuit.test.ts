import { expect, test } from '@jest/globals'
import { eventually } from '@sluice/testing'
import { createCircuit } from '../../src/outbound/circuit.ts'
import { UnreachableError } from '../../src/outbound/unreachable.ts'

const down = () => Promise.reject(new UnreachableError('s3_403', { cause: 'access_denied' }))

test('a system that failed is not asked by others, who get its cause and how long to wait', async () => {
  const circuit = createCircuit()
  let asked = 0
  await expect(circuit.run(down)).rejects.toMatchObject({ code: 's3_403' })
  const other = circuit.run(async () => {
    asked += 1
  })
  await expect(other).rejects.toMatchObject({
    code: 's3_403',
    wait: { cause: 'access_denied', retryAfterMs: expect.any(Number) },
  })
  expect(asked).toBe(0)
})

test('after the pause one request tries, and the others go on when it succeeded', async () => {
  const circuit = createCircuit({ firstMs: 20 })
  await expect(circuit.run(down)).rejects.toThrow('s3_403')
  let answer = (_: string) => {}
  let trying: Promise<string> | undefined
  const start = () =>
    circuit.run(
      () =>
        new Promise<string>((resolve) => {
          answer = resolve
        }),
    )
  await eventually(async () => {
    trying = start()
    await Promise.race([trying, new Promise((resolve) => setImmediate(resolve))])
  })
  await expect(circuit.run(async () => 'second')).rejects.toThrow('s3_403')
  answer('first')
  expect(await trying).toBe('first')
  expect(await circuit.run(async () => 'second')).toBe('second')
})

test('a failure of one request says nothing about the others', async () => {
  const circuit = createCircuit({ failureOf: () => undefined })
  await expect(circuit.run(down)).rejects.toThrow('s3_403')
  expect(await circuit.run(async () => 'other')).toBe('other')
})

test('a system that asks for more time gets it', async () => {
  const circuit = createCircuit({ firstMs: 1 })
  const limited = new UnreachableError('webhook_429', { cause: 'rate_limited', retryAfterMs: 60_000 })
  await expect(circuit.run(() => Promise.reject(limited))).rejects.toBe(limited)
  const error = await circuit.run(async () => 'sent').catch((caught: UnreachableError) => caught)
  expect((error as UnreachableError).wait.retryAfterMs).toBeGreaterThan(59_000)
})
