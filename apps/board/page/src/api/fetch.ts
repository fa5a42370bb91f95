import { addressOf } from '../base.ts'

/** An answer of the board that is not the data asked for. */
export class ApiError extends Error {
  readonly status: number
  constructor(status: number) {
    super(`The board answered ${status}`)
    this.status = status
  }
}

/** Answer of `GET /api/…`. @throws ApiError unless the board answers 2xx, TypeError if it cannot be reached. */
export async function fetchJson<T>(path: string, query: object = {}, signal?: AbortSignal): Promise<T> {
  const response = await fetch(withQuery(addressOf(`/api${path}`), query), {
    signal,
    headers: { Accept: 'application/json' },
  })
  if (!response.ok) throw new ApiError(response.status)
  return (await response.json()) as T
}

/** `path` with those properties of `query` that have a value. */
export function withQuery(path: string, query: object): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
  return text === '' ? path : `${path}?${text}`
}
