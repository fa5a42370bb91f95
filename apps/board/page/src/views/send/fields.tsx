import type { ReactNode } from 'react'

export const Field = ({ label, children }: { label: string; children: ReactNode }) => (
  // biome-ignore lint/a11y/noLabelWithoutControl: the control is its child
  <label className="field">
    <span>{label}</span>
    {children}
  </label>
)

export const Check = ({ name, children }: { name: string; children: ReactNode }) => (
  <label>
    <input type="checkbox" name={name} /> {children}
  </label>
)

export const Errors = ({ of }: { of: (Error | null)[] }) =>
  of.map(
    (error) =>
      error && (
        <p role="alert" className="error" key={error.message}>
          {error.message}
        </p>
      ),
  )
