import { describe, expect, test } from '@jest/globals'
import { createCircuit } from '../src/circuit.ts'

const fail = () => Promise.reject(new Error('failed'))

describe('a store', () => {
  test('that answers is always worth trying, and its outcome is passed on', async () => {
    const circuit = createCircuit()
    expect(await circuit.watch(Promise.resolve('row 7'))).toBe('row 7')
    expect([circuit.worthTrying(), circuit.worthTrying()]).toEqual([true, true])
  })

  test('that failed is left alone for half a second, then tried by one request at a time', async () => {
    let now = 1000
    const circuit = createCircuit(() => now)
    await expect(circuit.watch(fail())).rejects.toThrow('failed')
    now = 1499
    expect(circuit.worthTrying()).toBe(false)
    now = 1500
    expect([circuit.worthTrying(), circuit.worthTrying()]).toEqual([true, false])
  })

  test('that failed is tried again although the clock was set back by an hour', async () => {
    let now = 3_600_000
    const circuit = createCircuit(() => now)
    await circuit.watch(fail()).catch(() => undefined)
    now = 0
    expect([circuit.worthTrying(), circuit.worthTrying()]).toEqual([true, false])
  })

  test('is used by all again once it has answered', async () => {
    const circuit = createCircuit(() => 1000)
    await circuit.watch(fail()).catch(() => undefined)
    await circuit.watch(Promise.resolve())
    expect([circuit.worthTrying(), circuit.worthTrying()]).toEqual([true, true])
  })
})
