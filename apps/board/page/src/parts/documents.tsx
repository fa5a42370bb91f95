import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { sessionQuery } from '../api/queries.ts'
import { fileUrl } from './stored-file.tsx'

interface Document {
  kind: string
  number: string
  paymentId: string
  storageKey: string
  /** Default: true. */
  isOwn?: boolean
}

/** Receipts, invoices and credit notes, each with its PDF for whoever may read it. */
export const Documents = ({ documents }: { documents: Document[] }) => (
  <ul className="plain">
    {documents.map((document) => (
      <li key={document.storageKey}>
        {nameOf(document)} of <span className="id">{document.paymentId}</span>
        {document.isOwn === false && <span className="below">by another event</span>}
        <Paper document={document} />
      </li>
    ))}
  </ul>
)

const nameOf = ({ kind, number }: Document): string => `${kind.replaceAll('_', ' ')} ${number}`

/** The board sends it with a sandbox of its own, in which nothing runs. */
function Paper({ document }: { document: Document }) {
  const { data: session } = useQuery(sessionQuery)
  const [isOpen, setOpen] = useState(false)
  if (!session || session.role === 'viewer') return null
  const url = fileUrl(document.storageKey)
  return (
    <>
      {' '}
      <button type="button" className="small" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {isOpen ? 'Close' : 'Show'}
        <span className="unseen"> {nameOf(document)}</span>
      </button>{' '}
      <a href={url} download>
        Save<span className="unseen"> {nameOf(document)}</span>
      </a>
      {isOpen && <iframe className="paper" src={url} title={nameOf(document)} />}
    </>
  )
}
