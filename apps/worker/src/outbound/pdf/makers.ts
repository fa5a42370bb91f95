import type { PaperDocument } from './paper-document.ts'

/** The functions that make documents, loaded on first use. */
export const MAKERS = {
  receipt: async () => (await import('./receipt.ts')).receiptPdf,
  invoice: async () => (await import('./invoice.ts')).invoicePdf,
  creditNote: async () => (await import('./credit-note.ts')).creditNotePdf,
}

export type Makers = typeof MAKERS

/** The input of a kind of document: plain data, which can be sent to a thread. */
export type PartsOf<Kind extends keyof Makers> = Parameters<Awaited<ReturnType<Makers[Kind]>>>

export type Make = <Kind extends keyof Makers>(kind: Kind, ...parts: PartsOf<Kind>) => Promise<PaperDocument>

/** Makes a document in this thread, whose event loop it blocks meanwhile. */
export const makeHere: Make = async (kind, ...parts) => {
  const make = (await MAKERS[kind]()) as (...parts: PartsOf<typeof kind>) => Promise<PaperDocument>
  return make(...parts)
}
