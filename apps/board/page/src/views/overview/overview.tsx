import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { overviewQuery, RANGES, type Range } from '../../api/queries.ts'
import type { Overview as Data } from '../../api/types.ts'
import { addressOf } from '../../base.ts'
import { Answer } from '../../parts/answer.tsx'
import { Command } from '../../parts/command.tsx'
import { Page } from '../../parts/page.tsx'
import { Time } from '../../parts/time.tsx'
import { duration } from '../../parts/when.ts'
import { Charts } from './charts.tsx'
import { Counts } from './counts.tsx'

/** The matters that need attention, then the series. */
export function Overview({ range }: { range: Range }) {
  return (
    <Page title="Overview">
      <nav className="ranges" aria-label="Range">
        {RANGES.map((one) => (
          <Link key={one} to="/overview" search={{ range: one }} aria-current={one === range ? 'page' : undefined}>
            {NAMES[one]}
          </Link>
        ))}
      </nav>
      <Answer query={useQuery(overviewQuery(range))}>
        {(data) => (
          <>
            <Attention items={data.attention} />
            <Figures data={data} />
            <Charts data={data} />
            <Counts data={data} />
          </>
        )}
      </Answer>
      <Command line="sluice doctor" />
    </Page>
  )
}

const NAMES: Record<Range, string> = { '1h': 'Last hour', '24h': 'Last 24 hours', '7d': 'Last 7 days' }

function Attention({ items }: { items: Data['attention'] }) {
  if (items.length === 0) return null
  return (
    <section className="attention">
      <h2>Needs attention</h2>
      <ul className="plain">
        {items.map(({ kind, text, since, link }) => (
          <li key={`${kind} ${text}`}>
            <a href={addressOf(link)}>{text}</a> {since && <Time at={since} />}
          </li>
        ))}
      </ul>
    </section>
  )
}

function Figures({ data: { latency, oldestWaitingSeconds, events } }: { data: Data }) {
  const ended = events.reduce((sum, { processed, ignored, failed }) => sum + processed + ignored + failed, 0)
  return (
    <dl className="figures">
      <Figure name="Events that ended">{ended.toLocaleString()}</Figure>
      {latency && (
        <Figure name="From receipt to commit">
          {duration(latency.p50 * 1000)}
          <span className="below">
            95 % within {duration(latency.p95 * 1000)}, 99 % within {duration(latency.p99 * 1000)}
          </span>
        </Figure>
      )}
      <Figure name="Oldest that waits">
        {oldestWaitingSeconds === null ? (
          'none'
        ) : (
          <Link to="/events" search={{ status: 'received' }}>
            {duration(oldestWaitingSeconds * 1000)}
          </Link>
        )}
      </Figure>
    </dl>
  )
}

const Figure = ({ name, children }: { name: string; children: ReactNode }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
)
