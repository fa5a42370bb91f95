import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { fileProblemQuery, sessionQuery } from '../api/queries.ts'
import { addressOf } from '../base.ts'

interface File {
  storageKey: string | null
  contentType: string | null
}

/** Address of a stored file. */
export const fileUrl = (storageKey: string): string => addressOf(`/api/files/${encodeURIComponent(storageKey)}`)

const PICTURE = /^image\/(png|jpeg|webp|gif|avif)\b/
const FILM = /^video\/(mp4|webm)\b/

/**
 * A stored picture or film in a frame of fixed size, so that nothing moves when it arrives; of another type, the way to save
 * it. `name` says what it is, never what it shows: a prompt is nobody else's business.
 */
export function StoredFile({ file: { storageKey, contentType }, name }: { file: File; name: string }) {
  const { data: session } = useQuery(sessionQuery)
  const [failed, setFailed] = useState(false)
  if (storageKey === null || !session) return <div className="media" />
  if (session.role === 'viewer') return <div className="media">Files are shown to operators</div>
  const [url, type] = [fileUrl(storageKey), contentType ?? '']
  if (failed) return <FileProblem url={url} />
  const common = { src: url, width: 320, height: 320, onError: () => setFailed(true) }
  if (PICTURE.test(type)) return <img className="media" loading="lazy" decoding="async" alt={name} {...common} />
  if (FILM.test(type)) return <video className="media" controls preload="metadata" aria-label={name} {...common} />
  return (
    <div className="media">
      <a href={url} download>
        Save {name} <span className="below">{type || 'unknown type'}</span>
      </a>
    </div>
  )
}

/** A browser does not tell why a picture failed. The answer does. */
function FileProblem({ url }: { url: string }) {
  const { data } = useQuery(fileProblemQuery(url))
  return (
    <div className="media failed" role="note">
      {data ?? 'It cannot be shown'}
    </div>
  )
}
