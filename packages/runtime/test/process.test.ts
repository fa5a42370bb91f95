import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { eventually, startProcess, withFolder } from '@sluice/testing'

/** A door of the built package. */
const built = (door: string): string => new URL(`../dist/${door}.js`, import.meta.url).href

/** Runs a program that uses the built package, sends it the signals once it says `up`, and tells how it ended. */
const ending = (program: string, ...signals: NodeJS.Signals[]) =>
  withFolder(async (folder) => {
    const script = join(folder, 'program.mjs')
    writeFileSync(script, program)
    const child = startProcess(script, [], { env: {} })
    try {
      if (signals.length > 0) await eventually(() => expect(child.output()).toContain('up\n'))
      for (const signal of signals) void child.kill(signal)
      return { code: await child.exited, output: child.output() }
    } finally {
      await child.kill()
    }
  })

const program = (steps: string, deadlineMs = 5000) => `
  import { createLogger } from '${built('logger')}'
  import { onShutdown } from '${built('shutdown')}'
  onShutdown(createLogger('test'), ${deadlineMs}, { ${steps} })
  setInterval(() => {}, 1000)
  console.log('up')`

describe('stopping', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('%s runs the steps in order and exits with 0', async (signal) => {
    const { code, output } = await ending(
      program(`first: async () => console.log('first'), second: () => console.log('second')`),
      signal,
    )
    expect(code).toBe(0)
    expect(output).toMatch(/first\nsecond\n/)
  })

  test('a failing step does not keep the next from running, and the exit code tells', async () => {
    const { code, output } = await ending(
      program(`first: () => Promise.reject(new Error('x')), second: () => console.log('second')`),
      'SIGTERM',
    )
    expect(code).toBe(1)
    expect(output).toContain('second')
  })

  test('a step that never ends is left at the deadline', async () => {
    const stuck = program('first: () => new Promise(() => {})', 200)
    expect(await ending(stuck, 'SIGTERM')).toMatchObject({
      code: 1,
      output: expect.stringContaining('Stopped after the time limit'),
    })
  })

  test('a second signal ends it at once', async () => {
    const { code, output } = await ending(program('first: () => new Promise(() => {})', 60_000), 'SIGTERM', 'SIGINT')
    expect(code).toBe(1)
    expect(output).not.toContain('Stopped')
  })
})

test('a wrong environment ends the process with its lines and nothing else', async () => {
  const { code, output } = await ending(`
    import { readEnv } from '${built('environment')}'
    import { port } from '${built('settings')}'
    import { run } from '${built('run')}'
    run(() => { readEnv({ INGEST_PORT: port(1) }, { INGEST_PORT: 'x' }) })`)
  expect(code).toBe(1)
  expect(output).toBe('INGEST_PORT must be a whole number from 0 to 65535\n')
})

test('an error ends the process with its stack', async () => {
  const { code, output } = await ending(`
    import { run } from '${built('run')}'
    run(async () => { throw new TypeError('no such port') })`)
  expect(code).toBe(1)
  expect(output).toMatch(/^TypeError: no such port\n {4}at /)
})
