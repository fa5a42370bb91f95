import type { IncomingMessage, ServerResponse } from 'node:http'
import type { PredictionBody } from '@sluice/simulator'

export interface ApiRequest {
  method: string
  path: string
  status: number
}

export interface ApiStore {
  /** As it is now; undefined when there is none of this id. */
  find(id: string): PredictionBody | undefined
  list(): PredictionBody[]
  cancel(id: string): void
}

const OBJECT = /^\/v1\/(?:predictions|trainings)\/([a-z0-9]+)(\/cancel)?$/
const LIST = /^\/v1\/(?:predictions|trainings)$/
const PAGE = 100

/** Answers as `api.replicate.com` does: https://replicate.com/docs/reference/http */
export function createApi(store: ApiStore, token: string) {
  const requests: ApiRequest[] = []
  let failures = { status: 0, times: 0 }

  function serve({ method = 'GET', url = '/', headers }: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(url, 'http://api')
    const { status, body } =
      failures.times > 0 ? failed() : answer(method, pathname, searchParams, headers.authorization)
    requests.push({ method, path: pathname, status })
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }

  function failed() {
    failures = { ...failures, times: failures.times - 1 }
    return problem(failures.status, 'Try again')
  }

  function answer(method: string, path: string, query: URLSearchParams, authorization: string | undefined) {
    if (authorization !== `Bearer ${token}`) return problem(401, 'Unauthenticated')
    if (method === 'GET' && LIST.test(path)) return page(Number(query.get('cursor') ?? 0))
    const [, id = '', cancel] = OBJECT.exec(path) ?? []
    if (method === 'POST' && cancel) store.cancel(id)
    const body = store.find(id)
    return body ? { status: 200, body } : problem(404, 'The requested resource could not be found.')
  }

  /** Newest first; the list shows neither input nor output. */
  function page(from: number) {
    const all = store.list().reverse()
    const results = all.slice(from, from + PAGE).map(({ input: _input, output: _output, logs: _logs, ...rest }) => rest)
    const next = from + PAGE < all.length ? `https://api.replicate.com/v1/predictions?cursor=${from + PAGE}` : null
    return { status: 200, body: { previous: null, next, results } }
  }

  return {
    serve,
    requests,
    /** The next `times` requests are answered with `status`. */
    fail: (status: number, times: number): void => {
      failures = { status, times }
    },
  }
}

const problem = (status: number, detail: string) => ({ status, body: { title: String(status), detail, status } })
