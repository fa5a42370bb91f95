import { createHash, randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Bucket, StoredObject } from './bucket.ts'

/** One request of the protocol: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html */
export async function answer(bucket: Bucket, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://s3')
  const name = decodeURIComponent(pathname.split('/').slice(2).join('/'))
  bucket.requests.push(`${request.method} ${name}`)
  const { failure } = bucket
  if (failure === 'hangs up half-way') return void request.once('data', () => request.socket.destroy())
  const body = await read(request)
  if (failure === 'never answers' || body === null) return
  if (failure) return sendError(response, failure.status, 'InternalError')

  const upload = searchParams.get('uploadId')
  const isTaken = request.headers['if-none-match'] === '*' && bucket.objects.has(name)
  const contentType = request.headers['content-type'] ?? ''
  const contentDisposition = request.headers['content-disposition']
  switch (request.method) {
    case 'PUT': {
      const part = searchParams.get('partNumber')
      if (upload !== null && part !== null) {
        bucket.uploads.get(upload)?.parts.set(Number(part), body)
        return void response.setHeader('etag', etagOf(body)).end()
      }
      if (isTaken) return sendError(response, 412, 'PreconditionFailed')
      bucket.objects.set(name, { body, contentType, contentDisposition })
      return void response.setHeader('etag', etagOf(body)).end()
    }
    case 'POST': {
      if (upload === null) return begin(bucket, response, { contentType, contentDisposition })
      if (isTaken) return sendError(response, 412, 'PreconditionFailed')
      return complete(bucket, response, upload, name)
    }
    case 'DELETE':
      if (upload !== null) bucket.uploads.delete(upload)
      else bucket.objects.delete(name)
      return void response.writeHead(204).end()
    default: {
      const object = bucket.objects.get(name)
      if (!object) return sendError(response, 404, 'NoSuchKey')
      return sendObject(response, object, request)
    }
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#API_GetObject_RequestSyntax */
function sendObject(
  response: ServerResponse,
  { body, contentType }: StoredObject,
  { method, headers }: IncomingMessage,
) {
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? []
  if (first !== undefined && Number(first) >= body.length) return sendError(response, 416, 'InvalidRange')
  const part = first === undefined ? body : body.subarray(Number(first), Number(last) + 1)
  if (first !== undefined) {
    const end = Number(first) + part.length - 1
    response.statusCode = 206
    response.setHeader('content-range', `bytes ${first}-${end}/${body.length}`)
  }
  response.setHeader('content-type', contentType).setHeader('content-length', part.length)
  response.end(method === 'HEAD' ? undefined : part)
}

function begin(bucket: Bucket, response: ServerResponse, type: Omit<StoredObject, 'body'>): void {
  const id = randomUUID()
  bucket.uploads.set(id, { ...type, parts: new Map() })
  response.end(`<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`)
}

function complete(bucket: Bucket, response: ServerResponse, id: string, name: string): void {
  const upload = bucket.uploads.get(id)
  if (!upload) {
    sendError(response, 404, 'NoSuchUpload')
    return
  }
  const parts = [...upload.parts].sort(([one], [other]) => one - other).map(([, part]) => part)
  const body = Buffer.concat(parts)
  bucket.uploads.delete(id)
  bucket.objects.set(name, { body, contentType: upload.contentType, contentDisposition: upload.contentDisposition })
  response.end(`<CompleteMultipartUploadResult><ETag>${etagOf(body)}</ETag></CompleteMultipartUploadResult>`)
}

function sendError(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' })
  response.end(`<Error><Code>${code}</Code><Message>${code}</Message></Error>`)
}

/** Null when the sender hung up before the end. */
async function read(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer)
    return Buffer.concat(chunks)
  } catch {
    return null
  }
}

const etagOf = (body: Buffer): string => `"${createHash('md5').update(body).digest('hex')}"`
