import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { eventually, REPOSITORY, startProcess } from '@sluice/testing'
import { mostByKind, watchMemory } from '../src/stack/memory.ts'

const IDLE = join(REPOSITORY, 'apps/prove/test/idle.mjs')

test('a process over its limit is ended and reported, another one is left alone', async () => {
  const [fat, lean] = [startProcess(IDLE, [], { env: {} }), startProcess(IDLE, [], { env: {} })]
  const apps = [
    { name: 'worker-1', process: () => fat },
    { name: 'ingest-1', process: () => lean },
  ]
  const memory = watchMemory(apps, { ingest: 4_000, worker: 10 })
  try {
    expect(await fat.exited).toBeNull()
    await eventually(() =>
      expect(mostByKind(memory.most)).toEqual({ worker: expect.any(Number), ingest: expect.any(Number) }),
    )
    expect(memory.killed[0]).toMatch(/^worker-1 was ended for its memory: \d+ MiB of 10$/)
    expect(memory.killed.join()).not.toContain('ingest-1')
  } finally {
    await memory.stop()
    await lean.kill()
  }
})
