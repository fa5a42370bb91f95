import { useQueryClient } from '@tanstack/react-query'

/**
 * Closes a dialog once the key that closes it has been handled: without a dialog, Escape goes back to the list.
 *
 * The page behind is read again then, and not before: the button of the dialog may go with the state that the action has
 * changed, and the dialog with it.
 *
 * @param hasActed whether an action was asked for
 */
export function useClose(close: () => void, hasActed: boolean): () => void {
  const queries = useQueryClient()
  return () =>
    void setTimeout(() => {
      close()
      if (hasActed) void queries.invalidateQueries()
    })
}
