import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { sessionQuery } from '../api/queries.ts'
import type { Subject } from './dialog.tsx'

// Loaded when it is opened: the first page stays small.
const ActionDialog = lazy(async () => ({ default: (await import('./dialog.tsx')).ActionDialog }))

/** Opens the preview of an action, from which it is begun. Only for people who may begin it. */
export function ActionButton({ subject, label }: { subject: Subject; label: string }) {
  const [isOpen, setOpen] = useState(false)
  const { data: session } = useQuery(sessionQuery)
  if (!session || session.role === 'viewer' || session.readOnly) return null
  return (
    <>
      <button type="button" onClick={() => setOpen(true)} aria-keyshortcuts="p r">
        {label} <kbd>p</kbd>
      </button>
      <Suspense>{isOpen && <ActionDialog subject={subject} close={() => setOpen(false)} />}</Suspense>
    </>
  )
}
