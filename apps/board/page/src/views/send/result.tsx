import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { counted } from '../../actions/words.ts'
import type { SendResult } from '../../api/types.ts'
import { Cause } from '../../parts/cause.tsx'
import { CopyButton } from '../../parts/command.tsx'
import { State } from '../../parts/state.tsx'
import { fateQuery } from './api.ts'

/** The answers of ingest, and what became of the events. */
export function Result({
  result: { sent, count, recorded, duplicates, refused, curl, command },
}: {
  result: SendResult
}) {
  const few = sent.length <= 2
  return (
    <section className="stack" aria-label="What became of it">
      <p role="status">
        {counted(count, 'request')}: {recorded} recorded, {duplicates} repeated, {refused} refused.
      </p>
      <ul className="plain">
        {few &&
          sent.map(({ provider, id, status, outcome }, index) => (
            <li key={`${id} ${index === 0 ? 'first' : 'second'}`}>
              {status !== 200 && <State of="refused" />} {status} {outcome.replaceAll('_', ' ')}{' '}
              {status === 200 && index === 0 && <Fate provider={provider} id={id} />}
            </li>
          ))}
      </ul>
      {!few && (
        <p>
          <Link to="/events" search={{ since: '10m' }}>
            See them among events
          </Link>
        </p>
      )}
      {command !== null && <Line what="command line" text={command} />}
      {curl !== null && <Line what="curl" text={curl} />}
      {curl !== null && <p className="soft">The signature of curl is taken for five minutes.</p>}
    </section>
  )
}

/** Bodies are long, and copied whole. */
const SHOWN_MAX = 160

const Line = ({ what, text }: { what: string; text: string }) => (
  <p className="links">
    <CopyButton text={text} what={what} />{' '}
    <code>{text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)} …` : text}</code>
  </p>
)

function Fate({ provider, id }: { provider: string; id: string }) {
  const { data } = useQuery(fateQuery(provider, id))
  return (
    <>
      <Link to="/e/$provider/$id" params={{ provider, id }} className="id">
        {id}
      </Link>{' '}
      {data && <State of={data.event.status} />}
      {data?.event.error && <Cause text={data.event.error} />}
      {data?.event.status === 'received' && (
        <span className="below">It waits for a worker: Health shows whether one runs.</span>
      )}
    </>
  )
}
