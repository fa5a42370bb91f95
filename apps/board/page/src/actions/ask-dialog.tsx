import { Dialog } from '@base-ui/react/dialog'
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type FormEvent, useId } from 'react'
import { postAction, RefusedError } from './api.ts'
import type { AskField, Asking } from './ask-button.tsx'
import { Progress } from './progress.tsx'
import { useClose } from './use-close.ts'

/** Asks for the reason, then follows the action until it has ended. */
export function AskDialog({
  kind,
  label,
  about,
  filter,
  fields = [],
  answer,
  done,
  isImmediate,
  close,
}: Asking & { close: () => void }) {
  const asked = useMutation({
    mutationFn: (form: FormData) =>
      postAction({ kind, filter: { ...filter, ...filledIn(fields, form) }, reason: String(form.get('reason')) }),
    onSuccess: () => {
      if (!isImmediate) return
      done?.()
      close()
    },
  })
  const closeLater = useClose(close, asked.data !== undefined)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    asked.mutate(new FormData(event.currentTarget))
  }
  return (
    <Dialog.Root open onOpenChange={closeLater}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog act">
          <Dialog.Title>{label}</Dialog.Title>
          <Dialog.Description>{about}</Dialog.Description>
          {asked.data === undefined || isImmediate ? (
            <form onSubmit={submit}>
              {fields.map((field) => (
                <Field key={field.name} {...field} />
              ))}
              <Field name="reason" label="Reason" hint="Three words or more. It stays with the action." type="lines" />
              {asked.error && <p role="alert">{messageOf(asked.error)}</p>}
              <div className="buttons">
                <button type="submit" disabled={asked.isPending}>
                  {label}
                </button>
                <Dialog.Close>Cancel</Dialog.Close>
              </div>
            </form>
          ) : (
            <>
              <Progress id={asked.data} what="done">
                {({ result }) => <p role="status">{answer?.(result) ?? 'Done.'}</p>}
              </Progress>
              <div className="buttons">
                <Dialog.Close>Close</Dialog.Close>
                <Link to="/a/$id" params={{ id: asked.data }}>
                  Action {asked.data}
                </Link>
              </div>
            </>
          )}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function Field({ name, label, hint, type = 'text', value }: AskField) {
  const id = useId()
  const common = { id, name, defaultValue: value, 'aria-describedby': hint && `${id}-hint`, autoComplete: 'off' }
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {type === 'lines' && <textarea rows={2} maxLength={2000} {...common} />}
      {type === 'text' && <input maxLength={255} {...common} />}
      {type === 'duration' && (
        <select {...common}>
          {DURATIONS.map(([text, hours]) => (
            <option key={text} value={hours}>
              {text}
            </option>
          ))}
        </select>
      )}
      {hint && (
        <span className="soft" id={`${id}-hint`}>
          {hint}
        </span>
      )}
    </div>
  )
}

const DURATIONS: [text: string, hours: string][] = [
  ['a day', '24'],
  ['an hour', '1'],
  ['a week', '168'],
  ['thirty days', '720'],
  ['until somebody reopens it', ''],
]

/** Only fields that were changed, so that what others wrote meanwhile stays. */
function filledIn(fields: AskField[], form: FormData): Record<string, string> {
  const given = fields.flatMap(({ name, type, value = '' }): [string, string][] => {
    const text = String(form.get(name)).trim()
    if (type === 'duration') return text === '' ? [] : [[name, hoursFromNow(Number(text))]]
    return text === value ? [] : [[name, text]]
  })
  return Object.fromEntries(given)
}

const hoursFromNow = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString()

function messageOf(error: Error): string {
  if (error instanceof RefusedError) return error.message
  return 'The board cannot be reached. Whether it was asked for is in Actions.'
}
