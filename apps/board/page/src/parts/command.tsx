import { useState } from 'react'

/** The same as the view, in a terminal in the folder of Sluice: there only `npx` finds `sluice`. */
export function Command({ line: command }: { line: string }) {
  const line = command.startsWith('sluice ') ? `npx ${command}` : command
  return (
    <aside className="command" aria-label="The same in a terminal">
      <span className="label">In a terminal</span>
      <code>{line}</code>
      <CopyButton text={line} what="command" />
    </aside>
  )
}

export function CopyButton({ text, what }: { text: string; what: string }) {
  const [outcome, setOutcome] = useState('')
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setOutcome('Copied'),
      () => setOutcome('Not allowed'),
    )
  return (
    <button type="button" className="small" onClick={() => void copy()} onBlur={() => setOutcome('')}>
      {outcome || 'Copy'}
      <span className="unseen"> {what}</span>
      <span className="unseen" aria-live="polite">
        {outcome}
      </span>
    </button>
  )
}
