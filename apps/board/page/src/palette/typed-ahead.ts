let typed: string | null = null

/** Keeps what is typed until the field of the palette is there, which takes a moment the first time. */
export function startTypingAhead(): void {
  typed = ''
}

/** @returns the text that was typed meanwhile */
export function stopTypingAhead(): string {
  const text = typed ?? ''
  typed = null
  return text
}

window.addEventListener('keydown', (event) => {
  const { key, metaKey, ctrlKey, altKey } = event
  if (typed === null || metaKey || ctrlKey || altKey) return
  if (key === 'Backspace') typed = typed.slice(0, -1)
  else if ([...key].length === 1) typed += key
  else return
  event.preventDefault()
})
