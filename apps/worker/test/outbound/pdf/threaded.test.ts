import { readdirSync, readFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { describe, expect, test } from '@jest/globals'
import { eventually } from '@sluice/testing'
import { type Harm, harmfulAddress } from '@sluice/testing/harm-thread'
import { makeHere, type PartsOf } from '../../../src/outbound/pdf/makers.ts'
import { openDocumentThread } from '../../../src/outbound/pdf/threaded.ts'
import { BRAND, invoice, line, payment } from './samples.ts'

type Thread = ReturnType<typeof openDocumentThread>

const withThread = async (use: (thread: Thread) => Promise<void>, limitMs = 60_000, entry?: URL) => {
  const thread = openDocumentThread({ limitMs, entry })
  await use(thread).finally(() => thread.close())
}

const partsOf = (description: string, lines = 1): PartsOf<'invoice'> => {
  const one = invoice({ lines: Array.from({ length: lines }, () => line(description)) })
  return [payment({ invoice: one }), one, BRAND]
}

/** The longest time that the event loop of this thread was held, in milliseconds. */
async function longestDelay(work: () => Promise<unknown>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  await work()
  await new Promise((resolve) => setTimeout(resolve, 20)) // the delay is seen by the next timer
  delay.disable()
  return delay.max / 1e6
}

test('a document of the thread is the one that would be made here', () =>
  withThread(async ({ make }) => {
    const made = await make('invoice', ...partsOf('Про план'))
    const here = await makeHere('invoice', ...partsOf('Про план'))
    expect(made.pdf.equals(here.pdf)).toBe(true)
    expect(made.number).toBe(here.number)
  }))

describe('the event loop', () => {
  test('is held no longer by a document of any size and script than by a small one', () =>
    withThread(async ({ make }) => {
      await make('invoice', ...partsOf('warm'))
      const small = await longestDelay(() => make('invoice', ...partsOf('Pro')))
      const huge = async () => {
        await make('invoice', ...partsOf('ж'.repeat(200_000)))
        await make('invoice', ...partsOf('漢字'.repeat(1_000), 40))
      }
      const here = await longestDelay(() => makeHere('invoice', ...partsOf('漢字'.repeat(1_000), 40)))
      const delay = await longestDelay(huge)
      expect(delay).toBeLessThan(Math.max(small * 10, here / 2))
    }))
})

test('a document that takes too long is given up, and the next one is made', () =>
  withThread(async (thread) => {
    const slow = thread.make('invoice', ...partsOf('漢'.repeat(1_000), 1_000))
    const next = thread.make('invoice', ...partsOf('Pro')).catch((error: Error) => error)
    await expect(slow).rejects.toMatchObject({ name: 'DocumentError', code: 'document_too_slow' })
    thread.close()
    expect(await next).toBeDefined()
  }, 1))

test('an error in the thread is that of the document, and the thread goes on', () =>
  withThread(async ({ make }) => {
    const [, one, brand] = partsOf('Pro')
    const broken = make('invoice', {} as PartsOf<'invoice'>[0], one, brand)
    await expect(broken).rejects.toMatchObject({ name: 'TypeError' })
    expect((await make('invoice', ...partsOf('Pro'))).pdf.subarray(0, 5).toString()).toBe('%PDF-')
  }))

const HARMED = new URL('harmed-thread.mjs', import.meta.url)

test.each<[Harm, string]>([
  ['kills', 'document_crashed'],
  ['fills', 'document_out_of_memory'],
  ['blocks', 'document_too_slow'],
])(
  'a document that %s its thread is refused with its cause, and the next one gets another thread',
  async (harm, code) => {
    const began = performance.now()
    await withThread(async ({ make }) => void (await make('invoice', ...partsOf('Pro'))))
    const limitMs = 2 * (performance.now() - began)
    await withThread(
      async ({ make }) => {
        const [one, ...rest] = partsOf('Pro')
        const harmful = make('invoice', { ...one, email: harmfulAddress(harm) }, ...rest)
        await expect(harmful).rejects.toMatchObject({ name: 'DocumentError', code })
        await eventually(async () => expect((await make('invoice', ...partsOf('Pro'))).number).toBe('ACME-0001'))
      },
      harm === 'blocks' ? limitMs : undefined,
      HARMED,
    )
  },
)

test('the thread has a lower priority than the event loop, on Linux', () =>
  withThread(async ({ make }) => {
    await eventually(() => expect(niceThreads()).toBe(0)) // those of other tests have ended
    await make('invoice', ...partsOf('Pro'))
    expect(niceThreads()).toBe(process.platform === 'linux' ? 1 : 0)
  }))

/** Threads of this process with the priority of documents: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function niceThreads(): number {
  if (process.platform !== 'linux') return 0
  const stats = readdirSync('/proc/self/task').map((id) => readFileSync(`/proc/self/task/${id}/stat`, 'utf8'))
  return stats.filter((stat) => stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16] === `${getPriority() + 5}`).length
}
