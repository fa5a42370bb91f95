import type { UseQueryResult } from '@tanstack/react-query'
import { useEffect } from 'react'
import { returnFocus } from './return.ts'

/** Moves the focus back to the row that was opened from this list, once the list is there. */
export function useReturnFocus({ data, isPlaceholderData }: Pick<UseQueryResult, 'data' | 'isPlaceholderData'>): void {
  useEffect(() => {
    if (data !== undefined && !isPlaceholderData) returnFocus(location.href)
  }, [data, isPlaceholderData])
}
