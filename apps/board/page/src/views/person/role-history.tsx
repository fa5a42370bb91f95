import type { Person } from '../../api/types.ts'
import { Time } from '../../parts/time.tsx'
import { SaidBy } from './said-by.tsx'

/** Each change of the role with the event that caused it. */
export const RoleHistory = ({ roles }: { roles: Person['roleHistory'] }) => (
  <>
    <table className="rows">
      <caption className="unseen">Changes of the role, the newest first</caption>
      <thead>
        <tr>
          <th scope="col">Role</th>
          <th scope="col">Before</th>
          <th scope="col">When</th>
          <th scope="col">Caused by</th>
        </tr>
      </thead>
      <tbody>
        {roles.map(({ role, before, at, type, ...said }, index) => (
          <tr key={`${at} ${roles.length - index}`}>
            <th scope="row">{role}</th>
            <td>{before}</td>
            <td className="when">
              <Time at={at} exact />
            </td>
            <td>
              <SaidBy {...said} />
              {type && <span className="below">{type}</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
    <p className="soft">Roles that the host application gives are not recorded.</p>
  </>
)
