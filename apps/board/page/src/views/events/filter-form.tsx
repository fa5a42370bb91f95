import { type FormEvent, useId } from 'react'
import { FILTERS, type Filter, filterOf, STATUSES } from '../../api/filter.ts'

const LABELS: Record<keyof Filter, string> = {
  q: 'Any id',
  provider: 'Provider',
  type: 'Type',
  status: 'Status',
  customer: 'Customer',
  user: 'User',
  since: 'Since',
  until: 'Until',
  kind: 'Kind',
  outcome: 'Outcome',
}

const HINTS: Partial<Record<keyof Filter, string>> = {
  q: 'evt_… or a part of it',
  type: 'invoice.*',
  customer: 'cus_…',
  user: 'your id',
  since: '24h or a date',
  until: '1h or a date',
  kind: 'receipt',
}

const CHOICES: Partial<Record<keyof Filter, readonly string[]>> = {
  provider: ['stripe', 'replicate'],
  outcome: ['sent', 'pending', 'failed', 'skipped'],
}

interface Props {
  /** The filters that the list has. Default: all. */
  names?: readonly (keyof Filter)[]
  /** Default: those of events. */
  statuses?: readonly string[]
  filter: Filter
  apply: (filter: Filter) => void
}

/** Narrows a list of events. A change of a choice is applied at once, a text with Enter or the button. */
export function FilterForm({ names = FILTERS, statuses = STATUSES, filter, apply }: Props) {
  const submit = (form: HTMLFormElement) => apply(filterOf(Object.fromEntries(new FormData(form))))
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    submit(event.currentTarget)
  }
  return (
    // Made anew for another filter, so that its fields show what the address says.
    <search>
      <details className="filters" open={isWide() || Object.keys(filter).length > 0}>
        <summary>Filter</summary>
        <form key={JSON.stringify(filter)} className="filter" onSubmit={onSubmit} aria-label="Filter">
          {names.map((name) => (
            <Field
              key={name}
              name={name}
              value={filter[name]}
              choices={name === 'status' ? statuses : CHOICES[name]}
              submit={submit}
            />
          ))}
          <div className="buttons">
            <button type="submit">Filter</button>
            {Object.keys(filter).length > 0 && (
              <button type="button" className="plain" onClick={() => apply({})}>
                Clear all
              </button>
            )}
          </div>
        </form>
      </details>
    </search>
  )
}

/** On a phone the form hides the list. */
const isWide = (): boolean => matchMedia('(min-width: 40rem)').matches

interface FieldProps {
  name: keyof Filter
  value: string | undefined
  /** Default: any text. */
  choices: readonly string[] | undefined
  submit: (form: HTMLFormElement) => void
}

function Field({ name, value = '', choices, submit }: FieldProps) {
  const id = useId()
  return (
    <div className={value ? 'field set' : 'field'}>
      <label htmlFor={id}>{LABELS[name]}</label>
      {choices ? (
        <select
          id={id}
          name={name}
          defaultValue={value}
          onChange={({ currentTarget: { form } }) => form && submit(form)}
        >
          <option value="">any</option>
          {choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      ) : (
        <input
          id={id}
          name={name}
          defaultValue={value}
          placeholder={HINTS[name]}
          spellCheck={false}
          autoComplete="off"
        />
      )}
    </div>
  )
}
