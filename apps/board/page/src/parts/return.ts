/** By address of a list: the row that was opened from it last. */
const opened = new Map<string, string>()

/** Props of a link that opens a row: keys move between such links, and the focus returns to the one that was opened. */
export const ROW_LINK = {
  'data-row': true,
  onClick: ({ currentTarget }: { currentTarget: Element }): void =>
    void opened.set(location.href, currentTarget.getAttribute('href') ?? ''),
} as const

export const wasOpenedFrom = (list: string): boolean => opened.has(list)

/** Moves the focus back to the row that was opened from this list, once. */
export function returnFocus(list: string): void {
  const row = opened.get(list)
  if (row === undefined) return
  const link = rows().find((one) => one.getAttribute('href') === row)
  if (link === undefined) return
  opened.delete(list)
  link.focus()
}

/** The links of the rows that are shown, in order. */
export const rows = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('a[data-row]')]

/** Moves the focus to the next row, or to the one before. */
export function moveRow(step: 1 | -1): void {
  const all = rows()
  const current = all.indexOf(document.activeElement as HTMLElement)
  const next = current < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(current + step, 0), all.length - 1)
  all[next]?.focus()
}
