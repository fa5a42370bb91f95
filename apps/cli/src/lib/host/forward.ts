import type { IncomingHttpHeaders } from 'node:http'

const TIMEOUT_MS = 14_000 // less than the worker waits

/** A message that was passed on, and its answer. */
export interface Forwarded {
  id: string
  type: string
  /** Null if there was no answer. */
  status: number | null
  /** Why there was none. */
  code: string | null
  ms: number
  message: unknown
}

/** Passes a message on with its exact body and the headers that its signature needs. Never rejects. */
export async function forward(to: URL, headers: IncomingHttpHeaders, body: string): Promise<Forwarded> {
  const startedAt = performance.now()
  const message = JSON.parse(body) as { type: string }
  const about = { id: String(headers['webhook-id']), type: message.type, message }
  const passed = Object.entries(headers).filter(([name]) => name.startsWith('webhook-') || name === 'content-type')
  try {
    const response = await fetch(to, {
      method: 'POST',
      body,
      headers: Object.fromEntries(passed.map(([name, value]) => [name, String(value)])),
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    await response.body?.cancel()
    return { ...about, status: response.status, code: null, ms: performance.now() - startedAt }
  } catch (error) {
    const { name, cause } = error as { name?: string; cause?: { code?: string } }
    const code = name === 'TimeoutError' ? 'timeout' : (cause?.code ?? 'no answer')
    return { ...about, status: null, code, ms: performance.now() - startedAt }
  }
}
