import type { ErrorComponentProps } from '@tanstack/react-router'
import { Page } from './parts/page.tsx'

/** In place of a view that cannot be loaded or drawn. The files of a view have new names after each update of the board. */
export function Failed({ error }: ErrorComponentProps) {
  return (
    <Page title="This view cannot be shown">
      <section className="empty">
        <p>The board was updated since this page was loaded, or it cannot be reached. Load the page again.</p>
        <pre>{error instanceof Error ? error.message : String(error)}</pre>
        <button type="button" onClick={() => location.reload()}>
          Load again
        </button>
      </section>
    </Page>
  )
}
