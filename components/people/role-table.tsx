import { Check } from "lucide-react";
import { PERMISSIONS, ROLES, rolesWith } from "../../lib/access/permissions.ts";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { PERMISSION_MEANS } from "./roles.model.ts";

/** What each role may do, read from the one table that decides it. */
export function RoleTable() {
  return (
    <Table label="What each role may do">
      <TableHead>
        <Th>May</Th>
        {ROLES.map((role) => (
          <Th key={role} className="text-center">
            {role}
          </Th>
        ))}
      </TableHead>
      <TableBody>
        {PERMISSIONS.map((permission) => {
          const held = rolesWith(permission);
          return (
            <TableRow key={permission}>
              <Td>{PERMISSION_MEANS[permission]}</Td>
              {ROLES.map((role) => (
                <Td key={role} className="text-center">
                  {held.includes(role) ? (
                    <>
                      <Check aria-hidden className="inline size-3.5 text-ok" />
                      <span className="sr-only">yes</span>
                    </>
                  ) : (
                    <span className="text-ink-soft">
                      <span aria-hidden>–</span>
                      <span className="sr-only">no</span>
                    </span>
                  )}
                </Td>
              ))}
            </TableRow>
          );
        })}
      </TableBody>
    </Table>
  );
}
