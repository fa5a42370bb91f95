/** Path in front of all addresses of the board: `/sluice`, or empty. This script is in the folder `assets` below it. */
export const BASE = new URL(/* @vite-ignore */ '..', import.meta.url).pathname.replace(/\/$/, '')

/** The address of a page or file of the board, for whatever is not a link of the router. */
export const addressOf = (path: string): string => BASE + path
