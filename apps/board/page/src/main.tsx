import { CSPProvider } from '@base-ui/react/csp-provider'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { ApiError } from './api/fetch.ts'
import { router } from './router.tsx'
import './styles/tokens.css'
import './styles/base.css'
import './styles/shell.css'
import './styles/parts.css'
import './styles/tables.css'
import './styles/event.css'
import './styles/views.css'
import './styles/files.css'
import './styles/charts.css'
import './styles/dialogs.css'
import './styles/actions.css'

/** An answer of the board is final; a request that did not reach it is tried again. */
const queries = new QueryClient({
  defaultOptions: { queries: { staleTime: 5000, retry: (count, error) => count < 2 && !(error instanceof ApiError) } },
})

createRoot(document.getElementById('page') as HTMLElement).render(
  <StrictMode>
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </CSPProvider>
  </StrictMode>,
)
