import { useMutation, useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { Action } from '../api/types.ts'
import { actionQuery, hasEnded, postAction } from './api.ts'

interface Props {
  id: string
  /** The unit of the count: `events`. */
  what: string
  /** Shown once it is done. */
  children: (action: Action) => ReactNode
}

/** An action while it runs, with a button that stops it, and then what became of it. */
export function Progress({ id, what, children }: Props) {
  const { data, error } = useQuery(actionQuery(id))
  const stop = useMutation({ mutationFn: () => postAction({ kind: 'stop', filter: { id } }) })
  if (!data)
    return <p role="status">{error ? 'The board does not answer. The action goes on without it.' : 'Waiting …'}</p>
  if (data.state === 'done') return children(data)
  if (hasEnded(data))
    return (
      <p className="error" role="alert">
        {data.state === 'stopped' ? `Stopped after ${data.done} ${what}.` : data.error}
      </p>
    )
  const { state, done, total } = data
  return (
    <div className="progress">
      <p role="status">
        {state === 'queued' ? 'Waiting for a worker …' : `${done}${total === null ? '' : ` of ${total}`} ${what}`}
      </p>
      <progress aria-label="Progress" {...(total ? { value: done, max: total } : {})} />
      <button type="button" disabled={stop.isPending || stop.isSuccess} onClick={() => stop.mutate()}>
        {stop.isSuccess ? 'Stopping …' : 'Stop'}
      </button>
    </div>
  )
}
