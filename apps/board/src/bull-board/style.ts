import { Router } from 'express'

/**
 * Hides the buttons whose writes `guardWrites` refuses. Bull Board has one switch for all buttons of a queue, and gives them
 * neither a name nor an attribute: they are told apart by their pictures.
 */
const STYLE = `
/* Of a job: duplicate, edit, delay, priority. */
[class*="jobActions"] li:has(.lucide-files, .lucide-pencil, .lucide-clock, .lucide-arrow-up-down),
/* Of a queue: add, concurrency, rate, empty, obliterate. */
[role="menuitem"]:has(.lucide-plus, .lucide-chart-no-axes-gantt, .lucide-gauge, .lucide-trash-2, .lucide-ban),
[class*="editButton"],
/* Clean all, unless the jobs that are shown are completed. */
body:not(:has([class^="completed-"] > [class^="isActive"])) [class*="queueActions"] li:has(.lucide-trash-2),
/* Of a schedule: run, edit, remove. */
td button:has(.lucide-play, .lucide-pencil, .lucide-trash-2) { display: none !important; }
`

/** Adds the style sheet to the page, and takes out the one of another site, which the policy refuses anyway. */
export function ownStyle(base: string): Router {
  const router = Router()
  router.get('/own.css', (_request, response) => void response.type('css').send(STYLE))
  router.use((_request, response, next) => {
    const send = response.send.bind(response)
    response.send = (body) => send(typeof body === 'string' ? withStyle(body, base) : body)
    next()
  })
  return router
}

const withStyle = (html: string, base: string): string =>
  html
    .replace(/<link href="https:[^>]*>/, '')
    .replace('</head>', `<link rel="stylesheet" href="${base}/queues/own.css"></head>`)
