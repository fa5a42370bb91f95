import { describe, expect, test } from '@jest/globals'
import { eventually } from '@sluice/testing'
import { createProbe } from '../src/probe.ts'

/** A check that is ended by hand. */
function checkByHand() {
  const running: { resolve(): void; reject(error: Error): void }[] = []
  const check = () => new Promise<void>((resolve, reject) => running.push({ resolve, reject }))
  return { check, running }
}

describe('a probe', () => {
  test('says why a store cannot be used, in one word', async () => {
    const readOnly = Object.assign(new Error('cannot execute INSERT in a read-only transaction'), { code: '25006' })
    expect(await createProbe(() => Promise.reject(readOnly))()).toBe('25006')
    class ReplyError extends Error {
      override readonly name = 'ReplyError'
    }
    const misconfigured = new ReplyError('MISCONF Redis is configured to save RDB snapshots, but …')
    expect(await createProbe(() => Promise.reject(misconfigured))()).toBe('MISCONF')
    expect(await createProbe(async () => {})()).toBeNull()
  })

  test('asks a slow store once at a time, and answers in time', async () => {
    const { check, running } = checkByHand()
    const probe = createProbe(check)
    const startedAt = performance.now()
    expect(await Promise.all([probe(), probe()])).toEqual(['timeout', 'timeout'])
    expect(performance.now() - startedAt).toBeLessThan(10_000)
    expect(await probe()).toBe('timeout')
    expect(running).toHaveLength(1)
    running[0]?.resolve()
    await eventually(async () => expect(await probe()).toBeNull())
  })

  test('asks again after a second', async () => {
    let asked = 0
    const probe = createProbe(async () => {
      asked += 1
    })
    for (let call = 0; call < 100; call += 1) await probe()
    expect(asked).toBeLessThan(20)
    await eventually(async () => {
      await probe()
      expect(asked).toBeGreaterThan(1)
    })
  })
})
