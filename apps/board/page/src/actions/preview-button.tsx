import { lazy, Suspense, useState } from 'react'
import { useMayAct } from './may-act.ts'
import type { Subject } from './preview-dialog.tsx'

// Loaded when it is opened: the first page stays small.
const PreviewDialog = lazy(async () => ({ default: (await import('./preview-dialog.tsx')).PreviewDialog }))

/** Opens the preview of an action, from which it is begun. Only for people who may begin it. */
export function PreviewButton({ subject, label }: { subject: Subject; label: string }) {
  const [isOpen, setOpen] = useState(false)
  const mayAct = useMayAct()
  if (!mayAct) return null
  return (
    <>
      <button type="button" onClick={() => setOpen(true)} aria-keyshortcuts="p r">
        {label} <kbd>p</kbd>
      </button>
      <Suspense>{isOpen && <PreviewDialog subject={subject} close={() => setOpen(false)} />}</Suspense>
    </>
  )
}
