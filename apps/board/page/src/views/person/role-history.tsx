import type { Person } from '../../api/types.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { Time } from '../../parts/time.tsx'
import { SaidBy } from './said-by.tsx'

/** Each change of the role with the event that caused it. */
export const RoleHistory = ({ roles }: { roles: Person['roleHistory'] }) => (
  <>
    <DataTable caption="Changes of the role, the newest first" heads={['Role', 'Before', 'When', 'Caused by']}>
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
    </DataTable>
    <p className="soft">Roles that the host application gives are not recorded.</p>
  </>
)
