import type { Health } from '../../api/types.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { State } from '../../parts/state.tsx'
import { Time } from '../../parts/time.tsx'

/** Whether ingest has secrets and whether they fit. Nothing of a secret itself is anywhere but in ingest. */
export function Secrets({ secrets }: { secrets: Health['secrets'] }) {
  if (secrets === null) return <p>Ingest reports to the database, which does not answer.</p>
  if (secrets.length === 0)
    return (
      <section className="empty">
        <h2>No ingest has reported in the last hour</h2>
        <p>It reports each 30 seconds while it runs and reaches Postgres:</p>
        <pre>node apps/ingest/dist/main.js</pre>
      </section>
    )
  return (
    <DataTable caption="Signing secrets that ingest holds" heads={['Secret', 'State', 'Length', 'Matched']}>
      <tbody>
        {secrets.map(({ provider, variable, characters, matchedAt }) => (
          <tr key={provider}>
            <th scope="row">
              {provider} <span className="below id">{variable}</span>
            </th>
            <td>
              <State of={characters.length === 0 ? 'not set' : 'set'} />
            </td>
            <td data-label="length">{lengthsOf(characters)}</td>
            <td className="when" data-label="matched">
              {matchedAt === null ? 'not since ingest was started' : <Time at={matchedAt} />}
            </td>
          </tr>
        ))}
      </tbody>
    </DataTable>
  )
}

function lengthsOf(characters: number[]): string {
  if (characters.length === 0) return ''
  const lengths = `${characters.join(' and ')} characters`
  return characters.length === 1 ? lengths : `${characters.length} secrets of ${lengths}`
}
