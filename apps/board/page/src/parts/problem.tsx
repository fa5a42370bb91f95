import type { ReactNode } from 'react'
import { ApiError } from '../api/fetch.ts'
import { addressOf } from '../base.ts'

/** Why there is nothing to show, and what helps. */
export function Problem({ error, retry, missing }: { error: Error; retry: () => void; missing?: ReactNode }) {
  const status = error instanceof ApiError ? error.status : undefined
  if (status === 404 && missing) return missing
  if (status === 401)
    return (
      <section className="empty" role="alert">
        <h2>You are signed out</h2>
        <p>
          <a href={addressOf(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`)}>
            Sign in again
          </a>
          , and come back to this page.
        </p>
      </section>
    )
  return (
    <section className="empty" role="alert">
      <h2>{titleOf(error)}</h2>
      <p>{explanationOf(error)}</p>
      {isDatabaseOut(error) && <pre>npx sluice doctor</pre>}
      <button type="button" onClick={retry}>
        Try again
      </button>
    </section>
  )
}

const isDatabaseOut = (error: Error): boolean => error instanceof ApiError && error.code === 'unavailable'

function titleOf(error: Error): string {
  if (isDatabaseOut(error)) return 'The database does not answer'
  return error instanceof ApiError ? error.message : 'The board cannot be reached'
}

function explanationOf(error: Error): string {
  const { status, code } = error instanceof ApiError ? error : {}
  if (code === 'unavailable')
    return 'Nothing is lost: providers are answered, and events wait in Redis. See whether Postgres runs, whether its disk is full, and whether the board may log in; Health says which store is out, and this command what else:'
  if (code === 'too_slow')
    return 'The statement took too long and was ended. Narrow the filter, by a range of time first.'
  if (status === undefined) return 'It is down, or the network is. What is shown elsewhere on this page may be old.'
  if (status === 400) return 'It does not understand the filter. Change it in the form above.'
  if (status === 403) return 'Your role does not see this. Ask whoever runs this deployment for another one.'
  if (status === 404) return 'It has no such page.'
  if (status === 429) return 'Too many requests. Wait a minute.'
  if (status === 503 || status === 504) return 'It does not answer in time, or a proxy in front does not reach it.'
  return 'Its log tells more.'
}

export const Loading = () => (
  <p className="loading" role="status">
    Loading …
  </p>
)
