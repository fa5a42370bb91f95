import type { Filter } from '../../api/filter.ts'

interface Props {
  filter: Filter
  isOlder: boolean
  apply: (filter: Filter) => void
}

/** Why the list is empty, and the next step. */
export function NoEvents({ filter, isOlder, apply }: Props) {
  const names = Object.keys(filter) as (keyof Filter)[]
  if (isOlder)
    return (
      <section className="empty">
        <h2>There are no older events</h2>
        <p>This is the end of the list.</p>
      </section>
    )
  if (names.length === 0)
    return (
      <section className="empty">
        <h2>No event has arrived yet</h2>
        <p>Let a provider send to the ingest, or send a signed sample yourself:</p>
        <pre>npx sluice send stripe invoice.payment_succeeded{'\n'}npx sluice doctor</pre>
        <p>The second line tells what keeps events away: secrets, endpoints, stores and workers.</p>
      </section>
    )
  return (
    <section className="empty">
      <h2>No event matches</h2>
      <p>Drop one of the filters:</p>
      <ul className="drops">
        {names.map((name) => (
          <li key={name}>
            <button type="button" onClick={() => apply({ ...filter, [name]: undefined })}>
              {name} <b>{filter[name]}</b>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
