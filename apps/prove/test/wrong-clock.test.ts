import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { eventually, REPOSITORY, startProcess } from '@sluice/testing'

const PRELOAD = `--import=${join(REPOSITORY, 'apps/prove/dist/stack/shifted-clock.js')}`
const CLOCK = join(REPOSITORY, 'apps/prove/test/clock.mjs')
const DAY_MS = 86_400_000

/** The last time that the process printed, against ours. */
async function aheadMs(env: Record<string, string>, later: boolean): Promise<number[]> {
  const clock = startProcess(CLOCK, [], { env: { NODE_OPTIONS: PRELOAD, ...env } })
  const last = () => eventually(() => JSON.parse(clock.output().trim().split('\n').at(-1) as string) as number[])
  try {
    if (later) {
      await last()
      process.kill(clock.pid, 'SIGUSR2')
      await eventually(async () => expect((await last())[0]).toBeLessThan(Date.now() - DAY_MS / 2))
    }
    return (await last()).map((time) => time - Date.now())
  } finally {
    await clock.kill()
  }
}

test('the clock of a process is a day ahead, in every way to ask for the time', async () => {
  for (const ahead of await aheadMs({ CLOCK_SHIFT_MS: `${DAY_MS}` }, false)) {
    expect(ahead).toBeGreaterThan(DAY_MS - 60_000)
    expect(ahead).toBeLessThan(DAY_MS + 60_000)
  }
})

test('a clock goes back while the process runs', async () => {
  const [ahead] = await aheadMs({ CLOCK_SHIFT_MS: `-${DAY_MS}`, CLOCK_SHIFT_LATER: '1' }, true)
  expect(ahead).toBeGreaterThan(-DAY_MS - 60_000)
  expect(ahead).toBeLessThan(-DAY_MS + 60_000)
})
