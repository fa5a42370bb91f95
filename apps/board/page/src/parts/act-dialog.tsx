import { Dialog } from '@base-ui/react/dialog'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type FormEvent, useId } from 'react'
import { ApiError } from '../api/fetch.ts'
import { postAction, RefusedError } from '../api/post-action.ts'
import { actionQuery } from '../api/queries.ts'
import type { ActField, Asking } from './act.tsx'
import { State } from './state.tsx'

/** Asks for the reason, then follows the action until it has ended. */
export function ActDialog({
  kind,
  label,
  about,
  filter,
  fields = [],
  done,
  isImmediate,
  close,
}: Asking & { close: () => void }) {
  const queries = useQueryClient()
  const asked = useMutation({
    mutationFn: (form: FormData) =>
      postAction({ kind, filter: { ...filter, ...filledIn(fields, form) }, reason: String(form.get('reason')) }),
    onSuccess: () => {
      if (!isImmediate) return
      done?.()
      close()
    },
  })
  // Once the key that closes it has been handled: without a dialog, Escape goes back to the list. What the page shows is
  // read again then, and not before: the button of the dialog may go with the state that it has changed.
  const closeLater = () =>
    void setTimeout(() => {
      close()
      if (asked.data !== undefined) void queries.invalidateQueries()
    })
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
            <Progress id={asked.data} />
          )}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function Field({ name, label, hint, type = 'text', value }: ActField) {
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
function filledIn(fields: ActField[], form: FormData): Record<string, string> {
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
  if (error instanceof ApiError && error.status === 403) return 'Your role may not do this.'
  if (error instanceof ApiError) return `The board answered ${error.status}. Nothing was asked for.`
  return 'The board cannot be reached. Whether it was asked for is in Actions.'
}

const AGAIN_MS = 700

/** The state of the action, until it has ended. A closed dialog ends nothing. */
function Progress({ id }: { id: string }) {
  const { data } = useQuery({
    ...actionQuery(id),
    refetchInterval: ({ state }) => (state.data?.finishedAt ? false : AGAIN_MS),
  })
  return (
    <div role="status">
      <p>
        {data ? <State of={data.state} /> : 'Asked.'} {data?.error}
        {data?.total ? ` ${data.done} of ${data.total}` : ''}
      </p>
      {data?.state === 'queued' && <p className="soft">A worker takes it within seconds. You may close this.</p>}
      <div className="buttons">
        <Dialog.Close>Close</Dialog.Close>
        <Link to="/a/$id" params={{ id }}>
          Action {id}
        </Link>
      </div>
    </div>
  )
}
