import type { ReactNode } from 'react'

/** A link that leaves this deployment. The other site is told nothing of ours. */
export const Outward = ({ href, children }: { href: string; children: ReactNode }) => (
  <a href={href} target="_blank" rel="noopener noreferrer">
    {children}
    <span aria-hidden="true"> ↗</span>
    <span className="unseen"> (opens another site)</span>
  </a>
)
