import { Dialog } from '@base-ui/react/dialog'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { PreviewResult } from '../api/types.ts'
import { postAction } from './api.ts'
import { Findings } from './findings.tsx'
import { Progress } from './progress.tsx'
import { useClose } from './use-close.ts'
import { counted } from './words.ts'

export interface Subject {
  kind: 'redrive' | 'replay'
  /** The events or dead letters. */
  filter: Record<string, unknown>
  /** Their name in the title: `evt_1`. */
  name: string
}

interface Props {
  subject: Subject
  close: () => void
}

const VERBS = { redrive: 'Redrive', replay: 'Replay' } as const

/** Shows what a redrive or a replay would change, asks for the reason, and then shows its progress. */
export function PreviewDialog({ subject: { kind, filter, name }, close }: Props) {
  const preview = useMutation({ mutationFn: () => postAction({ kind: 'preview', filter: { ...filter, of: kind } }) })
  const [started, setStarted] = useState<string | null>(null)
  const { mutate } = preview
  useEffect(() => mutate(), [mutate])
  const closeLater = useClose(close, started !== null)
  return (
    <Dialog.Root open onOpenChange={closeLater}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog action">
          <Dialog.Title>
            {VERBS[kind]} {name}
          </Dialog.Title>
          {preview.error && (
            <p className="error" role="alert">
              {preview.error.message}
            </p>
          )}
          {started !== null && <Run id={started} kind={kind} />}
          {started === null && preview.data !== undefined && (
            <Progress id={preview.data} what="events tried">
              {({ result }) => (
                <>
                  <Findings found={result as PreviewResult} />
                  <Ask kind={kind} filter={filter} found={result as PreviewResult} started={setStarted} />
                </>
              )}
            </Progress>
          )}
          <Dialog.Close className="close">Close</Dialog.Close>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

interface AskProps extends Pick<Subject, 'kind' | 'filter'> {
  found: PreviewResult
  started: (id: string) => void
}

/** The reason, which stays in the row of the action. */
function Ask({ kind, filter, found, started }: AskProps) {
  const [reason, setReason] = useState('')
  const act = useMutation({ mutationFn: () => postAction({ kind, filter, reason }), onSuccess: started })
  const count = found.events + (found.untried?.effects ?? 0) + (found.untried?.thin ?? 0)
  if (count === 0) return null
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        act.mutate()
      }}
    >
      <label>
        Reason, in three words or more
        <textarea
          ref={focus}
          rows={2}
          maxLength={2000}
          value={reason}
          onChange={({ target }) => setReason(target.value)}
        />
      </label>
      {act.error && (
        <p className="error" role="alert">
          {act.error.message}
        </p>
      )}
      <button type="submit" disabled={act.isPending}>
        {VERBS[kind]} {counted(count, kind === 'redrive' ? 'dead letter' : 'event')}
      </button>
    </form>
  )
}

const focus = (field: HTMLTextAreaElement | null): void => field?.focus()

function Run({ id, kind }: { id: string; kind: Subject['kind'] }) {
  return (
    <Progress id={id} what={kind === 'redrive' ? 'dead letters' : 'events'}>
      {({ done, result }) => (
        <p role="status">
          {kind === 'redrive'
            ? `${counted(done, 'dead letter')} went back to the queue.`
            : `${counted(done, 'event')} will be processed again.`}
          {leftOf(result) > 0 && ` ${leftOf(result)} were locked by workers: redrive once more.`}
        </p>
      )}
    </Progress>
  )
}

const leftOf = (result: unknown): number => Number((result as { left?: number } | null)?.left ?? 0)
