import { lazy, Suspense, useState } from 'react'
import { useMayAct } from './may-act.ts'

// Loaded when it is opened: the first page stays small.
const AskDialog = lazy(async () => ({ default: (await import('./ask-dialog.tsx')).AskDialog }))

/** A field of the dialog, whose text becomes a property of the action's filter. */
export interface AskField {
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
  fields?: AskField[]
  /** A sentence about the result of the action; default: that it is done. */
  answer?: (result: unknown) => string
  /** Called as soon as it is accepted, if it `isImmediate`. */
  done?: () => void
  /** The action is done as soon as it is accepted. */
  isImmediate?: boolean
}

/** A button that asks for an action by a dialog. Those who may not ask for it do not see it. */
export function AskButton(asking: Asking) {
  const [isOpen, setOpen] = useState(false)
  const mayAct = useMayAct()
  if (!mayAct) return null
  return (
    <>
      <button type="button" className="small" onClick={() => setOpen(true)}>
        {asking.label}
      </button>
      <Suspense>{isOpen && <AskDialog {...asking} close={() => setOpen(false)} />}</Suspense>
    </>
  )
}
