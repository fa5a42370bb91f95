import { useId } from 'react'
import { problemIn } from './json-problem.ts'

interface Props {
  body: string
  write: (body: string) => void
  /** Writes the body of the sample, to be changed. */
  fillIn: () => void
  isPending: boolean
}

/** The exact bytes to send, with a check of each. Empty: those of the sample. */
export function BodyField({ body, write, fillIn, isPending }: Props) {
  const id = useId()
  const problem = body === '' ? null : problemIn(body)
  return (
    <div className="field body">
      <label htmlFor={id}>Body</label>
      <textarea
        id={id}
        rows={body === '' ? 2 : 14}
        value={body}
        spellCheck={false}
        placeholder="Empty: the sample"
        aria-describedby={`${id}-problem`}
        onChange={({ target }) => write(target.value)}
      />
      <span id={`${id}-problem`} className={problem ? 'error' : 'soft'} role="status">
        {problem ?? (body && `Valid JSON, ${new Blob([body]).size.toLocaleString()} bytes, sent as written`)}
      </span>
      <div className="links">
        <button type="button" className="small" onClick={fillIn} disabled={isPending}>
          Fill in the sample
        </button>
        {body !== '' && (
          <button type="button" className="small" onClick={() => write('')}>
            Empty it
          </button>
        )}
      </div>
    </div>
  )
}
