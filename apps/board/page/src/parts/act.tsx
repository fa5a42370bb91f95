import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { sessionQuery } from '../api/queries.ts'

// Loaded when it is opened: the first page stays small.
const ActDialog = lazy(async () => ({ default: (await import('./act-dialog.tsx')).ActDialog }))

/** A field of the dialog, whose text becomes a property of the action's filter. */
export interface ActField {
  name: string
  label: string
  hint?: string
  /** Default: a line of text. `duration` becomes a time: that long from now. */
  type?: 'text' | 'lines' | 'duration'
  value?: string
}

export interface Asking {
  kind: string
  /** On the button, and above the dialog. */
  label: string
  /** A sentence about what it does and does not do. */
  about: string
  filter: Record<string, unknown>
  fields?: ActField[]
  /** Called as soon as it is accepted, if it `isImmediate`. */
  done?: () => void
  /** The action is done as soon as it is accepted. */
  isImmediate?: boolean
}

/** A button that asks for an action by a dialog. Those who may not ask for it do not see it. */
export function Act(asking: Asking) {
  const [isOpen, setOpen] = useState(false)
  const mayAct = useMayAct()
  if (!mayAct) return null
  return (
    <>
      <button type="button" className="small" onClick={() => setOpen(true)}>
        {asking.label}
      </button>
      <Suspense>{isOpen && <ActDialog {...asking} close={() => setOpen(false)} />}</Suspense>
    </>
  )
}

/** Whether this person may ask for actions. The board refuses others whatever the page shows. */
export function useMayAct(): boolean {
  const { data } = useQuery(sessionQuery)
  return data !== undefined && data.role !== 'viewer' && !data.readOnly
}
