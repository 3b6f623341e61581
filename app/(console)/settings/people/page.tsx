import type { Metadata } from "next";
import { NewPerson } from "../../../../components/people/new-person.tsx";
import { PersonPanel } from "../../../../components/people/person-panel.tsx";
import { RoleTable } from "../../../../components/people/role-table.tsx";
import { PageHeader } from "../../../../components/ui/page-header.tsx";
import { Panel } from "../../../../components/ui/panel.tsx";
import { formatNoun } from "../../../../components/ui/quantities.ts";
import { listPeople } from "../../../../lib/queries/people.ts";
import { loadView } from "../../load-view.ts";

export const metadata: Metadata = { title: "People and roles" };

/** Who may sign in, and as what. */
export default async function PeoplePage() {
  const { view } = await loadView(listPeople);
  return (
    <>
      <PageHeader title="People and roles">
        {formatNoun(view.length, "person", "people")}; a change counts from the person's next click on
      </PageHeader>
      <div className="grid items-start gap-3 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="grid min-w-0 gap-3">
          <Panel title="People" flush>
            <ul className="divide-y divide-line">
              {view.map((person) => (
                <PersonPanel key={person.id} person={person} />
              ))}
            </ul>
          </Panel>
          <Panel
            id="roles"
            title="What each role may do"
            aside="whoever asked for an operation never reviews it, whatever their roles"
            flush
          >
            <RoleTable />
          </Panel>
        </div>
        <Panel title="Add a person">
          <NewPerson />
        </Panel>
      </div>
    </>
  );
}
