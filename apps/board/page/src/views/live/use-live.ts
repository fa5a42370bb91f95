import { useEffect, useReducer, useState } from 'react'
import { fetchJson, withQuery } from '../../api/fetch.ts'
import type { Filter } from '../../api/filter.ts'
import type { EventItem, EventPage, StreamMore } from '../../api/types.ts'
import { addressOf } from '../../base.ts'
import { changed, EMPTY, type LiveChange } from './rows.ts'

export type Connection = 'connecting' | 'open' | 'broken'

/**
 * Events as they arrive and as they end. A hidden tab closes its stream, as a browser has few; when it is shown again,
 * the newest rows are read from the list.
 */
export function useLive(filter: Filter) {
  const [rows, change] = useReducer(changed, EMPTY)
  const [connection, setConnection] = useState<Connection>('connecting')
  const key = JSON.stringify(filter)
  useEffect(() => {
    change({ kind: 'clear' })
    return whileVisible(() => watch(JSON.parse(key), change, setConnection))
  }, [key])
  return { rows, connection, change }
}

/** @returns what ends it */
function watch(
  filter: Filter,
  change: (change: LiveChange) => void,
  tell: (connection: Connection) => void,
): () => void {
  const abort = new AbortController()
  const stream = new EventSource(withQuery(addressOf('/api/stream'), filter))
  const list = () =>
    fetchJson<EventPage>('/events', { ...filter, limit: 50 }, abort.signal).then(
      ({ items }) => change({ kind: 'listed', events: items }),
      () => {}, // the state of the stream tells that the board is away
    )
  const on = <Data>(name: string, use: (data: Data) => void) =>
    stream.addEventListener(name, ({ data }: MessageEvent<string>) => use(JSON.parse(data)))
  on<EventItem>('arrived', (event) => change({ kind: 'arrived', event }))
  on<EventItem>('ended', (event) => change({ kind: 'ended', event }))
  on<StreamMore>('more', ({ count }) => change({ kind: 'more', count }))
  on('reload', () => void list())
  stream.onopen = () => {
    tell('open')
    void list()
  }
  stream.onerror = () => tell(stream.readyState === EventSource.CLOSED ? 'broken' : 'connecting')
  return () => {
    abort.abort()
    stream.close()
  }
}

/** Runs something while the tab can be seen. @returns what ends it */
function whileVisible(begin: () => () => void): () => void {
  let end: (() => void) | undefined
  const update = () => {
    const isVisible = document.visibilityState === 'visible'
    if (isVisible) end ??= begin()
    else {
      end?.()
      end = undefined
    }
  }
  update()
  document.addEventListener('visibilitychange', update)
  return () => {
    document.removeEventListener('visibilitychange', update)
    end?.()
  }
}
