import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { eventually, withFolder } from '@sluice/testing'

const built = (door: string): string => new URL(`../dist/${door}.js`, import.meta.url).href

/** Logs a line every millisecond for ever, and reports on stderr what became of it. */
const CHATTER = `
  import { createLogger } from '${built('logger')}'
  import { metrics } from '${built('metrics')}'
  const logger = createLogger('test')
  let turns = 0
  setInterval(() => { turns += 1; for (let n = 0; n < 20; n += 1) logger.info('x'.repeat(1000), { turns }) }, 1)
  setInterval(async () => {
    const { values } = await metrics.logLinesDropped.get()
    process.stderr.write(JSON.stringify({ turns, dropped: values, heap: process.memoryUsage().heapUsed }) + '\\n')
  }, 50)
  process.on('SIGTERM', () => process.exit(0))`

interface Report {
  turns: number
  dropped: { labels: { reason: string }; value: number }[]
  heap: number
}

interface Running {
  child: ChildProcess
  latest(): Report | undefined
}

/** Runs a program whose stdout is as given, and kills it afterwards. */
const running = (program: string, stdout: 'pipe' | number, use: (running: Running) => Promise<void>) =>
  withFolder(async (folder) => {
    const script = join(folder, 'program.mjs')
    writeFileSync(script, program)
    const child = spawn(process.execPath, [script], { stdio: ['ignore', stdout, 'pipe'] })
    let printed = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      printed += text
    })
    const latest = () => {
      const line = printed.split('\n').at(-2)
      return line === undefined ? undefined : (JSON.parse(line) as Report)
    }
    const ended = once(child, 'exit')
    try {
      await use({ child, latest })
    } finally {
      child.kill('SIGKILL')
      await ended
    }
  })

const droppedFor = ({ latest }: Running, reason: string): number =>
  latest()?.dropped.find(({ labels }) => labels.reason === reason)?.value ?? 0

/** The process still takes turns, and ends as it is asked to. */
async function livesOn({ child, latest }: Running): Promise<void> {
  const before = latest()?.turns ?? 0
  await eventually(() => expect(latest()?.turns).toBeGreaterThan(before + 10))
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
}

describe('a process whose log cannot be written', () => {
  test('lives on when the reader of its stdout is gone', () =>
    running(CHATTER, 'pipe', async (process) => {
      await once(process.child.stdout as NodeJS.ReadableStream, 'data')
      process.child.stdout?.destroy()
      await eventually(() => expect(droppedFor(process, 'EPIPE')).toBeGreaterThan(100))
      await livesOn(process)
    }))

  test('lives on when the disk of its log is full', async () => {
    const full = openSync('/dev/full', 'w')
    try {
      await running(CHATTER, full, async (process) => {
        await eventually(() => expect(droppedFor(process, 'ENOSPC')).toBeGreaterThan(100))
        await livesOn(process)
      })
    } finally {
      closeSync(full)
    }
  })

  test('neither stops nor grows when nobody reads its stdout', () =>
    running(CHATTER, 'pipe', async (process) => {
      process.child.stdout?.pause()
      await eventually(() => expect(droppedFor(process, 'slow_reader')).toBeGreaterThan(20_000)) // over 20 MB
      expect(process.latest()?.heap).toBeLessThan(60 * 1024 * 1024)
      await livesOn(process)
    }))
})

describe('what libraries print', () => {
  test('is a JSON line, without a login or further values', () =>
    running(
      `
      import { createLogger } from '${built('logger')}'
      import { logLibraryOutput } from '${built('library-output')}'
      logLibraryOutput(createLogger('test'))
      process.emitWarning('sslmode of postgres://user:secret@db/app is deprecated', { code: 'DEP_SSL' })
      console.warn('[WARN] Redis server does not require a password', { password: 'secret' })
      console.error(new Error('secret'))
      setInterval(() => {}, 1000)`,
      'pipe',
      async ({ child, latest }) => {
        let printed = ''
        child.stdout?.setEncoding('utf8').on('data', (text: string) => {
          printed += text
        })
        await eventually(() => expect(printed.split('\n')).toHaveLength(4))
        const lines = printed.trimEnd().split('\n')
        expect(lines.map((line) => JSON.parse(line))).toEqual(
          expect.arrayContaining([
            expect.objectContaining({
              level: 'warn',
              message: 'Process warning',
              reason: 'DEP_SSL',
              text: 'sslmode of postgres://…@db/app is deprecated',
            }),
            expect.objectContaining({ level: 'warn', text: '[WARN] Redis server does not require a password' }),
            expect.objectContaining({ level: 'error', text: 'object' }),
          ]),
        )
        expect(printed).not.toContain('secret')
        expect(latest()).toBeUndefined() // nothing on stderr
      },
    ))
})
