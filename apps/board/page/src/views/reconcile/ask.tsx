import { AskButton, type AskField } from '../../actions/ask-button.tsx'
import { counted } from '../../actions/words.ts'

interface Result {
  checked: number
  missedCount: number
  repaired: number
  errors: string[]
  notes: string[]
}

const SINCE: AskField = {
  name: 'since',
  label: 'Since',
  hint: 'A time such as 2030-01-31T00:00:00Z. Default: three days ago; Stripe lists thirty days.',
}

/** Asks the providers, and records what was missed. */
export const Ask = () => (
  <p className="links">
    <AskButton
      kind="reconcile"
      label="Ask now"
      about="A worker asks each provider of which it has an API key what it sent, and compares that with the inbox. Nothing is changed."
      filter={{}}
      fields={[SINCE]}
      answer={(result) => sentenceOf(result as Result)}
    />
    <AskButton
      kind="reconcile"
      label="Repair"
      about="The same, and what is missing is recorded as if it had been delivered now. What happened before its endpoint existed is recorded without e-mail. Ask first to see what that would be."
      filter={{ repair: true }}
      fields={[SINCE]}
      answer={(result) => sentenceOf(result as Result)}
    />
  </p>
)

function sentenceOf({ checked, missedCount, repaired, errors, notes }: Result): string {
  const missed = missedCount === 0 ? 'none is missing' : `${counted(missedCount, 'event')} missing`
  const done = repaired > 0 ? ` ${counted(repaired, 'event')} recorded.` : ''
  return [`${counted(checked, 'event')} listed, ${missed}.${done}`, ...errors, ...notes].join(' ')
}
