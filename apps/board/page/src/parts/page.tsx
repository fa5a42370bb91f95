import { type ReactNode, useEffect, useRef } from 'react'
import { wasOpenedFrom } from './return.ts'

/** One view: its heading gets the focus, so that a screen reader reads it, unless a row of a list gets it back. */
export function Page({ title, heading, children }: { title: string; heading?: ReactNode; children: ReactNode }) {
  const ref = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} – Sluice`
    if (!wasOpenedFrom(location.href)) ref.current?.focus({ preventScroll: true })
  }, [title])
  return (
    <main id="content">
      <h1 ref={ref} tabIndex={-1}>
        {heading ?? title}
      </h1>
      {children}
    </main>
  )
}
