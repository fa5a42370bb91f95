import type { Generation } from '../../api/types.ts'
import { Time } from '../../parts/time.tsx'

/** How long the provider keeps what is not copied yet. Says nothing if all is copied. */
export function Deletion({ files }: { files: Generation['files'] }) {
  const [first] = files.flatMap(({ deletedAt }) => deletedAt ?? []).sort()
  if (first === undefined) return null
  const isOver = Date.parse(first) < Date.now()
  return (
    <p className={isOver ? 'below error' : 'below'}>
      {files.filter(({ deletedAt }) => deletedAt !== null).length} not copied:{' '}
      {isOver ? 'the provider deleted it ' : 'the provider deletes it '}
      <Time at={first} />
    </p>
  )
}
