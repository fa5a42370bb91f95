import { Link } from '@tanstack/react-router'

/** An id that the inbox does not have. */
export const Missing = ({ id }: { id: string }) => (
  <section className="empty">
    <h2>The inbox does not have {id}</h2>
    <p>
      It never arrived, or retention has deleted it with its body. Rows that it changed are still there: look for{' '}
      <Link to="/events" search={{ q: id }}>
        this id among events
      </Link>
      , or for its customer with <kbd>/</kbd>.
    </p>
    <p>Whether the provider sent it at all:</p>
    <pre>npx sluice reconcile</pre>
  </section>
)
