import { addressOf } from '../base.ts'

/** An answer of the board that is not the data asked for. */
export class ApiError extends Error {
  readonly status: number
  /** The code of the answer: `unavailable`. */
  readonly code: string | undefined
  constructor(status: number, code?: string) {
    super(`The board answered ${status}`)
    this.status = status
    this.code = code
  }
}

/** Answer of `GET /api/…`. @throws ApiError unless the board answers 2xx, TypeError if it cannot be reached. */
export async function fetchJson<T>(path: string, query: object = {}, signal?: AbortSignal): Promise<T> {
  const response = await fetch(withQuery(addressOf(`/api${path}`), query), {
    signal,
    headers: { Accept: 'application/json' },
  })
  if (!response.ok) throw new ApiError(response.status, await codeOf(response))
  return (await response.json()) as T
}

/** A proxy in front answers no JSON. */
async function codeOf(response: Response): Promise<string | undefined> {
  const { error } = (await response.json().catch(() => ({}))) as { error?: string }
  return error
}

/** Why the board does not give a file, or why the browser does not show it, in a sentence. */
export async function fileProblem(url: string, signal?: AbortSignal): Promise<string> {
  const response = await fetch(url, { signal, headers: { Range: 'bytes=0-0' } })
  if (response.status === 404) return 'The store does not have this file any more'
  if (response.status === 403) return 'Files are shown to operators'
  if (response.ok) return 'It is not what its type says: save it instead'
  const { message } = (await response.json().catch(() => ({}))) as { message?: string }
  return message ?? `The board answered ${response.status}`
}

/** `path` with those properties of `query` that have a value. */
export function withQuery(path: string, query: object): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
  return text === '' ? path : `${path}?${text}`
}
