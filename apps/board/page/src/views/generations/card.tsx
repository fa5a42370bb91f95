import { Link } from '@tanstack/react-router'
import type { Generation } from '../../api/types.ts'
import { ROW_LINK } from '../../parts/return.ts'
import { State } from '../../parts/state.tsx'
import { StoredFile } from '../../parts/stored-file.tsx'
import { Time } from '../../parts/time.tsx'
import { Deletion } from './deletion.tsx'

/** One generation of the grid: its first stored file, how it ended, and what is not copied. */
export function Card({ generation }: { generation: Generation }) {
  const { id, predictionId, userId, status, error, seenAt, files, filesRefused } = generation
  const stored = files.filter((one) => one.status === 'stored')
  const [first] = stored
  const lost = files.filter((one) => one.status === 'failed' || one.status === 'refused')
  return (
    <li className="card">
      {first ? (
        <StoredFile file={first} name={`File ${first.index + 1} of ${predictionId ?? id}`} />
      ) : (
        <div className="media">{whyNone(generation)}</div>
      )}
      <p>
        <State of={status} />{' '}
        <span className="soft">
          <Time at={seenAt} />
        </span>
      </p>
      <p>
        {predictionId ? (
          <Link to="/p/$prediction" params={{ prediction: predictionId }} className="id" {...ROW_LINK}>
            {predictionId}
          </Link>
        ) : (
          <span className="soft">no prediction yet</span>
        )}
      </p>
      {userId && (
        <p>
          <Link to="/u/$id" params={{ id: userId }} className="id">
            {userId}
          </Link>
        </p>
      )}
      {error && <p className="below error">{error}</p>}
      {stored.length > 1 && <p className="soft">{stored.length} files</p>}
      {lost.map(({ pointer, status, error }) => (
        <p key={pointer}>
          <State of={status} /> <span className="soft">{error}</span>
        </p>
      ))}
      {filesRefused > 0 && <p className="soft">{filesRefused} files were too many to copy</p>}
      <Deletion files={files} />
    </li>
  )
}

/** Why there is no picture to show. */
function whyNone({ status, files, filesRefused, error }: Generation): string {
  if (files.some((file) => file.status === 'pending')) return 'Its files are being copied'
  if (files.length > 0) return 'No file is stored: each was refused, or its copy failed'
  if (filesRefused > 0) return 'No file: there were too many to copy'
  if (status === 'starting' || status === 'processing') return 'No file yet: it runs'
  if (status === 'canceled' || status === 'aborted') return 'No file: it was ended before it had one'
  if (status === 'failed') return error ? 'No file: it failed' : 'No file: it failed without a reason'
  return 'No file: its output has none, such as text'
}
