import { monitorEventLoopDelay } from 'node:perf_hooks'
import { describe, expect, test } from '@jest/globals'
import { makeHere, type PartsOf } from '../../../src/outbound/pdf/makers.ts'
import { openDocumentThread } from '../../../src/outbound/pdf/threaded.ts'
import { BRAND, invoice, line, payment } from './samples.ts'

type Thread = ReturnType<typeof openDocumentThread>

const withThread = async (use: (thread: Thread) => Promise<void>, limitMs?: number) => {
  const thread = openDocumentThread(limitMs)
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
