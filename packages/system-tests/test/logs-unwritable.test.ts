import { closeSync, openSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { seedStream } from '@sluice/simulator'
import { eventually, withStack } from '@sluice/testing'
import { addHostRows, allDone, sendAll } from './support/stack.ts'

/** A full disk under the log stops no event. */
test('all apps start, work and stop while the disk of their logs is full, and count the lost lines', () =>
  withStack({ ingests: 0, workers: 0 }, async (stack) => {
    const full = openSync('/dev/full', 'w')
    try {
      const ingest = await stack.start('ingest', { stdout: full })
      const worker = await stack.start('worker', { stdout: full })
      const board = await stack.start('board', { stdout: full })
      const stream = seedStream({ events: 50, seed: 'full disk' })
      await addHostRows(stack, stream)
      const answers = await sendAll({ ingests: [ingest] }, stream.events)
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
      expect(await allDone(stack, 50)).toEqual({ processed: 50 })

      for (const { url } of [ingest, worker])
        await eventually(async () => expect(await lostLines(url)).toBeGreaterThan(50))
      for (const app of [ingest, worker, board]) expect(await app.kill('SIGTERM')).toBe(0)
    } finally {
      closeSync(full)
    }
  }))

async function lostLines(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(/^webhook_log_lines_dropped_total\{reason="ENOSPC"\} (\d+)$/m.exec(text)?.[1] ?? 0)
}
