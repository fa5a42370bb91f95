import { Worker } from 'node:worker_threads'
import { SluiceError } from '@sluice/events'
import { Mutex } from 'async-mutex'
import type { Make, Makers } from './makers.ts'
import type { PaperDocument } from './paper-document.ts'

/** Far more than any document needs, fonts included. */
const MEMORY_MB = 384

/** Tests run the sources, which Node cannot load in a thread: they use the built file beside. */
const ENTRY = new URL(
  import.meta.url.endsWith('.ts') ? '../../../dist/outbound/pdf/thread.js' : './thread.js',
  import.meta.url,
)

/** A document was not made, because of itself: it uses an attempt. */
export class DocumentError extends SluiceError {
  override readonly name = 'DocumentError'
}

export interface Request {
  kind: keyof Makers
  parts: unknown[]
}

export type Answer = { document: PaperDocument } | { error: Error }

export interface DocumentThreadOptions {
  /** Time limit for one document, far more than any needs. */
  limitMs: number
  /** Module of the thread; default: `thread.ts`. */
  entry?: URL | undefined
}

export interface DocumentThread {
  /**
   * @throws {DocumentError} `document_too_slow`, `document_out_of_memory`, or `document_crashed` if the thread ended. The
   * next document gets a new thread.
   */
  make: Make
  close(): void
}

/**
 * Makes documents in a thread of their own, because setting text is work of the processor, and commits of events share
 * the event loop of this process. One document is made at a time, so a process uses one core beside that of its event
 * loop: one thread makes more documents than an event loop can send.
 */
export function openDocumentThread({ limitMs, entry = ENTRY }: DocumentThreadOptions): DocumentThread {
  const turn = new Mutex()
  let thread: Worker | undefined

  function started(): Worker {
    if (thread) return thread
    const one = new Worker(entry, { execArgv: [], resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB } })
    one.unref()
    one.on('error', () => {}) // the request in flight reports it
    one.once('exit', () => {
      if (thread === one) thread = undefined
    })
    thread = one
    return one
  }

  function end(): void {
    void thread?.terminate()
    thread = undefined
  }

  return {
    make: (kind, ...parts) =>
      turn.runExclusive(async () => {
        const answer = await ask(started(), { kind, parts }, limitMs).catch((error: unknown) => {
          end()
          throw error
        })
        if ('error' in answer) throw answer.error
        const { pdf, ...document } = answer.document
        return { ...document, pdf: Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength) }
      }),
    close: end,
  }
}

function ask(thread: Worker, request: Request, limitMs: number): Promise<Answer> {
  return new Promise<Answer>((resolve, reject) => {
    const crashed = (error: unknown) => done(() => reject(new DocumentError(codeOf(error))))
    const answered = (answer: Answer) => done(() => resolve(answer))
    const timer = setTimeout(() => done(() => reject(new DocumentError('document_too_slow'))), limitMs)
    const done = (settle: () => void) => {
      clearTimeout(timer)
      thread.off('message', answered).off('error', crashed).off('exit', crashed).unref()
      settle()
    }
    thread.on('message', answered).on('error', crashed).on('exit', crashed).ref()
    thread.postMessage(request)
  })
}

/** @param error that of the thread; its exit code if there is none */
const codeOf = (error: unknown): string =>
  (error as { code?: unknown }).code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'document_out_of_memory' : 'document_crashed'
