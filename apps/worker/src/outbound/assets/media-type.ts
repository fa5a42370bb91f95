import { Readable } from 'node:stream'
import { fileTypeFromBuffer } from 'file-type'
import mime from 'mime'

/** As many bytes as `file-type` needs to recognize a file. */
const HEAD_BYTES = 4_100

/** Types by which servers say that they do not know the type. */
const UNKNOWN = new Set(['application/octet-stream', 'binary/octet-stream', 'application/binary'])

export interface TypedBody {
  /** All bytes of the file, the first ones included. */
  body: Readable
  contentType: string
  /** With its dot; empty if the type has none. */
  extension: string
}

/**
 * The type of a file, so that a browser shows it: the one that its server names, else that of its first bytes, else
 * that of the end of its URL.
 */
export async function withMediaType(body: Readable, contentType: string, url: string): Promise<TypedBody> {
  if (!UNKNOWN.has(contentType)) return typed(body, contentType, url)
  const chunks: AsyncIterator<Buffer> = body[Symbol.asyncIterator]()
  const head = await readHead(chunks).catch((error: unknown) => {
    body.destroy()
    throw error
  })
  const found = (await fileTypeFromBuffer(head))?.mime ?? mime.getType(pathOf(url)) ?? contentType
  return typed(Readable.from(rejoined(head, chunks, body), { objectMode: false }), found, url)
}

const typed = (body: Readable, contentType: string, url: string): TypedBody => {
  const extension = UNKNOWN.has(contentType) ? extensionOf(url) : mime.getExtension(contentType)
  return { body, contentType, extension: extension ? `.${extension}` : '' }
}

async function readHead(chunks: AsyncIterator<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = []
  for (let bytes = 0; bytes < HEAD_BYTES; ) {
    const next = await chunks.next()
    if (next.done) break
    parts.push(next.value)
    bytes += next.value.length
  }
  return Buffer.concat(parts)
}

async function* rejoined(head: Buffer, chunks: AsyncIterator<Buffer>, body: Readable): AsyncGenerator<Buffer> {
  try {
    yield head
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value
  } finally {
    body.destroy()
  }
}

const extensionOf = (url: string): string | undefined => /\.([a-z0-9]{1,12})$/i.exec(pathOf(url))?.[1]?.toLowerCase()

const pathOf = (url: string): string => (URL.canParse(url) && !/^data:/i.test(url) ? new URL(url).pathname : '')
