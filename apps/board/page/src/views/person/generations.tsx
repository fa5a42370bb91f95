import { Link } from '@tanstack/react-router'
import type { Person } from '../../api/types.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { State } from '../../parts/state.tsx'
import { Time } from '../../parts/time.tsx'

/** Predictions of a person, and what became of their files. */
export const Generations = ({ generations }: { generations: Person['generations'] }) => (
  <DataTable caption="Generations, the newest first" heads={['Generation', 'Status', 'Files', 'Seen']}>
    <tbody>
      {generations.map(({ id, predictionId, status, files, filesRefused, seenAt }) => (
        <tr key={id}>
          <th scope="row">
            <span className="id">{id}</span>
            {predictionId && (
              <Link to="/p/$prediction" params={{ prediction: predictionId }} className="below id">
                {predictionId}
              </Link>
            )}
          </th>
          <td>
            <State of={status} />
          </td>
          <td>
            {files.map((file) => (
              <span key={file.pointer}>
                <State of={file.status} /> {file.contentType}{' '}
              </span>
            ))}
            {filesRefused > 0 && <span className="below">{filesRefused} were too many to copy</span>}
          </td>
          <td className="when">
            <Time at={seenAt} />
          </td>
        </tr>
      ))}
    </tbody>
  </DataTable>
)
