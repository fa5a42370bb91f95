import { useEffect, useMemo, useState } from 'react'
import type { Filter } from '../../api/filter.ts'
import { useKeys } from '../../keys/use-keys.ts'
import { Command } from '../../parts/command.tsx'
import { Page } from '../../parts/page.tsx'
import { returnFocus } from '../../parts/return.ts'
import { tailCommandOf } from '../events/command-of.ts'
import { EventTable } from '../events/event-table.tsx'
import { FilterForm } from '../events/filter-form.tsx'
import { type Connection, useLive } from './use-live.ts'

/** The filters that the stream takes. */
export const LIVE_FILTERS = ['provider', 'type', 'status', 'customer', 'user'] as const

/** Events as they arrive and as they end. */
export function Live({ filter, apply }: { filter: Filter; apply: (filter: Filter) => void }) {
  const { rows, connection, change } = useLive(filter)
  const { shown, held, left, paused } = rows
  const toggle = useMemo(
    () => [{ key: 'l', does: 'Pause and resume', run: () => change({ kind: paused ? 'resume' : 'pause' }) }],
    [paused, change],
  )
  useKeys(toggle)
  useEffect(() => {
    if (shown.length > 0) returnFocus(location.href)
  }, [shown.length])
  const waiting = held.length
  return (
    <Page title="Live">
      <FilterForm names={LIVE_FILTERS} filter={filter} apply={apply} />
      <div className="live">
        <button type="button" onClick={toggle[0]?.run} aria-keyshortcuts="l">
          {paused ? 'Resume' : 'Pause'} <kbd>l</kbd>
        </button>
        <span className={`signal ${paused ? 'paused' : connection}`}>{paused ? 'paused' : WORDS[connection]}</span>
        {waiting > 0 && (
          <button type="button" onClick={() => change({ kind: 'resume' })}>
            {waiting} new
          </button>
        )}
        {left > 0 && <span className="soft">{left} more arrived, too many to show</span>}
        <Announcement count={rows.arrived} />
      </div>
      {shown.length === 0 ? (
        <section className="empty">
          <h2>Nothing has arrived yet</h2>
          <p>Events appear here as they arrive. Send one yourself:</p>
          <pre>npx sluice send stripe invoice.payment_succeeded</pre>
        </section>
      ) : (
        <EventTable events={shown} caption="Events as they arrive, the newest first" />
      )}
      <Command line={tailCommandOf(filter)} />
    </Page>
  )
}

const WORDS: Record<Connection, string> = {
  connecting: 'connecting …',
  open: 'watching',
  broken: 'not connected: the board refuses; reload the page',
}

/** A screen reader is told at most this often. */
const TELL_MS = 5000

/** How many arrived, for those who hear the page. */
function Announcement({ count }: { count: number }) {
  const [told, setTold] = useState(0)
  useEffect(() => {
    if (count === told) return
    const timer = setTimeout(() => setTold(count), TELL_MS)
    return () => clearTimeout(timer)
  }, [count, told])
  return (
    <span className="unseen" aria-live="polite">
      {told > 0 && `${told} events arrived`}
    </span>
  )
}
