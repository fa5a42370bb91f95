import { Link } from '@tanstack/react-router'
import { Page } from './parts/page.tsx'

export const NotFound = () => (
  <Page title="No such page">
    <p>
      Press <kbd>/</kbd> to find any id, or go to the <Link to="/events">events</Link>.
    </p>
  </Page>
)
