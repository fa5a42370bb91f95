import { Link, Outlet, useRouter } from '@tanstack/react-router'
import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from 'react'
import { useMaySend } from './actions/may-act.ts'
import { addressOf } from './base.ts'
import { type Key, useKeys } from './keys/use-keys.ts'
import { startTypingAhead } from './palette/typed-ahead.ts'
import { moveRow } from './parts/return.ts'
import { Session } from './parts/session.tsx'

// Loaded when they are opened: the first page stays small.
const loadPalette = async () => ({ default: (await import('./palette/palette.tsx')).Palette })
const Palette = lazy(loadPalette)
const Help = lazy(async () => ({ default: (await import('./keys/help.tsx')).Help }))

/** A dialog has keys of its own, also while it is loaded. */
const NO_KEYS: Key[] = []

/** The frame of every view: the way to the others, the palette and the keys. */
export function Shell() {
  const [open, show] = useState<'palette' | 'help' | null>(null)
  const setOpen = useCallback((what: 'palette' | 'help') => {
    if (what === 'palette') startTypingAhead()
    show(what)
  }, [])
  const keys = useMemoKeys(setOpen)
  useKeys(open === null ? keys : NO_KEYS)
  useEffect(() => void loadPalette(), [])
  const close = () => show(null)
  return (
    <>
      <a href="#content" className="skip">
        Skip to the content
      </a>
      <header className="bar">
        <Link to="/events" className="brand">
          Sluice
        </Link>
        <nav aria-label="Views">
          {VIEWS.map(({ to, name }) => (
            <Link key={to} to={to}>
              {name}
            </Link>
          ))}
          <a href={addressOf('/queues')}>Queues</a>
          <More />
        </nav>
        <Session />
        <div className="tools">
          <button type="button" className="find" onClick={() => setOpen('palette')} aria-keyshortcuts="/">
            Find <kbd>/</kbd>
          </button>
          <button type="button" onClick={() => setOpen('help')} aria-label="Keys" aria-keyshortcuts="?">
            ?
          </button>
        </div>
      </header>
      <Outlet />
      <Suspense>
        {open === 'palette' && <Palette close={close} />}
        {open === 'help' && <Help keys={keys} close={close} />}
      </Suspense>
    </>
  )
}

const VIEWS = [
  { to: '/events', name: 'Events' },
  { to: '/d', name: 'Dead letters' },
  { to: '/generations', name: 'Generations' },
  { to: '/emails', name: 'E-mails' },
  { to: '/live', name: 'Live' },
  { to: '/ledger', name: 'Ledger' },
  { to: '/overview', name: 'Overview' },
  { to: '/health', name: 'Health' },
] as const

const MORE = [
  { to: '/deliveries', name: 'Deliveries' },
  { to: '/reconcile', name: 'Reconcile' },
  { to: '/actions', name: 'Actions' },
] as const

/** Views that are opened less often. Escape and a choice close the list. */
function More() {
  const [isOpen, setOpen] = useState(false)
  const maySend = useMaySend()
  const close = () => setOpen(false)
  return (
    <details
      className="more"
      open={isOpen}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
      onKeyDown={({ key, currentTarget }) => {
        if (key !== 'Escape' || !isOpen) return
        close()
        currentTarget.querySelector('summary')?.focus()
      }}
      onBlur={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget)) close()
      }}
    >
      <summary>More</summary>
      <div className="list">
        {maySend && (
          <Link to="/send" onClick={close}>
            Send
          </Link>
        )}
        {MORE.map(({ to, name }) => (
          <Link key={to} to={to} onClick={close}>
            {name}
          </Link>
        ))}
      </div>
    </details>
  )
}

/** The button of the view that has this key. */
const press = (key: string): void => document.querySelector<HTMLButtonElement>(`[aria-keyshortcuts~="${key}"]`)?.click()

function useMemoKeys(setOpen: (what: 'palette' | 'help') => void): Key[] {
  const router = useRouter()
  return useMemo(
    () => [
      { key: '/', does: 'Find any id, or go to a view', run: () => setOpen('palette') },
      { key: '⌘k', does: 'The same, also while typing', run: () => setOpen('palette') },
      { key: 'g e', does: 'Go to events', run: () => router.history.push(addressOf('/events')) },
      { key: 'g o', does: 'Go to the overview', run: () => router.history.push(addressOf('/overview')) },
      { key: 'g d', does: 'Go to dead letters', run: () => router.history.push(addressOf('/d')) },
      { key: 'g g', does: 'Go to generations', run: () => router.history.push(addressOf('/generations')) },
      { key: 'g m', does: 'Go to e-mails', run: () => router.history.push(addressOf('/emails')) },
      { key: 'g h', does: 'Go to health', run: () => router.history.push(addressOf('/health')) },
      { key: 'g l', does: 'Go to the ledger', run: () => router.history.push(addressOf('/ledger')) },
      { key: 'g r', does: 'Go to reconcile', run: () => router.history.push(addressOf('/reconcile')) },
      { key: 'g a', does: 'Go to actions', run: () => router.history.push(addressOf('/actions')) },
      { key: 'g q', does: 'Go to the queues', run: () => location.assign(addressOf('/queues')) },
      {
        key: 'l',
        does: 'Watch live what arrives; pause and resume',
        run: () => router.history.push(addressOf('/live')),
      },
      { key: 'j', does: 'Next row', run: () => moveRow(1) },
      { key: 'k', does: 'Row before', run: () => moveRow(-1) },
      { key: 'Escape', does: 'Back to the list', run: () => router.history.back() },
      { key: 'p', does: 'Preview what a redrive or a replay would change', run: () => press('p') },
      { key: 'r', does: 'Redrive or replay, after the preview', run: () => press('r') },
      { key: '?', does: 'This list', run: () => setOpen('help') },
    ],
    [router, setOpen],
  )
}
