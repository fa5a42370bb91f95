import type { EventLife } from '../../api/types.ts'
import { EventTable } from '../events/event-table.tsx'

const TITLES: Record<EventLife['neighbours'][number]['relation'], string> = {
  customer: 'Other events of this customer',
  prediction: 'Other events of this prediction',
  time: 'Received just before or after',
}

export function Neighbours({ neighbours }: { neighbours: EventLife['neighbours'] }) {
  const relations = [...new Set(neighbours.map(({ relation }) => relation))]
  return relations.map((relation) => (
    <section key={relation}>
      <h2>{TITLES[relation]}</h2>
      <EventTable events={neighbours.filter((one) => one.relation === relation)} caption={TITLES[relation]} />
    </section>
  ))
}
