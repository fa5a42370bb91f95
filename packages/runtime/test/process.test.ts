import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, test } from '@jest/globals'

const entry = new URL('../dist/index.js', import.meta.url).href

/** Runs a program that uses the built package, signals it once it says `up`, and tells how it ended. */
async function ending(program: string, signal: NodeJS.Signals = 'SIGTERM') {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program])
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk
      if (String(chunk).includes('up\n')) child.kill(signal)
    })
  }
  const [code] = await once(child, 'close')
  return { code, output }
}

const program = (steps: string, deadlineMs = 5000) => `
  import { createLogger, onShutdown } from '${entry}'
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
    )
    expect(code).toBe(1)
    expect(output).toContain('second')
  })

  test('a step that never ends is left at the deadline', async () => {
    expect(await ending(program('first: () => new Promise(() => {})', 200))).toMatchObject({ code: 1 })
  })
})

test('a wrong environment ends the process with its lines and nothing else', async () => {
  const { code, output } = await ending(`
    import { readEnv, port, run } from '${entry}'
    run(() => { readEnv({ INGEST_PORT: port(1) }, { INGEST_PORT: 'x' }) })`)
  expect(code).toBe(1)
  expect(output).toBe('INGEST_PORT must be a whole number from 0 to 65535\n')
})
